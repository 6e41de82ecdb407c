import { createHash } from 'node:crypto';
import * as library from '@noble/post-quantum/ml-dsa.js';
import {
  type CryptoError,
  type CryptoProvider,
  type KeyExchange,
  type KeyOffer,
  type MlDsaSet,
  withExtras,
} from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { contextTag, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { encodePkcs8, encodeSpki, mlDsaKinds, mlDsaLengths, parsePkcs8, parseSpki } from '../src/keys/index.ts';
import { hybridGroups, hybridsOf, type Kem, mlDsaKeys, mlKem768, mlKem1024 } from '../src/pq/index.ts';

type Answer = { share: Uint8Array; sharedSecret: Uint8Array };
type HybridName = 'X25519MLKEM768' | 'SecP256r1MLKEM768' | 'SecP384r1MLKEM1024';

const provider = withExtras(createNobleProvider(), hybridGroups, mlDsaKeys);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as CryptoError).code;
  }
  return undefined;
};

/** A source that gives these, and then nothing. */
function drawing(...draws: readonly string[]): (length: number) => Uint8Array {
  let at = 0;
  return () => fromHex(draws[at++] as string);
}

// Wycheproof, mlkem_768_test 2 and mlkem_1024_test 2; keys and ciphertexts by their SHA-256.
const seed =
  '7c9935a0b07694aa0c6d10e4db6b1add2fd81a25ccb148032dcd739936737f2d8626ed79d451140800e03b59b956f8210e556067407d13dc90fa9e8b872bfb8f';
const message = '147c03f7a5bebba406c8fae1874d7f13c80efe79a3a9a874cc09fe76f6997615';
const kems = {
  768: {
    make: mlKem768,
    ek: '86adbca81f4fee893e2fb58fb98aa2fe188f501fed268d7f4056f8c05c4e53c4',
    ciphertext: '36829a2f35cbf4deb62c0a12a15c22dae9f8d2c252566fc24f88abe805cb575e',
    secret: 'e7184a0975ee3470878d2d159ec83129c8aec253d4ee17b4810311d198cd0368',
    ekLength: 1184,
    ciphertextLength: 1088,
  },
  1024: {
    make: mlKem1024,
    ek: '61b95ec8c32ae85ad7a17ae5b9c2dfb083e05f767da3ba9a0a8092ea6b4cbf7a',
    ciphertext: '508136a13f8a7920e3434498c6975cbbab457d809309eb2f92453e7409738210',
    secret: '489dd1e9c2be4af3482bdb35bb26ce760e6e414da6ecbe489985748a825f1cd6',
    ekLength: 1568,
    ciphertextLength: 1568,
  },
} as const;

describe.each([768, 1024] as const)('ML-KEM-%i', set => {
  const { make, ek, ciphertext, secret, ekLength, ciphertextLength } = kems[set];

  it('known answer', () => {
    const offer = make(drawing(seed)).offer() as KeyOffer;
    expect([offer.share.length, sha256(offer.share)]).toEqual([ekLength, ek]);
    const answer = make(drawing(message)).respond(offer.share) as Answer;
    expect([answer.share.length, sha256(answer.share)]).toEqual([ciphertextLength, ciphertext]);
    expect(toHex(answer.sharedSecret)).toBe(secret);
    expect(toHex(offer.complete(answer.share) as Uint8Array)).toBe(secret);
    expect(codeOf(() => offer.complete(answer.share))).toBe('misuse');
  });

  it('refuses keys whose coefficients are not reduced, and other lengths (FIPS 203 §7.2)', () => {
    const kem = make(provider.random);
    const good = (kem.offer() as KeyOffer).share;
    // Twelve bits of ones are 4095, above the modulus 3329.
    for (const at of [0, ekLength - 35]) {
      const bad = Uint8Array.from(good);
      bad.fill(0xff, at, at + 3);
      expect(codeOf(() => kem.respond(bad))).toBe('invalid-share');
    }
    for (const bad of [new Uint8Array(0), good.subarray(1), concat(good, Uint8Array.of(0))]) {
      expect(codeOf(() => kem.respond(bad))).toBe('invalid-share');
    }
  });

  it('a ciphertext that was changed gives another secret, one of another length is refused', () => {
    const kem = make(provider.random);
    const offers = Array.from({ length: 3 }, () => kem.offer() as KeyOffer);
    const answer = kem.respond(offers[0]!.share) as Answer;
    answer.share[5]! ^= 1;
    const rejected = offers[0]!.complete(answer.share) as Uint8Array;
    expect(rejected).toHaveLength(32);
    expect(toHex(rejected)).not.toBe(toHex(answer.sharedSecret));
    expect(codeOf(() => offers[1]!.complete(answer.share.subarray(1)))).toBe('invalid-share');
    expect(codeOf(() => offers[1]!.complete(answer.share))).toBe('misuse');
    offers[2]!.wipe();
    expect(codeOf(() => offers[2]!.complete(answer.share))).toBe('misuse');
  });
});

