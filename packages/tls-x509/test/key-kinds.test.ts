import { withExtras } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { dhKeys, dsaKeys } from '@tlskit/tls-crypto-noble/legacy';
import type { KeyKind } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, derBitString, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCredential, loadPrivateKey } from '../src/index.ts';
import { createCA, type Issued, noble, type TestCA, thrown } from './support.ts';

const complete = withExtras(noble, ...allExtras, dsaKeys, dhKeys);

const kinds: readonly KeyKind[] = [
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
  'ed448',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'dsa-2048',
  'dh-2048',
  'rsa-2048',
  'rsa-pss',
];

let ca: TestCA;
const issued = new Map<KeyKind, Issued>();
beforeAll(async () => {
  ca = await createCA();
  for (const key of kinds) issued.set(key, await ca.issue({ names: ['localhost'], key }));
});

/** A PKCS#8 key taken apart, with attributes, or a public key, put into it. */
function rebuilt(pkcs8: Uint8Array, publicKey?: Uint8Array, attributes?: Uint8Array): Uint8Array {
  const reader = new DerReader(pkcs8).enter();
  reader.next(Tag.integer);
  const [algorithm, key] = [reader.next().bytes, reader.next(Tag.octetString).bytes];
  const version = derUnsigned(Uint8Array.of(publicKey === undefined ? 0 : 1));
  const bits = publicKey && new DerReader(derBitString(publicKey)).next().value;
  return der(
    Tag.sequence,
    ...[version, algorithm, key],
    ...(attributes === undefined ? [] : [der(contextTag(0, true), attributes)]),
    ...(bits === undefined ? [] : [der(contextTag(1, false), bits)]),
  );
}

/** Contents of the BIT STRING. */
function publicKeyOf({ spki }: Pick<Issued, 'spki'>): Uint8Array {
  const reader = new DerReader(spki).enter();
  reader.next();
  return Uint8Array.from(reader.bitStringBytes());
}

const friendlyName = der(
  Tag.sequence,
  derOid('1.2.840.113549.1.9.20'),
  der(Tag.set, der(Tag.bmpString, new Uint8Array([0, 107]))),
);

describe.each(kinds)('a key of kind %s', kind => {
  const load = (file: Uint8Array) => toHex(loadPrivateKey(complete, file).spki);

  it('loads from PKCS#8, alone, with attributes, and with its public key (RFC 5958)', () => {
    const leaf = issued.get(kind) as Issued;
    const publicKey = publicKeyOf(leaf);
    for (const file of [
      leaf.key,
      rebuilt(leaf.key),
      rebuilt(leaf.key, undefined, friendlyName),
      rebuilt(leaf.key, publicKey),
      rebuilt(leaf.key, publicKey, friendlyName),
    ]) {
      expect(load(file)).toBe(toHex(leaf.spki));
    }
  });

  it('does not load with the public key of another', async () => {
    const leaf = issued.get(kind) as Issued;
    const other = publicKeyOf(await ca.issue({ key: kind }));
    const error = thrown(() => loadPrivateKey(complete, rebuilt(leaf.key, other)));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain('the public key does not belong to the private key');
  });

  it('does not load with more behind it, or a version that does not fit', () => {
    const leaf = issued.get(kind) as Issued;
    const body = (bytes: Uint8Array) => new DerReader(bytes).next().value;
    const trailing = der(Tag.sequence, body(leaf.key), der(Tag.null));
    const versioned = Uint8Array.from(rebuilt(leaf.key, publicKeyOf(leaf)));
    versioned[versioned.indexOf(Tag.integer) + 2] = 0;
    for (const file of [trailing, versioned]) {
      expect(thrown(() => loadPrivateKey(complete, file)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });

  it('goes with its certificate, and with no other', () => {
    const leaf = issued.get(kind) as Issued;
    const { certificate } = leaf.pem;
    expect(createCredential({ provider: complete, certificate, key: leaf.pem.key }).chain).toHaveLength(1);
    for (const [other, { pem }] of issued) {
      if (other === kind) continue;
      const mismatched = () => createCredential({ provider: complete, certificate, key: pem.key });
      expect(thrown(mismatched)).toMatchObject({ code: 'ERR_TLS_KEY_MISMATCH' });
    }
  });
});

describe('public keys within private ones', () => {
  it('of SEC1 must be their own', async () => {
    const [leaf, other] = [issued.get('ecdsa-p256') as Issued, await ca.issue('other.test')];
    const sec1 = (publicKey: Uint8Array) => {
      const reader = new DerReader(leaf.key).enter();
      reader.next();
      reader.next();
      const inner = new DerReader(reader.octetString()).enter();
      inner.next();
      const curve = der(contextTag(0, true), derOid('1.2.840.10045.3.1.7'));
      const point = der(contextTag(1, true), derBitString(publicKey));
      return der(Tag.sequence, derUnsigned(Uint8Array.of(1)), inner.next().bytes, curve, point);
    };
    expect(toHex(loadPrivateKey(complete, sec1(publicKeyOf(leaf))).spki)).toBe(toHex(leaf.spki));
    expect(thrown(() => loadPrivateKey(complete, sec1(publicKeyOf(other)))).message).toContain('does not belong');
  });

  it('of DSA in the form of OpenSSL must be their own', async () => {
    const [leaf, other] = [issued.get('dsa-2048') as Issued, await ca.issue({ key: 'dsa-2048' })];
    const reader = new DerReader(leaf.key).enter();
    reader.next();
    const algorithm = reader.enter();
    algorithm.oid();
    const domain = algorithm.enter();
    const numbers = [domain.next().bytes, domain.next().bytes, domain.next().bytes];
    const secret = reader.octetString();
    const file = (y: Uint8Array) => der(Tag.sequence, derUnsigned(Uint8Array.of(0)), ...numbers, y, secret);
    expect(toHex(loadPrivateKey(complete, file(publicKeyOf(leaf))).spki)).toBe(toHex(leaf.spki));
    expect(thrown(() => loadPrivateKey(complete, file(publicKeyOf(other)))).message).toContain('does not belong');
  });
});
