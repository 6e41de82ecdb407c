/** What a handshake leaves to resume from: names, lifetimes, tickets, caches, and how it is forgotten (RFC 5246, RFC 5077). */
import type { ClientConfig, ServerConfig, ServerConfig12 } from '@tlskit/tls-handshake';
import { makeExtension, sessionTicketRow } from '@tlskit/tls-messages';
import {
  type ClientSession,
  isUsable,
  MemoryServerStore,
  MemorySessionCache,
  type ServerSession,
  StatefulTickets,
  type TicketIssuer,
  TicketKeys,
} from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { FoundSession } from '../src/session-choice.ts';
import {
  type ClientSessionFacts,
  cacheSession,
  clientSession,
  forgetServerSession,
  keepSession,
  makeTicket,
  planSession,
  type ServerSessionFacts,
  type SessionPlan,
  serverSession,
} from '../src/session-keep.ts';
import { offerSession } from '../src/session-offer.ts';
import {
  auth,
  clientConfig,
  clientHello,
  DAY,
  ems,
  clientSession as exampleOfClient,
  serverSession as exampleOfServer,
  id,
  isWiped,
  masterSecret,
  NOTHING,
  provider,
  run,
  SECOND,
  START,
  SUITE,
  serverConfig,
  TLS12,
} from './session-support.ts';

const tickets = new TicketKeys({ provider, now: () => START });
const common = {
  cipherSuite: SUITE,
  extendedMasterSecret: true,
  alpn: 'h2',
  maxFragmentLength: undefined,
  truncatedHmac: false,
};
const serverFacts = (change: Partial<ServerSessionFacts> = {}): ServerSessionFacts => ({
  ...common,
  masterSecret: masterSecret(),
  serverName: 'localhost',
  client: { trust: '', certificates: [], expires: undefined },
  ...change,
});

function found(session: Partial<ServerSession> = {}, by: 'ticket' | 'id' = 'id'): FoundSession {
  const { psk, ...rest } = exampleOfServer(session);
  return { session: rest, masterSecret: psk, by, client: { peer: undefined, chain: [] } };
}

const asking = clientHello({ sessionId: id(5), extensions: [ems, makeExtension(sessionTicketRow, 'CH', NOTHING)] });
const silent = clientHello({ sessionId: id(5) });

describe('a session is named', () => {
  const sessions = new MemorySessionCache({ now: () => START });
  const plan = (config: Partial<ServerConfig>, hello = asking, extended = true, resumed?: FoundSession) =>
    planSession(serverConfig(config), hello, extended, resumed);
  const none: SessionPlan = { sessionId: NOTHING, ticket: false, cached: undefined };

  it('by a ticket where the client takes one, without an ID (RFC 5077 §3.4)', () => {
    expect(plan({ tickets, tls12: { sessions } })).toEqual({ ...none, ticket: true });
  });

  it('by a random ID otherwise, where there is a cache [5246:7.4.1.2:1]', () => {
    const plans = [plan({ tickets, tls12: { sessions } }, silent), plan({ tls12: { sessions } })];
    for (const { sessionId, ticket, cached } of plans) {
      expect([sessionId.length, ticket, cached]).toEqual([32, false, 'new']);
      expect(sessionId).not.toEqual(id(5));
    }
    expect(plans[0]?.sessionId).not.toEqual(plans[1]?.sessionId);
  });

  it('by nothing where there is neither', () => {
    expect(plan({ tickets }, silent)).toEqual(none);
    expect(plan({})).toEqual(none);
  });

  it('by nothing without extended_master_secret, unless that is allowed', () => {
    expect(plan({ tickets, tls12: { sessions } }, asking, false)).toEqual(none);
    expect(plan({ tickets, tls12: { resumeWithoutExtendedMasterSecret: true } }, asking, false).ticket).toBe(true);
  });

  it('as the client named it when it resumes [5077:3.4:1]', () => {
    const config = { tickets, tls12: { sessions } };
    expect(plan(config, asking, true, found({}, 'id'))).toEqual({ sessionId: id(5), ticket: true, cached: 'found' });
    expect(plan(config, silent, true, found({}, 'id'))).toEqual({ sessionId: id(5), ticket: false, cached: 'found' });
    expect(plan(config, asking, true, found({}, 'ticket'))).toEqual({
      sessionId: id(5),
      ticket: true,
      cached: undefined,
    });
    const nameless = clientHello({ extensions: asking.hello.extensions });
    expect(plan(config, nameless, true, found({}, 'ticket')).sessionId).toEqual(NOTHING);
  });

  it('with a ticket where the client asks for one and there is one to be had, and only there [5077:3.2:4]', () => {
    expect([plan({ tickets }).ticket, plan({ tickets }, silent).ticket, plan({}).ticket]).toEqual([true, false, false]);
  });
});