describe('hybrid groups', () => {
  // What draft-ietf-tls-ecdhe-mlkem says of each: the order of the halves, and the bytes of shares and secrets.
  const halves: Readonly<
    Record<HybridName, { curve: 'x25519' | 'secp256r1' | 'secp384r1'; set: 768 | 1024; kemFirst: boolean }>
  > = {
    X25519MLKEM768: { curve: 'x25519', set: 768, kemFirst: true },
    SecP256r1MLKEM768: { curve: 'secp256r1', set: 768, kemFirst: false },
    SecP384r1MLKEM1024: { curve: 'secp384r1', set: 1024, kemFirst: false },
  };
  const sizes: Readonly<Record<HybridName, readonly number[]>> = {
    X25519MLKEM768: [1216, 1120, 64],
    SecP256r1MLKEM768: [1249, 1153, 64],
    SecP384r1MLKEM1024: [1665, 1665, 80],
  };
  const names = Object.keys(halves) as HybridName[];

  it.each(names)('%s: has the sizes of the draft, and both sides agree', name => {
    const offer = provider.groups[name]!.offer() as KeyOffer;
    const answer = provider.groups[name]!.respond(offer.share) as Answer;
    const secret = offer.complete(answer.share) as Uint8Array;
    expect([offer.share.length, answer.share.length, secret.length]).toEqual(sizes[name]);
    expect(toHex(secret)).toBe(toHex(answer.sharedSecret));
  });

  it.each(names)('%s: shares and secrets are those of the halves, in order', name => {
    const { curve, set, kemFirst } = halves[name];
    const [curveKey, peerKey] = [3, 4].map(octet =>
      toHex(new Uint8Array({ x25519: 32, secp256r1: 32, secp384r1: 48 }[curve]).fill(octet)),
    ) as [string, string];
    const group = (...draws: string[]) =>
      withExtras(createNobleProvider({ random: drawing(...draws) }), hybridGroups).groups;
    const ordered = <T>(kem: T, ecdh: T): [T, T] => (kemFirst ? [kem, ecdh] : [ecdh, kem]);

    const kemOffer = kems[set].make(drawing(seed)).offer() as KeyOffer;
    const kemAnswer = kems[set].make(drawing(message)).respond(kemOffer.share) as Answer;
    const curveOffer = group(curveKey)[curve]!.offer() as KeyOffer;
    const curveAnswer = group(peerKey)[curve]!.respond(curveOffer.share) as Answer;

    const offer = group(...ordered(seed, curveKey))[name]!.offer() as KeyOffer;
    expect(toHex(offer.share)).toBe(toHex(concat(...ordered(kemOffer.share, curveOffer.share))));
    const answer = group(...ordered(message, peerKey))[name]!.respond(offer.share) as Answer;
    expect(toHex(answer.share)).toBe(toHex(concat(...ordered(kemAnswer.share, curveAnswer.share))));
    const secret = toHex(concat(...ordered(kemAnswer.sharedSecret, curveAnswer.sharedSecret)));
    expect(toHex(answer.sharedSecret)).toBe(secret);
    expect(toHex(offer.complete(answer.share) as Uint8Array)).toBe(secret);
  });

  it.each(names)('%s: a bad half is a bad share', name => {
    const { curve, set, kemFirst } = halves[name];
    const group = provider.groups[name]!;
    const { share } = group.offer() as KeyOffer;
    const { ekLength, ciphertextLength } = kems[set];
    const curveLength = share.length - ekLength;
    const spoilt = (bytes: Uint8Array, at: number, length: number) => {
      const bad = Uint8Array.from(bytes);
      bad.fill(curve === 'x25519' && length === 32 ? 0 : 0xff, at, at + length);
      return bad;
    };
    const [kemAt, curveAt] = kemFirst ? [0, ekLength] : [curveLength, 0];
    for (const bad of [
      spoilt(share, kemAt, 3),
      spoilt(share, curveAt, curveLength),
      share.subarray(1),
      share.subarray(0, -1),
      concat(share, Uint8Array.of(0)),
      new Uint8Array(0),
    ]) {
      expect(codeOf(() => group.respond(bad))).toBe('invalid-share');
    }
    const offer = group.offer() as KeyOffer;
    const answer = group.respond(offer.share) as Answer;
    const bad = spoilt(answer.share, kemFirst ? ciphertextLength : 0, curveLength);
    expect(codeOf(() => offer.complete(bad))).toBe('invalid-share');
    expect(codeOf(() => offer.complete(answer.share))).toBe('misuse');
  });

  it('are made of the curves that the provider has', () => {
    const base = createNobleProvider();
    const { x25519, ...groups } = base.groups;
    expect(Object.keys(hybridGroups({ ...base, groups }).groups!)).toEqual(['SecP256r1MLKEM768', 'SecP384r1MLKEM1024']);
    expect(x25519).toBeDefined();
  });

  describe('of curves that are asynchronous', () => {
    const base = createNobleProvider();
    const { x25519, secp256r1 } = base.groups as { x25519: KeyExchange; secp256r1: KeyExchange };
    const slow = (exchange: KeyExchange): KeyExchange => ({
      name: exchange.name,
      async offer() {
        const offer = (await exchange.offer()) as KeyOffer;
        return { share: offer.share, complete: async share => offer.complete(share), wipe: () => offer.wipe() };
      },
      respond: async share => exchange.respond(share),
    });
    const groups = (kem: Kem = mlKem768(base.random)): CryptoProvider['groups'] =>
      hybridsOf({ x25519: slow(x25519), secp256r1: slow(secp256r1) }, kem, kem);

    it.each(['X25519MLKEM768', 'SecP256r1MLKEM768'] as const)('%s agrees with the synchronous one', async name => {
      const offering = await groups()[name]!.offer();
      const answer = await provider.groups[name]!.respond(offering.share);
      expect(await offering.complete(answer.share)).toEqual(answer.sharedSecret);
      const offer = await provider.groups[name]!.offer();
      const slowAnswer = await groups()[name]!.respond(offer.share);
      expect(await offer.complete(slowAnswer.share)).toEqual(slowAnswer.sharedSecret);
    });

    it.each(['X25519MLKEM768', 'SecP256r1MLKEM768'] as const)(
      '%s: when one half refuses, the secret of the other is wiped, and so is its key',
      async name => {
        const secrets: Uint8Array[] = [];
        let wiped = 0;
        const kem = mlKem768(base.random);
        const watched: Kem = {
          offer() {
            const offer = kem.offer() as KeyOffer;
            const complete = (share: Uint8Array) => {
              secrets.push(offer.complete(share) as Uint8Array);
              return secrets.at(-1)!;
            };
            const wipe = () => {
              wiped++;
              offer.wipe();
            };
            return { share: offer.share, complete, wipe };
          },
          respond(share) {
            const answer = kem.respond(share) as Answer;
            secrets.push(answer.sharedSecret);
            return answer;
          },
        };
        const group = groups(watched)[name]!;
        const offer = await group.offer();
        const lowOrder = (share: Uint8Array) =>
          name === 'X25519MLKEM768'
            ? concat(share.subarray(0, -32), new Uint8Array(32))
            : concat(new Uint8Array(65), share.subarray(65));
        const invalid = expect.objectContaining({ code: 'invalid-share' });
        await expect((async () => group.respond(lowOrder(offer.share)))()).rejects.toEqual(invalid);
        const answer = await group.respond(offer.share);
        await expect((async () => offer.complete(lowOrder(answer.share)))()).rejects.toEqual(invalid);
        expect(wiped).toBe(1);
        // Both halves are begun at once. Of three secrets of ML-KEM, that of the good answer went into its own and was wiped there.
        expect(secrets.length).toBe(3);
        expect(secrets.every(secret => secret.every(octet => octet === 0))).toBe(true);
        expect(answer.sharedSecret.some(octet => octet !== 0)).toBe(true);
      },
    );
  });
});

