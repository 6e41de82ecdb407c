import { generateKeyPairSync } from 'node:crypto';
import { type CryptoProvider, type KeyOffer, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { hybridGroups } from '@tlskit/tls-crypto-noble/pq';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createWebProvider, startWebProvider } from '../src/index.ts';
import { type Call, RecordingSubtle } from './recording.ts';
import { signature, spki } from './without-null.ts';

const everything = [...allExtras, ...legacyExtras];

/** A pair of node's, as DER. */
function pairOf(type: 'ec' | 'ed25519' | 'rsa' | 'rsa-pss', options: object = {}) {
  const { publicKey, privateKey } = generateKeyPairSync(type as 'ec', options as { namedCurve: string });
  return {
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

const data = new TextEncoder().encode('hello');

const signatures = [
  ['ecdsa-secp256r1', pairOf('ec', { namedCurve: 'P-256' }), { type: 'ecdsa', hash: 'sha256' }],
  ['ecdsa-secp384r1', pairOf('ec', { namedCurve: 'P-384' }), { type: 'ecdsa', hash: 'sha256' }],
  ['ecdsa-secp521r1', pairOf('ec', { namedCurve: 'P-521' }), { type: 'ecdsa', hash: 'sha512' }],
  ['ed25519', pairOf('ed25519'), { type: 'ed25519' }],
  ['rsa-pkcs1', pairOf('rsa', { modulusLength: 2048 }), { type: 'rsa-pkcs1', hash: 'sha256' }],
  [
    'rsa-pss',
    pairOf('rsa-pss', { modulusLength: 2048 }),
    { type: 'rsa-pss', hash: 'sha384', mgfHash: 'sha384', saltLength: 48 },
  ],
] as const;

const agreements = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const;

describe('createWebProvider', () => {
  it('does public-key work by WebCrypto and all else portably, and says so', async () => {
    const described = (await createWebProvider({ extras: everything })).describe();
    for (const name of [...agreements, ...signatures.map(([feature]) => feature)]) expect(described[name]).toBe('web');
    for (const name of ['sha256', 'aes-128-gcm', 'aes-128-ccm', '3des-ede-cbc', 'ffdhe', 'secp224r1', 'dsa', 'dh']) {
      expect(described[name]).toBe('noble');
    }
    expect(Object.keys(described)).toEqual(
      expect.arrayContaining(['x448', 'ed448', 'ml-kem-768', 'ml-kem-1024', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']),
    );
  });

  it('speaks of what it has alone', async () => {
    const described = (await createWebProvider()).describe();
    expect(described).not.toHaveProperty('x448');
    expect(described).not.toHaveProperty('ml-kem-768');
    expect(described).toHaveProperty('x25519');
  });

  it('offers the same names as the portable provider with the same parts', async () => {
    for (const extras of [[], [hybridGroups], everything]) {
      const [web, portable] = [await createWebProvider({ extras }), withExtras(createNobleProvider(), ...extras)];
      for (const table of ['hashes', 'aeads', 'groups', 'blockCiphers', 'keys'] as const) {
        expect(Object.keys(web[table] ?? {}).sort()).toEqual(Object.keys(portable[table] ?? {}).sort());
      }
      for (const [name, group] of Object.entries(web.groups)) expect(group.name).toBe(name);
    }
  });

  it('tries out what there is once', async () => {
    const subtle = new RecordingSubtle();
    await createWebProvider({ subtle: subtle.asSubtle });
    expect(subtle.calls.length).toBeGreaterThan(20);
    subtle.calls.length = 0;
    await createWebProvider({ subtle: subtle.asSubtle });
    expect(subtle.calls).toEqual([]);
    // What is asked for in addition is tried in addition.
    await createWebProvider({ subtle: subtle.asSubtle, extras: allExtras });
    expect(new Set(subtle.calls.map(({ algorithm }) => algorithm))).not.toContain('ECDSA');
    expect(subtle.calls.map(({ algorithm }) => algorithm)).toContain('ML-KEM-768');
  });

  it('gives the order of AEADs by which suites go, of which it has each', async () => {
    const { aeadOrder = [], aeads } = await createWebProvider();
    expect(aeadOrder[0]).toBe('chacha20-poly1305');
    expect([...aeadOrder].sort()).toEqual(Object.keys(aeads).sort());
  });
});

describe('startWebProvider', () => {
  it('works portably until it is known what there is, and natively from then on, with what was taken before too', async () => {
    const subtle = new RecordingSubtle();
    const provider = startWebProvider({ subtle: subtle.asSubtle, extras: [hybridGroups] });
    expect(new Set(Object.values(provider.describe()))).toEqual(new Set(['noble']));
    const [, { spki, pkcs8 }, algorithm] = signatures[0];
    const { x25519, X25519MLKEM768 } = provider.groups;
    const [signer, verifier] = [provider.importPrivateKey(pkcs8), provider.importPublicKey(spki)];
    const early = x25519!.offer() as KeyOffer;
    const hybrid = X25519MLKEM768!.offer() as KeyOffer;
    const signature = signer.sign(algorithm, data) as Uint8Array;
    expect(verifier.verify(algorithm, data, signature)).toBe(true);
    await provider.ready;
    expect(provider.describe()).toMatchObject({ x25519: 'web', 'ecdsa-secp256r1': 'web', sha256: 'noble' });
    subtle.calls.length = 0;
    expect(await verifier.verify(algorithm, data, await signer.sign(algorithm, data))).toBe(true);
    for (const [group, offer] of [
      [x25519, early],
      [X25519MLKEM768, hybrid],
    ] as const) {
      const answer = await group!.respond(offer.share);
      expect(await offer.complete(answer.share)).toEqual(answer.sharedSecret);
    }
    const used = new Set(subtle.calls.map(({ algorithm, method }) => `${algorithm} ${method}`));
    expect([...used]).toEqual(
      expect.arrayContaining(['ECDSA sign', 'ECDSA verify', 'X25519 generateKey', 'X25519 deriveBits']),
    );
  });

  it('is ready, and portable, where there is nothing at all that works', async () => {
    const subtle = new RecordingSubtle(() => true);
    const provider = startWebProvider({ subtle: subtle.asSubtle, extras: everything });
    await provider.ready;
    expect(new Set(Object.values(provider.describe()))).toEqual(new Set(['noble']));
    const broken = startWebProvider({ subtle: {} as SubtleCrypto, extras: everything });
    await broken.ready;
    expect(new Set(Object.values(broken.describe()))).toEqual(new Set(['noble']));
  });
});

describe('without WebCrypto', () => {
  it.each([null, undefined])('everything is portable, and synchronous: subtle %s', async absent => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto') as PropertyDescriptor;
    const { getRandomValues } = crypto;
    // As in a page that is no secure context.
    if (absent === undefined) {
      const insecure = { getRandomValues: getRandomValues.bind(crypto) };
      Object.defineProperty(globalThis, 'crypto', { configurable: true, value: insecure });
    }
    try {
      const provider = await createWebProvider({ ...(absent === null && { subtle: null }), extras: [hybridGroups] });
      expect(new Set(Object.values(provider.describe()))).toEqual(new Set(['noble']));
      const offer = provider.groups.X25519MLKEM768!.offer() as KeyOffer;
      expect(offer.share).toHaveLength(1216);
      const [, { spki, pkcs8 }, algorithm] = signatures[0];
      const signature = provider.importPrivateKey(pkcs8).sign(algorithm, data) as Uint8Array;
      expect(provider.importPublicKey(spki).verify(algorithm, data, signature)).toBe(true);
    } finally {
      Object.defineProperty(globalThis, 'crypto', original);
    }
  });

  it('there must be a source of randomness still', async () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'crypto') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'crypto', { configurable: true, value: undefined });
    try {
      await expect(createWebProvider()).rejects.toMatchObject({ name: 'CryptoError', code: 'no-entropy' });
    } finally {
      Object.defineProperty(globalThis, 'crypto', original);
    }
  });
});

