/** The server's side of resumption: which sessions it finds and takes up (RFC 5246 §7.4.1.2, RFC 5077 §3.4, RFC 7627 §5.3, RFC 6066 §3). */
import { TlsError } from '@tlskit/tls-alerts';
import type {
  ClientAuthentication,
  PeerEvidence,
  ReceivedHello,
  ServerConfig,
  ServerConfig12,
} from '@tlskit/tls-handshake';
import { makeExtension, sessionTicketRow } from '@tlskit/tls-messages';
import { MemorySessionCache, type ServerSession, type ServerSessionCache, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { type FoundSession, findSession, sessionParameters } from '../src/session-choice.ts';
import {
  clientHello,
  DAY,
  ems,
  id,
  isWiped,
  masterSecret,
  NOTHING,
  OTHER_SUITE,
  peer,
  provider,
  run,
  SECOND,
  START,
  SUITE,
  serverConfig,
  serverSession,
  TLS13,
  thrown,
} from './session-support.ts';

const tickets = new TicketKeys({ provider, now: () => START });
const withTicket = (ticket: Uint8Array, extensions = [ems]) => [
  ...extensions,
  makeExtension(sessionTicketRow, 'CH', ticket),
];

function ticketOf(session: Partial<ServerSession> = {}): Uint8Array {
  const ticket = tickets.issue(serverSession(session));
  if (ticket === undefined) throw new Error('no ticket was made');
  return ticket;
}

/** A server that knows one session by ID, whatever that says, and every ticket. */
function server(session: Partial<ServerSession> = {}, change: Partial<ServerConfig> = {}, tls12: ServerConfig12 = {}) {
  const given: Uint8Array[] = [];
  const sessions: ServerSessionCache = {
    put: () => {},
    get: name => {
      if (String(name) !== String(id())) return undefined;
      const found = serverSession(session);
      given.push(found.psk);
      return found;
    },
    remove: () => {},
  };
  return { given, config: serverConfig({ tickets, tls12: { sessions, ...tls12 }, ...change }) };
}

async function find(config: ServerConfig, hello: ReceivedHello): Promise<FoundSession | undefined> {
  return (await run(findSession(config, hello))).value;
}

const byId = clientHello({ sessionId: id() });

describe('a server finds', () => {
  it('a session by its ID', async () => {
    const found = await find(server().config, byId);
    expect(found).toMatchObject({ by: 'id', session: { cipherSuite: SUITE }, client: { peer: undefined, chain: [] } });
    expect(found?.masterSecret).toEqual(masterSecret());
    expect(found?.session).not.toHaveProperty('psk');
  });

  it('a session by its ID though the client would like a ticket', async () => {
    const hello = clientHello({ sessionId: id(), extensions: withTicket(NOTHING) });
    expect((await find(server().config, hello))?.by).toBe('id');
  });

  it('a session by its ticket, whatever the ID [5077:3.4:2]', async () => {
    for (const sessionId of [NOTHING, id(5), id(5, 7)]) {
      const found = await find(server().config, clientHello({ sessionId, extensions: withTicket(ticketOf()) }));
      expect(found).toMatchObject({ by: 'ticket', masterSecret: masterSecret() });
    }
  });

  it('none by ID where there is a ticket, be it of somebody else, or no ticket is taken here [5077:3.4:3]', async () => {
    const hello = clientHello({ sessionId: id(), extensions: withTicket(id(9, 80)) });
    expect(await find(server().config, hello)).toBeUndefined();
    expect(await find(server({}, { tickets: undefined }).config, hello)).toBeUndefined();
  });

  it('none without a cache, without an ID, by another ID', async () => {
    expect(await find(serverConfig(), byId)).toBeUndefined();
    expect(await find(server().config, clientHello())).toBeUndefined();
    expect(await find(server().config, clientHello({ sessionId: id(2) }))).toBeUndefined();
  });

  it('a session in a cache that takes its time', async () => {
    const memory = new MemorySessionCache({ now: () => START });
    memory.put(id(), serverSession());
    const sessions: ServerSessionCache = {
      put: async (name, session) => memory.put(name, session),
      get: async name => memory.get(name),
      remove: async name => memory.remove(name),
    };
    expect((await find(serverConfig({ tls12: { sessions } }), byId))?.masterSecret).toEqual(masterSecret());
  });

  it('none where cache or issuer fails, of which the application hears', async () => {
    const error = new Error('the database is away');
    const fails = [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ];
    for (const fail of fails) {
      const { config } = server(
        {},
        { tickets: { issue: () => undefined, redeem: fail } },
        {
          sessions: { put: () => {}, get: fail, remove: () => {} },
        },
      );
      expect(await run(findSession(config, byId))).toEqual({
        value: undefined,
        events: [{ type: 'failure', of: 'sessions', error }],
      });
      expect(await run(findSession(config, clientHello({ extensions: withTicket(id()) })))).toEqual({
        value: undefined,
        events: [{ type: 'failure', of: 'tickets', error }],
      });
    }
  });

  it('a session that a cache brings too late, and wipes it', async () => {
    const session = serverSession();
    let deliver: (session: ServerSession) => void = () => {};
    const late = new Promise<ServerSession>(resolve => {
      deliver = resolve;
    });
    const { config } = server({}, {}, { sessions: { put: () => {}, get: () => late, remove: () => {} } });
    const step = findSession(config, byId).next();
    if (step.done === true || step.value.op !== 'wait') throw new Error('it does not wait');
    late.then(step.value.discard);
    deliver(session);
    await late;
    await Promise.resolve();
    expect(isWiped(session.psk)).toBe(true);
  });
});

describe('a session is not resumed', () => {
  const cases: [
    what: string,
    session: Partial<ServerSession>,
    hello?: Parameters<typeof clientHello>[0],
    change?: Partial<ServerConfig>,
    tls12?: ServerConfig12,
  ][] = [
    ['that is of TLS 1.3', { version: TLS13 }],
    ['that has expired', { issuedAt: START - 7200 * SECOND }],
    ['that is of the future', { issuedAt: START + 1 }],
    ['seven days after its beginning', { authenticatedAt: START - 7 * DAY }],
    ['whose key is no master secret', { psk: masterSecret().subarray(0, 32) }],
    ['whose suite the client does not offer', {}, { suites: [OTHER_SUITE] }],
    ['whose suite is not wanted any more', {}, {}, { cipherSuites: [OTHER_SUITE] }],
    ['for another name [6066:3:6]', {}, { serverName: 'other.example' }],
    ['for no name, where there was one [6066:3:6]', {}, { serverName: undefined }],
    ['for a name, where there was none [6066:3:6]', { serverName: undefined }],
    ['without extended_master_secret for a client that has it [7627:5.3:2]', { extendedMasterSecret: false }],
    [
      'without extended_master_secret for a client that has it, whatever is allowed [7627:5.3:2]',
      { extendedMasterSecret: undefined },
      {},
      {},
      { resumeWithoutExtendedMasterSecret: true },
    ],
    ['where neither has extended_master_secret', { extendedMasterSecret: false }, { extensions: [] }],
    [
      'where neither has extended_master_secret, which is required',
      { extendedMasterSecret: false },
      { extensions: [] },
      {},
      { resumeWithoutExtendedMasterSecret: true, requireExtendedMasterSecret: true },
    ],
    ['whose MACs are cut short, which is not wanted any more', { truncatedHmac: true }],
    ['of another policy for clients', { trust: 'other' }],
  ];
  it.each(cases)('%s', async (_what, session, hello = {}, change = {}, tls12 = {}) => {
    const { config, given } = server(session, change, tls12);
    expect(await find(config, clientHello({ sessionId: id(), ...hello }))).toBeUndefined();
    expect(given).toHaveLength(1);
    expect(given.every(isWiped)).toBe(true);
  });

  it('with extended_master_secret by a client without: the handshake ends [7627:5.3:3]', async () => {
    const { config, given } = server({}, {}, { resumeWithoutExtendedMasterSecret: true });
    const hellos = [
      clientHello({ sessionId: id(), extensions: [] }),
      clientHello({ extensions: withTicket(ticketOf(), []) }),
    ];
    for (const hello of hellos) {
      expect(await thrown(() => find(config, hello))).toMatchObject({
        code: 'ERR_TLS_EXTENDED_MASTER_SECRET',
        alert: 'handshake_failure',
        rfc: 'RFC 7627 §5.3',
      });
    }
    expect(given.map(isWiped)).toEqual([true]);
  });

  it('with extended_master_secret, and is no reason to end anything, when it has expired', async () => {
    const { config } = server({ issuedAt: START - DAY });
    expect(await find(config, clientHello({ sessionId: id(), extensions: [] }))).toBeUndefined();
  });
});

describe('a session is resumed', () => {
  it('where neither has extended_master_secret, if that is allowed', async () => {
    const { config } = server({ extendedMasterSecret: false }, {}, { resumeWithoutExtendedMasterSecret: true });
    expect((await find(config, clientHello({ sessionId: id(), extensions: [] })))?.by).toBe('id');
  });

  it('though a suite of another key exchange is preferred, and not where one of the same is', async () => {
    const [better, psk] = [OTHER_SUITE, 0x00a8];
    const of = (...cipherSuites: number[]) => server({}, { cipherSuites, pskLookup: () => undefined }).config;
    const hello = clientHello({ sessionId: id(), suites: [SUITE, better, psk] });
    expect((await find(of(psk, SUITE, better), hello))?.session.cipherSuite).toBe(SUITE);
    expect(await find(of(psk, better, SUITE), hello)).toBeUndefined();
  });

  it('with MACs cut short, where that is wanted', async () => {
    const { config } = server({ truncatedHmac: true }, {}, { truncatedHmac: true });
    expect((await find(config, byId))?.session.truncatedHmac).toBe(true);
  });

  it('with records as short as before, of which nobody speaks again [6066:1.1:2]', async () => {
    const found = await find(server({ maxFragmentLength: 512 }).config, byId);
    if (found === undefined) throw new Error('it is not found');
    expect(sessionParameters(found, { alpn: 'h2', maxFragmentLength: 1024 })).toEqual({
      inForce: { alpn: 'h2', maxFragmentLength: 512 },
      answered: { alpn: 'h2', maxFragmentLength: undefined },
    });
    const recordSizeLimit = { send: 100, receive: 200 };
    expect(sessionParameters(found, { alpn: undefined, recordSizeLimit }).inForce.maxFragmentLength).toBeUndefined();
  });
});

describe('the client of a session', () => {
  const chain = [Uint8Array.of(1, 2)];
  const seen: PeerEvidence[] = [];
  const auth = (
    mode: ClientAuthentication['mode'],
    verdict: () => typeof peer = () => peer,
  ): Partial<ServerConfig> => ({
    clientAuth: {
      mode,
      verifier: {
        trust: 'clients',
        verify: evidence => {
          seen.push(evidence);
          return verdict();
        },
      },
    },
  });
  const known = { trust: 'clients', clientCertificates: chain };

  it('is judged again', async () => {
    seen.length = 0;
    const found = await find(server(known, auth('require')).config, byId);
    expect(found?.client).toMatchObject({ peer, chain });
    expect(seen).toEqual([{ role: 'client', certificateType: 0, chain, name: undefined, resumed: true }]);
  });

  it('does a full handshake when it is found bad now', async () => {
    const revoked = () => {
      throw new TlsError('CERT_REVOKED', 'since yesterday');
    };
    const { config, given } = server(known, auth('require', revoked));
    expect(await find(config, byId)).toBeUndefined();
    expect(given.map(isWiped)).toEqual([true]);
  });

  it('must have shown a certificate where one is required', async () => {
    const none = { trust: 'clients' };
    expect(await find(server(none, auth('require')).config, byId)).toBeUndefined();
    expect((await find(server(none, auth('request')).config, byId))?.client.peer).toBeUndefined();
    const psk = { ...none, pskIdentity: id() };
    expect((await find(server(psk, auth('require')).config, byId))?.client.peer).toBeUndefined();
  });
});
