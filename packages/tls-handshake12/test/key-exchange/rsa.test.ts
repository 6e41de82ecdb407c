/** Key transport under RSA (RFC 5246 §7.4.7.1), and the silence that keeps it safe. */
import { constants, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto';
import type { PublicKey, SigningKey } from '@tlskit/tls-crypto';
import { clientKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  answer,
  begin,
  clientConfig,
  exchange,
  isZero,
  noble,
  node,
  outcome,
  run,
  serverConfig,
  suite,
} from './support.ts';

const info = suite('TLS_RSA_WITH_AES_128_GCM_SHA256');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = node.importPrivateKey(der(pair.privateKey, 'pkcs8'));
const random = (length: number) => new Uint8Array(length).fill(0xcc);
/** What a server goes on with that could not use what it got. */
const fallback = random(48).with(0, 3).with(1, 3);

describe.each([noble, node])('a client of $name', provider => {
  const peerKey = provider.importPublicKey(key.spki);

  it('has the same secret as the server: its own version, and 46 random bytes [5246:7.4.7.1:1] [5246:7.4.7.1:5]', async () => {
    const done = await exchange(
      info,
      { config: clientConfig(provider), peerKey, clientVersion: 0x0303 },
      { config: serverConfig(node), key, clientVersion: 0x0303 },
    );
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(done.client.premaster).toHaveLength(48);
    expect([...done.client.premaster.subarray(0, 2)]).toEqual([3, 3]);
    expect(new Set(done.client.premaster).size).toBeGreaterThan(10);
    expect(done.params).toBeUndefined();
    expect([done.group, done.client.group]).toEqual([undefined, undefined]);
    // The ciphertext stands behind its length, as TLS has it since 1.0.
    expect([...done.client.body.subarray(0, 2)]).toEqual([1, 0]);
    expect(done.client.body).toHaveLength(258);
  });

  it('refuses keys that nothing is encrypted under', async () => {
    const config = clientConfig(provider);
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    for (const one of [ec, pss]) {
      const wrong = provider.importPublicKey(der(one.publicKey, 'spki'));
      await expect(answer(info, { config, peerKey: wrong })).rejects.toMatchObject({
        code: 'ERR_TLS_CERT_KEY',
        alert: 'unsupported_certificate',
      });
    }
    const small = {
      ...peerKey,
      encryptPkcs1: () => new Uint8Array(58),
      algorithm: { type: 'rsa', bits: 464 } as const,
    };
    await expect(answer(info, { config, peerKey: small as PublicKey })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_WEAK',
    });
    await expect(answer(info, { config })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
  });

  it.each(['throws', 'rejects', 'is cancelled'] as const)('wipes its secret when encryption %s', async way => {
    let secret: Uint8Array | undefined;
    const encryptPkcs1 = (message: Uint8Array) => {
      secret = message;
      if (way === 'throws') throw new Error('no');
      return way === 'rejects' ? Promise.reject(new Error('no')) : new Promise<Uint8Array>(() => {});
    };
    const broken = { algorithm: peerKey.algorithm, spki: peerKey.spki, verify: () => false, encryptPkcs1 };
    const { answerKeyExchange } = await import('../../src/key-exchange/index.ts');
    const flow = answerKeyExchange({
      config: clientConfig(provider),
      suite: info,
      params: undefined,
      peerKey: broken,
      clientVersion: 0x0303,
    });
    if (way === 'is cancelled') {
      expect(flow.next()).toMatchObject({ value: { op: 'wait' } });
      expect(isZero(secret as Uint8Array)).toBe(false);
      flow.return(undefined as never);
    } else {
      await expect(outcome(flow)).rejects.toThrow('no');
    }
    expect(secret).toHaveLength(48);
    expect(isZero(secret as Uint8Array)).toBe(true);
  });
});

describe('a server', () => {
  /** What comes of one ciphertext, and all that an observer of the flow could see. */
  async function received(ciphertext: Uint8Array, clientVersion = 0x0303, signer: SigningKey = key) {
    const drawn: Uint8Array[] = [];
    const config = serverConfig(node, {
      random(length) {
        const bytes = random(length);
        drawn.push(bytes);
        return bytes;
      },
    });
    const server = await begin(info, { config, key: signer, clientVersion });
    const body = encode(clientKeyExchangeBody(info), { encrypted_pre_master_secret: ciphertext });
    const { value, effects, events } = await run(server.complete(body));
    return { premaster: value.premaster, identity: value.pskIdentity, effects, events, drawn };
  }

  const premaster = Uint8Array.from({ length: 48 }, (_, i) => i + 1)
    .with(0, 3)
    .with(1, 3);

  it('reads what a client sends', async () => {
    expect((await received(raw(padded(premaster)))).premaster).toEqual(premaster);
  });

  const good = padded(premaster);
  const kinds: Readonly<Record<string, Uint8Array>> = {
    'no leading zero': raw(good.with(0, 1)),
    'block type 1': raw(good.with(1, 1)),
    'block type 0': raw(good.with(1, 0)),
    'no separator': raw(good.with(256 - 49, 7)),
    'a zero in the first eight bytes of padding': raw(good.with(5, 0)),
    'a zero further on in the padding': raw(good.with(100, 0)),
    'a message of 47 bytes': raw(padded(premaster.subarray(1))),
    'a message of 49 bytes': raw(padded(Uint8Array.of(3, ...premaster))),
    'an empty message': raw(padded(new Uint8Array(0))),
    'a message of 245 bytes': raw(padded(new Uint8Array(245).fill(3))),
    'nothing but zeros': raw(new Uint8Array(256)),
    'another ciphertext': raw(good).with(128, (raw(good)[128] as number) ^ 1),
    'the modulus and above': new Uint8Array(256).fill(0xff),
    'a byte too few': raw(good).subarray(1),
    'a byte too many': Uint8Array.of(0, ...raw(good)),
    'no ciphertext': new Uint8Array(0),
    'a ciphertext of 65,535 bytes': new Uint8Array(65_535).fill(1),
  };

  it.each(Object.keys(kinds))(
    'does the same for all that is malformed: %s [5246:7.4.7.1:3] [5246:7.4.7.1:4]',
    async kind => {
      const ciphertext = kinds[kind] as Uint8Array;
      const seen = await received(ciphertext);
      const ofGood = await received(raw(good));
      expect(seen.premaster).toEqual(fallback);
      expect(ofGood.premaster).not.toEqual(fallback);
      // No error, no event, no draw that tells: the flow does what it does for a good one.
      expect({ ...seen, premaster: undefined }).toEqual({ ...ofGood, premaster: undefined });
      expect(seen.events).toEqual([]);
    },
  );

  it.each([0x0301, 0x0302, 0x0304, 0xffff])(
    'does not tell that the version is wrong: %i [5246:7.4.7.1:2] [5246:7.4.7.1:3]',
    async version => {
      const other = premaster.with(0, version >> 8).with(1, version & 0xff);
      const seen = await received(raw(padded(other)));
      const ofGood = await received(raw(good));
      // The version of the ClientHello is in the secret, which the client has not: its Finished is wrong.
      expect(seen.premaster).toEqual(premaster);
      expect(seen.premaster).not.toEqual(other);
      expect(seen).toEqual(ofGood);
    },
  );

  it('expects the version of the ClientHello, not the one that was chosen', async () => {
    const later = premaster.with(1, 4);
    expect((await received(raw(padded(later)), 0x0304)).premaster).toEqual(later);
  });

  it('wipes what it does not go on with', async () => {
    let opened: Uint8Array | undefined;
    const watched = keyThat((ciphertext, other) => {
      opened = key.decryptPkcs1?.(ciphertext, other) as Uint8Array;
      return opened;
    });
    const { drawn } = await received(raw(good), 0x0303, watched);
    expect(drawn).toHaveLength(1);
    expect(drawn.every(isZero)).toBe(true);
    expect(isZero(opened as Uint8Array)).toBe(true);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('padding');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('padding'))],
  ] as const)('tells the application alone that its key %s', async (_, decrypt) => {
    const seen = await received(raw(good), 0x0303, keyThat(decrypt));
    expect(seen.premaster).toEqual(fallback);
    expect(seen.events).toEqual([{ type: 'failure', of: 'decryption', error: new TypeError('padding') }]);
  });

  it('is not led astray by a key that answers with something else', async () => {
    for (const decrypt of [
      (_: Uint8Array, other: Uint8Array) => other,
      (_: Uint8Array, other: Uint8Array) => Promise.resolve(other),
      () => new Uint8Array(47),
      () => new Uint8Array(0),
      () => undefined as never,
    ]) {
      expect((await received(raw(good), 0x0303, keyThat(decrypt))).premaster).toEqual(fallback);
    }
  });

  it('refuses messages of another form', async () => {
    for (const bad of [
      new Uint8Array(0),
      Uint8Array.of(0),
      Uint8Array.of(0, 1),
      Uint8Array.of(0, 1, 2, 3),
      raw(good),
    ]) {
      const server = await begin(info, { config: serverConfig(node), key });
      await expect(outcome(server.complete(bad))).rejects.toThrow(expect.objectContaining({ name: 'DecodeError' }));
    }
  });

  it('needs a key that decrypts', async () => {
    const signs = noble.importPrivateKey(der(pair.privateKey, 'pkcs8'));
    expect(signs.decryptPkcs1).toBeUndefined();
    await expect(begin(info, { config: serverConfig(noble), key: signs })).rejects.toMatchObject({
      code: 'ERR_TLS_INTERNAL',
    });
  });
});

/** 00 02 PS 00 M (RFC 8017 §7.2.1). */
function padded(message: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(256).fill(0xa5);
  encoded.set([0, 2]);
  encoded[256 - message.length - 1] = 0;
  encoded.set(message, 256 - message.length);
  return encoded;
}

/** Without padding of its own. The first bit of the modulus is 1, so that a first byte of 1 is below it. */
function raw(encoded: Uint8Array): Uint8Array {
  return new Uint8Array(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, encoded));
}

function keyThat(decryptPkcs1: NonNullable<SigningKey['decryptPkcs1']>): SigningKey {
  return { algorithm: key.algorithm, spki: key.spki, sign: () => new Uint8Array(0), decryptPkcs1 };
}

function der(from: KeyObject, type: 'spki' | 'pkcs8'): Uint8Array {
  return new Uint8Array(from.export({ format: 'der', type: type as 'spki' }));
}
