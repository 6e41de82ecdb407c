/** Elliptic curves in TLS 1.2 (RFC 8422): who says what of them, what is chosen by it, and what is shown and signed. */
import type { Credential } from '@tlskit/tls-handshake';
import {
  certificate12,
  certificateRequest12,
  certificateVerify12,
  ecPointFormatsRow,
  serverKeyExchange12,
  supportedGroupsRow,
} from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { replacing, without } from './rewriting.ts';
import { credential, type End, provider, sends, verifier } from './support.ts';
import { answering12, connect12, GCM, misbehaving12, noError, saying12, type Talk, talk } from './support12.ts';
import { accepting } from './tls12-support.ts';

const ca = await createCA();
const issue = async (key: 'ed25519' | 'rsa-2048'): Promise<Credential> => {
  const { chain, key: pkcs8 } = await ca.issue({ names: ['localhost'], key });
  return { chain, key: provider.importPrivateKey(pkcs8) };
};
const rsa = await issue('rsa-2048');
const ed25519 = await issue('ed25519');

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_ and TLS_RSA_ of the same, and TLS_ECDH_anon_WITH_AES_128_CBC_SHA. */
const ECDHE_RSA = 0xc02f;
const DHE_RSA = 0x009e;
const RSA = 0x009c;
const ANON = 0xc018;
const schemes = [0x0403, 0x0807, 0x0804, 0x0401];

const { type: formats } = ecPointFormatsRow;
const { type: curves } = supportedGroupsRow;

/** By these suites, with this certificate. */
function by(
  cipherSuites: readonly number[],
  shown: Credential = rsa,
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): Talk {
  const common = { cipherSuites, signatureSchemes: schemes };
  return connect12(
    { ...common, verifier: accepting(shown), ...client },
    { ...common, credentials: () => shown, ...server },
  );
}

function data({ clientHellos, serverHellos }: Talk, side: 'client' | 'server', type: number): string | undefined {
  const extensions = (side === 'client' ? clientHellos : serverHellos)[0]?.extensions ?? [];
  const found = extensions.find(one => one.extension_type === type);
  return found && toHex(found.extension_data);
}

