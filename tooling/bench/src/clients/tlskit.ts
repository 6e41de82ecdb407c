import type { CryptoProvider } from '@tlskit/tls-crypto';
import { connect } from 'tlskit/node';
import type { BenchClient } from '../client.ts';
import { overDuplex } from './duplex.ts';

/** What the others offer: a key of ML-KEM more would be compared with none. */
const groups = ['x25519', 'secp256r1', 'secp384r1'];

export function tlskitClient(provider: CryptoProvider): BenchClient {
  return {
    name: 'tlskit',
    crypto: provider.name,
    connect: ({ host, port, ca }) =>
      overDuplex(
        connect({ host, port, provider, groups, trust: { roots: [ca.pem] }, servername: 'localhost' }),
        'secureConnect',
      ),
  };
}
