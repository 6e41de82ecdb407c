/** What both sides of a TLS 1.3 handshake do with the things that the shared floor hands them. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { type Connected, type Flow, keys, type TrafficKeys } from '@tlskit/tls-handshake';
import type { ExporterSecret, TrafficSecret } from '@tlskit/tls-keyschedule';
import type { CipherSuiteInfo } from '@tlskit/tls-messages';

export { illegal, keyExchange } from '@tlskit/tls-handshake';

export const TLS13 = 0x0304;

/** A suite with the primitives behind it. */
export interface Suite {
  readonly info: CipherSuiteInfo;
  readonly hash: Hash;
  /** Bytes of the AEAD's key. */
  readonly keyLength: number;
}

export function suiteOf(provider: CryptoProvider, info: CipherSuiteInfo): Suite {
  const hash = provider.hashes[info.hash];
  const aead = provider.aeads[info.aead];
  if (hash === undefined || aead === undefined) {
    throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${info.name}`);
  }
  return { info, hash, keyLength: aead.keyLength };
}

/** Derives the keys of an epoch from its traffic secret (RFC 9846 §7.3) and installs them. */
export function* install(
  suite: Suite,
  direction: 'read' | 'write',
  epoch: 'early' | 'handshake' | 'application',
  secret: TrafficSecret,
): Flow<void> {
  const trafficKeys: TrafficKeys = {
    version: TLS13,
    aead: suite.info.aead,
    key: secret.key(suite.keyLength),
    iv: secret.iv(),
  };
  yield* keys(direction, epoch, trafficKeys);
}

/** The exporter of a connection (RFC 9846 §7.5): apart from all else that its handshake had. */
export function exporting(exporter: ExporterSecret): Connected['exportKeyingMaterial'] {
  return (label, context, length) => exporter.export(label, context ?? new Uint8Array(0), length);
}

export function missing(extension: string, message: string): TlsError {
  return new TlsError('ERR_TLS_MISSING_EXTENSION', `${message} has no ${extension}`);
}
