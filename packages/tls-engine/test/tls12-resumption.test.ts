/**
 * TLS 1.2: sessions that should not resume, whoever wants it: by a ticket or an ID of somebody else, with something changed
 * (RFC 5246 §7.4.1.2, §7.4.1.3; RFC 5077 §3; RFC 7627 §5.3; RFC 6066 §3), and after a fatal alert (RFC 5246 §7.2).
 */
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  encodeMessage,
  extendedMasterSecretRow,
  finished12,
  serverHello,
  sessionTicketRow,
} from '@tlskit/tls-messages';
import { type ClientSession, MemorySessionCache, type ServerSession } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { by, Forger12, GCM, noError, recordsIn, schemes, sendsA, suite, tapped, ticketKeys } from './attacks12.ts';
import { credential, type Pair, pair, pump, takeAll, verifier } from './support.ts';
import { misbehaving12 } from './support12.ts';

const now = () => Date.UTC(2026, 0, 1);
const base = by(GCM);
type Client = Partial<ClientEngineConfig>;
type Server = Partial<ServerEngineConfig>;

function run(client: Client, server: Server): Pair {
  const ends = pair({ ...base.client, ...client }, { ...base.server, ...server });
  pump(ends);
  return ends;
}

function sessionOf({ client }: Pair): ClientSession {
  const session = client.events.find(event => event.type === 'session')?.session;
  if (session === undefined) throw new Error('no session was given');
  return session;
}

/** A server that remembers, in either way, and what it remembers by. */
const memories = {
  'by ticket': () => ({ tickets: ticketKeys() }) satisfies Server,
  'by ID': () => ({ tls12: { sessions: new MemorySessionCache({ now }) } }) satisfies Server,
};
const names = Object.keys(memories) as (keyof typeof memories)[];

function expectFull(ends: Pair, what = ''): void {
  expect([ends.client.error?.message, ends.server.error?.message], what).toEqual([undefined, undefined]);
  expect([ends.client.connected?.resumed, ends.server.connected?.resumed], what).toEqual([false, false]);
}

const copy = (session: ClientSession, change: Partial<ClientSession> = {}): ClientSession => ({
  ...session,
  psk: session.psk.slice(),
  ...change,
});

/** The hello without extensions of this type, or with other data in them. */
function reshape(type: number, data?: (old: Uint8Array) => Uint8Array) {
  return (hello: ClientHello): ClientHello => ({
    ...hello,
    extensions: hello.extensions.flatMap(one =>
      one.extension_type !== type ? [one] : data ? [{ ...one, extension_data: data(one.extension_data) }] : [],
    ),
  });
}

