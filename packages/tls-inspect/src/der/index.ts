export { type AnnotatedDer, annotateDer, derFormOf } from './annotate.ts';
export { type DerForm, derShapes } from './shapes.ts';
