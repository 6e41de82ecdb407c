import {
  constants,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  privateEncrypt,
  sign,
  verify,
} from 'node:crypto';
import type { SignatureAlgorithm } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { encodePkcs8, encodeSpki } from '../src/keys/index.ts';

const provider = createNobleProvider();
const text = (value: string) => new TextEncoder().encode(value);

describe('Ed25519', () => {
  it('signs and verifies RFC 8032 §7.1, test 2', () => {
    const key = provider.importPrivateKey(
      encodePkcs8({
        type: 'ed25519',
        seed: fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
      }),
    );
    const point = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const expected =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    expect(key.spki).toEqual(encodeSpki({ type: 'ed25519', point }));
    expect(toHex(key.sign({ type: 'ed25519' }, Uint8Array.of(0x72)) as Uint8Array)).toBe(expected);
    const publicKey = provider.importPublicKey(key.spki);
    expect(publicKey.verify({ type: 'ed25519' }, Uint8Array.of(0x72), fromHex(expected))).toBe(true);
    expect(publicKey.verify({ type: 'ed25519' }, Uint8Array.of(0x73), fromHex(expected))).toBe(false);
  });
});

describe('ECDSA', () => {
  // RFC 6979 §A.2.5: P-256, SHA-256 and SHA-512, message "sample".
  const point = fromHex(
    '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  );
  it.each([
    [
      'sha256',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'sha512',
      '8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00',
      '2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe',
    ],
  ] as const)('verifies RFC 6979 §A.2.5 with %s, whose s is high', (hash, r, s) => {
    const key = provider.importPublicKey(encodeSpki({ type: 'ec', curve: 'secp256r1', point }));
    const integer = (hex: string) =>
      fromHex(Number.parseInt(hex[0] as string, 16) >= 8 ? `022100${hex}` : `0220${hex}`);
    const body = concat(integer(r), integer(s));
    const signature = concat(Uint8Array.of(0x30, body.length), body);
    expect(key.verify({ type: 'ecdsa', hash }, text('sample'), signature)).toBe(true);
    expect(key.verify({ type: 'ecdsa', hash }, text('Sample'), signature)).toBe(false);
    expect(key.verify({ type: 'ecdsa', hash: 'sha384' }, text('sample'), signature)).toBe(false);
  });
});

describe('RSA', () => {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const [key, publicKey] = [provider.importPrivateKey(pair.privateKey), provider.importPublicKey(pair.publicKey)];
  const nodeKey = (algorithm: SignatureAlgorithm) => ({
    key: pair.publicKey,
    format: 'der' as const,
    type: 'spki' as const,
    ...(algorithm.type === 'rsa-pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
      : { padding: constants.RSA_PKCS1_PADDING }),
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('PKCS#1 v1.5 with %s is what OpenSSL makes', hash => {
    const nativeKey = createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' });
    const signature = key.sign({ type: 'rsa-pkcs1', hash }, text('hello')) as Uint8Array;
    expect(toHex(signature)).toBe(sign(hash, text('hello'), nativeKey).toString('hex'));
    expect(publicKey.verify({ type: 'rsa-pkcs1', hash }, text('hello'), signature)).toBe(true);
  });

  it.each([
    ['sha1', '301f300706052b0e03021a0414'],
    ['sha256', '302f300b06096086480165030402010420'],
    ['sha384', '303f300b06096086480165030402020430'],
    ['sha512', '304f300b06096086480165030402030440'],
  ] as const)(
    'PKCS#1 v1.5 with %s is taken without the NULL of its hash [5246:4.7:2], and no other way',
    (hash, prefix) => {
      const nativeKey = createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' });
      const digest = createHash(hash).update(text('hello')).digest();
      const verifies = (info: Uint8Array) => {
        const signature = new Uint8Array(
          privateEncrypt({ key: nativeKey, padding: constants.RSA_PKCS1_PADDING }, info),
        );
        return publicKey.verify({ type: 'rsa-pkcs1', hash }, text('hello'), signature);
      };
      const info = Buffer.concat([fromHex(prefix), digest]);
      expect(verifies(info)).toBe(true);
      expect(verifies(Buffer.concat([info, Uint8Array.of(0)]))).toBe(false);
      expect(verifies(digest)).toBe(false);
      for (let bit = 0; bit < info.length * 8; bit += 5) {
        const other = Buffer.from(info);
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(verifies(other), `bit ${bit}`).toBe(false);
      }
    },
  );

  it.each([
    ['sha256', 32],
    ['sha256', 0],
    ['sha384', 48],
    ['sha512', 64],
    ['sha1', 20],
    ['sha512', 190],
  ] as const)(
    'PSS with %s and %i bytes of salt verifies in OpenSSL, with that salt length alone',
    (hash, saltLength) => {
      const algorithm = { type: 'rsa-pss', hash, mgfHash: hash, saltLength } as const;
      const signature = key.sign(algorithm, text('hello')) as Uint8Array;
      expect(verify(hash, text('hello'), nodeKey(algorithm), signature)).toBe(true);
      expect(publicKey.verify(algorithm, text('hello'), signature)).toBe(true);
      expect(publicKey.verify({ ...algorithm, saltLength: saltLength + 1 }, text('hello'), signature)).toBe(false);
    },
  );

  it('salts differ from one signature to the next', () => {
    const algorithm = { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 } as const;
    const sign = () => toHex(key.sign(algorithm, text('hello')) as Uint8Array);
    expect(sign()).not.toBe(sign());
  });

  it('refuses what does not fit into the modulus', () => {
    const algorithm = { type: 'rsa-pss', hash: 'sha512', mgfHash: 'sha512', saltLength: 191 } as const;
    expect(() => key.sign(algorithm, text('hello'))).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(publicKey.verify(algorithm, text('hello'), new Uint8Array(256))).toBe(false);
  });
});
