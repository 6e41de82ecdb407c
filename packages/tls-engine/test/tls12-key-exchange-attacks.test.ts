/**
 * TLS 1.2: key exchanges with numbers, groups, signatures and keys that are not what was agreed on: FREAK, Logjam, invalid curves,
 * SLOTH (RFC 5246 §7.4.2, §7.4.3, §7.4.7, §7.4.8; RFC 7919; RFC 8422 §5.4, §5.11), through whole connections, signed as they should be.
 */
import { ffdhePrime } from '@tlskit/tls-crypto';
import type { Credential, Effect } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  certificateVerify12,
  clientKeyExchange12,
  serverHello,
  serverHelloDone12,
  serverKeyExchange12,
} from '@tlskit/tls-messages';
import { signatureSchemeInfo12 } from '@tlskit/tls-messages/tls12';
import { concat, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { by, GCM, noError, rsa, rsaVerifier, sendsA, suite } from './attacks12.ts';
import { credential, type End, pair, pump, strangerKey, verifier } from './support.ts';
import { misbehaving12 } from './support12.ts';

const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };
const badShare = { code: 'ERR_TLS_BAD_KEY_SHARE', alert: 'illegal_parameter' };

const vector = (length: 1 | 2, bytes: Uint8Array) =>
  concat(length === 1 ? Uint8Array.of(bytes.length) : Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes);
const message = (type: number, body: Uint8Array) =>
  concat(Uint8Array.of(type, body.length >> 16, (body.length >> 8) & 255, body.length & 255), body);

interface Signing {
  readonly key?: Credential['key'];
  /** The code point that is written. */
  readonly scheme?: number;
  /** The one that is signed by. */
  readonly by?: number;
  /** What is signed, by default both randoms and the parameters. */
  readonly content?: (randoms: Uint8Array, params: Uint8Array) => Uint8Array;
  readonly signature?: Uint8Array;
}

/** A client that meets a server with other parameters, which it signs. */
function meets(
  params: (old: Uint8Array) => Uint8Array,
  name = GCM,
  {
    key = name.includes('_RSA_') ? rsa.key : credential.key,
    scheme = name.includes('_RSA_') ? 0x0804 : 0x0403,
    ...signing
  }: Signing = {},
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): End {
  let clientRandom = new Uint8Array(0);
  let serverRandom = new Uint8Array(0);
  const change = (effect: Effect): Effect => {
    if (sendsA(effect, serverHello)) serverRandom = effect.raw.slice(6, 38);
    if (!sendsA(effect, serverKeyExchange12)) return effect;
    const body = effect.raw.subarray(4);
    const changed = params(body);
    const info = signatureSchemeInfo12(signing.by ?? scheme);
    if (info === undefined) throw new Error('no such scheme');
    const { content = concat } = signing;
    const signature =
      signing.signature ??
      (key.sign(info.algorithm, content(concat(clientRandom, serverRandom), changed)) as Uint8Array);
    const signed = concat(changed, Uint8Array.of(scheme >> 8, scheme & 255), vector(2, signature));
    return { ...effect, raw: message(12, signed) };
  };
  const base = by(name);
  const ends = pair(
    { ...base.client, ...client },
    {
      ...base.server,
      ...server,
      versions: [misbehaving12('server', change)],
      onClientHello: ({ hello }) => {
        clientRandom = hello.random.slice();
      },
    },
  );
  pump(ends);
  return ends.client;
}

/** ServerECDHParams as they are: type, curve, and a point with its length before it. */
function ecdhParams(body: Uint8Array): Uint8Array {
  return body.slice(0, 4 + (body[3] as number));
}

const ecdhe = (group: number, point: Uint8Array) => () =>
  concat(Uint8Array.of(3, group >> 8, group & 255), vector(1, point));