describe('a server keeps', () => {
  it('what the handshake settled, for as long as it says', () => {
    const facts = serverFacts({ maxFragmentLength: 512, truncatedHmac: true, pskIdentity: id(), certificateType: 2 });
    const session = serverSession(serverConfig(), facts, undefined);
    expect(session).toEqual({
      ...exampleOfServer(),
      alpn: 'h2',
      maxFragmentLength: 512,
      truncatedHmac: true,
      pskIdentity: id(),
      clientCertificateType: undefined,
      serverCertificateType: 2,
    });
    expect(session?.psk).toBe(facts.masterSecret);
    expect(serverSession(serverConfig({ ticketLifetime: 60 }), facts, undefined)?.lifetime).toBe(60);
  });

  it('no session for longer than its client’s certificate is good', () => {
    const client = (expires: number) => ({ trust: 'clients', certificates: [id()], certificateType: 0, expires });
    const keep = (expires: number) =>
      serverSession(serverConfig(), serverFacts({ client: client(expires) }), undefined);
    expect(keep(START + 60_500)).toMatchObject({ lifetime: 60, trust: 'clients', clientCertificates: [id()] });
    expect(keep(START + 999)).toBeUndefined();
  });

  it('a session that resumed to the end that it had, for the master secret grows older', () => {
    const config = serverConfig({ now: () => START + 7000 * SECOND, ticketLifetime: 604_800 });
    const session = serverSession(config, serverFacts(), found());
    expect(session).toMatchObject({ issuedAt: START, authenticatedAt: START, lifetime: 7200, alpn: 'h2' });
    const late = serverConfig({ now: () => START + 7200 * SECOND });
    expect(serverSession(late, serverFacts(), found())).toBeUndefined();
  });
});

describe('a ticket', () => {
  const session = exampleOfServer();
  const ticketFrom = async (config: Partial<ServerConfig>, of: ServerSession | undefined = session) =>
    run(makeTicket(serverConfig(config), of));

  it('holds the session, and says how long it lives', async () => {
    const { value } = await ticketFrom({ tickets });
    expect(value.ticket_lifetime_hint).toBe(7200);
    expect(tickets.redeem(value.ticket)).toMatchObject({
      version: TLS12,
      psk: masterSecret(),
      extendedMasterSecret: true,
    });
    const later = await ticketFrom({ tickets, now: () => START + 500 });
    expect(later.value.ticket_lifetime_hint).toBe(7199);
  });

  const empty = { ticket_lifetime_hint: 0, ticket: NOTHING };
  it('that was promised is empty where there is none to be had [5077:3.3:1]', async () => {
    expect((await run(makeTicket(serverConfig({ tickets }), undefined))).value).toEqual(empty);
    const none: TicketIssuer = { issue: () => undefined, redeem: () => undefined };
    expect(await ticketFrom({ tickets: none })).toEqual({ value: empty, events: [] });
  });

  it('is empty where the issuer fails, of which the application hears', async () => {
    const error = new Error('the database is away');
    for (const issue of [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ]) {
      const events = [{ type: 'failure', of: 'tickets', error }];
      expect(await ticketFrom({ tickets: { issue, redeem: () => undefined } })).toEqual({ value: empty, events });
    }
  });
});

