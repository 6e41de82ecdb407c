import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import type { Hash, KeyOffer } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
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
  'x25519',
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'ecdsa-secp256r1',
  'ecdsa-secp384r1',
  'ecdsa-secp521r1',
  'ed25519',
  'rsa',
];

/** Both halves as DER. (Exporting a JWK after generateKeyPairSync deadlocks now and then on Node 20.) */
function exported({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  return {
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    privateKey: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

describe('createNodeProvider', () => {
  it('describes who does what, every feature once, as the probe found it', () => {
    const expected = Object.fromEntries(features.map(feature => [feature, nodeHas(feature) ? 'node' : 'noble']));
    expect(createNodeProvider().describe()).toEqual(expected);
    // Whatever else a build of OpenSSL leaves out, these it has.
    expect(expected).toMatchObject({ sha256: 'node', 'aes-128-gcm': 'node', secp256r1: 'node', rsa: 'node' });
  });

  it('offers the same names as the portable provider', () => {
    const [node, noble] = [createNodeProvider(), createNobleProvider()];
    for (const table of ['hashes', 'aeads', 'groups'] as const) {
      expect(Object.keys(node[table])).toEqual(Object.keys(noble[table]));
    }
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
    const noble = createNobleProvider();
    const provider = assemble({}, () => false);
    expect(new Set(Object.values(provider.describe()))).toEqual(new Set(['noble']));
    expect(provider.hashes).toEqual(noble.hashes);
    expect(provider.aeads).toEqual(noble.aeads);
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
    expect(provider.describe()).toEqual({ ...node.describe(), [lacking]: 'noble' });
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
  it.each(['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const)(
    '%s: draws the private keys of the portable provider',
    name => {
      const options = { random: (length: number) => new Uint8Array(length).fill(0x17) };
      const share = (provider: ReturnType<typeof createNobleProvider>) =>
        toHex((provider.groups[name]!.offer() as KeyOffer).share);
      expect(share(createNodeProvider(options))).toBe(share(createNobleProvider(options)));
    },
  );

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
