export { createKeyObjectSigningKey } from './key-object.ts';
export { createNodeProvider, type NodeOptions, type NodeProvider } from './provider.ts';
