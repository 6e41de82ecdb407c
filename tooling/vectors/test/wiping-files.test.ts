/** What is left in memory of private keys that files have, of their passphrases, and of the keys that are made of those. */
import { createCipheriv, createPrivateKey, generateKeyPairSync, pbkdf2Sync, randomBytes } from 'node:crypto';
import { bytesToKey, fileCiphers, pbkdf1, pkcs12Key } from '@tlskit/tls-crypto-noble/passwords';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA } from '@tlskit/tls-testing';
import { concat, toHex } from '@tlskit/tls-wire';
import { contextTag, type DerPart, type DerValue, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { createCredential, loadPrivateKey } from '@tlskit/tls-x509';
import { decryptPrivateKey, loadPkcs12 } from '@tlskit/tls-x509/encrypted';
import { describe, expect, it } from 'vitest';
import { remains, witness } from '../src/memory-witness.ts';

const isOurs = (path: string) => /packages\/tls-(crypto|wire|x509)/.test(path) && !path.includes('node_modules');

const provider = createNodeProvider();
const issued = await (await createCA()).issue('localhost');
const key = createPrivateKey({ key: Buffer.from(issued.key), format: 'der', type: 'pkcs8' });
const scalar = Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
const passphrase = 'the word of this file';
const protection = { cipher: 'aes-256-cbc', passphrase } as const;

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const exponent = Buffer.from(rsa.export({ format: 'jwk' }).d as string, 'base64url');

const sequence = (...parts: DerPart[]): DerValue => [Tag.sequence, ...parts];
const octets = (part: DerPart): DerValue => [Tag.octetString, part];
const explicit = (part: DerPart): DerValue => [contextTag(0, true), part];
const content = (type: number, part: DerPart) => sequence(derOid(`1.2.840.113549.1.7.${type}`), explicit(part));
const bag = (type: number, part: DerPart) => sequence(derOid(`1.2.840.113549.1.12.10.1.${type}`), explicit(part));
const small = (value: number) => Uint8Array.of(Tag.integer, 1, value);
const pfx = (...safes: DerPart[]) => der(Tag.sequence, small(3), content(1, octets(sequence(...safes))));
const keyBag = bag(1, issued.key);
const shrouded = bag(2, key.export({ type: 'pkcs8', format: 'der', ...protection }));
const certificateBag = bag(
  3,
  sequence(derOid('1.2.840.113549.1.9.22.1'), explicit(octets(issued.chain[0] as Uint8Array))),
);

/** EncryptedData of PBES2. */
function encrypted(part: DerValue): DerValue {
  const [salt, iv] = [randomBytes(8), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, 10, 32, 'sha1'), iv);
  const ciphertext = concat(cipher.update(der(...part)), cipher.final());
  const derivation = sequence(derOid('1.2.840.113549.1.5.12'), sequence(octets(salt), small(10)));
  const scheme = sequence(derOid('2.16.840.1.101.3.4.1.42'), octets(iv));
  const algorithm = sequence(derOid('1.2.840.113549.1.5.13'), sequence(derivation, scheme));
  return content(6, sequence(small(0), sequence(derOid('1.2.840.113549.1.7.1'), algorithm, [0x80, ciphertext])));
}

describe('of a private key nothing is left', () => {
  it.each([
    ['PKCS#8', key.export({ type: 'pkcs8', format: 'pem' })],
    ['SEC1', key.export({ type: 'sec1', format: 'pem' })],
    ['SEC1, DER', key.export({ type: 'sec1', format: 'der' })],
    ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' })],
    ['two, which are refused', `${issued.pem.key}${issued.pem.key}`],
  ])('in a file as %s', async (_, file) => {
    const { made } = await witness(() => attempt(() => loadPrivateKey(provider, file)), isOurs);
    expect([...remains(made, scalar), ...remains(made, exponent)]).toEqual([]);
  });

  it('that stands beside its certificate', async () => {
    const file = `${issued.pem.key}${issued.pem.certificate}`;
    const { made } = await witness(() => createCredential({ provider, certificate: file, key: file }), isOurs);
    expect(remains(made, scalar)).toEqual([]);
  });

  it('but the file, which is the caller’s', () => {
    const file = Uint8Array.from(issued.key);
    loadPrivateKey(provider, file);
    expect(toHex(file)).toBe(toHex(issued.key));
  });

  it.each([
    ['PKCS#8', key.export({ type: 'pkcs8', format: 'pem', ...protection })],
    ['PEM', key.export({ type: 'sec1', format: 'pem', ...protection })],
  ])('that was encrypted as %s, but what is given', async (_, file) => {
    const { made, result } = await witness(() => decryptPrivateKey(file, passphrase), isOurs);
    expect(remains(made, scalar, [result])).toEqual([]);
  });

  it.each([
    ['in the open', pfx(content(1, octets(sequence(keyBag, certificateBag))))],
    ['in a safe that is', pfx(encrypted(sequence(keyBag, certificateBag)))],
    ['in a safe within', pfx(encrypted(sequence(bag(6, sequence(keyBag)), certificateBag)))],
    ['on its own', pfx(content(1, octets(sequence(shrouded))), encrypted(sequence(certificateBag)))],
    ['before what is malformed', pfx(encrypted(sequence(keyBag)), content(1, octets(octets(issued.key))))],
    ['of nobody', pfx(encrypted(sequence(keyBag)))],
  ])('of PKCS#12, encrypted %s', async (_, file) => {
    const { made } = await witness(() => attempt(() => loadPkcs12(provider, file, passphrase)), isOurs);
    expect(made.length).toBeGreaterThan(0);
    expect(remains(made, scalar)).toEqual([]);
  });
});

describe('of a passphrase nothing is left', () => {
  const words = Buffer.from(passphrase);
  const bmp = Buffer.from(passphrase, 'utf16le').swap16();

  it.each([
    ['text', passphrase],
    ['bytes', words],
  ])('that was given as %s', async (_, given) => {
    const file = key.export({ type: 'sec1', format: 'pem', ...protection });
    const { made } = await witness(() => {
      decryptPrivateKey(file, given);
      loadPkcs12(provider, pfx(content(1, octets(sequence(shrouded, certificateBag)))), given);
    }, isOurs);
    expect([...remains(made, words), ...remains(made, bmp)]).toEqual([]);
    expect(words.toString()).toBe(passphrase);
  });

  it.each<[what: string, derive: () => Uint8Array]>([
    ['PEM’s own', () => bytesToKey(words, new Uint8Array(8), 24)],
    ['PBKDF1', () => pbkdf1('sha1', words, new Uint8Array(8), 3)],
    ['PKCS#12’s', () => pkcs12Key('sha1', 'key', bmp, new Uint8Array(8), 3, 24)],
  ])('nor of the key that %s derivation makes of it, but what is given', async (_, derive) => {
    const { made, result } = await witness(derive, isOurs);
    expect(remains(made, result, [result])).toEqual([]);
    expect([...remains(made, words), ...remains(made, bmp)]).toEqual([]);
  });

  it.each(['des-cbc', 'des-ede-cbc', 'des-ede3-cbc'] as const)('nor of a key of %s', async name => {
    const { keyLength, decrypt } = fileCiphers[name];
    const secret = randomBytes(keyLength);
    const { made } = await witness(() => decrypt(secret, new Uint8Array(8), new Uint8Array(16)), isOurs);
    expect(remains(made, secret.subarray(-8))).toEqual([]);
  });
});

/** What goes wrong is to leave nothing either. */
function attempt(load: () => unknown): void {
  try {
    load();
  } catch {
    // Other tests look at errors.
  }
}
