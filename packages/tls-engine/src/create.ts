/** How engines are made: a side's handshake, and what a server has beside what both sides have. */
import { clientHandshake, serverHandshake, type Transcript } from '@tlskit/tls-handshake';
import { CertificateRequests } from './certificate-requests.ts';
import { type ClientEngineConfig, defaultEngineLimits, type ServerEngineConfig } from './config.ts';
import { Engine } from './engine.ts';
import type { EngineHandlers } from './handlers.ts';
import { SkippedEarlyData } from './skipped-early-data.ts';

/** The client's side of a connection, as an engine. Call {@link Engine.start} to begin. */
export function createClientEngine(config: ClientEngineConfig, handlers: EngineHandlers = {}): Engine {
  const versions = config.versions.map(version => version.handshake);
  return new Engine('client', config, transcript => clientHandshake({ ...config, versions }, transcript), handlers);
}

/** The server's side of a connection, as an engine. Call {@link Engine.start} to begin. */
export function createServerEngine(config: ServerEngineConfig, handlers: EngineHandlers = {}): Engine {
  const versions = config.versions.map(version => version.handshake);
  const requests = new CertificateRequests(config.random, config.limits.maxCertificateRequests);
  const flow = (transcript: Transcript) => serverHandshake({ ...config, versions }, transcript);
  // RFC 9846 §4.3.10: "up to the configured max_early_data_size", and for headers and padding what the limit says.
  const { maxSkippedEarlyData } = config.engineLimits ?? defaultEngineLimits;
  const skipped = new SkippedEarlyData(maxSkippedEarlyData + (config.earlyData?.maxSize ?? 0));
  // RFC 9846 §4.3.2, §4.3.10: early data behind a first hello that was another engine's; this one refuses nothing by it.
  const begun = config.statelessRetry !== undefined;
  if (begun) skipped.begin('type');
  return new Engine('server', config, flow, handlers, { requests, skipped, begun });
}