describe('a cache', () => {
  const cache = () => new MemorySessionCache({ now: () => START });
  const plan = (cached: SessionPlan['cached']): SessionPlan => ({ sessionId: id(), ticket: false, cached });

  it('gets a new session, and a copy of its key', async () => {
    const sessions = cache();
    const session = exampleOfServer();
    const forget: (() => void)[] = [];
    await run(cacheSession(serverConfig({ tls12: { sessions } }), plan('new'), session), forget);
    session.psk.fill(0);
    expect(sessions.get(id())?.psk).toEqual(masterSecret());
    for (const each of forget) each();
    expect(sessions.size).toBe(0);
  });

  it('gets nothing where that was not the plan, or there is no session', async () => {
    const sessions = cache();
    const config = serverConfig({ tls12: { sessions } });
    await run(cacheSession(config, plan(undefined), exampleOfServer()));
    await run(cacheSession(config, plan('found'), exampleOfServer()));
    await run(cacheSession(config, plan('new'), undefined));
    expect(sessions.size).toBe(0);
  });

  it('may fail, of which the application hears', async () => {
    const error = new Error('the database is away');
    const sessions = { put: () => Promise.reject(error), get: () => undefined, remove: () => {} };
    const { events } = await run(cacheSession(serverConfig({ tls12: { sessions } }), plan('new'), exampleOfServer()));
    expect(events).toEqual([{ type: 'failure', of: 'sessions', error }]);
  });

  it.each(['new', 'found'] as const)(
    'drops a session whose connection ends by a fatal alert, one that was %s [5246:7.2.2:2] [5246:7.2:1]',
    cached => {
      const sessions = cache();
      sessions.put(id(), exampleOfServer());
      sessions.put(id(2), exampleOfServer());
      forgetServerSession(serverConfig({ tls12: { sessions } }), plan(cached), undefined);
      expect([sessions.get(id()), sessions.size]).toEqual([undefined, 1]);
    },
  );

  it('is left alone by a session that it has not', () => {
    const sessions = cache();
    sessions.put(id(), exampleOfServer());
    forgetServerSession(serverConfig({ tls12: { sessions } }), plan(undefined), undefined);
    expect(sessions.size).toBe(1);
  });

  it('that fails to drop one hurts nobody, for there is nobody left', async () => {
    const fails = [
      () => {
        throw new Error('away');
      },
      () => Promise.reject(new Error('away')),
    ];
    for (const remove of fails) {
      const tls12: ServerConfig12 = { sessions: { put: () => {}, get: () => undefined, remove } };
      expect(() => forgetServerSession(serverConfig({ tls12 }), plan('new'), undefined)).not.toThrow();
    }
    // A rejection that nobody handles would end the test.
    await new Promise(resolve => setImmediate(resolve));
  });

  it('of tickets drops them too, a stateless ticket stays', () => {
    const stateful = new StatefulTickets({ provider, now: () => START, store: new MemoryServerStore() });
    for (const [issuer, stays] of [
      [stateful, false],
      [tickets, true],
    ] as const) {
      const ticket = issuer.issue(exampleOfServer()) as Uint8Array;
      forgetServerSession(serverConfig({ tickets: issuer }), { ...plan(undefined), ticket: true }, ticket);
      expect(issuer.redeem(ticket) !== undefined).toBe(stays);
    }
  });
});