/** What the calls were, without those that tried out what there is. */
async function recorded(use: (provider: CryptoProvider) => Promise<void>): Promise<Call['method'][]> {
  const subtle = new RecordingSubtle();
  const provider = await createWebProvider({ subtle: subtle.asSubtle, extras: everything });
  subtle.calls.length = 0;
  await use(provider);
  return subtle.calls.map(({ method }) => method);
}

describe('native', () => {
  it.each(agreements)('%s: private keys are made by WebCrypto, and cannot be taken out of it', async name => {
    const subtle = new RecordingSubtle();
    const group = (await createWebProvider({ subtle: subtle.asSubtle })).groups[name]!;
    subtle.calls.length = 0;
    const offer = await group.offer();
    const answer = await group.respond(offer.share);
    expect(await offer.complete(answer.share)).toEqual(answer.sharedSecret);
    const methods = ['generateKey', 'exportKey', 'generateKey', 'importKey', 'deriveBits', 'exportKey'];
    expect(subtle.calls.map(({ method }) => method)).toEqual([...methods, 'importKey', 'deriveBits']);
    for (const { method, extractable } of subtle.calls) if (method === 'generateKey') expect(extractable).toBe(false);
  });

  it.each(signatures)(
    '%s: keys are imported when they are used first, and once',
    async (_, { spki, pkcs8 }, algorithm) => {
      const calls = await recorded(async provider => {
        const [signer, verifier] = [provider.importPrivateKey(pkcs8), provider.importPublicKey(spki)];
        for (let round = 0; round < 2; round++) {
          const signature = await signer.sign(algorithm, data);
          expect(await verifier.verify(algorithm, data, signature)).toBe(true);
        }
      });
      expect(calls).toEqual(['importKey', 'sign', 'importKey', 'verify', 'sign', 'verify']);
    },
  );

  it('keys of RSA are imported for each padding and hash', async () => {
    const [, { spki, pkcs8 }] = signatures[4];
    const calls = await recorded(async provider => {
      const [signer, verifier] = [provider.importPrivateKey(pkcs8), provider.importPublicKey(spki)];
      for (const hash of ['sha256', 'sha384'] as const) {
        for (const algorithm of [
          { type: 'rsa-pkcs1', hash },
          { type: 'rsa-pss', hash, mgfHash: hash, saltLength: 32 },
        ] as const) {
          expect(await verifier.verify(algorithm, data, await signer.sign(algorithm, data))).toBe(true);
        }
      }
    });
    expect(calls.filter(method => method === 'importKey')).toHaveLength(8);
  });

  it('hybrid groups have native curves, also when they are added later', async () => {
    for (const added of [false, true]) {
      const subtle = new RecordingSubtle();
      const own = await createWebProvider({ subtle: subtle.asSubtle, ...(!added && { extras: [hybridGroups] }) });
      const provider = added ? withExtras(own, hybridGroups) : own;
      subtle.calls.length = 0;
      const offer = await provider.groups.X25519MLKEM768!.offer();
      const answer = await provider.groups.X25519MLKEM768!.respond(offer.share);
      expect(await offer.complete(answer.share)).toEqual(answer.sharedSecret);
      expect(subtle.calls.filter(({ algorithm }) => algorithm === 'X25519').length).toBeGreaterThan(4);
    }
  });

  it('bytes may be used for something else as soon as a call has returned', async () => {
    const provider = await createWebProvider();
    for (const [, { spki, pkcs8 }, algorithm] of signatures) {
      const [signer, verifier] = [provider.importPrivateKey(pkcs8), provider.importPublicKey(spki)];
      const own = Uint8Array.from(data);
      const signing = signer.sign(algorithm, own);
      own.fill(0);
      const signature = Uint8Array.from(await signing);
      own.set(data);
      const verifying = verifier.verify(algorithm, own, signature);
      own.fill(0);
      signature.fill(0);
      expect(await verifying).toBe(true);
    }
    for (const name of agreements) {
      const group = provider.groups[name]!;
      const offer = await group.offer();
      const share = Uint8Array.from(offer.share);
      const answering = group.respond(share);
      share.fill(0);
      const answer = await answering;
      const peer = Uint8Array.from(answer.share);
      const completing = offer.complete(peer);
      peer.fill(0);
      expect(await completing).toEqual(answer.sharedSecret);
    }
  });
});

