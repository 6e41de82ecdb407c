/** What old peers need, held against OpenSSL: DSA, RSA key transport, agreement with long-term keys. */
import {
  createHash,
  createSign,
  createVerify,
  type DSAKeyPairKeyObjectOptions,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { type PublicKey, type SigningKey, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { der, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { describe, expect, it } from 'vitest';
import { createNodeProvider } from '../src/index.ts';
import { ownSpki, peerSpki, pkcs8, secretDigest } from './dh-key.ts';

const providers = [createNodeProvider(), withExtras(createNobleProvider(), ...legacyExtras)];
const data = new TextEncoder().encode('to be signed');

function exported({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
  return {
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

const flip = (bytes: Uint8Array, at: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));

describe.each(providers.map(provider => [provider.name, provider] as const))('%s', (_name, provider) => {
  describe.each([
    [1024, 160],
    [2048, 256],
  ])('DSA of %d bits, order of %d', (modulusLength, divisorLength) => {
    const options: DSAKeyPairKeyObjectOptions = { modulusLength, divisorLength };
    const pair = generateKeyPairSync('dsa', options);
    const { spki, pkcs8 } = exported(pair);
    const key = provider.importPublicKey(spki) as PublicKey;
    const signingKey = provider.importPrivateKey(pkcs8) as SigningKey;

    it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('signs and verifies, both ways: %s', async hash => {
      expect(key.algorithm).toEqual({ type: 'dsa', bits: modulusLength });
      expect(signingKey.algorithm).toEqual(key.algorithm);
      expect(signingKey.spki).toEqual(spki);
      const theirs = new Uint8Array(createSign(hash).update(data).sign(pair.privateKey));
      expect(await key.verify({ type: 'dsa', hash }, data, theirs)).toBe(true);
      const ours = await signingKey.sign({ type: 'dsa', hash }, data);
      expect(createVerify(hash).update(data).verify(pair.publicKey, ours)).toBe(true);
      expect(await key.verify({ type: 'dsa', hash }, flip(data, 0), theirs)).toBe(false);
      expect(await key.verify({ type: 'ecdsa', hash }, data, theirs)).toBe(false);
      expect(() => signingKey.sign({ type: 'ecdsa', hash }, data)).toThrow(
        expect.objectContaining({ code: 'unsupported' }),
      );
    });

    it('refuses every other signature', async () => {
      const signature = (await signingKey.sign({ type: 'dsa', hash: 'sha256' }, data)) as Uint8Array;
      const algorithm = { type: 'dsa', hash: 'sha256' } as const;
      for (let at = 0; at < signature.length; at++) {
        expect(await key.verify(algorithm, data, flip(signature, at)), `byte ${at}`).toBe(false);
        expect(await key.verify(algorithm, data, signature.subarray(0, at))).toBe(false);
      }
      const pair = (r: number, s: number) =>
        der(Tag.sequence, derUnsigned(Uint8Array.of(r)), derUnsigned(Uint8Array.of(s)));
      for (const bad of [pair(0, 1), pair(1, 0), pair(0, 0), pair(1, 1)]) {
        expect(await key.verify(algorithm, data, bad)).toBe(false);
      }
    });

    it('refuses malformed keys, those outside of their group only when they are used', async () => {
      const malformed = expect.objectContaining({ code: expect.stringMatching(/malformed-key|unsupported/) });
      const algorithm = { type: 'dsa', hash: 'sha256' } as const;
      const signature = (await signingKey.sign(algorithm, data)) as Uint8Array;
      let imported = 0;
      for (let at = 1; at < spki.length; at += 5) {
        let flipped: PublicKey;
        try {
          flipped = provider.importPublicKey(flip(spki, at)) as PublicKey;
        } catch (error) {
          expect(error, `public, byte ${at}`).toEqual(malformed);
          continue;
        }
        imported++;
        expect(await flipped.verify(algorithm, data, signature), `public, byte ${at}`).toBe(false);
      }
      // Those of the generator and of the key itself.
      expect(imported * 5).toBeGreaterThan(modulusLength / 8);
      expect(() => provider.importPublicKey(spki.subarray(0, -1))).toThrow(malformed);
      expect(() => provider.importPrivateKey(pkcs8.subarray(0, -1))).toThrow(malformed);
      const bare = der(Tag.sequence, der(Tag.sequence, derOid('1.2.840.10040.4.1')), Uint8Array.of(3, 1, 0));
      expect(() => provider.importPublicKey(bare)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    });
  });

  it('[5246:7.4.7.1:3] [5246:7.4.7.1:4] encrypts a premaster secret, of which the native provider learns no more than it may', async () => {
    const { spki, pkcs8 } = exported(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const message = Uint8Array.from({ length: 48 }, (_, i) => i);
    const fallback = new Uint8Array(48).fill(0xcc);
    const key = provider.importPublicKey(spki);
    const ciphertext = (await key.encryptPkcs1?.(message)) as Uint8Array;
    expect(ciphertext).toHaveLength(256);
    expect(await key.encryptPkcs1?.(message)).not.toEqual(ciphertext);
    expect(() => key.encryptPkcs1?.(new Uint8Array(246))).toThrow(expect.objectContaining({ code: 'misuse' }));

    const server = createNodeProvider().importPrivateKey(pkcs8);
    expect(server.decryptPkcs1?.(ciphertext, fallback)).toEqual(message);
    // Of another length, tampered with, above the modulus, no ciphertext at all: all the same.
    expect(server.decryptPkcs1?.(ciphertext, fallback.subarray(1))).toEqual(fallback.subarray(1));
    for (const bad of [
      flip(ciphertext, 255),
      ciphertext.subarray(1),
      new Uint8Array(256).fill(255),
      new Uint8Array(256),
      new Uint8Array(0),
    ]) {
      expect(server.decryptPkcs1?.(bad, fallback)).toEqual(fallback);
    }
  });

  it('does not decrypt with what is not safe, nor encrypt with a key that is for signatures', () => {
    const { spki, pkcs8 } = exported(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }));
    expect(provider.importPublicKey(spki).encryptPkcs1).toBeUndefined();
    expect(provider.importPrivateKey(pkcs8).decryptPkcs1).toBeUndefined();
    const rsa = exported(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const decrypts = provider.importPrivateKey(rsa.pkcs8).decryptPkcs1 !== undefined;
    expect(decrypts).toBe(provider.name === 'node');
  });

  it.each(['P-256', 'P-384', 'P-521'])('agrees with a long-term key on %s', async namedCurve => {
    const { spki, pkcs8 } = exported(generateKeyPairSync('ec', { namedCurve }));
    const key = provider.importPrivateKey(pkcs8);
    const { curve } = key.algorithm as { curve: 'secp256r1' };
    const length = { 'P-256': 65, 'P-384': 97, 'P-521': 133 }[namedCurve] as number;
    const answer = await createNodeProvider().groups[curve]!.respond(spki.slice(-length));
    expect(await key.agree?.(answer.share)).toEqual(answer.sharedSecret);
    expect(() => key.agree?.(flip(answer.share, 40))).toThrow(expect.objectContaining({ code: 'invalid-share' }));
    expect(() => key.agree?.(answer.share.subarray(1))).toThrow(expect.objectContaining({ code: 'invalid-share' }));
  });
});

describe.each(providers.map(provider => [provider.name, provider] as const))('DH keys with %s', (_name, provider) => {
  const key = provider.importPrivateKey(pkcs8);
  const peer = provider.importPublicKey(peerSpki);

  it('agree as OpenSSL has them do', async () => {
    expect(key.spki).toEqual(ownSpki);
    expect(key.algorithm).toMatchObject({ type: 'dh', bits: 2048 });
    expect(peer.algorithm).toEqual(key.algorithm);
    const secret = (await key.agree?.(peer.share as Uint8Array)) as Uint8Array;
    expect(secret).toHaveLength(256);
    expect(createHash('sha256').update(secret).digest('hex')).toBe(secretDigest);
    expect(peer.share).toHaveLength(256);
  });

  it('sign nothing', async () => {
    const algorithm = { type: 'dsa', hash: 'sha256' } as const;
    expect(() => key.sign(algorithm, data)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(await peer.verify(algorithm, data, data)).toBe(false);
  });

  it('take no share outside of their group, which would tell of the key', () => {
    const share = peer.share as Uint8Array;
    const { p } = (key.algorithm as Extract<typeof key.algorithm, { type: 'dh' }>).parameters;
    const few = (last: number) => new Uint8Array(256).with(255, last);
    // p - 1 has order 2, and 2 is of another subgroup.
    for (const bad of [few(0), few(1), few(2), p.with(255, (p[255] as number) - 1), p, flip(share, 255)]) {
      expect(() => key.agree?.(bad)).toThrow(expect.objectContaining({ code: 'invalid-share' }));
    }
  });

  it('are refused where they are none, a generator of another group only when the key is used', () => {
    const malformed = expect.objectContaining({ code: 'malformed-key' });
    const none = expect.objectContaining({ code: expect.stringMatching(/^(malformed-key|invalid-share)$/) });
    for (let at = 30; at < peerSpki.length; at += 37) {
      expect(() => provider.importPublicKey(flip(peerSpki, at)).share, `byte ${at}`).toThrow(none);
      expect(() => provider.importPublicKey(peerSpki.subarray(0, at)), `${at} bytes`).toThrow(malformed);
    }
    for (let at = 30; at < 560; at += 37) {
      expect(() => provider.importPrivateKey(flip(pkcs8, at)), `byte ${at}`).toThrow(malformed);
    }
  });
});
