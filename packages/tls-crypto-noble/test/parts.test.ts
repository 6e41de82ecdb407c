/** The provider in parts: the same answers as the whole, and nothing that was not named. */
import { generateKeyPairSync } from 'node:crypto';
import { x25519 as tabled } from '@noble/curves/ed25519.js';
import { type Hash, type SignatureAlgorithm, withExtras } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { curve25519 } from '../src/parts/curve25519.ts';
import {
  aesGcm,
  chacha20Poly1305,
  createBareProvider,
  ecdsaKeys,
  ecdsaPrivateKeys,
  ed25519Keys,
  nistGroups,
  rsaKeys,
  sha2,
  x25519,
} from '../src/parts/index.ts';

const whole = createNobleProvider();
const parts = withExtras(
  createBareProvider(),
  sha2,
  aesGcm,
  chacha20Poly1305,
  x25519,
  nistGroups,
  ecdsaKeys,
  ecdsaPrivateKeys,
  rsaKeys,
  ed25519Keys,
);
const unsupported = expect.objectContaining({ name: 'CryptoError', code: 'unsupported' });

describe('groups', () => {
  it('x25519 is that of RFC 7748 §5.2', () => {
    const nine = Uint8Array.of(9, ...new Uint8Array(31));
    const once = '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079';
    expect(toHex(curve25519.getSharedSecret(nine, nine))).toBe(once);
  });

  it('x25519 has the keys that tables give', () => {
    for (let i = 0; i < 20; i++) {
      const scalar = whole.random(32);
      expect(toHex(curve25519.getPublicKey(scalar))).toBe(toHex(tabled.getPublicKey(scalar)));
    }
  });

  it.each(['x25519', 'secp256r1', 'secp384r1'] as const)('%s agrees with the whole provider', name => {
    const offer = parts.groups[name]?.offer() as { share: Uint8Array; complete(share: Uint8Array): Uint8Array };
    const answer = whole.groups[name]?.respond(offer.share) as { share: Uint8Array; sharedSecret: Uint8Array };
    expect(toHex(offer.complete(answer.share))).toBe(toHex(answer.sharedSecret));
  });

  it('x25519 refuses a share of low order', () => {
    const offer = parts.groups.x25519?.offer() as { complete(share: Uint8Array): Uint8Array };
    expect(() => offer.complete(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'invalid-share' }));
  });
});

describe('hashes and AEADs', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('%s is that of the whole provider', name => {
    const [own, other] = [parts.hashes[name] as Hash, whole.hashes[name] as Hash];
    const data = whole.random(200);
    expect(toHex(own.digest(data))).toBe(toHex(other.digest(data)));
  });

  it.each(['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const)('%s is that of the whole provider', name => {
    const [own, other] = [parts.aeads[name], whole.aeads[name]];
    if (own === undefined || other === undefined) throw new Error(`no ${name}`);
    const key = whole.random(own.keyLength);
    const nonce = whole.random(own.nonceLength);
    const [sealed] = own.create(key).seal(nonce, nonce, key) as [Uint8Array];
    expect(other.create(key).open(nonce, nonce, sealed)).toEqual(key);
  });
});

const der = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;
interface Pair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}
// The types of node:crypto lack encodings here and there.
const make = generateKeyPairSync as unknown as (type: string, options: object) => Pair;
const ec = (namedCurve: string) => make('ec', { namedCurve, ...der });
const rsa = (modulusLength: number) => make('rsa', { modulusLength, ...der });
const ed = () => make('ed25519', der);
const ecdsa: SignatureAlgorithm = { type: 'ecdsa', hash: 'sha256' };
const kinds: readonly [string, () => Pair, SignatureAlgorithm][] = [
  ['P-256', () => ec('P-256'), ecdsa],
  ['P-384', () => ec('P-384'), { ...ecdsa, hash: 'sha384' }],
  ['RSA, PKCS #1', () => rsa(2048), { type: 'rsa-pkcs1', hash: 'sha256' }],
  ['RSA, PSS', () => rsa(2048), { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 }],
  ['Ed25519', ed, { type: 'ed25519' }],
];

describe('keys', () => {
  it.each(kinds)('of %s verify', (_name, generate, algorithm) => {
    const { publicKey, privateKey } = generate();
    const data = whole.random(40);
    const signature = whole.importPrivateKey(privateKey).sign(algorithm, data) as Uint8Array;
    const key = parts.importPublicKey(publicKey);
    expect(key.verify(algorithm, data, signature)).toBe(true);
    expect(key.verify(algorithm, whole.random(40), signature)).toBe(false);
    expect(key.verify({ type: 'rsa-pkcs1', hash: 'sha1' }, data, signature)).toBe(false);
  });

  it.each([
    ['P-256', 'sha256'],
    ['P-384', 'sha384'],
  ] as const)('that are private sign on %s', (curve, hash) => {
    const { publicKey, privateKey } = ec(curve);
    const data = whole.random(40);
    const key = parts.importPrivateKey(privateKey);
    const signature = key.sign({ type: 'ecdsa', hash }, data) as Uint8Array;
    expect(toHex(key.spki)).toBe(toHex(publicKey));
    expect(whole.importPublicKey(publicKey).verify({ type: 'ecdsa', hash }, data, signature)).toBe(true);
    expect(() => key.sign({ type: 'ecdsa', hash: 'sha1' }, data)).toThrow(unsupported);
    expect(() => key.sign({ type: 'ed25519' }, data)).toThrow(unsupported);
  });

  it('of kinds that were not named are unsupported, and so is P-521', () => {
    const { publicKey, privateKey } = ed();
    const few = withExtras(createBareProvider(), sha2, ecdsaKeys);
    expect(few.keys).toEqual({ 'ecdsa-secp256r1': true, 'ecdsa-secp384r1': true });
    expect(() => few.importPublicKey(publicKey)).toThrow(unsupported);
    expect(() => parts.importPrivateKey(privateKey)).toThrow(unsupported);
    const p521 = ec('P-521');
    expect(() => parts.importPublicKey(p521.publicKey)).toThrow(unsupported);
    expect(() => parts.importPrivateKey(p521.privateKey)).toThrow(unsupported);
  });
});

describe('RSASSA-PSS', () => {
  const algorithm = { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 } as const;

  it.each([1024, 1025, 1026, 1031, 1032])(
    'verifies under a modulus of %i bits, and not with a bit turned',
    modulusLength => {
      const { publicKey, privateKey } = rsa(modulusLength);
      const data = whole.random(40);
      const signature = whole.importPrivateKey(privateKey).sign(algorithm, data) as Uint8Array;
      const key = parts.importPublicKey(publicKey);
      expect(key.verify(algorithm, data, signature)).toBe(true);
      expect(key.verify({ ...algorithm, saltLength: 31 }, data, signature)).toBe(false);
      const turned = Uint8Array.from(signature);
      turned[turned.length - 1] = (turned.at(-1) as number) ^ 1;
      expect(key.verify(algorithm, data, turned)).toBe(false);
    },
  );
});