function refused(end: End, code: string, alert: string, other: End): void {
  expect(end.error).toMatchObject({ code, alert, sentBy: 'us' });
  expect(other.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
}

const pointFormats = (...list: number[]) => ({
  extension_type: formats,
  extension_data: Uint8Array.of(list.length, ...list),
});
const groups = (...list: number[]) => ({
  extension_type: curves,
  extension_data: Uint8Array.of(0, 2 * list.length, ...list.flatMap(code => [code >> 8, code & 255])),
});

/** A side that counts the messages that it sends of these kinds. */
function counting(role: 'client' | 'server', ...kinds: { readonly type: number }[]) {
  const sent: number[] = [];
  const version = misbehaving12(role, effect => {
    for (const kind of kinds) if (sends(effect, kind)) sent.push(kind.type);
    return effect;
  });
  return { sent, versions: [version] };
}

describe('a client', () => {
  it('with suites of elliptic curves says which, and that it takes points as they are [8422:5.1:1] [8422:5.1.2:3]', () => {
    const ends = by([GCM], credential);
    noError(ends);
    expect(data(ends, 'client', formats)).toBe('0100');
    expect(data(ends, 'client', curves)).toBe('0006001d00170018');
  });

  it.each([
    ['RSA', [RSA], undefined],
    ['DHE, whose groups it may name', [DHE_RSA, RSA], '00020100'],
  ])('that has suites of %s alone says nothing of curves [8422:4:2]', (_what, suites, named) => {
    const finite = named === undefined ? [] : [0x0100];
    const ends = by(suites, rsa, { groups: [0x001d, 0x0017, ...finite] });
    noError(ends);
    expect([data(ends, 'client', formats), data(ends, 'client', curves)]).toEqual([undefined, named]);
  });

  it('says it for the sake of TLS 1.3 all the same', () => {
    const ends = by([0x1301, RSA], rsa, { versions: [tls13, tls12] }, { versions: [tls13, tls12] });
    noError(ends);
    expect(data(ends, 'client', curves)).toBe('0006001d00170018');
    expect(data(ends, 'client', formats)).toBeUndefined();
  });

  it('passes over supported_groups in a ServerHello, which does not belong there, if it is one', () => {
    const answer = (extension: ReturnType<typeof groups>) => [
      answering12(hello => ({ ...hello, extensions: [...hello.extensions, extension] })),
    ];
    const ends = by([GCM], credential, {}, { versions: answer(groups(0x0018)) });
    noError(ends);
    expect(ends.client.connected?.group).toBe(0x001d);
    const broken = { extension_type: curves, extension_data: Uint8Array.of(0, 3, 0, 0x1d) };
    const other = by([GCM], credential, {}, { versions: answer(broken) });
    refused(other.client, 'ERR_TLS_DECODE', 'decode_error', other.server);
  });

  it('refuses a server that takes no points as they are [8422:5.2:2]', () => {
    const ends = by([GCM], credential, {}, { versions: [answering12(hello => replacing(hello, pointFormats(1, 2)))] });
    refused(ends.client, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.server);
    const more = by([GCM], credential, {}, { versions: [answering12(hello => replacing(hello, pointFormats(2, 0)))] });
    noError(more);
  });

  it.each([
    ['an RSA key for ECDHE_ECDSA [8422:2.1:1]', GCM, credential, rsa],
    ['a key of EdDSA for ECDHE_RSA [8422:2.2:1]', ECDHE_RSA, rsa, ed25519],
  ])('refuses a certificate with %s', (_what, suite, shown, other) => {
    const ends = by([suite], shown, { verifier: accepting(other) });
    refused(ends.client, 'ERR_TLS_CERT_KEY', 'unsupported_certificate', ends.server);
  });

  it('refuses it as soon as it is there, and not when the flight of the server is', () => {
    const versions = [misbehaving12('server', effect => (sends(effect, serverKeyExchange12) ? undefined : effect))];
    const ends = by([ECDHE_RSA], rsa, { verifier: accepting(ed25519) }, { versions });
    refused(ends.client, 'ERR_TLS_CERT_KEY', 'unsupported_certificate', ends.server);
  });

  it('without a certificate answers a request by none, and signs nothing [8422:3:1]', () => {
    const { sent, versions } = counting('client', certificate12, certificateVerify12);
    const clientAuth = { mode: 'request', verifier } as const;
    const ends = by([GCM], credential, { versions }, { clientAuth });
    noError(ends);
    expect(sent).toEqual([certificate12.type]);
    talk(ends);
  });

  it.each([
    ['ECDSA', credential, 0x0403],
    ['EdDSA', ed25519, 0x0807],
  ])('shows itself by %s [8422:3.1:1]', (_what, own, scheme) => {
    const clientAuth = { mode: 'require', verifier: accepting(own) } as const;
    const ends = by([ECDHE_RSA], rsa, { credentials: () => own }, { clientAuth });
    noError(ends);
    expect(ends.server.connected?.clientSignatureScheme).toBe(scheme);
  });
});

describe('a server', () => {
  it('says that it takes points as they are, to those who spoke of it, with a suite of curves [8422:5.2:1]', () => {
    expect(data(by([GCM], credential), 'server', formats)).toBe('0100');
    expect(
      data(
        by(
          [GCM],
          credential,
          saying12(hello => without(hello, formats)),
        ),
        'server',
        formats,
      ),
    ).toBeUndefined();
    const ends = by(
      [RSA],
      rsa,
      saying12(hello => replacing(hello, pointFormats(0))),
    );
    expect(data(ends, 'server', formats)).toBeUndefined();
  });

  it('refuses a client that takes no points as they are [8422:5.1.2:2]', () => {
    for (const shape of [saying12(hello => replacing(hello, pointFormats(1, 2)))]) {
      const ends = by([GCM], credential, shape);
      refused(ends.server, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.client);
    }
    noError(
      by(
        [GCM],
        credential,
        saying12(hello => replacing(hello, pointFormats(2, 1, 0))),
      ),
    );
  });

  it('chooses no suite of curves where none is in common [8422:4:1] [8422:5.1:2] [8422:5.1:4]', () => {
    const strange = saying12(hello => replacing(hello, groups(0x0001, 0x001e)));
    const other = by([ECDHE_RSA, RSA], rsa, strange);
    noError(other);
    expect(other.serverHellos[0]?.cipher_suite).toBe(RSA);
    const none = by(
      [ECDHE_RSA],
      rsa,
      saying12(hello => replacing(hello, groups(0x0001, 0x001e))),
    );
    refused(none.server, 'ERR_TLS_NO_SHARED_GROUP', 'handshake_failure', none.client);
  });

  it('chooses none for a client that names no curve, though it may (RFC 8422 §4)', () => {
    const silent = () => saying12(hello => without(hello, curves));
    const other = by([ECDHE_RSA, RSA], rsa, silent());
    noError(other);
    expect(other.serverHellos[0]?.cipher_suite).toBe(RSA);
    const none = by([ECDHE_RSA], rsa, silent());
    refused(none.server, 'ERR_TLS_NO_SHARED_GROUP', 'handshake_failure', none.client);
  });

  it('chooses the curve that the client named', () => {
    const ends = by(
      [GCM],
      credential,
      saying12(hello => replacing(hello, groups(0x0018, 0x0017))),
      {
        groups: [0x001d, 0x0017],
      },
    );
    noError(ends);
    expect(ends.client.connected?.group).toBe(0x0017);
  });

  it('shows no certificate of a curve that the client did not name [8422:5.1:3] [8422:5.3:3] [8422:5.3:4]', () => {
    const x25519 = () => saying12(hello => replacing(hello, groups(0x001d)));
    const asked: (boolean | undefined)[] = [];
    const credentials: ServerEngineConfig['credentials'] = ({ schemeFor }) => {
      asked.push(schemeFor(credential) !== undefined);
      return schemeFor(credential) === undefined ? rsa : credential;
    };
    const ends = by([GCM, ECDHE_RSA], rsa, x25519(), { credentials });
    noError(ends);
    expect(ends.serverHellos[0]?.cipher_suite).toBe(ECDHE_RSA);
    expect(asked).toEqual([false]);
    const none = by([GCM], credential, x25519());
    refused(none.server, 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'handshake_failure', none.client);
  });

  it('refuses a client’s signature by ECDSA with a key of EdDSA [8422:5.6:1] [8422:5.9:4]', () => {
    const clientAuth = { mode: 'require', verifier: accepting(ed25519) } as const;
    const ends = by([ECDHE_RSA], rsa, { credentials: () => credential }, { clientAuth });
    refused(ends.server, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.client);
  });
});

describe('parameters', () => {
  /** The body of ServerKeyExchange. */
  function keyExchange(suite: number, shown: Credential): Uint8Array {
    let body: Uint8Array | undefined;
    const versions = [
      misbehaving12('server', effect => {
        if (sends(effect, serverKeyExchange12)) body = effect.raw.slice(4);
        return effect;
      }),
    ];
    noError(by([suite], shown, {}, { versions }));
    if (body === undefined) throw new Error('no ServerKeyExchange');
    return body;
  }
  /** Type, curve, and a point of X25519 with its length before it. */
  const PARAMS = 1 + 2 + 1 + 32;

  it.each([
    ['ECDSA', credential, 0x0403],
    ['EdDSA', ed25519, 0x0807],
  ])('of ECDHE_ECDSA are signed by %s [8422:2.1:2]', (_what, shown, scheme) => {
    const body = keyExchange(GCM, shown);
    expect(toHex(body.subarray(0, 4))).toBe('03001d20');
    expect((body[PARAMS] as number) * 256 + (body[PARAMS + 1] as number)).toBe(scheme);
  });

  it('are signed by EdDSA with 64 bytes and no DER around them [8422:5.4:1] [8422:5.10:7]', () => {
    const body = keyExchange(GCM, ed25519);
    expect(toHex(body.subarray(PARAMS, PARAMS + 4))).toBe('08070040');
    expect(body).toHaveLength(PARAMS + 4 + 64);
  });

  it('of ECDHE_RSA are signed by the RSA key [8422:2.2:1]', () => {
    expect(toHex(keyExchange(ECDHE_RSA, rsa).subarray(PARAMS, PARAMS + 4))).toMatch(/^080[4-6]0100$/);
  });

  it('of ECDH_anon have a curve and a point, and no signature [8422:2.3:2] [8422:2.3:3]', () => {
    const body = keyExchange(ANON, rsa);
    expect(toHex(body.subarray(0, 4))).toBe('03001d20');
    expect(body).toHaveLength(PARAMS);
  });

  it('that EdDSA signed and say ECDSA are refused, and the other way round [8422:5.9:3] [8422:5.9:4]', () => {
    for (const [shown, scheme] of [
      [ed25519, 0x0403],
      [credential, 0x0807],
    ] as const) {
      const versions = [
        misbehaving12('server', effect =>
          sends(effect, serverKeyExchange12)
            ? {
                ...effect,
                raw: effect.raw.with(4 + PARAMS, scheme >> 8).with(4 + PARAMS + 1, scheme & 255),
              }
            : effect,
        ),
      ];
      const ends = by([GCM], shown, {}, { versions });
      refused(ends.client, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.server);
    }
  });
});

describe('without anybody’s certificate', () => {
  it('none is sent, nor asked for [8422:2.3:1]', () => {
    const server = counting('server', certificate12, certificateRequest12);
    const client = counting('client', certificate12, certificateVerify12);
    const clientAuth = { mode: 'request', verifier } as const;
    const ends = by([ANON], rsa, { versions: client.versions }, { versions: server.versions, clientAuth });
    noError(ends);
    expect([server.sent, client.sent]).toEqual([[], []]);
    talk(ends);
  });

  it.each([
    ['a Certificate', certificate12],
    ['a CertificateRequest', certificateRequest12],
  ])('%s is unexpected [8422:2.3:1]', (_what, message) => {
    const bodies = { [certificate12.type]: '000000', [certificateRequest12.type]: '014000020403' + '0000' };
    const hex = bodies[message.type] as string;
    const raw = Uint8Array.from([message.type, 0, 0, hex.length / 2, ...Buffer.from(hex, 'hex')]);
    const before = message === certificate12 ? serverKeyExchange12.type : 14;
    const versions = [
      misbehaving12('server', effect =>
        effect.op === 'send' && effect.raw[0] === before ? [{ ...effect, raw }, effect] : effect,
      ),
    ];
    const ends = by([ANON], rsa, {}, { versions });
    refused(ends.client, 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message', ends.server);
  });
});
