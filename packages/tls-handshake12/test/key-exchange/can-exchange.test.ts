/** Which suites are offered, and chosen, at all. */
import { generateKeyPairSync } from 'node:crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import type { ExternalPsk } from '@tlskit/tls-handshake';
import { AnyCipherSuite, NamedGroup } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { canExchange } from '../../src/key-exchange/index.ts';
import { answer, begin, clientConfig, noble, node, serverConfig, suite } from './support.ts';

/** A suite of every kind. */
const suites = {
  ECDHE: suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'),
  ECDH_anon: suite('TLS_ECDH_anon_WITH_AES_128_CBC_SHA'),
  ECDH: suite('TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256'),
  DHE: suite('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'),
  DH: suite('TLS_DH_RSA_WITH_AES_128_GCM_SHA256'),
  RSA: suite('TLS_RSA_WITH_AES_128_GCM_SHA256'),
  PSK: suite('TLS_PSK_WITH_AES_128_GCM_SHA256'),
  ECDHE_PSK: suite('TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256'),
  DHE_PSK: suite('TLS_DHE_PSK_WITH_AES_128_GCM_SHA256'),
  RSA_PSK: suite('TLS_RSA_PSK_WITH_AES_128_GCM_SHA256'),
};
type Name = keyof typeof suites;
const names = Object.keys(suites) as Name[];
const psk: ExternalPsk = { identity: Uint8Array.of(65), key: new Uint8Array(16), hash: 'sha256' };
const { secp224r1, secp256r1, x25519, ffdhe2048, X25519MLKEM768 } = NamedGroup.values;
/** TLS 1.3 alone. */
const bare = createNobleProvider();

const ofClient = (...args: Parameters<typeof clientConfig>) =>
  names.filter(name => canExchange('client', clientConfig(...args), suites[name]));
const ofServer = (...args: Parameters<typeof serverConfig>) =>
  names.filter(name => canExchange('server', serverConfig(...args), suites[name]));

describe('a client', () => {
  it.each([noble, node])('of $name can do all, with a key for those that take one', provider => {
    expect(ofClient(provider)).toEqual(['ECDHE', 'ECDH_anon', 'ECDH', 'DHE', 'DH', 'RSA']);
    expect(ofClient(provider, { psks: [psk] })).toEqual(names);
    expect(ofClient(provider, { psks: () => [] })).toEqual(names);
    const imported = { ...psk, imported: { identity: psk.identity, context: psk.identity } };
    expect(ofClient(provider, { psks: [imported] })).toEqual(ofClient(provider));
  });

  it('can do what its provider can', () => {
    expect(ofClient(bare)).toEqual(['ECDHE', 'ECDH_anon', 'ECDH']);
    expect(ofClient({ ...bare, keys: {} })).toEqual(['ECDHE', 'ECDH_anon', 'ECDH']);
    expect(ofClient({ ...noble, keys: {} })).not.toContain('RSA');
  });

  it('can do what its groups allow', () => {
    expect(ofClient(noble, { groups: [] })).toEqual(['DHE', 'DH', 'RSA']);
    expect(ofClient(noble, { groups: [ffdhe2048, X25519MLKEM768, 0x0a0a] })).toEqual(['DHE', 'DH', 'RSA']);
    expect(ofClient(noble, { groups: [x25519] })).toEqual(['ECDHE', 'ECDH_anon', 'DHE', 'DH', 'RSA']);
    expect(ofClient(noble, { groups: [secp224r1] })).toEqual(['ECDHE', 'ECDH_anon', 'DHE', 'DH', 'RSA']);
    expect(ofClient(noble, { groups: [secp256r1] })).toEqual(['ECDHE', 'ECDH_anon', 'ECDH', 'DHE', 'DH', 'RSA']);
  });
});

describe('a server', () => {
  it('can do what provider and configuration have, whose key is not chosen yet', () => {
    expect(ofServer(node)).toEqual(['ECDHE', 'ECDH_anon', 'ECDH', 'DHE', 'DH', 'RSA']);
    expect(ofServer(node, { pskLookup: () => undefined })).toEqual(names);
    expect(ofServer(bare, { groups: [] })).toEqual(['RSA']);
  });

  it.each([noble, node])('of $name can do what its key can', provider => {
    const key = (kind: 'rsa' | 'ec') => {
      const pair =
        kind === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return provider.importPrivateKey(new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' })));
    };
    const config = serverConfig(provider, { pskLookup: () => psk });
    const able = (name: Name, kind: 'rsa' | 'ec') => canExchange('server', config, suites[name], key(kind));
    const isNative = provider === node;
    expect([able('RSA', 'rsa'), able('RSA_PSK', 'rsa'), able('ECDH', 'ec')]).toEqual([isNative, isNative, true]);
    expect([able('RSA', 'ec'), able('RSA_PSK', 'ec'), able('ECDH', 'rsa')]).toEqual([false, false, false]);
    expect([able('DH', 'rsa'), able('ECDHE', 'rsa'), able('DHE', 'ec')]).toEqual([false, true, true]);
  });
});

it('what has no key is not begun', async () => {
  await expect(begin(suites.DH, { config: serverConfig(node) })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
  await expect(answer(suites.DH, { config: clientConfig(node) })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
  expect(AnyCipherSuite.values.TLS_DH_RSA_WITH_AES_128_GCM_SHA256).toBe(suites.DH.code);
});
