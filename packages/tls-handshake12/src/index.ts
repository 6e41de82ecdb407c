export { TLS12 } from './context.ts';
