import type { Duplex } from 'node:stream';
import tls from 'lemon-tls';
import type { BenchClient } from '../client.ts';
import { overDuplex } from './duplex.ts';

export const lemonClient: BenchClient = {
  name: 'lemon-tls',
  crypto: 'node:crypto',
  connect: ({ host, port, ca }) =>
    overDuplex(
      tls.connect({ host, port, servername: 'localhost', ca: ca.pem, minVersion: 'TLSv1.3' }) as unknown as Duplex,
      'secureConnect',
    ),
};
