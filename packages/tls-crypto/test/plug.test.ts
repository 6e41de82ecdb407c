import { describe, expect, it } from 'vitest';
import {
  type Aead,
  type AeadFunctions,
  aeadFrom,
  type CryptoProvider,
  primitiveNames,
  withAead,
} from '../src/index.ts';

const misuse = expect.objectContaining({ name: 'CryptoError', code: 'misuse' });
const [nonce, aad, text] = [new Uint8Array(12), Uint8Array.of(5), Uint8Array.of(1, 2, 3)];

/** No cipher at all: the tag is the first octet of the key, many times. */
const transparent: AeadFunctions = {
  seal: (key, _, __, plaintext) => Uint8Array.from([...plaintext, ...new Uint8Array(16).fill(key[0] as number)]),
  open(key, _, __, sealed) {
    if (sealed.at(-1) === 0xee) throw new Error('forged');
    return sealed.at(-1) === key[0] ? sealed.slice(0, -16) : undefined;
  },
};

describe('aeadFrom', () => {
  it.each([
    ['aes-128-gcm', 16, 16],
    ['aes-256-gcm', 32, 16],
    ['chacha20-poly1305', 32, 16],
    ['aes-128-ccm', 16, 16],
    ['aes-128-ccm-8', 16, 8],
    ['aes-256-ccm', 32, 16],
    ['aes-256-ccm-8', 32, 8],
  ] as const)('%s has the lengths that TLS gives it', (name, keyLength, tagLength) => {
    expect(aeadFrom(name, transparent)).toMatchObject({ name, keyLength, nonceLength: 12, tagLength });
  });

  it('seals, opens, and answers undefined to whatever is not authentic', () => {
    const key = aeadFrom('aes-128-gcm', transparent).create(new Uint8Array(16).fill(7));
    const [sealed] = key.seal(nonce, aad, text) as [Uint8Array];
    expect(key.open(nonce, aad, sealed)).toEqual(text);
    expect(key.open(nonce, aad, sealed.with(18, 8))).toBeUndefined();
    expect(key.open(nonce, aad, sealed.with(18, 0xee))).toBeUndefined();
    for (let length = 0; length < 16; length++) expect(key.open(nonce, aad, new Uint8Array(length))).toBeUndefined();
    expect(key.open(new Uint8Array(11), aad, sealed)).toBeUndefined();
  });

  it('keeps a copy of the key, which wipe() overwrites, and is of no use then', () => {
    let seen: Uint8Array | undefined;
    const noting: AeadFunctions = {
      ...transparent,
      seal(key, ...rest) {
        seen = key;
        return transparent.seal(key, ...rest);
      },
    };
    const raw = new Uint8Array(32).fill(7);
    const key = aeadFrom('chacha20-poly1305', noting).create(raw);
    raw.fill(0);
    const [sealed] = key.seal(nonce, aad, text) as [Uint8Array];
    expect([...(seen as Uint8Array)]).toEqual(Array(32).fill(7));
    key.wipe();
    expect([...(seen as Uint8Array)]).toEqual(Array(32).fill(0));
    expect(() => key.seal(nonce, aad, text)).toThrow(misuse);
    expect(() => key.open(nonce, aad, sealed)).toThrow(misuse);
  });

  it('refuses keys and nonces of wrong length', () => {
    const aead = aeadFrom('aes-256-gcm', transparent);
    for (const length of [0, 16, 31, 33]) expect(() => aead.create(new Uint8Array(length))).toThrow(misuse);
    const key = aead.create(new Uint8Array(32));
    for (const length of [0, 8, 11, 13]) expect(() => key.seal(new Uint8Array(length), aad, text)).toThrow(misuse);
  });
});

describe('withAead', () => {
  const own = { name: 'aes-128-gcm' } as Aead;
  const base = {
    name: 'base',
    hashes: {},
    aeads: { 'aes-128-gcm': own },
    aeadOrder: ['aes-128-gcm', 'chacha20-poly1305'],
    groups: {},
    keys: {},
    describe(this: CryptoProvider) {
      return Object.fromEntries(primitiveNames(this).map(name => [name, 'base']));
    },
  } as unknown as CryptoProvider;
  const quick = aeadFrom('chacha20-poly1305', transparent);

  it('puts it in the place of the other, in front, and says so', () => {
    const provider = withAead(base, quick, 'wasm');
    expect(provider.aeads).toEqual({ 'aes-128-gcm': own, 'chacha20-poly1305': quick });
    expect(provider.aeadOrder).toEqual(['chacha20-poly1305', 'aes-128-gcm']);
    expect(provider.describe()).toEqual({ 'aes-128-gcm': 'base', 'chacha20-poly1305': 'wasm' });
    expect(base.aeads).toEqual({ 'aes-128-gcm': own });
    const twice = withAead(provider, aeadFrom('aes-128-gcm', transparent), 'other');
    expect(twice.describe()).toEqual({ 'aes-128-gcm': 'other', 'chacha20-poly1305': 'wasm' });
    expect(twice.aeadOrder).toEqual(['aes-128-gcm', 'chacha20-poly1305']);
  });

  it('does with a provider that says nothing of itself', () => {
    const { describe: _, aeadOrder: __, ...silent } = base;
    const provider = withAead(silent, quick, 'wasm');
    expect(provider.describe()).toEqual({ 'chacha20-poly1305': 'wasm' });
    expect(provider.aeadOrder).toEqual(['chacha20-poly1305']);
  });
});

describe('primitiveNames', () => {
  it('names halves of hybrids, paddings of RSA, and finite-field groups as one', () => {
    const provider = {
      hashes: { sha256: {} },
      aeads: { 'aes-128-gcm': {} },
      groups: { x25519: {}, ffdhe2048: {}, ffdhe3072: {}, MLKEM768: {}, X25519MLKEM768: {}, SecP384r1MLKEM1024: {} },
      keys: { rsa: true, dsa: true, 'ecdsa-secp256r1': true },
    } as unknown as CryptoProvider;
    expect(primitiveNames(provider)).toEqual([
      ...['sha256', 'aes-128-gcm', 'x25519', 'ffdhe', 'ml-kem-768', 'ml-kem-1024'],
      ...['rsa-pkcs1', 'rsa-pss', 'dsa', 'ecdsa-secp256r1'],
    ]);
  });
});
