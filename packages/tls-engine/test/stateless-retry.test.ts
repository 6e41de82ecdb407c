/** HelloRetryRequest without state (RFC 9846 §4.3.2): one engine asks, another goes on from the second ClientHello alone. */
import type { ExternalPsk } from '@tlskit/tls-handshake';
import { cookieRow, ExtensionType, findExtension, makeExtension } from '@tlskit/tls-messages';
import { CookieKeys, MemoryReplayGuard, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type ServerEngineConfig,
} from '../src/index.ts';
import { binding, offering, replacing, rewritingHello, without } from './rewriting.ts';
import { clientConfig, End, type Pair, pair, provider, pump, serverConfig, takeAll } from './support.ts';

const cookies = new CookieKeys({ provider, now: serverConfig.now });
const statelessRetry = { cookies };
const always = { statelessRetry: { cookies, always: true } };
const tickets = new TicketKeys({ provider, now: serverConfig.now });
const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };

/** The client meets one server for its first hello, and another for all else. */
function handOver(
  client: Partial<ClientEngineConfig>,
  first: Partial<ServerEngineConfig>,
  second: Partial<ServerEngineConfig> = first,
  between: Uint8Array = new Uint8Array(0),
): Pair {
  const ends: Pair = pair(client, { statelessRetry, ...first });
  ends.server.engine.receive(takeAll(ends.client.engine));
  ends.client.engine.receive(takeAll(ends.server.engine));
  const server = new End(createServerEngine, { ...serverConfig, statelessRetry, ...second });
  server.engine.start();
  server.engine.receive(between);
  const other = { client: ends.client, server };
  pump(other);
  return other;
}

function expectConnected({ client, server }: Pair, group: number | undefined): void {
  expect([client.error, server.error]).toEqual([undefined, undefined]);
  for (const end of [client, server]) expect(end.connected).toMatchObject({ helloRetry: true, group });
  client.engine.write(Uint8Array.of(1, 2));
  server.engine.write(Uint8Array.of(3));
  pump({ client, server });
  expect([server.bytes, client.bytes]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3)]);
}

describe('another server goes on', () => {
  it.each([0x1301, 0x1302])('with the share that was asked for, under suite %i', suite => {
    expectConnected(handOver({}, { groups: [0x0018], cipherSuites: [suite] }), 0x0018);
  });

  it('with the shares of before, where nothing but a cookie was asked for', () => {
    expectConnected(handOver({}, always), 0x001d);
    expectConnected(handOver({ compatibilityMode: false }, always), 0x001d);
  });

  it('by what was settled, whatever its own preferences are', () => {
    const first = { groups: [0x0018], cipherSuites: [0x1302] };
    const ends = handOver({}, first, { groups: [0x001d, 0x0018], cipherSuites: [0x1301, 0x1302] });
    expectConnected(ends, 0x0018);
    expect(ends.server.connected?.cipherSuite.code).toBe(0x1302);
  });

  it('with a session, and with a key', () => {
    const before = pair({}, { tickets });
    pump(before);
    const session = before.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    const resumed = handOver({ session }, { tickets, groups: [0x0018] });
    expectConnected(resumed, 0x0018);
    expect(resumed.server.connected?.resumed).toBe(true);
    const key: ExternalPsk = { identity: Uint8Array.of(1), key: new Uint8Array(32).fill(3), hash: 'sha256' };
    const keyed = { pskLookup: () => key, pskModes: [0], ...always };
    const ends = handOver({ psks: [key], pskOnly: true, pskModes: [0], groups: [], keyShares: [] }, keyed);
    expectConnected(ends, undefined);
    expect(ends.server.connected?.pskIdentity).toEqual(key.identity);
  });

  it('past the change_cipher_spec that came between [9846:4.3.2:3], and past early data', () => {
    const ccs = Uint8Array.of(0x14, 3, 3, 0, 1, 1);
    const early = Uint8Array.of(0x17, 3, 3, 0, 2, 0, 0);
    const between = Uint8Array.of(...ccs, ...early, ...early);
    expectConnected(handOver({}, { groups: [0x0018] }, { groups: [0x0018] }, between), 0x0018);
    const refused = pair({}, {});
    refused.server.engine.receive(ccs);
    expect(refused.server.error).toMatchObject({ alert: 'unexpected_message' });
  });

  it('or the one that asked, which has its cookie back', () => {
    const ends = pair({}, { statelessRetry, groups: [0x0018] });
    pump(ends);
    expectConnected(ends, 0x0018);
    const asked = pair({}, always);
    pump(asked);
    expectConnected(asked, 0x001d);
  });

  it('and early data is taken where nobody has to be asked', () => {
    const earlyData = { maxSize: 9, guard: new MemoryReplayGuard() };
    const before = pair({}, { tickets, earlyData });
    pump(before);
    const session = before.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    const ends = pair({ session, earlyData: true }, { statelessRetry, tickets, earlyData });
    expect(ends.server.engine.earlyData).toBe('none');
    expect(ends.client.engine.writeEarly(new Uint8Array(10))).toBe(9);
    pump(ends);
    expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
    expect(ends.server.early).toEqual([new Uint8Array(9)]);
  });

  it('where there is nothing to ask for, nobody is asked', () => {
    const ends = pair({}, { statelessRetry });
    pump(ends);
    expect(ends.client.connected?.helloRetry).toBe(false);
  });
});

