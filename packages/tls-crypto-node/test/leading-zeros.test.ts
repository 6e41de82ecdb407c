/**
 * Secrets of ECDH that begin with zeros, which must stay (RFC 9846 §7.4.2). Each was found by drawing keys with OpenSSL until one came;
 * the portable provider, whose arithmetic is another, agrees.
 */
import type { CryptoProvider, GroupName } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNodeProvider } from '../src/index.ts';

const vectors: { name: GroupName; privateKey: string; peer: string; secret: string }[] = [
  {
    name: 'secp256r1',
    privateKey: 'd31ceff6323e40aee6142800fd11aee2765caa4be6f3af590ef40014fcd5e155',
    peer: '043926207b91e7e52edf1deaa952be89a56d1217827f95ef49a29a8b391b97081095a0c3cb39ff518dc4df23683ec6dcb75164b3670fa11c13acc334d1628d59a2',
    secret: '0094a01352119510945ed8c6c9c71206d2f382b957c7b6c52b98f1b2cc640856',
  },
  {
    name: 'secp384r1',
    privateKey: 'f20c2c11cba2e2f79120d6a1e1fb57b2a44b8efc5c3a138ad48912c6340c874d19ffe8e79e0157f615eb465153f54c73',
    peer: '04992fbb68adc9d3210b4d460c002b22ef0f3183621b5c1a27e7459d602f645f5ab86340f6d89adcabfd5bc4712b72f310d34cf4a9107d4f26016b8781ba2a61166c8988aa5713839b98892f013a5138de54a62a220c3e753e7acef52445e20377',
    secret: '00e845517afcec99e3cd6a113f2663b5bc4f97113f3244838ce0f83f8f72aa568965d98b22152997356175e176b79b0c',
  },
  {
    name: 'secp521r1',
    privateKey:
      '00bceae44a2cf2ab37af0a33ba091299f15ec237e3c149bf9e1c1b87ae9a5d76c8396b31b13658f4712c53c5dd5227a08cf792755f9aeb021b879107f4e3674535d4',
    peer: '0400ce918135a0da49081f0744225b1baf1995d4d9ab962d348fbb72db852c208f8ed61f5fa64f07aa5b23534948a0052ad4d205e743f369abb05bd095ff2725d77b3c00c4bcc6d3ef0af6ecb7efe472b3530d62821cadc5f81128c2b908da511819345cee38ff468e5e8a8b2ce6f1e9b2597fd6ced4dd4baf25516efb5a512c52b79a7a93',
    secret:
      '00008d1b7833f5cf70c1d49066762910b2f91d5e89ae152228a63eb67779dd0a1e67aaa5dd5d111a18935313ebd079b4528e4c357834a08af0db22aaca107b121a7e',
  },
];

type Make = (options: { readonly random: CryptoProvider['random'] }) => CryptoProvider;
const makers: [string, Make][] = [
  ['node', createNodeProvider],
  ['noble', createNobleProvider],
];

describe.each(makers)('the provider %s', (_name, make) => {
  it.each(vectors)(
    'keeps the leading zeros of a secret of $name [9846:7.4.2:1]',
    ({ name, privateKey, peer, secret }) => {
      const group = make({ random: () => fromHex(privateKey) }).groups[name];
      const answer = group?.respond(fromHex(peer)) as { sharedSecret: Uint8Array };
      expect(toHex(answer.sharedSecret)).toBe(secret);
    },
  );
});
