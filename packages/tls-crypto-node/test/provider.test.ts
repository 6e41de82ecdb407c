import { constants, createHash, generateKeyPairSync, type KeyPairKeyObjectResult, privateEncrypt } from 'node:crypto';
import { type CryptoError, type Hash, type KeyOffer, type MlDsaSet, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { encodePkcs8, type PrivateKeyParts } from '@tlskit/tls-crypto-noble/keys';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNodeProvider } from '../src/index.ts';
import { type Feature, nodeHas } from '../src/probe.ts';
import { assemble } from '../src/provider.ts';

const features: readonly Feature[] = [
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'aes-128-gcm',
  'aes-256-gcm',
  'chacha20-poly1305',
  'aes-128-ccm',
  'aes-128-ccm-8',
  'aes-256-ccm',
  'aes-256-ccm-8',
  'aes-128-cbc',
  'aes-256-cbc',
  '3des-ede-cbc',
  'x25519',
  'secp224r1',
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'x448',
  'ffdhe',
  'ml-kem-768',
  'ml-kem-1024',
  'ecdsa-secp256r1',
  'ecdsa-secp384r1',
  'ecdsa-secp521r1',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'ed25519',
  'ed448',
  'rsa',
];

/** What `describe()` calls it. */
const named = (feature: string) => (feature === 'rsa' ? ['rsa-pkcs1', 'rsa-pss'] : [feature]);

/** The portable provider with everything. */
const createPortable = (options: Parameters<typeof createNobleProvider>[0] = {}) =>
  withExtras(createNobleProvider(options), ...allExtras, ...legacyExtras);

type Answer = { share: Uint8Array; sharedSecret: Uint8Array };

