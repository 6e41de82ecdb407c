/** Imported pre-shared keys (RFC 9258). */
import { createHash, createHmac } from 'node:crypto';
import { type ImportableKey, importLookup, importPsk, readImportedIdentity } from '@tlskit/tls-handshake';
import { importedIdentity } from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { noble, type Pair, pair, provider, pump, serverConfig } from './support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('hex');

const alice: ImportableKey = {
  identity: bytes('alice'),
  key: bytes('a key of alice, 32 bytes of it..'),
  context: bytes('ab'),
};
const bob: ImportableKey = { identity: bytes('bob'), key: bytes('another key'.repeat(4)), hash: 'sha384' };

/** RFC 9258 §5.1, by Node's HMAC and by hand. */
function expected(hash: string, key: Uint8Array, identity: Uint8Array, length: number): string {
  const size = createHash(hash).digest().length;
  const extracted = createHmac(hash, new Uint8Array(size)).update(key).digest();
  const label = Buffer.from('tls13 derived psk');
  const context = createHash(hash).update(identity).digest();
  const info = Buffer.from([length >> 8, length & 0xff, label.length, ...label, context.length, ...context]);
  let block = Buffer.alloc(0);
  let output = Buffer.alloc(0);
  for (let i = 1; output.length < length; i++) {
    block = createHmac(hash, extracted).update(block).update(info).update(Uint8Array.of(i)).digest();
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length).toString('hex');
}

describe('a key is imported', () => {
  it.each([provider, noble])('as one for each KDF, named by protocol and KDF, with $name', crypto => {
    const keys = importPsk(crypto, alice);
    expect(keys.map(({ identity }) => hex(identity))).toEqual([
      '0005616c69636500026162' + '0304' + '0001',
      '0005616c69636500026162' + '0304' + '0002',
    ]);
    expect(keys.map(({ hash }) => hash)).toEqual(['sha256', 'sha384']);
    expect(keys.map(({ key }) => key.length)).toEqual([32, 48]);
    for (const { key, identity } of keys) expect(hex(key)).toBe(expected('sha256', alice.key, identity, key.length));
  });

  it('by the hash that goes with the key, not that of the suite', () => {
    for (const { key, identity } of importPsk(provider, bob)) {
      expect(hex(key)).toBe(expected('sha384', bob.key, identity, key.length));
    }
  });

  it('under an identity that is read back, and no other', () => {
    const [first] = importPsk(provider, alice);
    const wire = first?.identity ?? new Uint8Array(0);
    expect(readImportedIdentity(wire)).toMatchObject({ external_identity: alice.identity, target_kdf: 1 });
    const parsed = { external_identity: alice.identity, context: bytes(''), target_protocol: 0x0304, target_kdf: 1 };
    for (const other of [
      wire.subarray(0, -1),
      Uint8Array.of(...wire, 0),
      encode(importedIdentity, { ...parsed, target_protocol: 0xfefc }),
      encode(importedIdentity, { ...parsed, target_kdf: 0x1234 }),
      bytes('alice'),
    ]) {
      expect(readImportedIdentity(other)).toBeUndefined();
    }
  });
});

/** A server's table of keys to import. */
const knowing = (...known: readonly ImportableKey[]) =>
  importLookup(provider, (identity, context) =>
    known.find(each => hex(each.identity) === hex(identity) && hex(each.context) === hex(context)),
  );

function meet(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair({ pskOnly: true, ...client }, { credentials: () => undefined, ...server });
  pump(ends);
  return ends;
}

function expectBy(ends: Pair, identity: Uint8Array): void {
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  for (const end of [ends.client, ends.server]) expect(end.connected?.pskIdentity).toEqual(identity);
}

describe('an imported key', () => {
  const psks = importPsk(provider, alice);

  it.each([0x1301, 0x1302, 0x1303])('goes with the suites of each KDF: 0x%s', suite => {
    expectBy(meet({ psks, cipherSuites: [suite] }, { pskLookup: knowing(bob, alice) }), alice.identity);
    expectBy(meet({ psks }, { pskLookup: knowing(alice), cipherSuites: [suite] }), alice.identity);
  });

  it.each([0x1301, 0x1302])('goes with HelloRetryRequest: 0x%s', suite => {
    const ends = meet({ psks }, { pskLookup: knowing(alice), cipherSuites: [suite], groups: [0x0018] });
    expectBy(ends, alice.identity);
    expect(ends.client.connected?.helloRetry).toBe(true);
  });

  it('is the first of several that the server knows', () => {
    const both = [...importPsk(provider, bob), ...psks];
    expectBy(meet({ psks: both }, { pskLookup: knowing(alice) }), alice.identity);
    expectBy(meet({ psks: both }, { pskLookup: knowing(bob, alice) }), bob.identity);
  });

  it('of another context is another key', () => {
    const ends = meet({ psks }, { pskLookup: knowing({ ...alice, context: bytes('ba') }) });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_KEY', alert: 'handshake_failure' });
  });

  it.each([0x1301, 0x1302])('brings tickets, which are good as long as the key is known: 0x%s', suite => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const common = { psks, cipherSuites: [suite] };
    const first = meet(common, { tickets, pskLookup: knowing(alice) });
    const sessions = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []));
    const again = meet({ ...common, session: sessions[0] }, { tickets, pskLookup: knowing(bob, alice) });
    expectBy(again, alice.identity);
    expect(again.server.connected?.resumed).toBe(true);
    const { server } = meet({ ...common, session: sessions[1] }, { tickets, pskLookup: knowing(bob) });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_KEY', alert: 'handshake_failure' });
  });

  // RFC 9258 §5.2: the label of the binder tells the kinds apart, the same key and identity or not.
  it('does not pass for one that was not imported, nor that for it', () => {
    const plain = psks.map(({ identity, key, hash }) => ({ identity, key, hash }));
    const known = { code: 'ERR_TLS_BAD_BINDER', alert: 'decrypt_error' };
    expect(meet({ psks: plain }, { pskLookup: knowing(alice) }).server.error).toMatchObject(known);
    const lookup = (wire: Uint8Array) => plain.find(each => hex(each.identity) === hex(wire));
    expect(meet({ psks }, { pskLookup: lookup }).server.error).toMatchObject(known);
  });

  it('may be looked up later, and what was made of it is wiped', async () => {
    const made: Uint8Array[] = [];
    const find = importLookup(provider, async () => alice);
    const ends = pair(
      { pskOnly: true, psks },
      {
        pskLookup: async (identity, hello) => {
          const found = await find(identity, hello);
          if (found !== undefined) made.push(found.key);
          return found;
        },
      },
    );
    for (let i = 0; i < 8; i++) {
      pump(ends);
      await new Promise(resolve => setImmediate(resolve));
    }
    expectBy(ends, alice.identity);
    expect(made.map(key => key.every(byte => byte === 0))).toEqual([true]);
    expect(alice.key.some(byte => byte !== 0)).toBe(true);
  });

  it.each([
    { when: 'in time', abort: false },
    { when: 'too late', abort: true },
  ])(
    'is wiped by a client who made it for one time and has no suite for it, or no use any more: $when',
    async ({ abort }) => {
      const made = importPsk(provider, alice).map(each => ({ ...each, taken: () => each.key.fill(0) }));
      const ends = pair({ psks: async () => made, cipherSuites: [0x1301] }, {});
      if (abort) ends.client.engine.abort();
      await new Promise(resolve => setImmediate(resolve));
      expect(made.map(({ key }) => key.some(byte => byte !== 0))).toEqual([false, false]);
    },
  );
});
