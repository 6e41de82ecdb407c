/**
 * TLS 1.2: handshakes within a connection that somebody would like to be another's (RFC 5746; RFC 7627 §1, §5.4): the attack on
 * renegotiation, the triple handshake, what may change and what may not, and how often.
 */
import type { Credential, Effect, PeerVerifier } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  type Extension,
  encodeMessage,
  extendedMasterSecretRow,
  finished12,
  makeExtension,
  renegotiationInfoRow,
  serverHello,
} from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import {
  by,
  Forger12,
  GCM,
  noError,
  recordsIn,
  roles,
  sendsA,
  stepwise,
  suite,
  tapped,
  ticketKeys,
} from './attacks12.ts';
import { credential, type Pair, pair, provider, pump, verifier } from './support.ts';
import { misbehaving12 } from './support12.ts';

const accept = { tls12: { renegotiation: 'accept' } } as const;
const base = by(GCM);
const refused = { code: 'ERR_TLS_REFUSED', alert: 'handshake_failure', sentBy: 'us' };

function connect(client: Partial<ClientEngineConfig> = {}, server: Partial<ServerEngineConfig> = {}): Pair {
  const ends = pair({ ...base.client, ...accept, ...client }, { ...base.server, ...accept, ...server });
  pump(ends);
  noError(ends);
  return ends;
}

function again(ends: Pair, side: 'client' | 'server' = 'client'): Pair {
  ends[side].engine.renegotiate();
  pump(ends);
  return ends;
}

const renegotiated = ({ client, server }: Pair) =>
  [client, server].map(({ events }) => events.filter(({ type }) => type === 'renegotiated').length);

const { type: INFO } = renegotiationInfoRow;
const SCSV = 0x00ff;
const info = (bytes: Uint8Array, message: 'CH' | 'SH12') =>
  makeExtension(renegotiationInfoRow, message, { renegotiated_connection: bytes });
const without = (extensions: readonly Extension[], type = INFO) =>
  extensions.filter(one => one.extension_type !== type);
const dataOf = ({ extensions }: { readonly extensions: readonly Extension[] }) =>
  extensions.find(one => one.extension_type === INFO)?.extension_data.slice(1) ?? new Uint8Array(0);
const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 1);

/** A client whose n-th hello, from 0, is another. */
function shaping(which: number, change: (hello: ClientHello) => ClientHello) {
  let count = 0;
  return { shapeHello: (hello: ClientHello) => (count++ === which ? change(hello) : hello) };
}

/** A server that does not hear this extension of its clients. */
function deaf(version: EngineVersion, type: number): EngineVersion {
  const { handshake } = version;
  return {
    ...version,
    handshake: {
      ...handshake,
      server: (context, received) => {
        const { hello } = received;
        return handshake.server(context, {
          ...received,
          hello: { ...hello, extensions: without(hello.extensions, type) },
        });
      },
    },
  };
}