describe('a ticket', () => {
  it('that is changed in any part, cut short, made longer, or of other keys leads to a full handshake', () => {
    const tickets = ticketKeys();
    const session = sessionOf(run({}, { tickets }));
    const { ticket } = session;
    const flip = (at: number) => ticket.with(at, (ticket[at] as number) ^ 1);
    const bad: Record<string, Uint8Array> = {
      ...Object.fromEntries(Array.from({ length: ticket.length }, (_, at) => [`byte ${at}`, flip(at)])),
      'one byte less': ticket.slice(0, -1),
      'one byte more': concat(ticket, Uint8Array.of(0)),
      'one byte': Uint8Array.of(1),
      'twice itself': concat(ticket, ticket),
      zeros: new Uint8Array(ticket.length),
      long: new Uint8Array(30_000).fill(1),
    };
    for (const [what, changed] of Object.entries(bad)) {
      expectFull(run({ session: copy(session, { ticket: changed }) }, { tickets }), what);
    }
    expectFull(run({ session: copy(session) }, { tickets: ticketKeys() }), 'other keys');
    expectFull(run({ session: copy(session) }, {}), 'a server that gives none');
    const good = run({ session: copy(session) }, { tickets });
    noError(good);
    expect(good.server.connected?.resumed).toBe(true);
  });

  it('is taken whatever the session ID beside it, which comes back as it was [5077:3.4:1] [5077:3.4:2]', () => {
    const tickets = ticketKeys();
    const session = sessionOf(run({}, { tickets }));
    for (const length of [1, 8, 31, 32]) {
      const id = new Uint8Array(length).fill(9);
      const shapeHello = (hello: ClientHello) => ({ ...hello, legacy_session_id: id });
      const ends = pair({ ...base.client, session: copy(session), shapeHello }, { ...base.server, tickets });
      ends.server.engine.receive(takeAll(ends.client.engine));
      const flight = recordsIn(takeAll(ends.server.engine));
      // ServerHello and NewSessionTicket, change_cipher_spec, Finished: it resumes.
      expect(flight.map(([type]) => type)).toEqual([22, 20, 22]);
      const [first] = flight as [Uint8Array];
      const helloLength = ((first[7] as number) << 8) | (first[8] as number);
      expect(decodeMessage(serverHello, first.subarray(5, 9 + helloLength)).legacy_session_id_echo).toEqual(id);
    }
  });

  it('of TLS 1.3 is none in TLS 1.2, and one of TLS 1.2 none in TLS 1.3', () => {
    const tickets = ticketKeys();
    const both = { versions: [tls13, tls12], signatureSchemes: schemes, cipherSuites: [0x1301, suite(GCM)] };
    const server = { ...both, tickets };
    const of13 = run(both, server);
    noError(of13);
    const session13 = sessionOf(of13);
    const session12 = sessionOf(run({}, server));
    expect([session13.version, session12.version]).toEqual([0x0304, 0x0303]);

    // As they are: the client knows which is which.
    const honest12 = run({ session: copy(session13) }, server);
    expectFull(honest12);
    expect(honest12.client.connected?.version).toBe(0x0303);
    const honest13 = run({ ...both, session: copy(session12) }, server);
    expectFull(honest13);
    expect(honest13.client.connected?.version).toBe(0x0304);

    // By a client that says otherwise: the server does.
    const lying12 = run({ session: copy(session12, { ticket: session13.ticket }) }, server);
    expectFull(lying12);
    const lying13 = run({ ...both, session: copy(session13, { ticket: session12.ticket }) }, server);
    expectFull(lying13);
    expect(lying13.server.connected?.version).toBe(0x0304);
    // With the right secret too.
    const secret = copy(session13, { ticket: session12.ticket, psk: session12.psk.slice() });
    const knowing = run({ ...both, session: secret }, server);
    expect(knowing.server.connected?.resumed ?? false).toBe(false);
  });

  it('is of no use before the server’s Finished is verified [5077:3.3:4]', () => {
    const versions = [
      misbehaving12('server', effect =>
        sendsA(effect, finished12)
          ? { ...effect, raw: effect.raw.with(-1, (effect.raw.at(-1) as number) ^ 1) }
          : effect,
      ),
    ];
    for (const memory of names) {
      const ends = run({}, { ...memories[memory](), versions });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
      expect(ends.client.events.filter(({ type }) => type === 'session')).toEqual([]);
    }
  });

  it('is not given, nor a session kept, before the client’s Finished is verified [5077:3.3:3]', () => {
    const versions = [
      misbehaving12('client', effect =>
        sendsA(effect, finished12)
          ? { ...effect, raw: effect.raw.with(-1, (effect.raw.at(-1) as number) ^ 1) }
          : effect,
      ),
    ];
    const made: string[] = [];
    const keys = ticketKeys();
    const tickets = {
      issue: (session: ServerSession) => {
        made.push('ticket');
        return keys.issue(session);
      },
      redeem: (ticket: Uint8Array) => keys.redeem(ticket),
    };
    const cache = new MemorySessionCache({ now });
    const sessions = {
      get: (id: Uint8Array) => cache.get(id),
      put: (id: Uint8Array, session: ServerSession) => {
        made.push('ID');
        return cache.put(id, session);
      },
      remove: (id: Uint8Array) => cache.remove(id),
    };
    for (const server of [{ tickets }, { tls12: { sessions } }] as Server[]) {
      const ends = run({ versions }, server);
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
      expect(made).toEqual([]);
    }
    for (const server of [{ tickets }, { tls12: { sessions } }] as Server[]) noError(run({}, server));
    expect(made).toEqual(['ticket', 'ID']);
  });
});

