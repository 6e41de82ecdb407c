import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeServerSession,
  encodeServerSession,
  MemoryReplayGuard,
  MemoryServerStore,
  type ServerSession,
  StatefulTickets,
  TicketKeys,
} from '../src/index.ts';

const provider = createNobleProvider();
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

const session: ServerSession = {
  version: 0x0304,
  cipherSuite: 0x1302,
  psk: new Uint8Array(48).fill(9),
  issuedAt: START,
  authenticatedAt: START,
  lifetime: 7200,
  ticketAgeAdd: 0xfedcba98,
  maxEarlyData: 16_384,
  serverName: 'example.com',
  alpn: 'h2',
  trust: 'roots',
  clientCertificates: [Uint8Array.of(1, 2), Uint8Array.of(3)],
};

describe('a server session as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.record({
          version: fc.constantFrom(0x0303, 0x0304),
          cipherSuite: fc.integer({ min: 0, max: 0xffff }),
          psk: fc.uint8Array({ minLength: 1, maxLength: 64 }),
          issuedAt: fc.integer({ min: 0, max: 2 ** 48 }),
          authenticatedAt: fc.integer({ min: 0, max: 2 ** 48 }),
          lifetime: fc.integer({ min: 0, max: 604_800 }),
          ticketAgeAdd: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          maxEarlyData: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          serverName: fc.option(fc.string(), { nil: undefined }),
          alpn: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
          trust: fc.string(),
          clientCertificates: fc.array(fc.uint8Array({ minLength: 1 }), { maxLength: 3 }),
          // What is not so is not said, nor is X.509.
          extendedMasterSecret: fc.constantFrom(true, undefined),
          maxFragmentLength: fc.constantFrom(512, 4096, undefined),
          truncatedHmac: fc.constantFrom(true, undefined),
          clientCertificateType: fc.integer({ min: 1, max: 255 }),
          clientExpires: fc.option(fc.integer({ min: 0, max: 2 ** 52 }), { nil: undefined }),
          serverCertificateType: fc.integer({ min: 1, max: 255 }),
        }),
        // A key has an identity, of no bytes perhaps (RFC 4279 §2), and a fingerprint where the provider makes one.
        fc.oneof(
          fc.constant({}),
          fc.record({ pskIdentity: fc.uint8Array({ minLength: 1 }) }),
          fc.record({
            pskIdentity: fc.uint8Array(),
            pskOffer: fc.record({
              identity: fc.uint8Array(),
              fingerprint: fc.uint8Array({ minLength: 1, maxLength: 48 }),
            }),
          }),
        ),
        (fields, key) => {
          const value = { ...fields, ...key };
          expect(decodeServerSession(encodeServerSession(value))).toEqual(value);
        },
      ),
    );
  });

  it('is undefined for anything else', () => {
    const bytes = encodeServerSession(session);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeServerSession(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeServerSession(bytes.with(0, 2))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array(), noise => {
        expect(decodeServerSession(noise)).toBeUndefined();
      }),
    );
  });
});

describe('TicketKeys', () => {
  function keys(): { issuer: TicketKeys; advance(ms: number): void } {
    let now = START;
    return {
      issuer: new TicketKeys({ provider, now: () => now }),
      advance(ms) {
        now += ms;
      },
    };
  }

  it('redeems what it issued, as often as it comes, as long as it lives', () => {
    const { issuer, advance } = keys();
    const ticket = issuer.issue(session) as Uint8Array;
    expect(issuer.redeem(ticket)).toEqual(session);
    expect(issuer.redeem(ticket)).toEqual(session);
    advance(7200 * 1000 - 1);
    expect(issuer.redeem(ticket)).toBeDefined();
    advance(1);
    expect(issuer.redeem(ticket)).toBeUndefined();
  });

  it('shows nothing of the session, and never the same ticket twice', () => {
    const { issuer } = keys();
    const first = Buffer.from(issuer.issue(session) as Uint8Array);
    const second = Buffer.from(issuer.issue(session) as Uint8Array);
    expect(first.includes(Buffer.from(session.psk))).toBe(false);
    expect(first.includes('example.com')).toBe(false);
    expect(first.subarray(0, 16)).toEqual(second.subarray(0, 16));
    expect(first.subarray(16)).not.toEqual(second.subarray(16));
  });

  it('refuses every ticket with a bit changed, cut short, or of somebody else', () => {
    const { issuer } = keys();
    const ticket = issuer.issue(session) as Uint8Array;
    for (let i = 0; i < ticket.length; i++) {
      expect(issuer.redeem(ticket.with(i, (ticket[i] as number) ^ 1))).toBeUndefined();
      expect(issuer.redeem(ticket.subarray(0, i))).toBeUndefined();
    }
    expect(keys().issuer.redeem(ticket)).toBeUndefined();
  });

  it('rotates its keys, opens with the old ones while tickets may live, and then drops them', () => {
    const { issuer, advance } = keys();
    const long = { ...session, lifetime: 604_800 };
    const ticket = issuer.issue(long) as Uint8Array;
    advance(DAY + 1);
    const next = issuer.issue({ ...long, issuedAt: START + DAY }) as Uint8Array;
    expect(next.subarray(0, 16)).not.toEqual(ticket.subarray(0, 16));
    expect([issuer.keyCount, issuer.redeem(ticket), issuer.redeem(next)].map(Boolean)).toEqual([true, true, true]);
    advance(7 * DAY);
    expect(issuer.redeem(ticket)).toBeUndefined();
    expect(issuer.keyCount).toBe(1);
    issuer.wipe();
    expect(issuer.redeem(next)).toBeUndefined();
  });

  it('issues none for a session that no ticket can hold', () => {
    const large = { ...session, clientCertificates: [new Uint8Array(70_000).fill(1)] };
    expect(keys().issuer.issue(large)).toBeUndefined();
  });

  it('refuses options that make no sense', () => {
    expect(() => new TicketKeys({ provider, now: () => 0, rotateAfter: 0 })).toThrow(RangeError);
    expect(() => new TicketKeys({ provider: { ...provider, aeads: {} }, now: () => 0 })).toThrow(/AES-256-GCM/);
  });
});

