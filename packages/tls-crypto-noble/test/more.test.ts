import { createCipheriv, createHash, generateKeyPairSync } from 'node:crypto';
import { type CryptoError, type KeyExchange, type KeyOffer, withExtras } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, Tag } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';
import { encodePkcs8, encodeSpki } from '../src/keys/index.ts';
import {
  ccm,
  ed448Keys,
  type FfdheName,
  ffdhe,
  ffdhePrime,
  ffdhePrivateKeyLengths,
  requireFfdheShare,
  x448,
} from '../src/more/index.ts';

type Answer = { share: Uint8Array; sharedSecret: Uint8Array };

const provider = withExtras(createNobleProvider(), ccm, x448, ffdhe, ed448Keys);

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as CryptoError).code;
  }
  return undefined;
};

describe('the base provider', () => {
  it('has none of it', () => {
    const base = createNobleProvider();
    expect(Object.keys(base.aeads)).toEqual(['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305']);
    expect(Object.keys(base.groups)).toEqual(['x25519', 'secp256r1', 'secp384r1', 'secp521r1']);
    const { spki, pkcs8 } = ed448Vector();
    expect(codeOf(() => base.importPublicKey(spki))).toBe('unsupported');
    expect(codeOf(() => base.importPrivateKey(pkcs8))).toBe('unsupported');
  });
});

describe('AES-CCM', () => {
  it.each([
    {
      // NIST SP 800-38C, example 3
      name: 'aes-128-ccm-8',
      key: '404142434445464748494a4b4c4d4e4f',
      nonce: '101112131415161718191a1b',
      aad: '000102030405060708090a0b0c0d0e0f10111213',
      plaintext: '202122232425262728292a2b2c2d2e2f3031323334353637',
      sealed: 'e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951',
    },
    {
      // Wycheproof, aes_ccm_test 1
      name: 'aes-128-ccm',
      key: 'bedcfb5a011ebc84600fcb296c15af0d',
      nonce: '438a547a94ea88dce46c6c85',
      aad: '',
      plaintext: '',
      sealed: '25d1a38495a7dea45bda049705627d10',
    },
  ] as const)('$name: known answer', ({ name, key, nonce, aad, plaintext, sealed }) => {
    const live = provider.aeads[name]!.create(fromHex(key));
    expect(toHex(concat(...live.seal(fromHex(nonce), fromHex(aad), fromHex(plaintext))))).toBe(sealed);
    expect(toHex(live.open(fromHex(nonce), fromHex(aad), fromHex(sealed))!)).toBe(plaintext);
    expect(live.open(fromHex(nonce), fromHex('00'), fromHex(sealed))).toBeUndefined();
  });

  it.each([
    ['aes-128-ccm', 16],
    ['aes-128-ccm-8', 8],
  ] as const)('%s: what OpenSSL makes, whatever the lengths', (name, tagLength) => {
    const aead = provider.aeads[name]!;
    expect([aead.keyLength, aead.nonceLength, aead.tagLength]).toEqual([16, 12, tagLength]);
    // Associated data up to and beyond 2^16 - 2^8 bytes, where its length is written in another way.
    const aadLengths = fc.oneof(fc.nat(80), fc.constantFrom(65_279, 65_280, 65_281, 70_000));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), aadLengths, (plaintext, aadLength) => {
        const [key, nonce, aad] = [provider.random(16), provider.random(12), provider.random(aadLength)];
        const native = createCipheriv('aes-128-ccm', key, nonce, { authTagLength: tagLength });
        native.setAAD(aad, { plaintextLength: plaintext.length });
        const expected = concat(native.update(plaintext), native.final(), native.getAuthTag());
        const live = aead.create(key);
        const sealed = concat(...live.seal(nonce, aad, plaintext));
        expect(toHex(sealed)).toBe(toHex(expected));
        expect(live.open(nonce, aad, sealed)).toEqual(plaintext);
      }),
      { numRuns: 60 },
    );
  });

  it('takes messages below 2^24 bytes, which is what three octets of length can say', () => {
    const live = provider.aeads['aes-128-ccm-8']!.create(new Uint8Array(16));
    const nonce = new Uint8Array(12);
    const tooLong = new Uint8Array(2 ** 24);
    expect(codeOf(() => live.seal(nonce, nonce, tooLong))).toBe('misuse');
    expect(live.open(nonce, nonce, new Uint8Array(2 ** 24 + 8))).toBeUndefined();
  });

  it('does not touch what it is given, nor keep it', () => {
    const live = provider.aeads['aes-128-ccm']!.create(new Uint8Array(16).fill(1));
    const [nonce, aad, plaintext] = [provider.random(12), provider.random(5), provider.random(40)];
    const before = toHex(concat(nonce, aad, plaintext));
    const sealed = concat(...live.seal(nonce, aad, plaintext));
    const opened = live.open(nonce, aad, sealed)!;
    opened.fill(0);
    expect(toHex(concat(nonce, aad, plaintext))).toBe(before);
    expect(toHex(live.open(nonce, aad, sealed)!)).toBe(toHex(plaintext));
  });
});