describe('a cookie is refused', () => {
  it('by a server that gives none', () => {
    const ends = handOver({ compatibilityMode: false }, { groups: [0x0018] }, { statelessRetry: undefined });
    expect(ends.server.error).toMatchObject(illegal);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });

  it.each([
    { what: 'of other keys', retry: { cookies: new CookieKeys({ provider, now: serverConfig.now }) } },
    { what: 'of another context', retry: { cookies, context: Uint8Array.of(10, 0, 0, 1) } },
  ])('$what', ({ retry }) => {
    expect(handOver({}, { groups: [0x0018] }, { statelessRetry: retry }).server.error).toMatchObject(illegal);
  });

  it('that is too old', () => {
    let now = serverConfig.now();
    const aging = new CookieKeys({ provider, now: () => now, lifetime: 10 });
    const first = { groups: [0x0018], statelessRetry: { cookies: aging } };
    const ends = pair({}, first);
    ends.server.engine.receive(takeAll(ends.client.engine));
    ends.client.engine.receive(takeAll(ends.server.engine));
    now += 10_001;
    const server = new End(createServerEngine, { ...serverConfig, ...first });
    server.engine.start();
    server.engine.receive(takeAll(ends.client.engine));
    expect(server.error).toMatchObject(illegal);
  });

  it('of a suite or a group that is not taken any more', () => {
    const first = { groups: [0x0018], cipherSuites: [0x1302] };
    expect(handOver({}, first, { groups: [0x001d], cipherSuites: [0x1302] }).server.error).toMatchObject(illegal);
    expect(handOver({}, first, { groups: [0x0018], cipherSuites: [0x1301] }).server.error).toMatchObject(illegal);
  });

  it('whose content is of another form', () => {
    const odd = { seal: () => Uint8Array.of(1), open: () => Uint8Array.of(1) };
    const ends = handOver({}, { groups: [0x0018] }, { statelessRetry: { cookies: odd } });
    expect(ends.server.error).toMatchObject(illegal);
  });

  const cookie = (bytes: number) => makeExtension(cookieRow, 'CH', { cookie: new Uint8Array(bytes) });
  it.each([
    {
      what: 'in a first hello',
      version: offering((hello, which) => (which === 0 ? replacing(hello, cookie(8)) : hello)),
      server: {},
    },
    {
      what: 'that was not asked for',
      version: offering((hello, which) => (which === 1 ? replacing(hello, cookie(8)) : hello)),
      server: {},
    },
    {
      what: 'that is another than was given',
      version: offering((hello, which) => (which === 1 ? replacing(hello, cookie(8)) : hello)),
      server: { statelessRetry },
    },
  ])('$what', ({ version, server }) => {
    const ends = pair({ versions: [version] }, { groups: [0x0018], ...server });
    pump(ends);
    expect(ends.server.error).toMatchObject(illegal);
  });

  it('and missed, where it was given [9846:4.3.2:1]', () => {
    const version = offering((hello, which) => (which === 1 ? without(hello, cookieRow.type) : hello));
    const ends = pair({ versions: [version] }, { groups: [0x0018], statelessRetry });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_MISSING_EXTENSION', alert: 'missing_extension' });
  });
});

