import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientModule, ServerModule, TrafficKeys, VersionModule } from '@tlskit/tls-handshake';
import type { RecordOpener, RecordSealer } from '@tlskit/tls-record';
import type { MakeEarlyData } from './early-data.ts';
import type { MakeHeartbeats } from './heartbeat.ts';

/** What is different about the records of a version, once keys are in force. */
export interface RecordRules {
  /** The most bytes of a record's fragment (RFC 9846 §5.2, RFC 5246 §6.2.3). */
  readonly maxCiphertext: number;
  /** Whether change_cipher_spec is under the keys like everything else, as before TLS 1.3 (RFC 5246 §6.2.3). */
  readonly protectsAll: boolean;
}

/**
 * A protocol version as the engine takes it: its handshake, and the protection of its records.
 * Bundles carry the versions that they name; `@tlskit/tls-engine/tls13` has the one of TLS 1.3.
 */
export interface EngineVersion<Handshake extends ClientModule | ServerModule = VersionModule> {
  readonly handshake: Handshake;
  readonly records: RecordRules;
  /** Early data (RFC 9846 §4.3.10), for versions that have it. */
  readonly earlyData?: MakeEarlyData | undefined;
  /** Heartbeats (RFC 6520), for versions that have them. */
  readonly heartbeats?: MakeHeartbeats | undefined;
  /** Copies what it needs of the keys. */
  createOpener(provider: CryptoProvider, keys: TrafficKeys): RecordOpener;
  /** Copies what it needs of the keys. */
  createSealer(provider: CryptoProvider, keys: TrafficKeys): RecordSealer;
}