/** A group that draws these private keys, in turn. */
function groupWith(name: 'x448' | FfdheName, ...draws: readonly string[]): KeyExchange {
  let at = 0;
  const base = createNobleProvider({ random: () => fromHex(draws[at++] as string) });
  return withExtras(base, x448, ffdhe).groups[name]!;
}

describe('x448', () => {
  // RFC 7748 §6.2
  const alice =
    '9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b';
  const aliceShare =
    '9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0';
  const bobShare =
    '3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609';
  const secret =
    '07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d';

  it('known answer, offering and responding', () => {
    const offer = groupWith('x448', alice).offer() as KeyOffer;
    expect(toHex(offer.share)).toBe(aliceShare);
    expect(toHex(offer.complete(fromHex(bobShare)) as Uint8Array)).toBe(secret);
    const answer = groupWith('x448', alice).respond(fromHex(bobShare)) as Answer;
    expect([toHex(answer.share), toHex(answer.sharedSecret)]).toEqual([aliceShare, secret]);
  });

  it('refuses shares of low order and of another length (RFC 9846 §7.4.2)', () => {
    const { respond } = provider.groups.x448!;
    const minusOne = `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`;
    for (const hex of ['00'.repeat(56), `01${'00'.repeat(55)}`, minusOne, bobShare.slice(2), `${bobShare}00`]) {
      expect(
        codeOf(() => respond(fromHex(hex))),
        hex,
      ).toBe('invalid-share');
    }
  });
});

describe('finite-field groups', () => {
  // SHA-256 of the primes as RFC 7919 §A.1 to §A.5 print them, and as OpenSSL has them.
  const digests: Readonly<Record<FfdheName, string>> = {
    ffdhe2048: '9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966',
    ffdhe3072: '0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17',
    ffdhe4096: '4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e',
    ffdhe6144: '227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7',
    ffdhe8192: '770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833',
  };
  const names = Object.keys(digests) as FfdheName[];
  const bytesOf = (value: bigint, length: number) => fromHex(value.toString(16).padStart(2 * length, '0'));
  const exponent = (name: FfdheName, value: number) => toHex(bytesOf(BigInt(value), ffdhePrivateKeyLengths[name]));

  it.each(names)('%s: the prime of RFC 7919', name => {
    expect(
      createHash('sha256')
        .update(fromHex(ffdhePrime(name).toString(16)))
        .digest('hex'),
    ).toBe(digests[name]);
    expect(8 * ffdhePrivateKeyLengths[name]).toBeGreaterThanOrEqual(
      { ffdhe2048: 225, ffdhe3072: 275, ffdhe4096: 325, ffdhe6144: 375, ffdhe8192: 400 }[name],
    );
  });

  it.each(names)('%s: both sides agree, at once, in bytes of the size of p', name => {
    const length = Number(name.slice(5)) / 8;
    const offer = provider.groups[name]!.offer() as KeyOffer;
    const answer = provider.groups[name]!.respond(offer.share) as Answer;
    const secret = offer.complete(answer.share) as Uint8Array;
    expect(toHex(secret)).toBe(toHex(answer.sharedSecret));
    expect([offer.share.length, answer.share.length, secret.length]).toEqual([length, length, length]);
  });

  it('shares and secrets are padded to the left with zeros (RFC 9846 §4.3.8.1, §7.4.1)', () => {
    // Exponent 3: the share is 2^3, the secret with a share of 5 is 5^3.
    const answer = groupWith('ffdhe2048', exponent('ffdhe2048', 3)).respond(bytesOf(5n, 256)) as Answer;
    expect(toHex(answer.share)).toBe('08'.padStart(512, '0'));
    expect(toHex(answer.sharedSecret)).toBe('7d'.padStart(512, '0'));
  });

  it.each(names)('%s: takes Y with 1 < Y < p - 1, in its exact length', name => {
    const length = Number(name.slice(5)) / 8;
    const p = ffdhePrime(name);
    for (const y of [0n, 1n, p - 1n, p, p + 1n, 2n ** BigInt(8 * length) - 1n]) {
      expect(codeOf(() => requireFfdheShare(name, bytesOf(y, length)))).toBe('invalid-share');
      expect(codeOf(() => provider.groups[name]!.respond(bytesOf(y, length)))).toBe('invalid-share');
    }
    for (const wrong of [0, 1, length - 1, length + 1, 2 * length]) {
      expect(codeOf(() => requireFfdheShare(name, new Uint8Array(wrong).fill(3)))).toBe('invalid-share');
    }
    expect(requireFfdheShare(name, bytesOf(2n, length))).toBe(2n);
    expect(requireFfdheShare(name, bytesOf(p - 2n, length))).toBe(p - 2n);
  });

  it('does not work with an exponent of zero', () => {
    expect(codeOf(() => groupWith('ffdhe2048', exponent('ffdhe2048', 0)).offer())).toBe('no-entropy');
  });
});

