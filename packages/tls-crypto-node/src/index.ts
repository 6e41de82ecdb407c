export { createNodeProvider, type NodeOptions, type NodeProvider } from './provider.ts';
