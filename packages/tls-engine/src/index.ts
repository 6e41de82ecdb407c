export type { CertificateRequestOptions } from './certificate-requests.ts';
export { type ClientEngineConfig, defaultEngineLimits, type EngineLimits, type ServerEngineConfig } from './config.ts';
export { createClientEngine, createServerEngine } from './create.ts';
export type { EarlyDataStatus } from './early-data.ts';
export type { Engine } from './engine.ts';
export type { AlertObservation, EngineHandlers, MessageObservation } from './handlers.ts';
export type { EngineVersion } from './version.ts';
