import type { Command } from '../command.ts';
import { runBench } from './bench.ts';
import { benchSections } from './options.ts';

export const bench: Command = {
  usage: ['tlskit bench HOST:PORT [options]'],
  summary: 'measures handshakes and bytes against a server',
  about: [
    'Measures how many handshakes a second a server does with this client, full and resumed, and how quickly bytes come and go, as far as the server lets one see: by GET, or of a server that sends back what it gets (tlskit-server --echo). The first failure ends it. What is measured is both ends and all between them: where this client is the slower one, the CPU time of this process says so.',
  ],
  options: benchSections,
  run: runBench,
  notes: ['Only where you may: it is as many connections as both sides can do.'],
};
