/** TLS 1.3 for the engine: the handshake of RFC 9846 over the records of its §5. */
import { TlsError } from '@tlskit/tls-alerts';
import type { Aead, CryptoProvider } from '@tlskit/tls-crypto';
import type { TrafficKeys } from '@tlskit/tls-handshake';
import { handshake13 } from '@tlskit/tls-handshake13';
import { createOpener13, createSealer13 } from '@tlskit/tls-record';
import type { EngineVersion } from './version.ts';

export const tls13: EngineVersion = {
  handshake: handshake13,
  createOpener: (provider, keys) => createOpener13(aeadOf(provider, keys), keys.key, keys.iv),
  createSealer: (provider, keys) => createSealer13(aeadOf(provider, keys), keys.key, keys.iv),
};

function aeadOf(provider: CryptoProvider, { aead: name }: TrafficKeys): Aead {
  const aead = provider.aeads[name];
  if (aead === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${name}`);
  return aead;
}