describe('a client keeps', () => {
  const ticket = { ticket_lifetime_hint: 60, ticket: Uint8Array.of(1, 2, 3) };
  const facts = (change: Partial<ClientSessionFacts> = {}): ClientSessionFacts => ({
    ...common,
    masterSecret: masterSecret(),
    sessionId: id(),
    ticket: undefined,
    auth,
    ...change,
  });
  const keep = (
    change: Partial<ClientSessionFacts> = {},
    config: Partial<ClientConfig> = {},
    resumed?: ClientSession,
  ) => clientSession(clientConfig(config), facts(change), resumed && { session: resumed });

  it('what the handshake settled, with a copy of the master secret', () => {
    const own = facts({ maxFragmentLength: 512, truncatedHmac: true });
    const session = clientSession(clientConfig(), own, undefined);
    expect(session).toEqual({
      ...exampleOfClient(),
      alpn: 'h2',
      lifetime: 86_400,
      maxFragmentLength: 512,
      truncatedHmac: true,
    });
    own.masterSecret.fill(0);
    expect(session?.psk).toEqual(masterSecret());
  });

  it('a session that it then offers', () => {
    for (const session of [keep(), keep({ ticket })]) {
      expect(offerSession(clientConfig({ session }))?.masterSecret).toEqual(masterSecret());
    }
  });

  it('a ticket in place of an ID, for as long as the server says (RFC 5077 §3.4)', () => {
    expect(keep({ ticket })).toMatchObject({ ticket: ticket.ticket, sessionId: NOTHING, lifetime: 60 });
  });

  it('a ticket of which nothing is said for a day, and none for more than seven', () => {
    const lifetime = (ticket_lifetime_hint: number) => keep({ ticket: { ...ticket, ticket_lifetime_hint } })?.lifetime;
    expect([lifetime(0), lifetime(2 ** 32 - 1)]).toEqual([86_400, 604_800]);
  });

  it('the ID where the ticket that came is empty (RFC 5077 §3.3)', () => {
    const empty = { ticket_lifetime_hint: 5, ticket: NOTHING };
    expect(keep({ ticket: empty })).toMatchObject({ ticket: NOTHING, sessionId: id(), lifetime: 86_400 });
    expect(keep({ ticket: empty, sessionId: NOTHING })).toBeUndefined();
  });

  it.each([
    ['that has no name', { sessionId: NOTHING }, {}],
    ['whose ticket leaves no room in a hello', { ticket: { ...ticket, ticket: new Uint8Array(2 ** 15 + 1) } }, {}],
    ['with a server that nobody knows', { auth: undefined }, {}],
    ['without extended_master_secret', { extendedMasterSecret: false }, {}],
    ['seven days after its beginning', {}, { now: () => START + 7 * DAY }],
  ])('no session %s', (_what, change, config) => {
    expect(keep(change, config)).toBeUndefined();
  });

  it('a session without extended_master_secret where it was told to', () => {
    const tls12 = { resumeWithoutExtendedMasterSecret: true };
    expect(keep({ extendedMasterSecret: false }, { tls12 })?.extendedMasterSecret).toBe(false);
  });

  it('a session that goes back to a key that both have', () => {
    const external = { psk: { identity: id(), fingerprint: id(2) }, authenticatedAt: START - DAY };
    expect(keep({ auth: undefined, external })).toMatchObject({
      externalPsk: external.psk,
      authenticatedAt: START - DAY,
      trust: 'test',
      peerKey: NOTHING,
    });
  });

  it('the names of a session that resumed without a ticket, to the end that it had', () => {
    const before = exampleOfClient({ ticket: Uint8Array.of(7), sessionId: NOTHING, receivedAt: START - SECOND });
    const again = keep({ sessionId: id(8) }, { now: () => START + 60 * SECOND }, before);
    expect(again).toMatchObject({
      ticket: before.ticket,
      sessionId: NOTHING,
      receivedAt: START - SECOND,
      lifetime: 7200,
    });
    const empty = { ticket_lifetime_hint: 9999, ticket: NOTHING };
    expect(keep({ sessionId: id(8), ticket: empty }, {}, before)).toMatchObject({
      ticket: before.ticket,
      lifetime: 7200,
    });
  });

  it('a new ticket for a session that resumed, which counts from now and does not prolong it for ever', () => {
    const before = exampleOfClient({ receivedAt: START - 6 * DAY });
    const old = { ...auth, authenticatedAt: START - 6 * DAY };
    const long = { ...ticket, ticket_lifetime_hint: 604_800 };
    expect(keep({ auth: old, ticket: long }, {}, before)).toMatchObject({
      ticket: ticket.ticket,
      sessionId: NOTHING,
      receivedAt: START,
      lifetime: 86_400,
      authenticatedAt: START - 6 * DAY,
    });
  });

  it('by telling the application, until the connection ends by a fatal alert [5246:7.2.2:1] [5246:7.2.2:2]', async () => {
    const { value: forget, events } = await run(keepSession(clientConfig(), facts(), undefined));
    expect(events.map(({ type }) => type)).toEqual(['session']);
    const [event] = events;
    if (event?.type !== 'session') throw new Error('no session came');
    expect(isUsable(event.session, START, 'test')).toBe(true);
    forget();
    expect(isWiped(event.session.psk)).toBe(true);
    expect(isUsable(event.session, START, 'test')).toBe(false);
  });

  it('nothing to tell of where there is nothing', async () => {
    const { value: forget, events } = await run(keepSession(clientConfig(), facts({ auth: undefined }), undefined));
    expect(events).toEqual([]);
    expect(forget).not.toThrow();
  });
});
