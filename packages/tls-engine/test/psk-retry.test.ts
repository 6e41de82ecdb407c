/** What a second ClientHello may do to the keys of the first (RFC 9846 §4.2.2): leave out, and make binders anew. */
import type { ExternalPsk } from '@tlskit/tls-handshake';
import { ExtensionType, findExtension, makeExtension, preSharedKeyRow } from '@tlskit/tls-messages';
import { MemoryServerStore, StatefulTickets } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig } from '../src/index.ts';
import { binding, without } from './rewriting.ts';
import { clientConfig, pair, provider, pump } from './support.ts';

const { pre_shared_key } = ExtensionType.values;
const psk = (name: string, hash: ExternalPsk['hash'] = 'sha256'): ExternalPsk => ({
  identity: new TextEncoder().encode(name),
  key: new Uint8Array(32).fill(name.charCodeAt(0)),
  hash,
});
const [alice, bob, carol] = [psk('alice'), psk('bob'), psk('carol')] as const;
const known =
  (...keys: readonly ExternalPsk[]) =>
  (identity: Uint8Array) =>
    keys.find(key => String(key.identity) === String(identity));

/** The server asks for another group, and knows these keys. */
function meet(client: Partial<ClientEngineConfig>, ...keys: readonly ExternalPsk[]) {
  const ends = pair(client, { groups: [0x0018], pskLookup: known(...keys) });
  pump(ends);
  return ends;
}

/** Changes the list of identities in the second hello; what their binders are is of no matter. */
const identities = (change: (names: readonly Uint8Array[]) => readonly Uint8Array[]) =>
  binding((bound, which) => {
    if (which === 0) return bound;
    const offered = findExtension(bound.extensions, preSharedKeyRow, 'CH');
    const changed = change(offered?.identities.map(each => each.identity) ?? []);
    const list = makeExtension(preSharedKeyRow, 'CH', {
      identities: changed.map(identity => ({ identity, obfuscated_ticket_age: 0 })),
      binders: changed.map(() => new Uint8Array(32)),
    });
    return { ...bound, extensions: [...without(bound, pre_shared_key).extensions, list] };
  });

const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };

describe('a second ClientHello [9846:4.2.2:2]', () => {
  it('may leave out keys of another hash than the suite that was named', () => {
    const ends = meet({ psks: [psk('dora', 'sha384'), alice] }, alice);
    expect(ends.client.connected?.pskIdentity).toEqual(alice.identity);
    expect(ends.server.connected?.pskIdentity).toEqual(alice.identity);
  });

  it.each([
    { what: 'adds a key', psks: [alice], change: (names: readonly Uint8Array[]) => [...names, bob.identity] },
    { what: 'has keys where there were none', psks: [], change: () => [bob.identity] },
    { what: 'exchanges keys', psks: [alice, bob], change: () => [bob.identity, alice.identity] },
    { what: 'repeats a key', psks: [alice, bob], change: () => [alice.identity, alice.identity] },
  ])('that $what is refused', ({ psks, change }) => {
    const ends = meet({ psks, versions: [identities(change)] }, alice, bob);
    expect(ends.server.error).toMatchObject(illegal);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });

  it('that leaves out the key that fits is refused', () => {
    const versions = [identities(([, ...others]) => others)];
    const ends = meet({ psks: [alice, carol], versions }, alice);
    expect(ends.server.error).toMatchObject(illegal);
  });

  it('that leaves out all keys, though one fits, misses an extension', () => {
    const versions = [binding((bound, which) => (which === 0 ? bound : without(bound, pre_shared_key)))];
    const ends = meet({ psks: [alice], versions }, alice);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_MISSING_EXTENSION', alert: 'missing_extension' });
    // Where none fits, it does not matter.
    expect(meet({ psks: [alice], versions }).client.connected).toMatchObject({
      helloRetry: true,
      signatureScheme: 0x0403,
    });
  });
});

it('a ticket of one use is taken once, for both hellos', () => {
  const tickets = new StatefulTickets({ provider, now: clientConfig.now, store: new MemoryServerStore() });
  const first = pair({}, { tickets });
  pump(first);
  const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
  const ends = pair({ session, psks: [alice] }, { tickets, groups: [0x0017], pskLookup: known(alice) });
  pump(ends);
  expect(ends.client.connected).toMatchObject({ resumed: true, helloRetry: true });
});
