export { createNobleProvider, type NobleOptions, type NobleProvider } from './provider.ts';