describe('a server refuses a client', () => {
  it.each<[string, string, (hello: ClientHello) => ClientHello]>([
    [
      'whose hello has the signal',
      '[5746:3.7:1] [5746:3.7:2]',
      hello => ({ ...hello, cipher_suites: [...hello.cipher_suites, SCSV] }),
    ],
    [
      'whose hello has no renegotiation_info',
      '[5746:3.7:3]',
      hello => ({ ...hello, extensions: without(hello.extensions) }),
    ],
    [
      'whose hello has the signal in place of it',
      '[5746:3.7:2]',
      hello => ({ ...hello, cipher_suites: [...hello.cipher_suites, SCSV], extensions: without(hello.extensions) }),
    ],
    ['who says that it is a first handshake', '[5746:3.7:4]', hello => replaced(hello, () => new Uint8Array(0))],
    ['with another verify_data', '[5746:3.7:4]', hello => replaced(hello, old => flip(old, 0))],
    ['with another last byte of it', '[5746:3.7:4]', hello => replaced(hello, old => flip(old, 11))],
    ['with a part of it', '[5746:3.7:4]', hello => replaced(hello, old => old.slice(0, 11))],
    ['with more than it', '[5746:3.7:4]', hello => replaced(hello, old => Uint8Array.of(...old, ...old))],
    ['with zeros', '[5746:3.7:4]', hello => replaced(hello, () => new Uint8Array(12))],
  ])('%s %s', (_, __, change) => {
    const ends = again(connect(shaping(1, change)));
    expect(ends.server.error).toMatchObject(refused);
    expect(renegotiated(ends)).toEqual([0, 0]);
  });

  it('who is new and says that it is not: somebody sends its hello on (CVE-2009-3555) [5746:3.6:3]', () => {
    const change = (hello: ClientHello) => ({
      ...hello,
      extensions: [...without(hello.extensions), info(new Uint8Array(12).fill(1), 'CH')],
    });
    const ends = pair({ ...base.client, ...shaping(0, change) }, base.server);
    pump(ends);
    expect(ends.server.error).toMatchObject(refused);
  });

  it('whose first hello a man in the middle carries into a connection of his own (CVE-2009-3555) [5746:3.7:4]', () => {
    // The victim's hello is honest and first; the attacker stands with the server already.
    const ends = connect(
      shaping(1, hello => ({ ...hello, extensions: [...without(hello.extensions), info(new Uint8Array(0), 'CH')] })),
    );
    ends.client.engine.write(new TextEncoder().encode('POST /transfer?to=attacker'));
    again(ends);
    expect(ends.server.error).toMatchObject(refused);
  });

  it('that lacks RFC 5746, not by an error but by a warning, whatever it says later [5746:4.4:1]', () => {
    for (const later of [
      (hello: ClientHello) => ({ ...hello, extensions: without(hello.extensions) }),
      (hello: ClientHello) => hello,
    ]) {
      let count = 0;
      const tap = tapped();
      const ends = pair(
        {
          ...base.client,
          tls12: { requireSecureRenegotiation: false },
          versions: [tap.version],
          shapeHello: hello => {
            count++;
            return { ...hello, extensions: without(hello.extensions) };
          },
        },
        { ...base.server, ...accept },
      );
      pump(ends);
      noError(ends);
      expect(ends.server.connected?.tls12?.secureRenegotiation).toBe(false);
      expect(() => ends.server.engine.renegotiate()).toThrow();
      expect(() => ends.client.engine.renegotiate()).toThrow();
      // The client does so all the same.
      const hello = later(decodeMessage(clientHello, freshHello()));
      ends.server.engine.receive(new Forger12(tap.keys[0], 1).seal(22, encodeMessage(clientHello, hello)));
      expect(ends.server.error).toBeUndefined();
      const [warning] = recordsIn(Buffer.concat(ends.server.engine.takeOutput()));
      expect(warning?.[0]).toBe(21);
      expect(ends.server.engine.state).toBe('CONNECTED');
      expect(count).toBe(1);
    }
  });
});

/** A ClientHello of nobody. */
function freshHello(): Uint8Array {
  let raw: Uint8Array | undefined;
  const ends = pair(base.client, base.server);
  pump(ends, (from, bytes) => {
    if (from === 'client') raw ??= bytes.slice(5);
    return bytes;
  });
  if (raw === undefined) throw new Error('nothing was said');
  return raw;
}

function replaced<T extends { readonly extensions: readonly Extension[] }>(
  hello: T,
  change: (old: Uint8Array) => Uint8Array,
): T {
  const message = 'cipher_suites' in hello ? 'CH' : 'SH12';
  return { ...hello, extensions: [...without(hello.extensions), info(change(dataOf(hello)), message)] };
}

describe('a client refuses a server', () => {
  type Hello = ReturnType<typeof read>;
  const read = (raw: Uint8Array) => decodeMessage(serverHello, raw);
  const answering = (change: (hello: Hello) => Hello) => [
    misbehaving12('server', (effect, isAgain) =>
      isAgain && sendsA(effect, serverHello)
        ? { ...effect, raw: encodeMessage(serverHello, change(read(effect.raw))) }
        : effect,
    ),
  ];

  it.each<[string, string, (hello: Hello) => Hello]>([
    [
      'that has no renegotiation_info any more',
      '[5746:3.5:3]',
      hello => ({ ...hello, extensions: without(hello.extensions) }),
    ],
    ['that says that it is a first handshake', '[5746:3.5:4]', hello => replaced(hello, () => new Uint8Array(0))],
    ['that knows the client’s half alone', '[5746:3.5:4]', hello => replaced(hello, old => old.slice(0, 12))],
    ['that knows its own half alone', '[5746:3.5:4]', hello => replaced(hello, old => old.slice(12))],
    ['with another client half', '[5746:3.5:4] [5746:3.5:5]', hello => replaced(hello, old => flip(old, 3))],
    ['with another server half', '[5746:3.5:4] [5746:3.5:5]', hello => replaced(hello, old => flip(old, 23))],
    [
      'with the halves the other way round',
      '[5746:3.5:4]',
      hello => replaced(hello, old => Uint8Array.of(...old.slice(12), ...old.slice(0, 12))),
    ],
  ])('%s %s', (_, __, change) => {
    for (const side of roles) {
      const ends = again(connect({}, { versions: answering(change) }), side);
      expect(ends.client.error).toMatchObject(refused);
      expect(renegotiated(ends)).toEqual([0, 0]);
    }
  });

  it.each([0x0300, 0x0301, 0x0302, 0x0304])('that goes on with version %i', legacy_version => {
    const ends = again(connect({}, { versions: answering(hello => ({ ...hello, legacy_version })) }));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' });
  });
});

