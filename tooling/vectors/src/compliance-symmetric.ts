/** Compliance of hashes, HMAC and AEADs. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { Aead, CryptoError, CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { concat, toHex } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';

export function hashChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return Object.values(subject.hashes).flatMap(hash => {
    const other = reference.hashes[hash.name] as Hash;
    const random = subject.random;
    // Around the block lengths and their padding, and beyond every internal buffer.
    const lengths = [0, 1, 3, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 511, 512, 513, 1000, 16_384, 70_001];
    return [
      {
        name: `${hash.name}: digests equal the reference's, however the input is cut`,
        run() {
          assert.deepEqual([hash.outputLength, hash.blockLength], [other.outputLength, other.blockLength]);
          for (const length of lengths) {
            const data = random(length);
            const kept = toHex(data);
            const expected = toHex(other.digest(data));
            assert.equal(toHex(hash.digest(data)), expected, `${length} bytes at once`);
            assert.equal(toHex(hash.digest(...cut(data))), expected, `${length} bytes in parts`);
            const context = hash.create();
            for (const part of cut(data)) context.update(part);
            assert.equal(toHex(context.digest()), expected, `${length} bytes through a context`);
            assert.equal(toHex(data), kept, 'input was changed');
          }
          assert.equal(toHex(hash.digest()), toHex(other.digest(new Uint8Array(0))));
        },
      },
      {
        name: `${hash.name}: HMACs equal the reference's`,
        run() {
          const keyLengths = [
            0,
            1,
            20,
            hash.outputLength,
            hash.blockLength - 1,
            hash.blockLength,
            hash.blockLength + 1,
            300,
          ];
          for (const keyLength of keyLengths) {
            const key = random(keyLength);
            for (const length of lengths.slice(0, -1)) {
              const data = random(length);
              const expected = toHex(other.hmac(key, data));
              assert.equal(toHex(hash.hmac(key, data)), expected, `key ${keyLength}, message ${length}`);
              assert.equal(
                toHex(hash.hmac(key, ...cut(data))),
                expected,
                `key ${keyLength}, message ${length} in parts`,
              );
            }
          }
        },
      },
      {
        name: `${hash.name}: digest() leaves the context as it was, clone() is independent`,
        run() {
          const [a, b, c] = [random(100), random(31), random(200)];
          const context = hash.create().update(a);
          const first = context.digest();
          assert.equal(toHex(context.digest()), toHex(first));
          first.fill(0); // the digest belongs to the caller
          const copy = context.clone();
          context.update(b);
          copy.update(c);
          assert.equal(toHex(context.digest()), toHex(hash.digest(a, b)));
          assert.equal(toHex(copy.digest()), toHex(hash.digest(a, c)));
          assert.equal(toHex(copy.clone().update(b).digest()), toHex(hash.digest(a, c, b)));
          assert.equal(toHex(copy.digest()), toHex(hash.digest(a, c)));
        },
      },
      {
        name: `${hash.name}: results are plain bytes with memory of their own`,
        run() {
          for (const make of [() => hash.digest(), () => hash.hmac(random(9)), () => hash.create().digest()]) {
            assertPlain(make());
            const result = make();
            const before = toHex(result);
            make();
            assert.equal(toHex(result), before);
          }
        },
      },
    ];
  });
}

export function aeadChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return Object.values(subject.aeads).flatMap(aead => {
    const other = reference.aeads[aead.name] as Aead;
    const random = subject.random;
    const misuse = (error: CryptoError) => error.code === 'misuse';
    return [
      {
        name: `${aead.name}: seals to what the reference seals, and opens it`,
        run() {
          assert.deepEqual(
            [aead.keyLength, aead.nonceLength, aead.tagLength],
            [other.keyLength, other.nonceLength, other.tagLength],
          );
          const rawKey = random(aead.keyLength);
          const [key, otherKey] = [aead.create(rawKey), other.create(rawKey)];
          rawKey.fill(0); // the caller may wipe it at once
          for (const length of [0, 1, 15, 16, 17, 31, 64, 255, 1000, 16_385]) {
            for (const aadLength of [0, 5, 13, 16, 40]) {
              const [nonce, aad, plaintext] = [random(aead.nonceLength), random(aadLength), random(length)];
              const inputs = toHex(concat(nonce, aad, plaintext));
              const parts = key.seal(nonce, aad, plaintext);
              const sealed = concat(...parts);
              assert.equal(sealed.length, length + aead.tagLength);
              assert.equal(toHex(sealed), toHex(concat(...otherKey.seal(nonce, aad, plaintext))));
              const opened = key.open(nonce, aad, sealed);
              assert.equal(opened && toHex(opened), toHex(plaintext));
              for (const part of [...parts, opened as Uint8Array]) {
                assertPlain(part);
                part.fill(0xaa); // belongs to the caller: nothing else may change
              }
              assert.equal(toHex(concat(nonce, aad, plaintext)), inputs);
            }
          }
        },
      },
      {
        name: `${aead.name}: whatever was changed does not open`,
        run() {
          const key = aead.create(random(aead.keyLength));
          const [nonce, aad] = [random(aead.nonceLength), random(5)];
          const sealed = concat(...key.seal(nonce, aad, random(33)));
          for (let bit = 0; bit < 8 * sealed.length; bit++) {
            assert.equal(key.open(nonce, aad, flipped(sealed, bit)), undefined, `bit ${bit} of what was sealed`);
          }
          for (let bit = 0; bit < 8 * aad.length; bit++)
            assert.equal(key.open(nonce, flipped(aad, bit), sealed), undefined);
          for (let bit = 0; bit < 8 * nonce.length; bit++) {
            assert.equal(key.open(flipped(nonce, bit), aad, sealed), undefined);
          }
          assert.equal(aead.create(random(aead.keyLength)).open(nonce, aad, sealed), undefined, 'another key');
          assert.notEqual(key.open(nonce, aad, sealed), undefined);
        },
      },
      {
        name: `${aead.name}: open never throws, for input of any length`,
        run() {
          const key = aead.create(random(aead.keyLength));
          const [nonce, aad] = [random(aead.nonceLength), random(5)];
          const sealed = concat(...key.seal(nonce, aad, random(20)));
          for (let length = 0; length < sealed.length; length++) {
            assert.equal(key.open(nonce, aad, sealed.subarray(0, length)), undefined);
          }
          assert.equal(key.open(nonce, aad, concat(sealed, Uint8Array.of(0))), undefined);
          for (let length = 0; length < 40; length++) {
            if (length !== aead.nonceLength) assert.equal(key.open(random(length), aad, sealed), undefined);
          }
        },
      },
      {
        name: `${aead.name}: a key or nonce of wrong length is the caller's mistake`,
        run() {
          for (const length of [0, aead.keyLength - 1, aead.keyLength + 1, 24]) {
            assert.throws(() => aead.create(random(length)), misuse);
          }
          const key = aead.create(random(aead.keyLength));
          for (const length of [0, 8, 11, 13, 16]) {
            assert.throws(() => key.seal(random(length), random(5), random(5)), misuse);
          }
        },
      },
      {
        name: `${aead.name}: a wiped key is of no use`,
        run() {
          const rawKey = random(aead.keyLength);
          const [key, twin] = [aead.create(rawKey), aead.create(rawKey)];
          const [nonce, aad] = [random(aead.nonceLength), random(5)];
          const sealed = concat(...key.seal(nonce, aad, random(5)));
          key.wipe();
          key.wipe();
          assert.throws(() => key.seal(nonce, aad, random(5)), misuse);
          assert.throws(() => key.open(nonce, aad, sealed), misuse);
          assert.throws(() => key.open(nonce, aad, random(3)), misuse);
          assert.notEqual(twin.open(nonce, aad, sealed), undefined, 'another object under the same key lives on');
        },
      },
    ];
  });
}

/** A Buffer would do for most callers, and surprise those who `slice` it. */
export function assertPlain(bytes: Uint8Array): void {
  assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype, 'not a plain Uint8Array');
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** The bytes in three parts, any of which may be empty. */
function cut(bytes: Uint8Array): Uint8Array[] {
  const first = randomInt(bytes.length + 1);
  const second = first + randomInt(bytes.length - first + 1);
  return [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
}