describe('a second hello that is not the first one is refused by whoever goes on [9846:4.2.2:2]', () => {
  const { server_name, key_share, early_data } = ExtensionType.values;
  it.each([
    { what: 'another name', change: server_name, config: { groups: [0x0018] } },
    { what: 'no share, where none was asked for', change: key_share, config: always },
  ])('$what', ({ change, config }) => {
    const version = binding((bound, which) => (which === 0 ? bound : without(bound, change)));
    const changed = handOver({ versions: [version] }, config);
    expect(changed.server.error).toBeDefined();
    expect(changed.server.connected).toBeUndefined();
  });

  it('another random', () => {
    const version = offering((hello, which) => (which === 0 ? hello : { ...hello, random: new Uint8Array(32) }));
    expect(handOver({ versions: [version] }, { groups: [0x0018] }).server.error).toMatchObject(illegal);
  });

  it('early data', () => {
    const early = { extension_type: early_data, extension_data: new Uint8Array(0) };
    const version = offering((hello, which) => (which === 0 ? hello : replacing(hello, early)));
    expect(handOver({ versions: [version] }, { groups: [0x0018] }).server.error).toMatchObject(illegal);
  });

  it('other shares, where none was asked for, by the one that asked too', () => {
    const version = offering((hello, which) =>
      which === 0 ? hello : replacing(hello, { extension_type: key_share, extension_data: Uint8Array.of(0, 0) }),
    );
    const ends = pair({ versions: [version] }, always);
    pump(ends);
    expect(ends.server.error).toMatchObject(illegal);
    expect(handOver({ versions: [version] }, always).server.error).toMatchObject(illegal);
  });

  it('a first hello that was another one', () => {
    // The transcript begins with another first hello than the client's: its Finished, or the server's, cannot be right.
    const swapped = {
      seal: cookies.seal.bind(cookies),
      open: (each: Uint8Array, context: Uint8Array) => {
        const content = cookies.open(each, context);
        content?.set([(content[6] ?? 0) ^ 1], 6);
        return content;
      },
    };
    const ends = handOver({}, { groups: [0x0018] }, { groups: [0x0018], statelessRetry: { cookies: swapped } });
    expect(ends.client.connected).toBeUndefined();
    expect(ends.client.closed).toBe(true);
  });
});

it('a client copies a cookie into its second hello, and into no other [9846:4.3.2:1] [9846:4.3.2:2]', () => {
  const given: Uint8Array[] = [];
  const versions = [
    rewritingHello(hello => {
      const found = findExtension(hello.extensions, cookieRow, 'HRR');
      if (found !== undefined) given.push(found.cookie);
      return hello;
    }),
  ];
  const seen: (Uint8Array | undefined)[] = [];
  const onClientHello: ServerEngineConfig['onClientHello'] = ({ hello }) =>
    void seen.push(findExtension(hello.extensions, cookieRow, 'CH')?.cookie);
  const ends = handOver({}, { groups: [0x0018], versions, onClientHello });
  expectConnected(ends, 0x0018);
  expect(given).toHaveLength(1);
  expect(seen).toEqual([undefined, given[0]]);
  const next = new End(createClientEngine, clientConfig);
  next.engine.start();
  const other = new End(createServerEngine, { ...serverConfig, onClientHello });
  other.engine.start();
  pump({ client: next, server: other });
  expect(seen.at(-1)).toBeUndefined();
});
