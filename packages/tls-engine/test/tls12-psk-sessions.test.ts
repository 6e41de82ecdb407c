/** TLS 1.2: sessions that go back to a key which both sides have from elsewhere (RFC 4279): they are for those who still have it. */
import type { ExternalPsk, PskLookup } from '@tlskit/tls-handshake';
import { preSharedKeyRow } from '@tlskit/tls-messages';
import { type ClientSession, MemorySessionCache } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { by, noError, rsa, rsaVerifier, suite, ticketKeys } from './attacks12.ts';
import { type Pair, pair, pump } from './support.ts';

const identity = new TextEncoder().encode('alice');
const key = new Uint8Array(32).fill(7);
const psk: ExternalPsk = { identity, key, hash: 'sha256' };
const pskLookup: PskLookup = name => (name.length === identity.length ? { key, hash: 'sha256' } : undefined);
const suites = [
  'TLS_PSK_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256',
  'TLS_DHE_PSK_WITH_AES_128_CCM',
  'TLS_RSA_PSK_WITH_AES_128_GCM_SHA256',
];

function run(name: string, client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const base = by(name);
  const ends = pair(
    { ...base.client, verifier: rsaVerifier, psks: [psk], ...client },
    { ...base.server, credentials: () => rsa, pskLookup, ...server },
  );
  pump(ends);
  return ends;
}

function sessionOf({ client }: Pair): ClientSession {
  const session = client.events.findLast(event => event.type === 'session')?.session;
  if (session === undefined) throw new Error('no session was given');
  // Whoever resumes takes the key.
  return { ...session, psk: session.psk.slice() };
}

const memories = {
  'by ticket': () => ({ tickets: ticketKeys() }),
  'by ID': () => ({ tls12: { sessions: new MemorySessionCache({ now: () => Date.UTC(2026, 0, 1) }) } }),
};

describe.each(Object.keys(memories) as (keyof typeof memories)[])('%s', memory => {
  it.each(suites)('%s: both know by what key, again and again', name => {
    const server = memories[memory]();
    const first = run(name, {}, server);
    noError(first);
    let session = sessionOf(first);
    expect(session.externalPsk?.identity).toEqual(identity);
    for (let i = 0; i < 3; i++) {
      const again = run(name, { session }, server);
      noError(again);
      for (const { connected } of [again.client, again.server]) {
        expect(connected).toMatchObject({ resumed: true, pskIdentity: identity });
      }
      session = sessionOf(again);
    }
  });

  it('who has no such key any more, or another under its name, does not offer it', () => {
    const server = memories[memory]();
    const [name = ''] = suites;
    const session = () => sessionOf(run(name, {}, server));
    const others: ClientEngineConfig['psks'][] = [
      [{ ...psk, key: key.with(0, 8) }],
      [{ ...psk, identity: new TextEncoder().encode('bobby') }],
      () => [{ ...psk, key: key.with(0, 8) }],
    ];
    for (const psks of others) {
      const offered: number[] = [];
      const onClientHello: ServerEngineConfig['onClientHello'] = ({ hello }) => {
        offered.push(hello.legacy_session_id.length);
      };
      const ends = run(name, { psks, session: session() }, { ...server, onClientHello });
      expect(offered).toEqual([0]);
      expect(ends.client.connected?.resumed ?? false).toBe(false);
    }
    // Found again where it must be looked for.
    const found = run(name, { psks: () => [psk], session: session() }, server);
    noError(found);
    expect(found.client.connected?.resumed).toBe(true);
  });

  it('a server that does not know the identity any more does not resume', () => {
    const server = memories[memory]();
    const [name = ''] = suites;
    const session = sessionOf(run(name, {}, server));
    const ends = run(name, { session }, { ...server, pskLookup: () => undefined });
    // A full handshake, in which the key is as unknown.
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect(ends.client.connected).toBeUndefined();
  });

  it.each(suites)('%s: a server that has another key under the name does not resume, as in TLS 1.3', name => {
    const server = memories[memory]();
    const session = sessionOf(run(name, {}, server));
    const other: PskLookup = () => ({ key: key.with(0, 8), hash: 'sha256' });
    const ends = run(name, { session }, { ...server, pskLookup: other });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect([ends.client.connected, ends.server.connected]).toEqual([undefined, undefined]);
  });

  it('an identity of no bytes is one as well: who it is, is known again, and asked again', () => {
    const server = memories[memory]();
    const [name = ''] = suites;
    const none = new Uint8Array(0);
    const lookup: PskLookup = identity => (identity.length === 0 ? { key, hash: 'sha256' } : undefined);
    const client = { psks: [{ identity: none, key, hash: 'sha256' }] } as const;
    const session = sessionOf(run(name, client, { ...server, pskLookup: lookup }));
    const again = run(name, { ...client, session }, { ...server, pskLookup: lookup });
    noError(again);
    expect(again.server.connected).toMatchObject({ resumed: true, pskIdentity: none });
    const gone = run(name, { ...client, session: sessionOf(again) }, { ...server, pskLookup: () => undefined });
    expect(gone.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect(gone.server.connected).toBeUndefined();
  });

  it('a key that was made for this one time is wiped, whether the session is offered or not', () => {
    const server = memories[memory]();
    const [name = ''] = suites;
    const session = sessionOf(run(name, {}, server));
    let given = 0;
    let taken = 0;
    const psks = () => {
      given++;
      return [{ ...psk, taken: () => taken++ }];
    };
    const ends = run(name, { psks, session }, server);
    expect(ends.client.connected?.resumed).toBe(true);
    expect(given).toBeGreaterThan(0);
    expect(taken).toBe(given);
  });
});

it('a key whose identity has no bytes is one of TLS 1.2, and not offered in TLS 1.3', () => {
  const none = new Uint8Array(0);
  const nameless = { identity: none, key, hash: 'sha256' } as const;
  const [name = ''] = suites;
  const lookup: PskLookup = identity => (identity.length === 0 ? { key, hash: 'sha256' } : undefined);
  const old = run(name, { psks: [nameless] }, { pskLookup: lookup, tickets: ticketKeys() });
  noError(old);
  expect(old.server.connected?.pskIdentity).toEqual(none);
  expect(sessionOf(old).externalPsk?.identity).toEqual(none);
  // Beside TLS 1.3, whose hello it leaves alone.
  const both = { versions: [tls13, tls12], cipherSuites: [0x1301, suite(name)] };
  const offered: number[] = [];
  const onClientHello: ServerEngineConfig['onClientHello'] = ({ hello }) => {
    offered.push(...hello.extensions.map(one => one.extension_type));
  };
  const ends = run(name, { ...both, psks: [nameless] }, { pskLookup: lookup, onClientHello });
  noError(ends);
  expect(ends.client.connected?.version).toBe(0x0303);
  expect(offered).not.toContain(preSharedKeyRow.type);
});