describe('what WebCrypto lacks', () => {
  const features = [...agreements, ...signatures.map(([feature]) => feature)];
  const [probed, broken] = [features, ['generateKey', 'importKey', 'deriveBits', 'sign', 'verify'] as const];

  it.each(probed)('%s alone is done by the portable provider', async lacking => {
    const subtle = new RecordingSubtle(call => call.feature === lacking);
    const provider = await createWebProvider({ subtle: subtle.asSubtle });
    const whole = await createWebProvider();
    expect(provider.describe()).toEqual({ ...whole.describe(), [lacking]: 'noble' });
    const [, { spki, pkcs8 }, algorithm] = signatures.find(([feature]) => feature === lacking) ?? signatures[0];
    const signature = await provider.importPrivateKey(pkcs8).sign(algorithm, data);
    expect(await whole.importPublicKey(spki).verify(algorithm, data, signature)).toBe(true);
    const other = await whole.importPrivateKey(pkcs8).sign(algorithm, data);
    expect(await provider.importPublicKey(spki).verify(algorithm, data, other)).toBe(true);
    expect(await provider.importPublicKey(spki).verify(algorithm, data.subarray(1), other)).toBe(false);
  });

  it.each(broken)('%s that fails later, as runtimes have limits of their own, is made good', async method => {
    let failing = false;
    const subtle = new RecordingSubtle(call => failing && call.method === method);
    const [provider, reference] = [await createWebProvider({ subtle: subtle.asSubtle }), createNobleProvider()];
    failing = true;
    for (const [, { spki, pkcs8 }, algorithm] of signatures) {
      const signature = await provider.importPrivateKey(pkcs8).sign(algorithm, data);
      expect(await reference.importPublicKey(spki).verify(algorithm, data, signature)).toBe(true);
      expect(await provider.importPublicKey(spki).verify(algorithm, data, signature)).toBe(true);
      expect(await provider.importPublicKey(spki).verify(algorithm, data.subarray(1), signature)).toBe(false);
    }
    for (const name of agreements) {
      const theirs = reference.groups[name]!.offer() as KeyOffer;
      const answer = await provider.groups[name]!.respond(theirs.share);
      expect(theirs.complete(answer.share)).toEqual(answer.sharedSecret);
    }
  });

  it('a private key that is there, and fails, is a refusal', async () => {
    let failing = false;
    const subtle = new RecordingSubtle(({ method }) => failing && method === 'deriveBits');
    const group = (await createWebProvider({ subtle: subtle.asSubtle })).groups.x25519!;
    const offer = await group.offer();
    failing = true;
    await expect(offer.complete(offer.share)).rejects.toMatchObject({ name: 'CryptoError', code: 'invalid-share' });
  });
});

