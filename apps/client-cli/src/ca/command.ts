import type { Command } from '../command.ts';
import { runCa } from './ca.ts';
import { caOptions } from './options.ts';

export const ca: Command = {
  usage: ['tlskit ca [NAME[,NAME…] …] [options]'],
  summary: 'makes an authority and certificates for tests',
  about: [
    'Makes a root, an intermediate, and certificates of servers and clients with their keys, and says what it wrote. Each NAME makes a certificate: of a DNS name or an IP address, or several, separated by commas. Without any it is one for localhost, 127.0.0.1 and ::1.',
    'Keys are files that their owner alone may read. The authority is new each time, and nobody trusts it who is not told to.',
  ],
  options: { Options: caOptions },
  run: runCa,
  examples: [
    ['tlskit ca --out pki', 'pki/root.pem, pki/localhost-chain.pem, pki/localhost.key …'],
    [
      "tlskit ca example.test,'*.example.test' --client alice --key rsa-2048 --p12",
      'a server with two names, and a client',
    ],
    ['tlskit ca --from 2020-01-01 --days 30', 'a certificate that has expired'],
  ],
};
