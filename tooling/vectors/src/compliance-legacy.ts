/** Compliance of what TLS 1.2 has beside TLS 1.3: block ciphers, finite-field groups by their numbers, RSA encryption. */
import assert from 'node:assert/strict';
import { type BlockCipher, CryptoError, type CryptoProvider, type DhParameters } from '@tlskit/tls-crypto';
import { ffdhePrime } from '@tlskit/tls-crypto-noble/more';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';
import { assertPlain } from './compliance-symmetric.ts';

const misuse = (error: CryptoError) => error instanceof CryptoError && error.code === 'misuse';
const invalid = (error: CryptoError) => error instanceof CryptoError && error.code === 'invalid-share';

export function legacyChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return [
    ...Object.values(subject.blockCiphers ?? {}).flatMap(cipher =>
      blockCipherChecks(cipher, reference.blockCiphers?.[cipher.name] as BlockCipher, subject.random),
    ),
    ...(subject.finiteField === undefined ? [] : finiteFieldChecks(subject, reference)),
  ];
}

function blockCipherChecks(
  cipher: BlockCipher,
  other: BlockCipher,
  random: CryptoProvider['random'],
): ComplianceCheck[] {
  const { name, blockLength, keyLength } = cipher;
  return [
    {
      name: `${name}: blocks equal the reference's`,
      run() {
        assert.deepEqual([blockLength, keyLength], [other.blockLength, other.keyLength]);
        for (const blocks of [0, 1, 2, 3, 17, 1024]) {
          const [rawKey, iv, data] = [random(keyLength), random(blockLength), random(blocks * blockLength)];
          const [key, twin] = [cipher.create(rawKey), other.create(rawKey)];
          rawKey.fill(0);
          const kept = toHex(concat(iv, data));
          const encrypted = key.encrypt(iv, data);
          assert.equal(toHex(encrypted), toHex(twin.encrypt(iv, data)));
          assert.equal(toHex(key.decrypt(iv, data)), toHex(twin.decrypt(iv, data)));
          assert.equal(toHex(key.decrypt(iv, encrypted)), toHex(data));
          assert.equal(toHex(concat(iv, data)), kept, 'input was changed');
          assertPlain(encrypted);
          assertPlain(key.decrypt(iv, data));
        }
      },
    },
    {
      name: `${name}: keys, IVs and input of wrong length, and wiped keys, are the caller's mistake`,
      run() {
        for (const length of [0, keyLength - 1, keyLength + 1]) {
          assert.throws(() => cipher.create(random(length)), misuse);
        }
        const key = cipher.create(random(keyLength));
        const [iv, block] = [random(blockLength), random(blockLength)];
        for (const length of [0, blockLength - 1, blockLength + 1, 2 * blockLength]) {
          assert.throws(() => key.encrypt(random(length), block), misuse);
          assert.throws(() => key.decrypt(random(length), block), misuse);
        }
        for (const length of [1, blockLength - 1, blockLength + 1]) {
          assert.throws(() => key.encrypt(iv, random(length)), misuse);
          assert.throws(() => key.decrypt(iv, random(length)), misuse);
        }
        key.wipe();
        key.wipe();
        assert.throws(() => key.encrypt(iv, block), misuse);
        assert.throws(() => key.decrypt(iv, block), misuse);
      },
    },
  ];
}

/** The 2048-bit MODP group (RFC 3526 §3), which is not of RFC 7919. */
const modp2048: DhParameters = {
  p: fromHex(
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff',
  ),
  g: Uint8Array.of(2),
};
const ffdhe2048: DhParameters = { p: fromHex(ffdhePrime('ffdhe2048').toString(16)), g: Uint8Array.of(2) };

function finiteFieldChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  const exchange = (parameters: DhParameters, provider = subject) =>
    provider.finiteField?.(parameters) as Exclude<ReturnType<NonNullable<CryptoProvider['finiteField']>>, undefined>;
  const groups = { modp2048, ffdhe2048 };
  return [
    ...Object.entries(groups).map(([name, parameters]) => ({
      name: `finite field ${name}: both sides have the same secret`,
      async run() {
        const ends: [CryptoProvider, CryptoProvider][] = [
          [subject, subject],
          [subject, reference],
          [reference, subject],
        ];
        for (const [offering, responding] of ends) {
          const offer = await exchange(parameters, offering).offer();
          const answer = await exchange(parameters, responding).respond(offer.share);
          const secret = await offer.complete(answer.share);
          assert.equal(toHex(secret), toHex(answer.sharedSecret));
          assert.deepEqual([offer.share.length, answer.share.length, secret.length], [256, 256, 256]);
          await assert.rejects(async () => offer.complete(answer.share), misuse);
        }
      },
    })),
    {
      name: 'finite field: a share without its leading zeros is the same number',
      async run() {
        // Small numbers are squares or not; both are in the range.
        for (const parameters of [modp2048, ffdhe2048]) {
          const offer = await exchange(parameters).offer();
          assert.equal((await offer.complete(Uint8Array.of(4))).length, 256);
        }
      },
    },
    {
      name: 'finite field: bad shares are refused',
      async run() {
        const { p } = modp2048;
        const minus = (n: number) => Uint8Array.from(p, (octet, i) => (i === 255 ? octet - n : octet));
        const bad = [[0], [1], minus(1), p, new Uint8Array(256).fill(255), new Uint8Array(257)].map(octets =>
          Uint8Array.from(octets),
        );
        for (const share of [new Uint8Array(0), ...bad]) {
          await assert.rejects(async () => exchange(modp2048).respond(share), invalid);
          const offer = await exchange(modp2048).offer();
          await assert.rejects(async () => offer.complete(share), invalid);
        }
      },
    },
    {
      name: 'finite field: parameters that are no group are refused',
      run() {
        const { p, g } = modp2048;
        const even = Uint8Array.from(p, (octet, i) => (i === 255 ? octet - 1 : octet));
        const small = fromHex(`f${'0'.repeat(240)}1`.padEnd(254, '1'));
        const minusOne = even;
        const parameters: [string, DhParameters][] = [
          ['an even p', { p: even, g }],
          ['a p with small factors', { p: Uint8Array.from(p, (octet, i) => (i === 255 ? octet - 2 : octet)), g }],
          ['a p of 1016 bits', { p: small, g }],
          ['a p of 8200 bits', { p: new Uint8Array(1025).fill(255), g }],
          ['no p', { p: new Uint8Array(0), g }],
          ['g = 0', { p, g: Uint8Array.of(0) }],
          ['g = 1', { p, g: Uint8Array.of(1) }],
          ['g = p - 1', { p, g: minusOne }],
          ['g = p', { p, g: p }],
        ];
        for (const [what, bad] of parameters) assert.throws(() => exchange(bad), invalid, what);
      },
    },
  ];
}
