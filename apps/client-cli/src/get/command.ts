import type { Command } from '../command.ts';
import { runGet } from './get.ts';
import { getSections } from './options.ts';

export const get: Command = {
  usage: ['tlskit get URL [options]'],
  summary: 'gets a resource by HTTP/1.1 over TLS',
  about: [
    'Gets a resource of https:// by HTTP/1.1, and writes it to standard output as it comes. The server is verified first; an answer that is cut off is a failure, though what came of it was written.',
  ],
  options: getSections,
  run: runGet,
  notes: ['Without a scheme a URL is of https://.'],
};
