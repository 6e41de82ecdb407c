/** TLS 1.3 for the engine: the handshake of RFC 9846 over the records of its §5. */
import { TlsError } from '@tlskit/tls-alerts';
import type { Aead, CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientModule, TrafficKeys, TrafficKeys13 } from '@tlskit/tls-handshake';
import {
  type ClientFeature,
  clientHandshake13,
  earlyDataExtension,
  handshake13,
  handshake13Client,
  heartbeatExtension,
  recordLimitExtensions,
} from '@tlskit/tls-handshake13';
import {
  createOpener13,
  createSealer13,
  MAX_CIPHERTEXT,
  type RecordOpener,
  type RecordSealer,
} from '@tlskit/tls-record';
import { type MakeEarlyData, makeEarlyData } from './early-data.ts';
import { type MakeHeartbeats, makeHeartbeats } from './heartbeat.ts';
import { type MakeRecordLimits, makeRecordLimits } from './record-limits.ts';
import type { EngineVersion, RecordRules } from './version.ts';

export {
  alpn,
  type ClientFeature,
  certificateCompression,
  certificateStatus,
  clientCredentials,
  delegatedCredentials,
  optionNames,
  postHandshakeAuth,
  psks,
  rawPublicKeys,
  srtp,
  ticketRequests,
} from '@tlskit/tls-handshake13';

const records: RecordRules = { maxCiphertext: MAX_CIPHERTEXT, protectsAll: false };

/** Both sides. */
export const tls13: EngineVersion = {
  handshake: handshake13,
  records,
  earlyData: makeEarlyData,
  heartbeats: makeHeartbeats,
  recordLimits: makeRecordLimits,
  createOpener,
  createSealer,
};

/** The client's side alone, with all its features: a bundle with this one carries nothing of a server. */
export const tls13Client: EngineVersion<ClientModule> = {
  handshake: handshake13Client,
  records,
  earlyData: makeEarlyData,
  heartbeats: makeHeartbeats,
  recordLimits: makeRecordLimits,
  createOpener,
  createSealer,
};

/**
 * A client of TLS 1.3 with the features that are named, and nothing of the others: `client13(psks, certificateCompression)`. With none
 * it has what every handshake has: all suites and groups of the provider, HelloRetryRequest, certificates, key updates, exporters. What a configuration asks for that is not here is an error, `ERR_TLS_INVALID_OPTION`, when the engine starts.
 */
export function client13(...features: readonly EngineFeature[]): EngineVersion<ClientModule> {
  const needs: EngineFeature = Object.assign({}, ...features);
  return {
    handshake: clientHandshake13(...features),
    records,
    earlyData: needs.makeEarlyData,
    heartbeats: needs.makeHeartbeats,
    recordLimits: needs.makeRecordLimits,
    createOpener,
    createSealer,
  };
}

/** A feature of the handshake, with what it needs of the engine. */
export interface EngineFeature extends ClientFeature {
  readonly makeEarlyData?: MakeEarlyData;
  readonly makeHeartbeats?: MakeHeartbeats;
  readonly makeRecordLimits?: MakeRecordLimits;
}

/** Data behind the first ClientHello: with `psks`, under whose keys it goes (RFC 9846 §2.3). */
export const earlyData: EngineFeature = /* @__PURE__ */ Object.assign({ makeEarlyData }, earlyDataExtension);

/** Signs of life (RFC 6520). */
export const heartbeats: EngineFeature = /* @__PURE__ */ Object.assign({ makeHeartbeats }, heartbeatExtension);

/** Records that are no longer than each side likes (RFC 8449, RFC 6066 §4). */
export const recordLimits: EngineFeature = /* @__PURE__ */ Object.assign({ makeRecordLimits }, recordLimitExtensions);

function createOpener(provider: CryptoProvider, keys: TrafficKeys): RecordOpener {
  return createOpener13(aeadOf(provider, keys as TrafficKeys13), keys.key, keys.iv);
}

function createSealer(provider: CryptoProvider, keys: TrafficKeys): RecordSealer {
  return createSealer13(aeadOf(provider, keys as TrafficKeys13), keys.key, keys.iv);
}

function aeadOf(provider: CryptoProvider, { aead: name }: TrafficKeys13): Aead {
  const aead = provider.aeads[name];
  if (aead === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${name}`);
  return aead;
}