describe('what WebCrypto does wrongly', () => {
  const zeros = (length: number) => async (): Promise<ArrayBuffer> => new ArrayBuffer(length);

  it.each([
    ['x25519', 'a secret of zeros', { deriveBits: zeros(32) }],
    ['x25519', 'a secret of another length', { deriveBits: async () => new Uint8Array(31).fill(1).buffer }],
    ['secp256r1', 'a secret that is none', { deriveBits: zeros(32) }],
    ['ecdsa-secp256r1', 'signatures that are good for all', { verify: async (): Promise<boolean> => true }],
    ['ed25519', 'signatures that are good for none', { verify: async (): Promise<boolean> => false }],
    ['rsa-pss', 'signatures that are good for all', { verify: async (): Promise<boolean> => true }],
  ] as const)('%s: %s: it is not used', async (feature, _, wrong) => {
    const subtle = Object.assign(new RecordingSubtle().asSubtle, wrong) as SubtleCrypto;
    expect((await createWebProvider({ subtle })).describe()[feature]).toBe('noble');
  });

  it.each([
    [new Uint8Array(32), 'invalid-share'],
    [new Uint8Array(31).fill(1), 'unsupported'],
  ])('a secret of %o is found out, and wiped', async (secret, code) => {
    const subtle = new RecordingSubtle().asSubtle;
    const group = (await createWebProvider({ subtle })).groups.x25519!;
    const offer = await group.offer();
    const given: ArrayBuffer[] = [];
    Object.assign(subtle, { deriveBits: async () => given[given.push(secret.slice().buffer) - 1] });
    await expect(offer.complete(offer.share)).rejects.toMatchObject({ name: 'CryptoError', code });
    await expect(group.respond(offer.share)).rejects.toMatchObject({ name: 'CryptoError', code });
    expect(given).toHaveLength(2);
    for (const buffer of given) expect(new Uint8Array(buffer).every(octet => octet === 0)).toBe(true);
  });
});

