import type { CryptoProvider } from '@tlskit/tls-crypto';
import { connect } from 'tlskit/node';
import type { BenchClient } from '../client.ts';
import { overDuplex } from './duplex.ts';

export function tlskitClient(provider: CryptoProvider): BenchClient {
  return {
    name: 'tlskit',
    crypto: provider.name,
    connect: ({ host, port, ca }) =>
      overDuplex(
        connect({ host, port, provider, trust: { roots: [ca.pem] }, servername: 'localhost' }),
        'secureConnect',
      ),
  };
}