describe('StatefulTickets', () => {
  it('redeems each once', () => {
    const tickets = new StatefulTickets({ provider, now: () => START, store: new MemoryServerStore() });
    const ticket = tickets.issue(session) as Uint8Array;
    expect(ticket).toHaveLength(32);
    expect(tickets.redeem(ticket)).toEqual(session);
    expect(tickets.redeem(ticket)).toBeUndefined();
    expect(tickets.redeem(new Uint8Array(32))).toBeUndefined();
    expect(tickets.redeem(new Uint8Array(7))).toBeUndefined();
  });

  it('takes one back', async () => {
    const store = new MemoryServerStore();
    const tickets = new StatefulTickets({ provider, now: () => START, store });
    const [first, second] = [tickets.issue(session) as Uint8Array, tickets.issue(session) as Uint8Array];
    tickets.revoke(first);
    expect([tickets.redeem(first), tickets.redeem(second)]).toEqual([undefined, session]);
    const slow = { put: store.put.bind(store), take: async (key: Uint8Array) => store.take(key) };
    const patient = new StatefulTickets({ provider, now: () => START, store: slow });
    const third = (await patient.issue(session)) as Uint8Array;
    await patient.revoke(third);
    expect(store.size).toBe(0);
  });

  it('keeps a copy of the key: the first is the caller’s to wipe', () => {
    const tickets = new StatefulTickets({ provider, now: () => START, store: new MemoryServerStore() });
    const own = { ...session, psk: session.psk.slice() };
    const ticket = tickets.issue(own) as Uint8Array;
    own.psk.fill(0);
    expect(tickets.redeem(ticket)).toEqual(session);
  });

  it('does not redeem what has expired', () => {
    let now = START;
    const tickets = new StatefulTickets({ provider, now: () => now, store: new MemoryServerStore() });
    const ticket = tickets.issue(session) as Uint8Array;
    now += 7200 * 1000;
    expect(tickets.redeem(ticket)).toBeUndefined();
  });

  it('waits for a store that takes its time', async () => {
    const memory = new MemoryServerStore();
    const store = {
      put: async (key: Uint8Array, value: ServerSession) => memory.put(key, value),
      take: async (key: Uint8Array) => memory.take(key),
    };
    const tickets = new StatefulTickets({ provider, now: () => START, store });
    const ticket = await tickets.issue(session);
    expect(await tickets.redeem(ticket)).toEqual(session);
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  it('is bounded in memory, the oldest going first, its key wiped', () => {
    const store = new MemoryServerStore(2);
    const sessions = [1, 2, 3].map(i => ({ ...session, psk: new Uint8Array(32).fill(i) }));
    for (const [i, value] of sessions.entries()) store.put(Uint8Array.of(i), value);
    expect(store.size).toBe(2);
    expect(store.take(Uint8Array.of(0))).toBeUndefined();
    expect(sessions[0]?.psk[0]).toBe(0);
    expect(store.take(Uint8Array.of(2))?.psk[0]).toBe(3);
    expect(() => new MemoryServerStore(0)).toThrow(RangeError);
  });
});

describe('MemoryReplayGuard', () => {
  const id = (n: number) => Uint8Array.of(n);

  it('lets each identifier through once, for at least twice the window', () => {
    const guard = new MemoryReplayGuard({ window: 1000 });
    expect(guard.firstTime(id(1), 0)).toBe(true);
    for (const now of [0, 500, 1999, 2000, 3999]) expect(guard.firstTime(id(1), now), `at ${now}`).toBe(false);
    expect(guard.firstTime(id(2), 4000)).toBe(true);
  });

  it('forgets in the end', () => {
    const guard = new MemoryReplayGuard({ window: 1000 });
    guard.firstTime(id(1), 0);
    guard.firstTime(id(2), 2500);
    expect(guard.firstTime(id(1), 5000)).toBe(true);
    expect(guard.firstTime(id(2), 5000)).toBe(false);
  });

  it('lets nothing through when it is full, or has just started beside older tickets', () => {
    const guard = new MemoryReplayGuard({ window: 1000, max: 1 });
    expect(guard.firstTime(id(1), 0)).toBe(true);
    expect(guard.firstTime(id(2), 1)).toBe(false);
    const young = new MemoryReplayGuard({ window: 1000, startedAt: 5000 });
    // What came at 4999 and was expected at 5999 is fresh up to 6999.
    expect(young.firstTime(id(1), 6999)).toBe(false);
    expect(young.firstTime(id(1), 7000)).toBe(true);
  });

  it('forgets nothing when the clock is put back', () => {
    const guard = new MemoryReplayGuard({ window: 1000 });
    guard.firstTime(id(1), 10_000);
    guard.firstTime(id(2), 12_500);
    for (const now of [0, 5000, 12_500]) {
      expect(guard.firstTime(id(1), now)).toBe(false);
      expect(guard.firstTime(id(2), now)).toBe(false);
    }
  });

  it('refuses options that make no sense', () => {
    expect(() => new MemoryReplayGuard({ window: 0 })).toThrow(RangeError);
  });
});
