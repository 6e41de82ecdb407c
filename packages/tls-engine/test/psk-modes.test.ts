/** Keys with and without a key exchange (RFC 9846 §4.3.9): psk_dhe_ke, and psk_ke for those who name it. */
import type { ExternalPsk } from '@tlskit/tls-handshake';
import {
  decodeMessage,
  ExtensionType,
  keyShareRow,
  makeExtension,
  pskKeyExchangeModesRow,
  serverHello,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { hellosIn, offering, replacing, rewritingHello, without } from './rewriting.ts';
import { misbehaving, type Pair, pair, provider, pump, sends, serverConfig } from './support.ts';

const KE = 0;
const DHE = 1;
const { key_share, supported_groups, signature_algorithms, psk_key_exchange_modes } = ExtensionType.values;

const alice: ExternalPsk = {
  identity: new TextEncoder().encode('alice'),
  key: new Uint8Array(32).fill(7),
  hash: 'sha256',
};
const psks = [alice];
const pskLookup = () => ({ key: alice.key, hash: alice.hash });
const keyed: Partial<ClientEngineConfig> = { psks, pskOnly: true };
/** Says nothing of key exchange or certificates. */
const bare: Partial<ClientEngineConfig> = { ...keyed, pskModes: [KE], groups: [], keyShares: [] };

function meet(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair(client, server);
  pump(ends);
  return ends;
}

function expectGroup(ends: Pair, group: number | undefined): void {
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  for (const end of [ends.client, ends.server]) {
    expect(end.connected?.group).toBe(group);
    expect(end.connected?.pskIdentity).toEqual(alice.identity);
  }
  ends.server.engine.write(Uint8Array.of(1, 2, 3));
  pump(ends);
  expect(ends.client.received).toEqual([Uint8Array.of(1, 2, 3)]);
}

describe('psk_ke', () => {
  it('needs no group and no share of either side, and the server sends none [9846:4.3.9:6] [9846:4.3.8:11]', () => {
    const sent: number[] = [];
    const observed = misbehaving('server', effect => {
      if (sends(effect, serverHello)) {
        sent.push(...decodeMessage(serverHello, effect.raw).extensions.map(each => each.extension_type));
      }
      return effect;
    });
    const messages: Uint8Array[] = [];
    const seen = { onClientHello: (hello: { readonly raw: Uint8Array }) => void messages.push(hello.raw) };
    expectGroup(meet(bare, { pskModes: [KE], pskLookup, versions: [observed], ...seen }), undefined);
    expect(sent).not.toContain(key_share);
    const types = hellosIn(messages)[0]?.extensions.map(each => each.extension_type);
    for (const absent of [key_share, supported_groups, signature_algorithms]) expect(types).not.toContain(absent);
    expect(types).toContain(psk_key_exchange_modes);
  });

  it('is taken only where both name it', () => {
    const refused = meet(bare, { pskLookup });
    expect(refused.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_KEY', alert: 'handshake_failure' });
    const certified = meet({ psks, pskModes: [KE] }, { pskLookup });
    expect(certified.client.connected).toMatchObject({ pskIdentity: undefined, signatureScheme: 0x0403 });
    const exchanged = meet({ psks }, { pskLookup, pskModes: [KE] });
    expect(exchanged.client.connected).toMatchObject({ pskIdentity: undefined, signatureScheme: 0x0403 });
  });

  it('stands behind psk_dhe_ke, or before it, as the server says', () => {
    const client = { ...keyed, pskModes: [KE, DHE] };
    expectGroup(meet(client, { pskLookup, pskModes: [DHE, KE] }), 0x001d);
    expectGroup(meet(client, { pskLookup, pskModes: [KE, DHE] }), undefined);
    expectGroup(meet(client, { pskLookup }), 0x001d);
  });

  it('does where there is no group in common', () => {
    const client = { ...keyed, pskModes: [DHE, KE], groups: [0x001d] };
    expectGroup(meet(client, { pskLookup, pskModes: [DHE, KE], groups: [0x0017] }), undefined);
    const lacking = meet({ ...keyed, groups: [0x001d] }, { pskLookup, groups: [0x0017] });
    expect(lacking.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_GROUP', alert: 'handshake_failure' });
  });

  it('costs no HelloRetryRequest, which psk_dhe_ke may', () => {
    const client = { ...keyed, pskModes: [KE, DHE] };
    const ends = meet(client, { pskLookup, pskModes: [KE], groups: [0x0018] });
    expectGroup(ends, undefined);
    expect(ends.client.connected?.helloRetry).toBe(false);
    expect(meet(client, { pskLookup, groups: [0x0018] }).client.connected?.helloRetry).toBe(true);
  });

  it('resumes', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const modes = { pskModes: [KE] };
    const first = meet(modes, { ...modes, tickets });
    const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    const ends = meet({ ...modes, session }, { ...modes, tickets });
    expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
    expect(ends.client.connected).toMatchObject({ resumed: true, group: undefined });
  });

  it('that the client alone takes brings no tickets', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    expect(meet({ pskModes: [KE] }, { tickets }).client.events).toEqual([]);
  });
});

describe('a server that selects a mode which was not offered [9846:4.3.11:6] [9846:4.3.11:7]', () => {
  it('psk_ke, is refused', () => {
    const versions = [rewritingHello(hello => without(hello, key_share))];
    const ends = meet({ psks }, { pskLookup, versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('psk_dhe_ke, is refused', () => {
    const versions = [
      offering(hello => replacing(hello, makeExtension(pskKeyExchangeModesRow, 'CH', { ke_modes: [DHE] }))),
    ];
    const ends = meet({ psks, pskModes: [KE], versions }, { pskLookup });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('with a share, where none was offered, is refused [9846:4.3:4]', () => {
    const share = makeExtension(keyShareRow, 'SH', {
      server_share: { group: 0x001d, key_exchange: new Uint8Array(32) },
    });
    const versions = [rewritingHello(hello => ({ ...hello, extensions: [share, ...hello.extensions] }))];
    const ends = meet(bare, { pskLookup, pskModes: [KE], versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });
});

describe('a client', () => {
  const missing = { code: 'ERR_TLS_MISSING_EXTENSION', alert: 'missing_extension' };

  it.each([
    ['with groups and no shares [9846:9.2:11]', key_share],
    ['with shares and no groups [9846:9.2:11]', supported_groups],
    ['with a key and no modes [9846:4.3.9:3]', psk_key_exchange_modes],
  ])('%s is refused', (_what, type) => {
    const versions = [offering(hello => without(hello, type))];
    const ends = meet({ psks, versions, pskModes: [DHE, KE] }, { pskLookup, pskModes: [KE, DHE] });
    expect(ends.server.error).toMatchObject(missing);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'missing_extension' });
  });

  it('with neither groups nor keys is refused [9846:9.2:10]', () => {
    const versions = [offering(hello => without(hello, key_share, supported_groups))];
    const ends = meet({ versions }, { pskLookup, pskModes: [KE] });
    expect(ends.server.error).toMatchObject(missing);
  });

  it('without key and groups does not begin', () => {
    const ends = pair({ groups: [], keyShares: [], pskModes: [KE] }, {});
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
  });
});
