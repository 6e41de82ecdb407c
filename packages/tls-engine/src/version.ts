import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientModule, ServerModule, TrafficKeys, VersionModule } from '@tlskit/tls-handshake';
import type { RecordOpener, RecordSealer } from '@tlskit/tls-record';

/**
 * A protocol version as the engine takes it: its handshake, and the protection of its records.
 * Bundles carry the versions that they name; `@tlskit/tls-engine/tls13` has the one of TLS 1.3.
 */
export interface EngineVersion<Handshake extends ClientModule | ServerModule = VersionModule> {
  readonly handshake: Handshake;
  /** Copies what it needs of the keys. */
  createOpener(provider: CryptoProvider, keys: TrafficKeys): RecordOpener;
  /** Copies what it needs of the keys. */
  createSealer(provider: CryptoProvider, keys: TrafficKeys): RecordSealer;
}
