export { createNobleProvider, type NobleOptions } from './provider.ts';
