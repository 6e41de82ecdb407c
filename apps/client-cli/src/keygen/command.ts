import type { Command } from '../command.ts';
import { keyKinds } from '../keys/kinds.ts';
import { runKeygen } from './keygen.ts';
import { keygenOptions } from './options.ts';

export const keygen: Command = {
  usage: ['tlskit keygen [KIND] [options]'],
  summary: 'makes a private key for tests',
  about: [
    'Makes a private key, for tests, and prints it as PEM, or writes it to a file that its owner alone may read.',
    `KIND is ecdsa-p256, which is the default, ${keyKinds.slice(1).join(', ')}.`,
  ],
  options: { Options: keygenOptions },
  run: runKeygen,
  examples: [
    ['tlskit keygen ed25519 --out key.pem --public public.pem', 'a key and its public half'],
    ['tlskit keygen rsa-2048 --form pkcs1', 'in the form that older programs read'],
  ],
  operands: keyKinds,
};
