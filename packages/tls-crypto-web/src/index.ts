export { createWebProvider, type WebOptions, type WebProvider } from './provider.ts';
