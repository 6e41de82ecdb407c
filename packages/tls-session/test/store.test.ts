import { describe, expect, it } from 'vitest';
import { type ClientSession, isUsable, isUsableFor, MAX_TICKET_LIFETIME, MemorySessionStore } from '../src/index.ts';

const session = (ticket: number, change: Partial<ClientSession> = {}): ClientSession => ({
  version: 0x0304,
  cipherSuite: 0x1301,
  psk: new Uint8Array(32).fill(ticket),
  ticket: Uint8Array.of(ticket),
  ticketAgeAdd: 0,
  receivedAt: 1_000_000,
  lifetime: 7200,
  maxEarlyData: 0,
  serverName: 'localhost',
  alpn: undefined,
  trust: 'roots',
  peerExpires: Number.MAX_SAFE_INTEGER,
  peerName: 'localhost',
  authenticatedAt: 1_000_000,
  peerKey: new Uint8Array(0),
  peerVerified: true,
  peerCertificates: [],
  ...change,
});

const any = () => true;

describe('isUsableFor', () => {
  const purpose = { now: 1_000_000, trust: 'roots', serverName: 'localhost', peerName: 'localhost' };
  it('compares the names beside', () => {
    expect(isUsableFor(session(1), purpose)).toBe(true);
    expect(isUsableFor(session(1), { ...purpose, serverName: 'other' })).toBe(false);
    expect(isUsableFor(session(1), { ...purpose, serverName: undefined })).toBe(false);
    expect(isUsableFor(session(1), { ...purpose, peerName: '127.0.0.1' })).toBe(false);
    expect(isUsableFor(session(1), { ...purpose, trust: 'insecure' })).toBe(false);
  });

  it('is not for a key that was wiped: anybody knows it', () => {
    expect(isUsableFor(session(0), purpose)).toBe(false);
  });
});

describe('isUsable', () => {
  it('holds from its receipt to the end of its lifetime', () => {
    const fresh = session(1);
    expect(isUsable(fresh, 1_000_000, 'roots')).toBe(true);
    expect(isUsable(fresh, 1_000_000 + 7200 * 1000 - 1, 'roots')).toBe(true);
    expect(isUsable(fresh, 1_000_000 + 7200 * 1000, 'roots')).toBe(false);
    expect(isUsable(fresh, 999_999, 'roots')).toBe(false);
  });

  it('ends with the certificates of the server', () => {
    expect(isUsable(session(1, { peerExpires: 1_000_500 }), 1_000_499, 'roots')).toBe(true);
    expect(isUsable(session(1, { peerExpires: 1_000_500 }), 1_000_500, 'roots')).toBe(false);
  });

  it('holds under the policy that it was made under, and no other', () => {
    expect(isUsable(session(1, { trust: 'insecure' }), 1_000_000, 'roots')).toBe(false);
  });

  it('knows the seven days of RFC 9846', () => {
    expect(MAX_TICKET_LIFETIME).toBe(7 * 24 * 3600);
  });
});

describe('MemorySessionStore', () => {
  it('gives each session once, the newest first', () => {
    const store = new MemorySessionStore();
    store.put('a', session(1));
    store.put('a', session(2));
    expect(store.take('a', any)?.ticket[0]).toBe(2);
    expect(store.take('a', any)?.ticket[0]).toBe(1);
    expect(store.take('a', any)).toBeUndefined();
    expect(store.take('b', any)).toBeUndefined();
  });

  it('passes over what cannot be used', () => {
    const store = new MemorySessionStore();
    store.put('a', session(1));
    store.put('a', session(2));
    expect(store.take('a', candidate => candidate.ticket[0] === 1)?.ticket[0]).toBe(1);
    expect(store.take('a', () => false)).toBeUndefined();
    expect(store.take('a', any)?.ticket[0]).toBe(2);
  });

  it('is bounded, and wipes the keys of what it drops', () => {
    const store = new MemorySessionStore({ maxServers: 2, maxPerServer: 2 });
    const dropped = session(1);
    store.put('a', dropped);
    store.put('a', session(2));
    store.put('a', session(3));
    expect([...dropped.psk]).toEqual(Array(32).fill(0));
    const forgotten = session(4);
    store.put('b', forgotten);
    store.put('c', session(5));
    expect(store.take('a', any)).toBeUndefined();
    expect(store.take('b', any)).toBe(forgotten);
    expect(forgotten.psk[0]).toBe(4);
  });

  it('drops the server that was used longest ago', () => {
    const store = new MemorySessionStore({ maxServers: 2 });
    store.put('a', session(1));
    store.put('a', session(2));
    store.put('b', session(3));
    store.take('a', any);
    store.put('c', session(4));
    expect(store.take('b', any)).toBeUndefined();
    expect(store.take('a', any)).toBeDefined();
  });

  it('forgets everything when told', () => {
    const store = new MemorySessionStore();
    const kept = session(1);
    store.put('a', kept);
    store.clear();
    expect(store.take('a', any)).toBeUndefined();
    expect(kept.psk[0]).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', maxServers => {
    expect(() => new MemorySessionStore({ maxServers })).toThrow(RangeError);
  });
});