/** Both halves as DER. (Exporting a JWK after generateKeyPairSync deadlocks now and then on Node 20.) */
function exported({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  return {
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    privateKey: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

describe('createNodeProvider', () => {
  it('describes who does what, every feature once, as the probe found it', () => {
    const found = features.flatMap(feature => named(feature).map(name => [name, nodeHas(feature) ? 'node' : 'noble']));
    const expected = Object.fromEntries(found);
    expect(createNodeProvider().describe()).toEqual({ ...expected, dsa: 'noble', dh: 'noble' });
    // Whatever else a build of OpenSSL leaves out, these it has.
    expect(expected).toMatchObject({ sha256: 'node', 'aes-128-gcm': 'node', secp256r1: 'node', 'rsa-pss': 'node' });
    expect(expected).toMatchObject({ 'aes-128-ccm': 'node', 'aes-128-ccm-8': 'node', ffdhe: 'node', x448: 'node' });
  });

  it('does ML-KEM and ML-DSA natively where node:crypto has them, from Node 24 on', () => {
    const major = Number.parseInt(process.versions.node, 10);
    const who = createNodeProvider().describe();
    const expected = major >= 24 ? 'node' : 'noble';
    expect([who['ml-kem-768'], who['ml-kem-1024'], who['ml-dsa-44'], who['ml-dsa-87']]).toEqual(
      Array(4).fill(expected),
    );
  });

  it('offers the same names as the portable provider with everything', () => {
    const [node, portable] = [createNodeProvider(), createPortable()];
    for (const table of ['hashes', 'aeads', 'groups', 'blockCiphers'] as const) {
      expect(new Set(Object.keys(node[table] ?? {}))).toEqual(new Set(Object.keys(portable[table] ?? {})));
      for (const [name, primitive] of Object.entries(node[table] ?? {})) expect(primitive.name).toBe(name);
    }
    expect(node.keys).toEqual(portable.keys);
  });

  it('gives random bytes, never the same', () => {
    const { random } = createNodeProvider();
    expect(random(0)).toHaveLength(0);
    expect(random(100_000)).toHaveLength(100_000);
    expect(new Set(Array.from({ length: 100 }, () => toHex(random(16)))).size).toBe(100);
  });

  it('makes no promise', () => {
    const { groups, importPrivateKey, importPublicKey } = createNodeProvider();
    const pair = exported(generateKeyPairSync('ed25519'));
    const signature = importPrivateKey(pair.privateKey).sign({ type: 'ed25519' }, new Uint8Array(1)) as Uint8Array;
    expect(signature).toBeInstanceOf(Uint8Array);
    expect(importPublicKey(pair.publicKey).verify({ type: 'ed25519' }, new Uint8Array(1), signature)).toBe(true);
    const offer = groups.x25519!.offer() as KeyOffer;
    const answer = groups.x25519!.respond(offer.share) as { share: Uint8Array; sharedSecret: Uint8Array };
    expect(offer.complete(answer.share)).toEqual(answer.sharedSecret);
  });
});

describe('what node lacks', () => {
  it('is done by the portable provider, all of it', () => {
    const noble = createPortable();
    const provider = assemble({}, () => false);
    expect(new Set(Object.values(provider.describe()))).toEqual(new Set(['noble']));
    expect(provider.hashes).toEqual(noble.hashes);
    expect(Object.keys(provider.aeads)).toEqual(Object.keys(noble.aeads));
    for (const name of ['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const) {
      expect(provider.aeads[name]).toBe(noble.aeads[name]);
    }
    const offer = provider.groups.secp256r1!.offer() as KeyOffer;
    const native = createNodeProvider().groups.secp256r1!.respond(offer.share) as {
      share: Uint8Array;
      sharedSecret: Uint8Array;
    };
    expect(offer.complete(native.share)).toEqual(native.sharedSecret);
  });

  it.each(features)('%s alone is done by the portable provider', lacking => {
    const provider = assemble({}, feature => feature !== lacking && nodeHas(feature));
    const [node, noble] = [createNodeProvider(), createNobleProvider()];
    expect(provider.describe()).toEqual({
      ...node.describe(),
      ...Object.fromEntries(named(lacking).map(name => [name, 'noble'])),
    });
    if (lacking in noble.hashes) expect(provider.hashes[lacking as 'sha1']).toBe(noble.hashes[lacking as 'sha1']);
    if (lacking in noble.aeads) {
      expect(provider.aeads[lacking as 'aes-128-gcm']).toBe(noble.aeads[lacking as 'aes-128-gcm']);
    }
  });

  it.each([
    [
      'ecdsa-secp384r1',
      exported(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
      { type: 'ecdsa', hash: 'sha384' },
    ],
    ['ed25519', exported(generateKeyPairSync('ed25519')), { type: 'ed25519' }],
    ['ed448', exported(generateKeyPairSync('ed448')), { type: 'ed448' }],
    ['rsa', exported(generateKeyPairSync('rsa', { modulusLength: 1024 })), { type: 'rsa-pkcs1', hash: 'sha256' }],
  ] as const)('%s keys are then noble, and answer the same', (lacking, { publicKey, privateKey }, algorithm) => {
    const [node, provider] = [createNodeProvider(), assemble({}, feature => feature !== lacking)];
    const data = provider.random(40);
    const [native, portable] = [node.importPrivateKey(privateKey), provider.importPrivateKey(privateKey)];
    expect(portable.constructor).not.toBe(native.constructor);
    expect(portable.spki).toEqual(native.spki);
    const signature = portable.sign(algorithm, data) as Uint8Array;
    expect(node.importPublicKey(publicKey).verify(algorithm, data, signature)).toBe(true);
    const other = native.sign(algorithm, data) as Uint8Array;
    expect(provider.importPublicKey(publicKey).verify(algorithm, data, other)).toBe(true);
  });
});

describe('an injected source of randomness', () => {
  const groups = [
    ...(['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1'] as const),
    ...(['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'] as const),
    ...(['MLKEM768', 'MLKEM1024', 'X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const),
  ];

  it.each(groups)('%s: makes shares and secrets as the portable provider does', name => {
    const source = () => {
      let draw = 0;
      return { random: (length: number) => new Uint8Array(length).fill(++draw) };
    };
    const [native, portable] = [createNodeProvider, createPortable].map(create => {
      const group = create(source()).groups[name]!;
      const offer = group.offer() as KeyOffer;
      const answer = group.respond(offer.share) as Answer;
      return [offer.share, answer.share, answer.sharedSecret, offer.complete(answer.share) as Uint8Array].map(toHex);
    });
    expect(native).toEqual(portable);
  });

  it('may not be zero where that is no private key', () => {
    const zeros = createNodeProvider({ random: length => new Uint8Array(length) });
    expect(() => zeros.groups.ffdhe2048!.offer()).toThrow(expect.objectContaining({ code: 'no-entropy' }));
  });

  it('is drawn from again when a private key is out of range', () => {
    const draws = [
      '00'.repeat(32),
      'ff'.repeat(32),
      'c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433',
    ];
    const { groups } = createNodeProvider({ random: () => fromHex(draws.shift() as string) });
    // RFC 5903 §8.1
    expect(toHex((groups.secp256r1!.offer() as KeyOffer).share)).toBe(
      '04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3',
    );
  });

  it('must give what it is asked for', () => {
    const noEntropy = expect.objectContaining({ code: 'no-entropy' });
    const short = createNodeProvider({ random: () => new Uint8Array(3) });
    expect(() => short.random(4)).toThrow(noEntropy);
    expect(() => short.groups.x25519!.offer()).toThrow(noEntropy);
    const zeros = createNodeProvider({ random: length => new Uint8Array(length) });
    expect(() => zeros.groups.secp256r1!.offer()).toThrow(noEntropy);
  });
});

describe('HMAC', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
    '%s: short messages leave nothing behind for the next',
    name => {
      const [native, portable] = [createNodeProvider(), createNobleProvider()].map(({ hashes }) => hashes[name]) as [
        Hash,
        Hash,
      ];
      // Long key, then short; long message, then short: a scratch buffer that is not filled up would show.
      for (const [keyLength, length] of [
        [native.blockLength, 512],
        [3, 2],
        [0, 0],
        [native.blockLength + 1, 1],
        [1, 513],
        [16, 100],
      ] as const) {
        const [key, data] = [new Uint8Array(keyLength).fill(0xa5), new Uint8Array(length).fill(0x5a)];
        expect(toHex(native.hmac(key, data))).toBe(toHex(portable.hmac(key, data)));
      }
    },
  );
});

describe('RSASSA-PKCS1-v1_5', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const data = new TextEncoder().encode('hello');
  const signed = (info: Uint8Array) =>
    new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info));

  it('is taken without the NULL of its hash, which OpenSSL does not know [5246:4.7:2], and no other way', () => {
    const key = createNodeProvider().importPublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
    const verifies = (info: Uint8Array) => key.verify({ type: 'rsa-pkcs1', hash: 'sha256' }, data, signed(info));
    const digest = createHash('sha256').update(data).digest();
    const [withNull, without] = ['3031300d060960864801650304020105000420', '302f300b06096086480165030402010420'];
    for (const prefix of [withNull, without] as const) {
      expect(verifies(Buffer.concat([fromHex(prefix), digest]))).toBe(true);
      expect(verifies(Buffer.concat([fromHex(prefix), digest, Uint8Array.of(0)]))).toBe(false);
    }
    expect(verifies(digest)).toBe(false);
    expect(key.verify({ type: 'rsa-pkcs1', hash: 'sha256' }, data, new Uint8Array(256).fill(0xff))).toBe(false);
  });
});

describe('RSASSA-PSS with two hashes', () => {
  it('goes through the portable provider, whose restriction is that of the key', () => {
    const provider = createNodeProvider();
    const pair = exported(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const [key, publicKey] = [provider.importPrivateKey(pair.privateKey), provider.importPublicKey(pair.publicKey)];
    const algorithm = { type: 'rsa-pss', hash: 'sha384', mgfHash: 'sha256', saltLength: 48 } as const;
    const data = provider.random(30);
    const signature = key.sign(algorithm, data) as Uint8Array;
    expect(publicKey.verify(algorithm, data, signature)).toBe(true);
    expect(publicKey.verify({ ...algorithm, mgfHash: 'sha384' }, data, signature)).toBe(false);
    expect(publicKey.verify({ ...algorithm, saltLength: 47 }, data, signature)).toBe(false);
  });
});

describe('finite-field groups', () => {
  it.each(['ffdhe2048', 'ffdhe8192'] as const)('%s: shares keep their leading zeros', name => {
    const length = Number(name.slice(5)) / 8;
    // Exponent 3: the share is 2^3, the secret with a share of 5 is 5^3.
    const random = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i === size - 1 ? 3 : 0));
    const group = createNodeProvider({ random }).groups[name]!;
    const five = fromHex('05'.padStart(2 * length, '0'));
    const answer = group.respond(five) as Answer;
    expect([toHex(answer.share), toHex(answer.sharedSecret)]).toEqual(
      ['08', '7d'].map(octet => octet.padStart(2 * length, '0')),
    );
    const offer = group.offer() as KeyOffer;
    expect(toHex(offer.share)).toBe('08'.padStart(2 * length, '0'));
    expect(toHex(offer.complete(five) as Uint8Array)).toBe('7d'.padStart(2 * length, '0'));
  });
});

describe.each([44, 65, 87] as const)('ML-DSA-%i', (set: MlDsaSet) => {
  const algorithm = { type: 'ml-dsa', set } as const;
  const seed = new Uint8Array(32).fill(set);
  const pkcs8 = encodePkcs8({ type: 'ml-dsa', set, seed } as PrivateKeyParts);

  it('keys and signatures are those of the portable provider', () => {
    const [native, portable] = [createNodeProvider(), createPortable()];
    const [key, other] = [native.importPrivateKey(pkcs8), portable.importPrivateKey(pkcs8)];
    expect([key.algorithm, toHex(key.spki)]).toEqual([algorithm, toHex(other.spki)]);
    const data = native.random(60);
    for (const signature of [key.sign(algorithm, data), other.sign(algorithm, data)] as Uint8Array[]) {
      for (const provider of [native, portable]) {
        expect(provider.importPublicKey(key.spki).verify(algorithm, data, signature)).toBe(true);
        expect(provider.importPublicKey(key.spki).verify(algorithm, data.subarray(1), signature)).toBe(false);
      }
    }
  });
});

describe('AES-CCM', () => {
  it('takes messages below 2^24 bytes', () => {
    const key = createNodeProvider().aeads['aes-128-ccm-8']!.create(new Uint8Array(16));
    const nonce = new Uint8Array(12);
    const code = (() => {
      try {
        key.seal(nonce, nonce, new Uint8Array(2 ** 24));
      } catch (error) {
        return (error as CryptoError).code;
      }
      return undefined;
    })();
    expect(code).toBe('misuse');
    expect(key.open(nonce, nonce, new Uint8Array(2 ** 24 + 8))).toBeUndefined();
  });
});