const ca = await createCA();
const issued = await ca.issue('localhost');
const other: Credential = { chain: issued.chain, key: provider.importPrivateKey(issued.key) };
/** Accepts either certificate. */
const either: PeerVerifier = {
  trust: 'test',
  verify: ({ chain: [first] }) => ({
    publicKey: provider.importPublicKey((same(first, other.chain[0]) ? other : credential).key.spki),
    verified: true,
    expires: Number.MAX_SAFE_INTEGER,
    trust: 'test',
  }),
};
function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

describe('who was known stays who it was', () => {
  it('a server does not become another (triple handshake)', () => {
    let shown = credential;
    let asked = 0;
    const counting: PeerVerifier = {
      trust: 'test',
      verify: evidence => {
        asked++;
        return either.verify(evidence);
      },
    };
    const ends = connect({ verifier: counting }, { credentials: () => shown });
    expect(renegotiated(again(ends))).toEqual([1, 1]);
    shown = other;
    again(ends);
    // Whatever the verifier would have made of it.
    expect(asked).toBe(2);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(renegotiated(ends)[0]).toBe(1);
  });

  it('a client does not become another, nor nobody', () => {
    for (const next of [other, undefined]) {
      let shown: Credential | undefined = credential;
      const clientAuth = { mode: 'request', verifier: either } as const;
      const ends = connect({ credentials: () => shown as Credential, verifier }, { clientAuth });
      expect(ends.server.connected?.peerCertificates).toEqual(credential.chain);
      expect(renegotiated(again(ends, 'server'))).toEqual([1, 1]);
      shown = next;
      again(ends, 'server');
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
      expect(renegotiated(ends)[1]).toBe(1);
    }
  });

  it('a client that was nobody may become somebody, and data is told apart by the event between', () => {
    let shown: Credential | undefined;
    const clientAuth = { mode: 'request', verifier: either } as const;
    const ends = connect({ credentials: () => shown as Credential, verifier }, { clientAuth });
    expect(ends.server.connected?.peerCertificates).toEqual([]);
    shown = other;
    again(ends, 'server');
    noError(ends);
    expect(ends.server.engine.connection?.peerCertificates).toEqual(other.chain);
  });

  it('a resumed session in the renegotiation is of the same client too', () => {
    // The client resumes within the connection a session in which it was somebody else.
    const tickets = ticketKeys();
    const clientAuth = { mode: 'request', verifier: either } as const;
    const before = connect({ credentials: () => other, verifier }, { clientAuth, tickets });
    const session = before.client.events.find(event => event.type === 'session')?.session;
    const ticket = session?.ticket as Uint8Array;
    let count = 0;
    const shapeHello = (hello: ClientHello): ClientHello => {
      if (count++ === 0) return hello;
      const extensions = hello.extensions.map(one =>
        one.extension_type === 35 ? { ...one, extension_data: ticket } : one,
      );
      return { ...hello, legacy_session_id: new Uint8Array(32).fill(5), extensions };
    };
    const ends = connect({ credentials: () => credential, verifier, shapeHello }, { clientAuth, tickets });
    expect(ends.server.connected?.peerCertificates).toEqual(credential.chain);
    again(ends);
    expect(ends.server.engine.connection?.peerCertificates).toEqual(credential.chain);
    expect(renegotiated(ends)[1]).toBe(0);
  });
});

