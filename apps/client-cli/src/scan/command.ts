import type { Command } from '../command.ts';
import { scanSections } from './options.ts';
import { runScan } from './scan.ts';

export const scan: Command = {
  usage: ['tlskit scan HOST:PORT [options]'],
  summary: 'finds out what a server speaks, and what is wrong with it',
  about: [
    'Finds out what a server speaks: versions, suites, groups, signature schemes, application protocols, extensions, resumption and certificates; and what is wrong with them. It says hello many times, completes some of the handshakes whatever the certificate, and sends no application data. Nothing is exploited: findings come of what is negotiated.',
    'What is not probed: ROBOT and other padding oracles, Heartbleed, renegotiation without RFC 5746, suites of SRP, servers of TLS 1.3 with pre-shared keys alone. QUIC and DTLS are not spoken.',
  ],
  options: scanSections,
  run: runScan,
  notes: ['Scan servers that are yours, or whose owners agree. An IPv6 address needs brackets: [::1]:443.'],
  examples: [
    ['tlskit scan example.com:443', 'What there is to know, on one screen.'],
    [
      'tlskit scan example.com:443 --policy intermediate --fail-on medium',
      'For scripts: exits with 10 where it is not as it should be.',
    ],
    ['tlskit scan localhost:8443 --cacert ca.pem --json', 'Everything, as schema/scan.schema.json describes it.'],
  ],
};