it('parameters that are signed here are taken', () => {
  expect(meets(ecdhParams).error?.message).toBeUndefined();
  const dhe = meets(body => dhParams(body), 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', {}, {}, {});
  expect(dhe.error?.message).toBeUndefined();
});

/** A point of P-256, of P-384, and of neither. */
const G256 =
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
const good = fromHex(G256);
const points: Record<string, Uint8Array> = {
  'off the curve': good.with(-1, (good.at(-1) as number) ^ 1),
  'the point at infinity': Uint8Array.of(0),
  compressed: concat(Uint8Array.of(3), good.subarray(1, 33)),
  hybrid: good.with(0, 7),
  'the form of nothing': good.with(0, 5),
  zeros: new Uint8Array(65),
  'zero and zero': new Uint8Array(65).with(0, 4),
  'coordinates over the prime': concat(Uint8Array.of(4), new Uint8Array(64).fill(255)),
  'a byte too short': good.slice(0, -1),
  'a byte too long': concat(good, Uint8Array.of(0)),
  'one byte': Uint8Array.of(4),
};
const low = [
  new Uint8Array(32),
  new Uint8Array(32).with(0, 1),
  fromHex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
  fromHex('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
  fromHex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  fromHex('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
];

describe('ECDHE: a client', () => {
  it.each(Object.keys(points))('refuses a point that is %s [8422:5.11:1] [8422:5.11:2]', what => {
    expect(meets(ecdhe(0x0017, points[what] as Uint8Array)).error).toMatchObject(badShare);
  });

  it('refuses shares of X25519 that give a secret of zeros, and of other lengths [8422:5.10:2] [8422:5.11:3]', () => {
    for (const share of [...low, new Uint8Array(31).fill(9), new Uint8Array(33).fill(9)]) {
      expect(meets(ecdhe(0x001d, share)).error).toMatchObject(badShare);
    }
  });

  it.each([0x0018, 0x0019, 0x001e, 0x0013, 0x0015, 0x0100, 0x11ec, 0x0000, 0x0a0a, 0xff01])(
    'refuses group %i, which it did not offer [8422:4:1]',
    group => {
      const client = { groups: [0x001d, 0x0017] };
      expect(meets(ecdhe(group, good), GCM, {}, client).error).toMatchObject(illegal);
    },
  );

  it('refuses a curve by its coefficients, and types that are none', () => {
    for (const type of [1, 2, 0, 4, 255]) {
      const { error } = meets(body => ecdhParams(body).with(0, type));
      expect(error?.alert, `${type}`).toMatch(/^(illegal_parameter|decode_error)$/);
      expect(error?.sentBy).toBe('us');
    }
  });
});

describe('ECDHE: a server', () => {
  function met(point: Uint8Array, groups: readonly number[]): End {
    const { client, server } = by(GCM);
    const versions = [
      misbehaving12('client', effect =>
        sendsA(effect, clientKeyExchange12) ? { ...effect, raw: message(16, vector(1, point)) } : effect,
      ),
    ];
    const ends = pair({ ...client, groups, versions }, { ...server, groups });
    pump(ends);
    return ends.server;
  }

  it.each(Object.keys(points))('refuses a point that is %s [8422:5.11:1] [8422:5.11:2]', what => {
    expect(met(points[what] as Uint8Array, [0x0017]).error).toMatchObject(badShare);
  });

  it('refuses shares of X25519 that give a secret of zeros, and of other lengths [8422:5.10:2] [8422:5.11:3]', () => {
    for (const share of [...low, new Uint8Array(31).fill(9), new Uint8Array(33).fill(9)]) {
      expect(met(share, [0x001d, 0x0017]).error).toMatchObject(badShare);
    }
  });

  it('does not tell by a point whether its key is the one of before: two connections have two', () => {
    const shares = new Set<string>();
    for (let i = 0; i < 4; i++)
      meets(body => {
        shares.add(String(ecdhParams(body)));
        return ecdhParams(body);
      });
    expect(shares.size).toBe(4);
  });
});

const DHE = 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256';
const p2048 = fromHex(ffdhePrime('ffdhe2048').toString(16));

function dhParams(body: Uint8Array): Uint8Array {
  let at = 0;
  for (let i = 0; i < 3; i++) at += 2 + (((body[at] as number) << 8) | (body[at + 1] as number));
  return body.slice(0, at);
}

const dhe = (p: Uint8Array, g: Uint8Array, share: Uint8Array) => () =>
  concat(vector(2, p), vector(2, g), vector(2, share));
const two = Uint8Array.of(2);
const ffdhe = { groups: [0x001d, 0x0100] };
const some = new Uint8Array(200).fill(0x33);

describe('finite fields: a client (Logjam)', () => {
  it.each([8, 512, 768, 1024, 1536, 2040, 2047])('refuses a prime of %i bits', bits => {
    const p = new Uint8Array(Math.ceil(bits / 8)).fill(255);
    if (bits % 8 !== 0) p[0] = 2 ** (bits % 8) - 1;
    for (const padded of [p, concat(new Uint8Array(256), p)]) {
      const { error } = meets(dhe(padded, two, Uint8Array.of(3)), DHE);
      expect(error).toMatchObject({ code: 'ERR_TLS_DH_PARAM_SIZE', alert: 'insufficient_security' });
    }
  });

  it('refuses what is no group: an even modulus, generators of nothing', () => {
    const odd = p2048.with(9, (p2048[9] as number) ^ 1);
    const less = (bytes: Uint8Array) => bytes.with(-1, (bytes.at(-1) as number) - 1);
    for (const [p, g] of [
      [less(odd), two],
      [odd, new Uint8Array(0)],
      [odd, Uint8Array.of(0)],
      [odd, Uint8Array.of(1)],
      [odd, less(odd)],
      [odd, odd],
    ] as const) {
      const { error } = meets(dhe(p, g, some), DHE);
      expect(error?.alert).toMatch(/^(illegal_parameter|decode_error)$/);
      expect(error?.sentBy).toBe('us');
    }
  });

  it('refuses shares of 0, 1, p-1, p and more', () => {
    const last = p2048.at(-1) as number;
    for (const share of [
      Uint8Array.of(0),
      new Uint8Array(256),
      Uint8Array.of(1),
      new Uint8Array(256).with(-1, 1),
      p2048.with(-1, last - 1),
      p2048,
      new Uint8Array(256).fill(255),
      concat(Uint8Array.of(1), p2048),
    ]) {
      const { error } = meets(dhe(p2048, two, share), DHE, {}, ffdhe, ffdhe);
      expect(error).toMatchObject({ code: 'ERR_TLS_BAD_DH_SHARE', alert: 'handshake_failure' });
    }
  });

  it('refuses a group of RFC 7919 that it did not offer', () => {
    const p3072 = fromHex(ffdhePrime('ffdhe3072').toString(16));
    const { error } = meets(dhe(p3072, two, some), DHE, {}, ffdhe, ffdhe);
    expect(error).toMatchObject(illegal);
  });
});

it('finite fields: a server refuses shares of 0, 1, p-1, p and more', () => {
  const last = p2048.at(-1) as number;
  for (const share of [
    Uint8Array.of(0),
    Uint8Array.of(1),
    p2048.with(-1, last - 1),
    p2048,
    new Uint8Array(300).fill(255),
  ]) {
    const { client, server } = by(DHE);
    const versions = [
      misbehaving12('client', effect =>
        sendsA(effect, clientKeyExchange12) ? { ...effect, raw: message(16, vector(2, share)) } : effect,
      ),
    ];
    const ends = pair({ ...client, versions }, server);
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_DH_SHARE', alert: 'handshake_failure' });
  }
});

describe('a ServerKeyExchange', () => {
  it('where the suite has none is unexpected: a temporary key for RSA (FREAK)', () => {
    const { client, server } = by('TLS_RSA_WITH_AES_128_GCM_SHA256');
    // ServerRSAParams of export suites: modulus and exponent, signed.
    const temporary = concat(
      vector(2, new Uint8Array(64).fill(0xc5)),
      vector(2, Uint8Array.of(1, 0, 1)),
      Uint8Array.of(4, 1),
      vector(2, new Uint8Array(256)),
    );
    const versions = [
      misbehaving12('server', effect =>
        sendsA(effect, serverHelloDone12) ? [{ ...effect, raw: message(12, temporary) }, effect] : effect,
      ),
    ];
    const ends = pair(client, { ...server, versions });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });

  it.each([
    ['MD5 with RSA', 0x0101, 'RSA'],
    ['SHA-1 with RSA', 0x0201, 'RSA'],
    ['SHA-1 with ECDSA', 0x0203, 'ECDSA'],
    ['SHA-224 with ECDSA', 0x0303, 'ECDSA'],
    ['SHA-1 with DSA', 0x0202, 'ECDSA'],
    ['nothing, anonymously', 0x0000, 'ECDSA'],
    ['RSASSA-PSS of another key type', 0x0809, 'RSA'],
    ['a scheme that nobody knows', 0xfefe, 'ECDSA'],
  ])('signed by %s is refused, whatever the signature (SLOTH) [5246:7.4.3:2]', (_, scheme, type) => {
    const name = type === 'RSA' ? 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' : GCM;
    const { error } = meets(ecdhParams, name, { scheme, by: type === 'RSA' ? 0x0804 : 0x0403 });
    expect(error).toMatchObject(illegal);
    expect(error?.message).toContain('which was not offered');
  });

  it.each([
    [GCM, 0x0804],
    [GCM, 0x0401],
    [GCM, 0x0807],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 0x0403],
  ])('%s: signed by a scheme of another kind of key is refused: %i [5246:7.4.3:4]', (name, scheme) => {
    const { error } = meets(ecdhParams, name, { scheme, by: name === GCM ? 0x0403 : 0x0804 });
    expect(error).toMatchObject(illegal);
    expect(error?.message).toContain('does not fit the key');
  });

  it('whose signature is of something else does not verify', () => {
    const flip = (bytes: Uint8Array) => bytes.with(0, (bytes[0] as number) ^ 1);
    const cases: Record<string, Signing> = {
      'another client random': { content: (randoms, params) => concat(flip(randoms), params) },
      'another server random': {
        content: (randoms, params) => concat(randoms.with(40, (randoms[40] as number) ^ 1), params),
      },
      'the randoms in the other order': {
        content: (randoms, params) => concat(randoms.subarray(32), randoms.subarray(0, 32), params),
      },
      'other parameters': { content: (randoms, params) => concat(randoms, flip(params)) },
      'parameters alone': { content: (_, params) => params },
      nothing: { content: () => new Uint8Array(0) },
      'as it should be, by somebody else': { key: strangerKey },
      'another hash': { by: 0x0503 },
      'no signature': { signature: new Uint8Array(0) },
      'a signature of zeros': { signature: fromHex('3006020100020100') },
    };
    for (const [what, signing] of Object.entries(cases)) {
      const { error } = meets(ecdhParams, GCM, signing);
      expect(error, what).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
    }
  });
});

describe('a certificate', () => {
  it.each([
    [GCM, rsa, rsaVerifier],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', credential, verifier],
    ['TLS_RSA_WITH_AES_128_GCM_SHA256', credential, verifier],
    ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', credential, verifier],
  ])('of the wrong kind of key is refused for %s [5246:7.4.2:2] [5246:7.4.2:6]', (name, shown, judge) => {
    const { client, server } = by(name);
    const versions = [
      misbehaving12('server', effect => {
        if (effect.op !== 'send' || effect.raw[0] !== 11) return effect;
        const list = concat(
          ...shown.chain.map(one =>
            concat(Uint8Array.of(one.length >> 16, (one.length >> 8) & 255, one.length & 255), one),
          ),
        );
        return {
          ...effect,
          raw: message(11, concat(Uint8Array.of(list.length >> 16, (list.length >> 8) & 255, list.length & 255), list)),
        };
      }),
    ];
    const ends = pair({ ...client, verifier: judge }, { ...server, versions });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_CERT_KEY' });
    expect(ends.client.error?.alert).toMatch(/^(unsupported_certificate|bad_certificate|illegal_parameter)$/);
  });
});

describe('a CertificateVerify', () => {
  function met(change: (raw: Uint8Array) => Uint8Array, clientKey = credential.key): End {
    const { client, server } = by(GCM);
    const versions = [
      misbehaving12('client', effect =>
        sendsA(effect, certificateVerify12) ? { ...effect, raw: change(effect.raw) } : effect,
      ),
    ];
    const ends = pair(
      { ...client, versions, credentials: () => ({ ...credential, key: clientKey }) },
      { ...server, clientAuth: { mode: 'require', verifier } },
    );
    pump(ends);
    return ends.server;
  }

  it('is taken as it should be', () => {
    expect(met(raw => raw).connected?.clientSignatureScheme).toBe(0x0403);
  });

  it.each([0x0101, 0x0201, 0x0203, 0x0202, 0x0303, 0x0000, 0xfefe])(
    'by scheme %i is refused: the request does not have it [5246:7.4.8:2]',
    scheme => {
      expect(met(raw => raw.with(4, scheme >> 8).with(5, scheme & 255)).error).toMatchObject(illegal);
    },
  );

  it('by a scheme of another kind of key is refused [5246:7.4.8:3]', () => {
    expect(met(raw => raw.with(4, 8).with(5, 4)).error).toMatchObject(illegal);
  });

  it('by another key, of another hash, or of nothing does not verify', () => {
    const bad = { code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' };
    expect(met(raw => raw, strangerKey).error).toMatchObject(bad);
    expect(met(raw => raw.with(4, 5)).error).toMatchObject(bad);
    expect(met(raw => raw.with(-1, (raw.at(-1) as number) ^ 1)).error).toMatchObject(bad);
    expect(met(() => message(15, concat(Uint8Array.of(4, 3), vector(2, new Uint8Array(0))))).error).toMatchObject(bad);
  });
});

it('suites of export, null or anonymous kind are not chosen by who was not told to', () => {
  const { client, server } = by(GCM);
  const weak = [
    0x0000, 0x0001, 0x0003, 0x0006, 0x0008, 0x000b, 0x0011, 0x0014, 0x0017, 0x0019, 0x0018, 0x0034, 0xc018, 0xc006,
  ];
  const shapeHello = (hello: ClientHello) => ({ ...hello, cipher_suites: weak });
  const ends = pair({ ...client, shapeHello }, server);
  pump(ends);
  expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_CIPHER', alert: 'handshake_failure' });
  const mixed = pair({ ...client, shapeHello: hello => ({ ...hello, cipher_suites: [...weak, suite(GCM)] }) }, server);
  pump(mixed);
  noError(mixed);
  expect(mixed.client.connected?.cipherSuite.code).toBe(suite(GCM));
});