describe('what may change does', () => {
  it('the suite, of which the event tells', () => {
    const suites = [suite(GCM), suite('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384')];
    const client = shaping(1, hello => ({ ...hello, cipher_suites: [suites[1] as number] }));
    const ends = connect({ ...client, cipherSuites: suites }, { cipherSuites: suites });
    expect(ends.server.connected).toMatchObject({ cipherSuite: { code: suites[0] } });
    again(ends);
    noError(ends);
    expect(ends.server.engine.connection).toMatchObject({ cipherSuite: { code: suites[1] } });
    expect(ends.client.engine.connection).toMatchObject({ cipherSuite: { code: suites[1] } });
    ends.client.engine.write(Uint8Array.of(1));
    ends.server.engine.write(Uint8Array.of(2));
    pump(ends);
    expect([ends.server.bytes, ends.client.bytes]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('max_fragment_length holds from the new keys on, for both', () => {
    // Agreed on the second time alone.
    const ends = connect(
      { maxFragmentLength: 512, ...shaping(0, hello => ({ ...hello, extensions: without(hello.extensions, 1) })) },
      { maxFragmentLength: true },
    );
    const longest = (side: 'client' | 'server') => {
      let most = 0;
      ends[side].engine.write(new Uint8Array(4000));
      stepwise(ends, (from, record) => {
        if (from === side) most = Math.max(most, record.length - 5);
        return [record];
      });
      return most;
    };
    expect([longest('client'), longest('server')]).toEqual([4024, 4024]);
    again(ends);
    noError(ends);
    expect([longest('client'), longest('server')]).toEqual([536, 536]);
    noError(ends);
  });

  it('extended_master_secret does not: neither side gives it up', () => {
    const { type } = extendedMasterSecretRow;
    const client = again(connect(shaping(1, hello => ({ ...hello, extensions: without(hello.extensions, type) }))));
    expect(client.server.error).toMatchObject(refused);
  });

  it('nor gains it who lacked it: that would have said so at once (RFC 7627 §5.2)', () => {
    const { type } = extendedMasterSecretRow;
    const lacking = shaping(0, hello => ({ ...hello, extensions: without(hello.extensions, type) }));
    const client = connect(lacking);
    expect(client.server.connected?.tls12?.extendedMasterSecret).toBe(false);
    again(client);
    expect(client.server.error).toMatchObject({ ...refused, message: 'the client gains extended_master_secret' });
    expect(client.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });

    const versions = [
      misbehaving12('server', (effect, isAgain) => {
        if (!isAgain || !sendsA(effect, serverHello)) return effect;
        const hello = decodeMessage(serverHello, effect.raw);
        const gained = makeExtension(extendedMasterSecretRow, 'SH12', {});
        return { ...effect, raw: encodeMessage(serverHello, { ...hello, extensions: [...hello.extensions, gained] }) };
      }),
    ];
    // The client says it in both hellos; what the server hears is another's.
    const server = connect({}, { versions: versions.map(version => deaf(version, type)) });
    expect(server.client.connected?.tls12?.extendedMasterSecret).toBe(false);
    again(server);
    expect(server.client.error).toMatchObject({ ...refused, message: 'the server gains extended_master_secret' });
    expect(server.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });
});

describe('data in the middle of a renegotiation', () => {
  it.each(roles)('of the %s is read, wherever it stands [5246:6.2.1:4]', who => {
    // As many places as there are records of its own.
    for (let at = 0; at < 3; at++) {
      const ends = connect();
      ends.client.engine.renegotiate();
      stepwise(ends, (from, record, index) => {
        if (from === who && index === at) ends[who].engine.write(Uint8Array.of(at, 1, 2));
        return [record];
      });
      noError(ends);
      expect(renegotiated(ends)).toEqual([1, 1]);
      expect(ends[who === 'client' ? 'server' : 'client'].bytes).toEqual(Uint8Array.of(at, 1, 2));
    }
  });

  it('under the new keys, before the other’s Finished, is out of place', () => {
    const tap = tapped();
    const ends = connect({ versions: [tap.version] });
    ends.client.engine.renegotiate();
    stepwise(ends, (from, record, index) => {
      // ClientHello; ClientKeyExchange, change_cipher_spec, Finished.
      if (from !== 'client' || index !== 3) return [record];
      return [new Forger12(tap.keys[1], 0).seal(23, Uint8Array.of(1))];
    });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
    expect(ends.server.received).toEqual([]);
  });
});

describe('how often', () => {
  it('once, of a client that was asked, and not later of one that refused when it was', () => {
    const refuse = { tls12: { renegotiation: 'refuse' } } as const;
    const asked = connect(accept, refuse);
    expect(renegotiated(again(asked, 'server'))).toEqual([1, 1]);
    // The server takes none that it did not ask for.
    expect(renegotiated(again(asked, 'client'))).toEqual([1, 1]);

    const refusing = connect(refuse, refuse);
    again(refusing, 'server');
    expect(refusing.server.events.map(({ type }) => type)).toContain('renegotiation-refused');
    again(refusing, 'client');
    noError(refusing);
    expect(renegotiated(refusing)).toEqual([0, 0]);
    expect(refusing.client.events.map(({ type }) => type)).toContain('renegotiation-refused');
  });

  it('sixteen times, and not more, whoever asks', () => {
    for (const side of roles) {
      const ends = connect();
      let count = 0;
      for (; count < 40 && !ends.client.closed && !ends.server.closed; count++) again(ends, side);
      expect(count).toBe(17);
      expect(Math.max(...renegotiated(ends))).toBe(16);
      expect(ends.client.error ?? ends.server.error).toMatchObject({ code: 'ERR_TLS_FLOOD' });
    }
  });

  it('a Finished of before does not do for the next', () => {
    let first: Effect | undefined;
    const versions = [
      misbehaving12('client', (effect, isAgain) => {
        if (!sendsA(effect, finished12)) return effect;
        if (!isAgain) first = effect;
        return isAgain && first !== undefined ? first : effect;
      }),
    ];
    const ends = again(connect({ versions }));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
  });
});
