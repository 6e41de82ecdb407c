import { describe, expect, it } from 'vitest';
import { MemorySessionCache, type ServerSession } from '../src/index.ts';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;

const session = (fill = 9, change: Partial<ServerSession> = {}): ServerSession => ({
  version: 0x0303,
  cipherSuite: 0xc02f,
  psk: new Uint8Array(48).fill(fill),
  extendedMasterSecret: true,
  issuedAt: START,
  authenticatedAt: START,
  lifetime: 7200,
  ticketAgeAdd: 0,
  maxEarlyData: 0,
  serverName: 'example.com',
  alpn: 'h2',
  trust: '',
  clientCertificates: [],
  ...change,
});

const id = (...bytes: number[]) => Uint8Array.from(bytes);

function cache(options: { max?: number; lifetime?: number } = {}) {
  let now = START;
  const sessions = new MemorySessionCache({ now: () => now, ...options });
  const pass = (ms: number) => {
    now += ms;
  };
  return { sessions, pass };
}

describe('MemorySessionCache', () => {
  it('gives a session as often as it is asked for, by its exact ID', () => {
    const { sessions } = cache();
    sessions.put(id(1, 2), session());
    for (let i = 0; i < 2; i++) expect(sessions.get(id(1, 2))).toEqual(session());
    for (const other of [id(1), id(1, 3), id(1, 2, 0), id(0, 1, 2)]) expect(sessions.get(other)).toBeUndefined();
  });

  it('keeps copies and gives copies: whoever wipes one wipes no other', () => {
    const { sessions } = cache();
    for (const bytes of [new Uint8Array(48).fill(9), Buffer.alloc(48, 9)]) {
      const own = session(0, { psk: bytes });
      sessions.put(id(1), own);
      own.psk.fill(0);
      sessions.get(id(1))?.psk.fill(0);
      expect([...(sessions.get(id(1))?.psk ?? [])]).toEqual(Array(48).fill(9));
    }
  });

  it('drops what has expired, by the session’s own word or by ours', () => {
    const { sessions, pass } = cache({ lifetime: 60 });
    sessions.put(id(1), session(1, { lifetime: 10 }));
    sessions.put(id(2), session(2));
    pass(10 * SECOND - 1);
    expect(sessions.get(id(1))?.psk[0]).toBe(1);
    pass(1);
    expect([sessions.get(id(1)), sessions.size]).toEqual([undefined, 1]);
    pass(50 * SECOND - 1);
    expect(sessions.get(id(2))?.lifetime).toBe(60);
    pass(1);
    expect([sessions.get(id(2)), sessions.size]).toEqual([undefined, 0]);
  });

  it('keeps no session longer than a day by default (RFC 5246 §F.1.4)', () => {
    const { sessions, pass } = cache();
    sessions.put(id(1), session(1, { lifetime: 604_800 }));
    pass(86_400 * SECOND);
    expect(sessions.get(id(1))).toBeUndefined();
  });

  it('is bounded: the oldest goes first, and what is put again is new', () => {
    const { sessions } = cache({ max: 2 });
    sessions.put(id(1), session(1));
    sessions.put(id(2), session(2));
    sessions.put(id(1), session(3));
    sessions.put(id(4), session(4));
    expect(sessions.size).toBe(2);
    expect([1, 2, 4].map(name => sessions.get(id(name))?.psk[0])).toEqual([3, undefined, 4]);
  });

  it('forgets one, or all', () => {
    const { sessions } = cache();
    for (const name of [1, 2, 3]) sessions.put(id(name), session(name));
    sessions.remove(id(2));
    expect([1, 2, 3].map(name => sessions.get(id(name))?.psk[0])).toEqual([1, undefined, 3]);
    sessions.clear();
    expect(sessions.size).toBe(0);
  });

  it('has IDs of 1 to 32 bytes, and throws for none that somebody asks for', () => {
    const { sessions } = cache();
    sessions.put(new Uint8Array(32), session());
    expect(sessions.get(new Uint8Array(32))).toBeDefined();
    for (const length of [0, 33, 255]) {
      expect(() => sessions.put(new Uint8Array(length), session())).toThrow(RangeError);
      expect(sessions.get(new Uint8Array(length))).toBeUndefined();
      expect(() => sessions.remove(new Uint8Array(length))).not.toThrow();
    }
  });

  it.each([{ max: 0 }, { max: 1.5 }, { max: Number.NaN }, { lifetime: 0 }, { lifetime: Number.NaN }])(
    'refuses %o',
    options => {
      expect(() => new MemorySessionCache(options)).toThrow(RangeError);
    },
  );
});