describe.each([44, 65, 87] as const)('ML-DSA-%i', set => {
  const algorithm = { type: 'ml-dsa', set } as const;
  const oid = { 44: '2.16.840.1.101.3.4.3.17', 65: '2.16.840.1.101.3.4.3.18', 87: '2.16.840.1.101.3.4.3.19' }[set];
  const rfcSeed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const hello = new TextEncoder().encode('Hello world');

  it('has the public key that RFC 9881 §C.2 prints for the seed of §C.1', () => {
    const { spki } = provider.importPrivateKey(encodePkcs8({ type: 'ml-dsa', set, seed: rfcSeed }));
    expect(sha256(spki)).toBe(
      {
        44: '837832708c5236d951581f1fddf2b79991b3424a0486d16da1ddad0fd69701be',
        65: 'b8b62131bfbe84433efb2273d7f5b87f7a22854a2cfd366fc2aead86d837c52d',
        87: '07e57c4f14dbad1267f621ec3777b4e2e6c4fbc4c22fbb87510ff8e0b3c6a642',
      }[set],
    );
    expect(provider.importPublicKey(spki)).toMatchObject({ algorithm, spki });
    expect(toHex(encodeSpki(parseSpki(spki, mlDsaKinds)))).toBe(toHex(spki));
  });

  it('makes the signature of Wycheproof’s mldsa_*_sign_seed_test 1, where randomness is zeros', () => {
    const zeros = withExtras(createNobleProvider({ random: length => new Uint8Array(length) }), mlDsaKeys);
    const key = zeros.importPrivateKey(encodePkcs8({ type: 'ml-dsa', set, seed: new Uint8Array(32).fill(0x2a) }));
    const signature = key.sign(algorithm, hello) as Uint8Array;
    expect(signature).toHaveLength(mlDsaLengths[set].signature);
    expect(sha256(signature)).toBe(
      {
        44: '8cd6fc03daa72e87210a4e721523e84c14f27733789075e65736744d4787fdd5',
        65: '39fbbb0d97a52c79844213b325af823a7f16a174e00a5b3daeb3e6e6d1c89681',
        87: '1ad45bd0419e694375bd38ec11d8e0c228ab9ffac2fce4adbe6218d9c949e293',
      }[set],
    );
  });

  it('is hedged, and verifies what it signs with its own set alone', () => {
    const key = provider.importPrivateKey(encodePkcs8({ type: 'ml-dsa', set, seed: rfcSeed }));
    const publicKey = provider.importPublicKey(key.spki);
    const [first, second] = [key.sign(algorithm, hello), key.sign(algorithm, hello)] as [Uint8Array, Uint8Array];
    expect(toHex(first)).not.toBe(toHex(second));
    for (const signature of [first, second]) {
      expect(publicKey.verify(algorithm, hello, signature)).toBe(true);
      expect(publicKey.verify(algorithm, hello.subarray(1), signature)).toBe(false);
      expect(publicKey.verify(algorithm, hello, signature.subarray(1))).toBe(false);
      expect(publicKey.verify(algorithm, hello, concat(signature, Uint8Array.of(0)))).toBe(false);
    }
    for (const other of [44, 65, 87] as const) {
      if (other === set) continue;
      const wrong = { type: 'ml-dsa', set: other as MlDsaSet } as const;
      expect(publicKey.verify(wrong, hello, first)).toBe(false);
      expect(codeOf(() => key.sign(wrong, hello))).toBe('unsupported');
    }
  });

  describe('private keys (RFC 9881 §6)', () => {
    const identifier = der(Tag.sequence, derOid(oid));
    const pkcs8 = (inner: Uint8Array, version = 0, ...more: Uint8Array[]) =>
      der(Tag.sequence, der(Tag.integer, Uint8Array.of(version)), identifier, der(Tag.octetString, inner), ...more);
    const { spki } = provider.importPrivateKey(encodePkcs8({ type: 'ml-dsa', set, seed: rfcSeed }));
    const expanded = (() => {
      // The expanded key is nowhere to be had from the provider: the library makes it.
      const { ml_dsa44, ml_dsa65, ml_dsa87 } = library;
      return Uint8Array.from({ 44: ml_dsa44, 65: ml_dsa65, 87: ml_dsa87 }[set].keygen(rfcSeed).secretKey);
    })();
    const inner = {
      seed: der(contextTag(0, false), rfcSeed),
      expanded: der(Tag.octetString, expanded),
      both: der(Tag.sequence, der(Tag.octetString, rfcSeed), der(Tag.octetString, expanded)),
    };
    const importing = (key: Uint8Array) => codeOf(() => provider.importPrivateKey(key));
    const changed = (bytes: Uint8Array, at: number) => {
      const copy = Uint8Array.from(bytes);
      copy[at]! ^= 1;
      return copy;
    };

    it.each(['seed', 'expanded', 'both'] as const)('in the form “%s” is read, written and used', form => {
      const encoded = pkcs8(inner[form]);
      expect(toHex(encodePkcs8(parsePkcs8(encoded, mlDsaKinds)))).toBe(toHex(encoded));
      const key = provider.importPrivateKey(encoded);
      encoded.fill(0); // what is imported is copied
      expect([key.algorithm, toHex(key.spki)]).toEqual([algorithm, toHex(spki)]);
      const signature = key.sign(algorithm, hello) as Uint8Array;
      expect(provider.importPublicKey(spki).verify(algorithm, hello, signature)).toBe(true);
    });

    it('are refused when seed and expanded key do not belong together (RFC 9881 §8.2)', () => {
      const both = (seedBytes: Uint8Array, key: Uint8Array) =>
        pkcs8(der(Tag.sequence, der(Tag.octetString, seedBytes), der(Tag.octetString, key)));
      expect(importing(both(changed(rfcSeed, 0), expanded))).toBe('malformed-key');
      for (const at of [0, 32, 64, 128, expanded.length - 1]) {
        expect(importing(both(rfcSeed, changed(expanded, at)))).toBe('malformed-key');
      }
    });

    it('are refused when an expanded key has the hash of another public key', () => {
      // ρ, tr and s1: K is free, and t0 is taken on trust.
      for (const at of [0, 64, 127, 128]) {
        expect(importing(pkcs8(der(Tag.octetString, changed(expanded, at))))).toBe('malformed-key');
      }
    });

    it('are refused with a public key that is not theirs', () => {
      const { key } = parseSpki(spki, mlDsaKinds) as { key: Uint8Array };
      const behind = (publicKey: Uint8Array) => der(contextTag(1, false), Uint8Array.of(0), publicKey);
      expect(importing(pkcs8(inner.seed, 1, behind(key)))).toBeUndefined();
      expect(importing(pkcs8(inner.seed, 1, behind(changed(key, 9))))).toBe('malformed-key');
      expect(importing(pkcs8(inner.seed, 1, behind(key.subarray(1))))).toBe('malformed-key');
    });

    it('are refused in any other form', () => {
      const refused = {
        'a seed of 31 bytes': der(contextTag(0, false), rfcSeed.subarray(1)),
        'a seed in an OCTET STRING': der(Tag.octetString, rfcSeed),
        'an explicit tag': der(contextTag(0, true), der(Tag.octetString, rfcSeed)),
        'a raw seed': rfcSeed,
        'an expanded key that is cut': der(Tag.octetString, expanded.subarray(1)),
        'a seed alone in a SEQUENCE': der(Tag.sequence, der(Tag.octetString, rfcSeed)),
        'three values': der(Tag.sequence, inner.seed, inner.expanded, inner.expanded),
        'bytes behind': concat(inner.seed, Uint8Array.of(5, 0)),
        NULL: der(Tag.null),
      };
      for (const [what, bytes] of Object.entries(refused)) expect(importing(pkcs8(bytes)), what).toBe('malformed-key');
      const withNull = der(Tag.sequence, derOid(oid), der(Tag.null));
      const parts = [der(Tag.integer, Uint8Array.of(0)), withNull, der(Tag.octetString, inner.seed)];
      expect(importing(der(Tag.sequence, ...parts))).toBe('malformed-key');
    });
  });

  it('refuses public keys of another length', () => {
    const key = new Uint8Array(mlDsaLengths[set].publicKey);
    const importing = (bytes: Uint8Array) =>
      codeOf(() => provider.importPublicKey(encodeSpki({ type: 'ml-dsa', set, key: bytes })));
    expect([importing(key), importing(key.subarray(1)), importing(concat(key, Uint8Array.of(0)))]).toEqual([
      undefined,
      'malformed-key',
      'malformed-key',
    ]);
  });

  it('is unsupported by the base provider', () => {
    const base = createNobleProvider();
    expect(codeOf(() => base.importPrivateKey(encodePkcs8({ type: 'ml-dsa', set, seed: rfcSeed })))).toBe(
      'unsupported',
    );
    const key = new Uint8Array(mlDsaLengths[set].publicKey);
    expect(codeOf(() => base.importPublicKey(encodeSpki({ type: 'ml-dsa', set, key })))).toBe('unsupported');
  });
});