describe('RSASSA-PKCS1-v1_5', () => {
  it('is taken without the NULL of its hash, which WebCrypto does not know [5246:4.7:2]', async () => {
    const provider = await createWebProvider();
    expect(provider.describe()['rsa-pkcs1']).toBe('web');
    const key = provider.importPublicKey(spki);
    expect(await key.verify({ type: 'rsa-pkcs1', hash: 'sha256' }, data, signature)).toBe(true);
    expect(await key.verify({ type: 'rsa-pkcs1', hash: 'sha256' }, data.subarray(1), signature)).toBe(false);
  });
});

describe('where runtimes were found to differ', () => {
  it('ECDSA over a digest of less than half the field is done portably', async () => {
    for (const [at, hash] of [
      [1, 'sha1'],
      [2, 'sha1'],
      [2, 'sha256'],
    ] as const) {
      const [, { spki, pkcs8 }] = signatures[at];
      const calls = await recorded(async provider => {
        const made = await provider.importPrivateKey(pkcs8).sign({ type: 'ecdsa', hash }, data);
        expect(await provider.importPublicKey(spki).verify({ type: 'ecdsa', hash }, data, made)).toBe(true);
      });
      expect(calls).toEqual([]);
    }
  });

  it('RSA signatures that are no number below the modulus never come to WebCrypto', async () => {
    for (const at of [4, 5] as const) {
      const [, { spki, pkcs8 }, algorithm] = signatures[at];
      const calls = await recorded(async provider => {
        const good = (await provider.importPrivateKey(pkcs8).sign(algorithm, data)) as Uint8Array;
        const key = provider.importPublicKey(spki);
        for (const bad of [good.subarray(1), Uint8Array.of(0, ...good), new Uint8Array(256).fill(255)]) {
          expect(await key.verify(algorithm, data, bad)).toBe(false);
        }
      });
      expect(calls).toEqual(['importKey', 'sign']);
    }
  });
});

describe('RSASSA-PSS with two hashes', () => {
  it('goes through the portable provider: WebCrypto has no words for it', async () => {
    const [, { spki, pkcs8 }] = signatures[4];
    const algorithm = { type: 'rsa-pss', hash: 'sha384', mgfHash: 'sha256', saltLength: 48 } as const;
    const calls = await recorded(async provider => {
      const signature = await provider.importPrivateKey(pkcs8).sign(algorithm, data);
      const key = provider.importPublicKey(spki);
      expect(await key.verify(algorithm, data, signature)).toBe(true);
      expect(await key.verify({ ...algorithm, mgfHash: 'sha384' }, data, signature)).toBe(false);
    });
    expect(calls).toEqual(['importKey', 'verify']);
  });
});

describe('what TLS 1.2 asks of keys beside signatures', () => {
  it('is the portable provider’s', async () => {
    const provider = await createWebProvider({ extras: everything });
    const [, ec] = signatures[0];
    const { share } = (await provider.groups.secp256r1!.offer()) as KeyOffer;
    const agree = provider.importPrivateKey(ec.pkcs8).agree!;
    expect(toHex(await agree(share))).toBe(
      toHex((await createNobleProvider().importPrivateKey(ec.pkcs8).agree!(share)) as Uint8Array),
    );
    const [, rsa] = signatures[4];
    expect(await provider.importPublicKey(rsa.spki).encryptPkcs1!(new Uint8Array(48))).toHaveLength(256);
    expect(provider.importPrivateKey(rsa.pkcs8).decryptPkcs1).toBeUndefined();
  });
});
