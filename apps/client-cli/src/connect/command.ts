import type { Command } from '../command.ts';
import { runConnect } from './connect.ts';
import { connectSections } from './options.ts';

export const connect: Command = {
  usage: ['tlskit [connect] HOST:PORT [options]', 'tlskit connect --json [--hosts FILE] [HOST:PORT]... [options]'],
  summary: 'connects by TLS, verifies, reports, and moves data',
  about: [
    'Connects by TLS, verifies the certificate for HOST, reports on standard error in at most 12 lines and one for each thing that was asked for, then sends standard input to the peer and writes what the peer sends to standard output. The end of the input closes our side; the connection ends when the peer has closed its own.',
  ],
  options: connectSections,
  run: runConnect,
  notes: ['Lists are separated by commas; suites and groups by colons too. An IPv6 address needs brackets: [::1]:443.'],
};