/** RFC 8032 §7.4, 1 octet. */
function ed448Vector() {
  const seed = fromHex(
    'c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e',
  );
  const point = fromHex(
    '43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480',
  );
  return { spki: encodeSpki({ type: 'ed448', point }), pkcs8: encodePkcs8({ type: 'ed448', seed }), point };
}

describe('Ed448', () => {
  const signature =
    '26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00';
  const algorithm = { type: 'ed448' } as const;

  it('signs and verifies RFC 8032 §7.4, 1 octet', () => {
    const { spki, pkcs8 } = ed448Vector();
    const [key, publicKey] = [provider.importPrivateKey(pkcs8), provider.importPublicKey(spki)];
    expect([key.algorithm, publicKey.algorithm]).toEqual([algorithm, algorithm]);
    expect(key.spki).toEqual(spki);
    expect(toHex(key.sign(algorithm, Uint8Array.of(3)) as Uint8Array)).toBe(signature);
    expect(publicKey.verify(algorithm, Uint8Array.of(3), fromHex(signature))).toBe(true);
    expect(publicKey.verify(algorithm, Uint8Array.of(4), fromHex(signature))).toBe(false);
    expect(publicKey.verify({ type: 'ed25519' }, Uint8Array.of(3), fromHex(signature))).toBe(false);
    expect(codeOf(() => key.sign({ type: 'ed25519' }, Uint8Array.of(3)))).toBe('unsupported');
  });

  it('leaves other keys, good and bad, to the provider below', () => {
    const { publicKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    expect(provider.importPublicKey(publicKey).algorithm).toEqual({ type: 'ed25519' });
    expect(codeOf(() => provider.importPublicKey(new Uint8Array(9)))).toBe('malformed-key');
    expect(codeOf(() => provider.importPrivateKey(new Uint8Array(0)))).toBe('malformed-key');
  });

  it('refuses keys of small order, and those that are not reduced or have bits to spare', () => {
    const p = 2n ** 448n - 2n ** 224n - 1n;
    const encoded = (y: bigint, last: number) => {
      const bytes = fromHex(y.toString(16).padStart(112, '0')).reverse();
      return encodeSpki({ type: 'ed448', point: concat(bytes, Uint8Array.of(last)) });
    };
    for (const y of [0n, 1n, p - 1n, p, p + 1n, p + 4n, 2n ** 448n - 1n]) {
      for (const sign of [0, 0x80]) {
        expect(codeOf(() => provider.importPublicKey(encoded(y, sign)))).toBe('malformed-key');
      }
    }
    const { point } = ed448Vector();
    const spare = Uint8Array.from(point);
    spare[56]! |= 1;
    expect(codeOf(() => provider.importPublicKey(encodeSpki({ type: 'ed448', point: spare })))).toBe('malformed-key');
    expect(codeOf(() => provider.importPublicKey(encoded(4n, 0)))).toBeUndefined();
  });

  it('refuses a public key that is not the private key’s', () => {
    const { pkcs8, point } = ed448Vector();
    // Version 1, with the public key behind (RFC 5958 §2).
    const withPublic = (key: Uint8Array) => {
      const inner = new DerReader(pkcs8).enter();
      inner.integer();
      const rest = [inner.next().bytes, inner.next().bytes];
      const publicKey = der(contextTag(1, false), Uint8Array.of(0), key);
      return der(Tag.sequence, der(Tag.integer, Uint8Array.of(1)), ...rest, publicKey);
    };
    const other = Uint8Array.from(point);
    other[0]! ^= 1;
    expect(codeOf(() => provider.importPrivateKey(withPublic(point)))).toBeUndefined();
    expect(codeOf(() => provider.importPrivateKey(withPublic(other)))).toBe('malformed-key');
  });
});
