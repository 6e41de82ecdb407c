/** Makes a client's engines, with the sessions and the early data that they begin with. */
import { type ClientEngineConfig, createClientEngine, type Engine, type EngineHandlers } from '@tlskit/tls-engine';
import { type ClientSession, isUsableFor } from '@tlskit/tls-session';
import { type EarlyWriter, earlyWriter } from './early-data.ts';
import { type ResumptionOptions, sessionStore } from './settings.ts';

/** What a connection is made of that a face does not see. */
export interface EngineSource {
  createEngine(emitSecrets: boolean, handlers: EngineHandlers): Engine;
  /** A client's early data. */
  readonly early?: EarlyWriter;
  /** Takes a session over, key and all. */
  keepSession?(session: ClientSession): void;
}

/**
 * @param server what sessions are kept under
 * @throws TlsError `ERR_TLS_INVALID_OPTION`
 */
export function clientEngines(config: ClientEngineConfig, options: ResumptionOptions, server: string): EngineSource {
  const store = sessionStore(options);
  const early = earlyWriter(options);
  const { verifier, serverName, peerName, credentialsId } = config;
  const purpose = { trust: verifier.trust, serverName, peerName, credentialsId };
  // A session of a version that is not offered now waits for one that is.
  const isSpoken = ({ version }: ClientSession) =>
    config.versions.some(({ handshake }) => handshake.version === version);
  return {
    createEngine(emitSecrets, handlers) {
      const now = config.now();
      const session = store?.take(
        server,
        candidate => isSpoken(candidate) && isUsableFor(candidate, { ...purpose, now }),
      );
      const earlyData = early?.fits(session?.maxEarlyData ?? 0);
      return createClientEngine({ ...config, session, earlyData, emitSecrets }, handlers);
    },
    ...(early === undefined ? {} : { early }),
    ...(store === undefined ? {} : { keepSession: session => store.put(server, session) }),
  };
}
