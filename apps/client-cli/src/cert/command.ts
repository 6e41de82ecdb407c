import type { Command } from '../command.ts';
import { runCert } from './cert.ts';
import { certOptions } from './options.ts';

export const cert: Command = {
  usage: ['tlskit cert FILE|HOST:PORT|- [options]'],
  summary: 'says what certificates are, and what to make of them',
  about: [
    'Prints what certificates say, how they were put together, and what to make of them: the path to a trusted root, or why there is none. FILE is PEM or DER, the certificate in question first, others in any order. A server is asked for its chain, whatever it is, and nothing is sent to it but the handshake.',
  ],
  options: { Options: certOptions },
  run: runCert,
  notes: ['A file that exists is a FILE. An IPv6 address needs brackets: [::1]:443.'],
  operands: 'file',
};
