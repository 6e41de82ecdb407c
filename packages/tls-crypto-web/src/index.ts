export { createWebProvider, startWebProvider, type WebOptions, type WebProvider } from './provider.ts';