describe.each(names)('a session %s', memory => {
  it('of another name is another’s [6066:3:6]', () => {
    const server = memories[memory]();
    const session = sessionOf(run({}, server));
    // The client does not offer it,
    expectFull(run({ serverName: 'elsewhere', session: copy(session) }, server));
    // and where it does the server does not take it.
    for (const serverName of ['elsewhere', undefined]) {
      expectFull(run({ serverName, session: copy(session, { serverName }) }, server), serverName);
    }
  });

  it('has a protocol of this connection, not of the one before', () => {
    const server = { ...memories[memory](), alpn: ['h2', 'http/1.1'] };
    const session = sessionOf(run({ alpn: ['h2'] }, server));
    const again = run({ alpn: ['http/1.1'], session: copy(session) }, server);
    noError(again);
    expect(again.client.connected).toMatchObject({ resumed: true, alpn: 'http/1.1' });
    expect(again.server.connected).toMatchObject({ resumed: true, alpn: 'http/1.1' });
  });

  it('is of who showed these certificates, under this policy', () => {
    const clientAuth = { mode: 'require', verifier } as const;
    const server = { ...memories[memory](), clientAuth };
    const client = { credentials: () => credential, credentialsId: 'me' };
    const session = sessionOf(run(client, server));
    const again = run({ ...client, session: copy(session) }, server);
    expect(again.server.connected).toMatchObject({ resumed: true, peerCertificates: credential.chain });
    // Another policy for clients; none at all; and one, where there was none.
    const other = { mode: 'require', verifier: { ...verifier, trust: 'other' } } as const;
    expectFull(run({ ...client, session: copy(session) }, { ...server, clientAuth: other }));
    expectFull(run({ ...client, session: copy(session) }, { ...server, clientAuth: undefined }));
    const open = memories[memory]();
    const anonymous = sessionOf(run({}, open));
    const strict = run({ ...client, session: copy(anonymous) }, { ...open, clientAuth });
    expectFull(strict);
    expect(strict.server.connected?.peerCertificates).toEqual(credential.chain);
    // Another certificate to show: the client does not offer it.
    expectFull(run({ ...client, credentialsId: 'somebody else', session: copy(session) }, server));
    // Another policy for servers.
    expectFull(run({ ...client, verifier: { ...verifier, trust: 'other' }, session: copy(session) }, server));
  });

  it('is not resumed by a hello without its suite, nor by a server that has done with it [5246:7.4.1.2:3]', () => {
    const another = suite('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
    const server = { ...memories[memory](), cipherSuites: [suite(GCM), another] };
    const session = sessionOf(run({}, server));
    const shapeHello = (hello: ClientHello) => ({ ...hello, cipher_suites: [another] });
    const client = { cipherSuites: [suite(GCM), another] };
    expectFull(run({ ...client, session: copy(session), shapeHello }, server));
    expectFull(run({ ...client, session: copy(session) }, { ...server, cipherSuites: [another] }));
  });

  it.each(names)('does not hold a connection to a worse suite than a full handshake comes to: %s', name => {
    const [gcm, cbc, psk] = [suite(GCM), suite('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'), 0x00a8];
    const server = { ...memories[name](), cipherSuites: [psk, gcm, cbc] };
    const session = sessionOf(run({ cipherSuites: [cbc] }, server));
    // The order of the client, and of the server where that decides; of suites of another kind none is better.
    for (const [cipherSuites, preference, best] of [
      [[gcm, cbc], 'client', gcm],
      [[cbc, gcm], 'server', gcm],
    ] as const) {
      const better = run({ cipherSuites, session: copy(session) }, { ...server, preference });
      expectFull(better);
      expect(better.server.connected?.cipherSuite.code).toBe(best);
    }
    for (const cipherSuites of [[cbc], [cbc, gcm], [psk, cbc]]) {
      const same = run({ cipherSuites, session: copy(session) }, { ...server, preference: 'client' });
      expect(same.server.error).toBeUndefined();
      expect([same.server.connected?.resumed, same.server.connected?.cipherSuite.code]).toEqual([true, cbc]);
    }
  });

  it('ends when its time is over, whatever the client says', () => {
    let time = now();
    const late = { now: () => time };
    const cache = new MemorySessionCache(late);
    const server: Server =
      memory === 'by ID'
        ? { ...late, tls12: { sessions: cache } }
        : { ...late, ticketLifetime: 100, tickets: ticketKeys() };
    const session = sessionOf(run({ now: () => time }, { ...server, ticketLifetime: 100 }));
    time += 99_000;
    expect(run({ session: copy(session) }, server).server.connected?.resumed).toBe(true);
    time += 2_000;
    expectFull(run({ session: copy(session, { lifetime: 10_000, receivedAt: time }) }, server));
  });

  describe('and extended_master_secret (RFC 7627 §5.3)', () => {
    const strip = reshape(extendedMasterSecretRow.type);
    const lenient = { resumeWithoutExtendedMasterSecret: true } as const;
    const stripping = { shapeHello: strip };

    /** The session of a connection with, or without. */
    function before(withIt: boolean, server: Server): ClientSession {
      const ends = run({ tls12: lenient, ...(withIt ? {} : stripping) }, server);
      noError(ends);
      expect(ends.client.connected?.tls12?.extendedMasterSecret).toBe(withIt);
      return sessionOf(ends);
    }
    function remembering(): Server {
      const given: Server = memories[memory]();
      return { ...given, tls12: { ...given.tls12, ...lenient } };
    }

    it('without then, with now: a full handshake [7627:5.3:2]', () => {
      const server = remembering();
      const session = before(false, server);
      const ends = run({ tls12: lenient, session: copy(session) }, server);
      expectFull(ends);
      expect(ends.server.connected?.tls12?.extendedMasterSecret).toBe(true);
    });

    it('with then, without now: the server ends it [7627:5.3:3]', () => {
      const server = remembering();
      const session = before(true, server);
      const ends = run({ tls12: lenient, session: copy(session), ...stripping }, server);
      expect(ends.server.error).toMatchObject({
        code: 'ERR_TLS_EXTENDED_MASTER_SECRET',
        alert: 'handshake_failure',
        rfc: 'RFC 7627 §5.3',
      });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    });

    it('without then, without now: resumed by who allows it, and by nobody else', () => {
      const server = remembering();
      const session = before(false, server);
      const resumed = run({ tls12: lenient, session: copy(session), ...stripping }, server);
      noError(resumed);
      expect(resumed.server.connected?.resumed).toBe(true);
      const strictly: Server = { ...server, tls12: { ...server.tls12, resumeWithoutExtendedMasterSecret: false } };
      expectFull(run({ tls12: lenient, session: copy(session), ...stripping }, strictly));
      expectFull(run({ session: copy(session), ...stripping }, server));
    });

    it('without it nobody renegotiates what resumed [7627:5.4:4]', () => {
      const server = remembering();
      const session = before(false, server);
      const accept = { ...lenient, renegotiation: 'accept' } as const;
      const full = { ...server, tls12: { ...server.tls12, renegotiation: 'accept' } } as Server;
      for (const side of ['client', 'server'] as const) {
        // What did not resume may, for those who accept it without.
        const fresh = run({ tls12: accept, ...stripping }, full);
        fresh[side].engine.renegotiate();
        pump(fresh);
        noError(fresh);
        expect(fresh.client.events.map(({ type }) => type)).toContain('renegotiated');

        const ends = run({ tls12: accept, session: copy(session), ...stripping }, full);
        expect(ends.server.connected).toMatchObject({ resumed: true, tls12: { extendedMasterSecret: false } });
        expect(() => ends[side].engine.renegotiate()).toThrow(
          expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }),
        );
      }
    });

    it('without it who resumed refuses to renegotiate for others [7627:5.4:4]', () => {
      const server = remembering();
      const session = before(false, server);
      const accept = { ...lenient, renegotiation: 'accept' } as const;
      const full = { ...server, tls12: { ...server.tls12, renegotiation: 'accept' } } as Server;
      const tap = tapped();
      const ends = run({ tls12: accept, session: copy(session), ...stripping }, { ...full, versions: [tap.version] });
      expect(ends.client.connected?.resumed).toBe(true);
      ends.client.engine.receive(new Forger12(tap.keys[0], 1).seal(22, Uint8Array.of(0, 0, 0, 0)));
      noError(ends);
      expect(ends.client.engine.takeOutput().length).toBeGreaterThan(0);
      expect(ends.client.engine.state).toBe('CONNECTED');
    });

    /** A server that answers by another rule. */
    function answering12(
      change: (extensions: readonly { extension_type: number; extension_data: Uint8Array }[]) => never,
    ) {
      return [
        misbehaving12('server', effect => {
          if (!sendsA(effect, serverHello)) return effect;
          const hello = decodeMessage(serverHello, effect.raw);
          return { ...effect, raw: encodeMessage(serverHello, { ...hello, extensions: change(hello.extensions) }) };
        }),
      ];
    }

    it('with then, without in the ServerHello: the client ends it [7627:5.3:6]', () => {
      const server = remembering();
      const session = before(true, server);
      const { type } = extendedMasterSecretRow;
      const versions = answering12(all => all.filter(one => one.extension_type !== type) as never);
      const ends = run({ tls12: lenient, session: copy(session) }, { ...server, versions });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_EXTENDED_MASTER_SECRET', alert: 'handshake_failure' });
    });

    it('without then, with in the ServerHello: the client ends it [7627:5.3:5]', () => {
      const server = remembering();
      const session = before(false, server);
      const { type } = extendedMasterSecretRow;
      // It resumes what it should not, and says that it has the extension.
      const versions = answering12(
        all => [...all, { extension_type: type, extension_data: new Uint8Array(0) }] as never,
      );
      let offered: ClientHello | undefined;
      const ends = pair(
        { ...base.client, tls12: lenient, session: copy(session) },
        { ...base.server, ...server, versions },
      );
      pump(ends, (from, bytes) => {
        if (from === 'server' || offered !== undefined) return bytes;
        // What the server sees has no extension: somebody in the middle helps it.
        offered = decodeMessage(clientHello, bytes.subarray(5));
        const raw = encodeMessage(clientHello, strip(offered));
        return concat(Uint8Array.of(22, 3, 3, raw.length >> 8, raw.length & 255), raw);
      });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_EXTENDED_MASTER_SECRET', alert: 'handshake_failure' });
    });
  });

  describe('after a fatal alert', () => {
    /** A connection that stands, and the keys that the client writes with. */
    function standing(server: Server, session?: ClientSession) {
      const tap = tapped();
      const ends = run({ versions: [tap.version], session }, server);
      noError(ends);
      return { ends, keys: tap.keys };
    }

    it('that we sent, or received, is forgotten by both sides [5246:7.2:1] [5246:7.2.2:1] [5246:7.2.2:2]', () => {
      const stateless = memory === 'by ticket';
      for (const of of ['client', 'server'] as const) {
        const server = memories[memory]();
        const { ends, keys } = standing(server);
        const session = sessionOf(ends);
        const kept = copy(session);
        if (of === 'server') {
          // The server finds a record that is not authentic, and says so.
          ends.server.engine.receive(new Forger12(keys[0], 9).seal(23, Uint8Array.of(1)));
          expect(ends.server.error).toMatchObject({ alert: 'bad_record_mac' });
        } else {
          ends.server.engine.receive(new Forger12(keys[0], 1).seal(21, Uint8Array.of(2, 80)));
          expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
        }
        pump(ends);
        // The client's, where the alert reached it: the object that it gave away is of no use any more.
        if (of === 'server') {
          expect(ends.client.error).toMatchObject({ alert: 'bad_record_mac', sentBy: 'peer' });
          expect([...session.psk].every(byte => byte === 0)).toBe(true);
          expectFull(run({ session }, server));
        }
        // The server's: of a ticket that nobody keeps nothing can be taken back (RFC 5077 §5.1).
        const again = run({ session: kept }, server);
        noError(again);
        expect(again.server.connected?.resumed).toBe(stateless);
      }
    });

    // A ticket that nobody keeps cannot be taken back (RFC 5077 §5.1).
    if (memory === 'by ticket') return;

    it('of a connection that resumed it is forgotten as well', () => {
      const server = memories[memory]();
      const first = sessionOf(run({}, server));
      const { ends, keys } = standing(server, copy(first));
      expect(ends.server.connected?.resumed).toBe(true);
      ends.server.engine.receive(new Forger12(keys[0], 9).seal(23, Uint8Array.of(1)));
      expectFull(run({ session: copy(first) }, server));
    });

    it('of a handshake that comes to no session nothing is forgotten', () => {
      const removed: Uint8Array[] = [];
      const cache = new MemorySessionCache({ now });
      const sessions = {
        get: (id: Uint8Array) => cache.get(id),
        put: (id: Uint8Array, session: ServerSession) => cache.put(id, session),
        remove: (id: Uint8Array) => {
          removed.push(id);
          return cache.remove(id);
        },
      };
      const versions = [
        misbehaving12('client', effect =>
          sendsA(effect, finished12)
            ? { ...effect, raw: effect.raw.with(-1, (effect.raw.at(-1) as number) ^ 1) }
            : effect,
        ),
      ];
      const failed = run({ versions }, { tls12: { sessions } });
      expect(failed.server.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED' });
      expect(removed).toEqual([]);
      const { ends, keys } = standing({ tls12: { sessions } });
      ends.server.engine.receive(new Forger12(keys[0], 9).seal(23, Uint8Array.of(1)));
      expect(removed).toEqual([ends.server.connected?.tls12?.sessionId]);
    });

    it('within the handshake that would resume it, it is forgotten too [5246:7.2:1]', () => {
      const server = memories[memory]();
      const session = sessionOf(run({}, server));
      const versions = [
        misbehaving12('client', effect =>
          sendsA(effect, finished12)
            ? { ...effect, raw: effect.raw.with(-1, (effect.raw.at(-1) as number) ^ 1) }
            : effect,
        ),
      ];
      const failed = run({ session: copy(session), versions }, server);
      expect(failed.server.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED' });
      expectFull(run({ session: copy(session) }, server));
    });
  });
});

describe('a server that resumes what it should not', () => {
  const tickets = ticketKeys();
  const session = sessionOf(run({}, { tickets }));

  function answering12(
    change: (hello: { cipher_suite: number; legacy_version: number; legacy_session_id_echo: Uint8Array }) => object,
  ) {
    return [
      misbehaving12('server', effect => {
        if (!sendsA(effect, serverHello)) return effect;
        const hello = decodeMessage(serverHello, effect.raw);
        return { ...effect, raw: encodeMessage(serverHello, { ...hello, ...change(hello) } as never) };
      }),
    ];
  }

  it('by another suite, though it was offered', () => {
    const another = suite('TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256');
    const versions = answering12(() => ({ cipher_suite: another }));
    const ends = run({ cipherSuites: [suite(GCM), another], session: copy(session) }, { tickets, versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it.each([0x0300, 0x0301, 0x0302, 0x0304, 0x0305])('by version %i', legacy_version => {
    const versions = answering12(() => ({ legacy_version }));
    const ends = run({ session: copy(session) }, { tickets, versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' });
  });

  it('without being asked: the ID that TLS 1.3 sends for others’ sake is no session (RFC 9846 §E.4)', () => {
    let sent = new Uint8Array(0);
    const shapeHello = (hello: ClientHello) => {
      sent = new Uint8Array(hello.legacy_session_id);
      return hello;
    };
    const both = { versions: [tls13, tls12], signatureSchemes: schemes, cipherSuites: [0x1301, suite(GCM)] };
    const versions = answering12(() => ({ legacy_session_id_echo: sent }));
    const ends = run({ ...both, shapeHello }, { versions });
    expect(sent.length).toBe(32);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('with another ID it does not resume, and all that follows must be whole', () => {
    const versions = answering12(hello => ({ legacy_session_id_echo: hello.legacy_session_id_echo.with(0, 0x55) }));
    const ends = run({ session: copy(session) }, { tickets, versions });
    // The client waits for a Certificate, and gets what an abbreviated handshake has.
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
    expect(ends.client.connected).toBeUndefined();
  });

  it('with a master secret that is not the session’s: Finished does not verify', () => {
    const wrong = copy(session, { psk: session.psk.with(0, (session.psk[0] as number) ^ 1) });
    const ends = run({ session: wrong }, { tickets });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' });
    expect([ends.client.connected, ends.server.connected]).toEqual([undefined, undefined]);
  });
});

it('a NewSessionTicket that was promised must come, and comes once', () => {
  const { type } = sessionTicketRow;
  const promised = [
    misbehaving12('server', effect => {
      if (!sendsA(effect, serverHello)) return effect;
      const hello = decodeMessage(serverHello, effect.raw);
      const extensions = [...hello.extensions, { extension_type: type, extension_data: new Uint8Array(0) }];
      return { ...effect, raw: encodeMessage(serverHello, { ...hello, extensions }) };
    }),
  ];
  const { client } = run({}, { versions: promised });
  expect(client.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
});
