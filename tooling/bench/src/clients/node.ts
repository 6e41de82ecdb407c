import { connect } from 'node:tls';
import type { BenchClient } from '../client.ts';
import { overDuplex } from './duplex.ts';

export const nodeClient: BenchClient = {
  name: 'node:tls',
  crypto: 'OpenSSL',
  connect: ({ host, port, ca }) =>
    overDuplex(connect({ host, port, ca: ca.pem, servername: 'localhost', minVersion: 'TLSv1.3' }), 'secureConnect'),
};
