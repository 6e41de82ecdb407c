/** TLS 1.2 for the engine: the handshake of RFC 5246 over the records of its §6. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientModule, TrafficKeys, TrafficKeys12 } from '@tlskit/tls-handshake';
import { handshake12, handshake12Client } from '@tlskit/tls-handshake12';
import type { RecordOpener, RecordSealer } from '@tlskit/tls-record';
import { MAX_CIPHERTEXT_12, type Protection12, protection12 } from '@tlskit/tls-record/tls12';
import { makeHeartbeats } from './heartbeat.ts';
import { makeRecordLimits } from './record-limits.ts';
import { Tls12Rules } from './tls12-rules.ts';
import type { EarlierRules, EngineVersion, RecordRules, RulesEnvironment } from './version.ts';

const records: RecordRules = { maxCiphertext: MAX_CIPHERTEXT_12, protectsAll: true };

/** Both sides. */
export const tls12: EngineVersion = {
  handshake: handshake12,
  records,
  heartbeats: makeHeartbeats,
  recordLimits: makeRecordLimits,
  earlierRules,
  createOpener,
  createSealer,
};

/** The client's side alone: a bundle with this one carries nothing of a server. */
export const tls12Client: EngineVersion<ClientModule> = {
  handshake: handshake12Client,
  records,
  heartbeats: makeHeartbeats,
  recordLimits: makeRecordLimits,
  earlierRules,
  createOpener,
  createSealer,
};

function earlierRules(environment: RulesEnvironment): EarlierRules {
  return new Tls12Rules(environment);
}

function createOpener(provider: CryptoProvider, keys: TrafficKeys): RecordOpener {
  const { encryptThenMac, truncatedHmac } = keys as TrafficKeys12;
  return protectionOf(provider, keys as TrafficKeys12).opener(keys as TrafficKeys12, { encryptThenMac, truncatedHmac });
}

function createSealer(provider: CryptoProvider, keys: TrafficKeys): RecordSealer {
  const { encryptThenMac, truncatedHmac } = keys as TrafficKeys12;
  return protectionOf(provider, keys as TrafficKeys12).sealer(keys as TrafficKeys12, { encryptThenMac, truncatedHmac });
}

function protectionOf(provider: CryptoProvider, { protection }: TrafficKeys12): Protection12 {
  const found = protection12(provider, protection);
  if (found === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'the provider lacks what the suite is made of');
  return found;
}
