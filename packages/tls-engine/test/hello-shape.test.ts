/** The outer form of a ClientHello: GREASE (RFC 8701), the order of extensions (RFC 9846 §4.3), padding (RFC 7685). */
import { GREASE, type HelloShape, helloShape, padHelloToMultiple, padHelloToSize } from '@tlskit/tls-handshake';
import {
  alpnRow,
  type ClientHello,
  certificate,
  clientHello,
  decodeMessage,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  isGrease,
  isGreasePskMode,
  keyShareRow,
  makeExtension,
  newSessionTicket,
  paddingRow,
  pskKeyExchangeModesRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { type ClientEngineConfig, createClientEngine, type ServerEngineConfig } from '../src/index.ts';
import { hellosIn, replacing, rewritingHello } from './rewriting.ts';
import { clientConfig, End, misbehaving, type Pair, pair, provider, pump, sends, serverConfig } from './support.ts';

const { random } = provider;
const { padding, pre_shared_key, server_name, supported_versions, key_share, cookie } = ExtensionType.values;
const tickets = new TicketKeys({ provider, now: serverConfig.now });

/** The hellos of a connection that stands, as the server saw them. */
function hellos(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig> = {}): readonly ClientHello[] {
  return observed(client, server).hellos;
}

function observed(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig> = {}) {
  const seen: Uint8Array[] = [];
  const ends = pair(client, { tickets, ...server });
  pump(ends, (from, bytes) => {
    // Each record of a client's first flights is a hello, or a change_cipher_spec.
    for (let at = 0; from === 'client' && bytes[at] !== 0x17 && at < bytes.length; ) {
      const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
      if (bytes[at] === 0x16) seen.push(bytes.subarray(at + 5, at + 5 + length));
      at += 5 + length;
    }
    return bytes;
  });
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  return { ends, hellos: hellosIn(seen) };
}

const types = (hello: ClientHello | undefined) => hello?.extensions.map(each => each.extension_type) ?? [];
const lengthOf = (hello: ClientHello | undefined) => (hello ? encodeMessage(clientHello, hello).length : 0);
const sessionFor = (ends: Pair) => ends.client.events.flatMap(e => (e.type === 'session' ? [e.session] : []))[0];

describe('GREASE of a client', () => {
  const grease = (): HelloShape => helloShape({ random, grease: true });

  it('stands first in each list, and in two extensions, with other values each time', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 40; i++) {
      const [hello] = hellos({ shapeHello: grease(), alpn: ['h2'] }, { alpn: ['h2'] });
      const extensions = hello?.extensions ?? [];
      const reserved = types(hello).filter(isGrease);
      expect(reserved).toHaveLength(2);
      expect([types(hello)[0], types(hello).at(-1)]).toEqual(reserved);
      const [protocol] = findExtension(extensions, alpnRow, 'CH')?.protocol_name_list ?? [];
      for (const value of [
        hello?.cipher_suites[0],
        findExtension(extensions, supportedGroupsRow, 'CH')?.named_group_list[0],
        findExtension(extensions, supportedVersionsRow, 'CH')?.versions[0],
        findExtension(extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms[0],
        ((protocol?.[0] ?? 0) << 8) | (protocol?.[1] ?? 0),
      ]) {
        expect(isGrease(value ?? 0)).toBe(true);
        seen.add(value ?? 0);
      }
      const modes = findExtension(extensions, pskKeyExchangeModesRow, 'CH')?.ke_modes ?? [];
      expect([isGreasePskMode(modes[0] ?? 0), modes[1]]).toEqual([true, 1]);
      const shares = findExtension(extensions, keyShareRow, 'CH')?.client_shares ?? [];
      expect(shares.map(share => isGrease(share.group))).toEqual([true, false]);
      expect(shares[0]?.group).toBe(findExtension(extensions, supportedGroupsRow, 'CH')?.named_group_list[0]);
    }
    expect(seen.size).toBe(16);
  });

  it('stays the same after a HelloRetryRequest, but for the shares [9846:4.2.2:2] [9846:4.3.8:9]', () => {
    const [first, second] = hellos({ shapeHello: grease() }, { groups: [0x0018] });
    expect(types(second)).toEqual(types(first));
    const shares = findExtension(second?.extensions ?? [], keyShareRow, 'CH')?.client_shares ?? [];
    expect(shares.map(({ group }) => group)).toEqual([0x0018]);
    expect(second?.cipher_suites).toEqual(first?.cipher_suites);
  });

  it('stands before the keys of a session', () => {
    const session = sessionFor(observed({}).ends);
    const { ends, hellos: sent } = observed({ session, shapeHello: grease() });
    expect(ends.client.connected?.resumed).toBe(true);
    expect(types(sent[0]).at(-1)).toBe(pre_shared_key);
  });

  // RFC 8701 §3.1: "Clients MUST reject GREASE values when negotiated by the server."
  describe('is refused as an answer', () => {
    const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };
    const unsupported = { code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' };
    /** All values are the same one, known to the server that plays it back. */
    const zeros = (length: number) => new Uint8Array(length);
    const shapeHello = helloShape({ random: zeros, grease: true });
    const VALUE = 0x0a0a;
    const share = makeExtension(keyShareRow, 'SH', { server_share: { group: VALUE, key_exchange: zeros(1) } });
    const version = makeExtension(supportedVersionsRow, 'SH', { selected_version: VALUE });
    const extension = { extension_type: VALUE, extension_data: zeros(0) };
    const versions: Record<string, readonly [ServerEngineConfig['versions'][0], object]> = {
      'a suite': [rewritingHello(hello => ({ ...hello, cipher_suite: VALUE })), illegal],
      'a version': [rewritingHello(hello => replacing(hello, version)), illegal],
      'a group': [rewritingHello(hello => replacing(hello, share)), illegal],
      'an extension in ServerHello': [rewritingHello(hello => replacing(hello, extension)), unsupported],
      'an extension in EncryptedExtensions': [
        misbehaving('server', effect => {
          if (!sends(effect, encryptedExtensions)) return effect;
          const body = decodeMessage(encryptedExtensions, effect.raw);
          return { ...effect, raw: encodeMessage(encryptedExtensions, replacing(body, extension)) };
        }),
        unsupported,
      ],
      'an extension in Certificate': [
        misbehaving('server', effect => {
          if (!sends(effect, certificate)) return effect;
          const body = decodeMessage(certificate, effect.raw);
          const certificate_list = body.certificate_list.map(entry => replacing(entry, extension));
          return { ...effect, raw: encodeMessage(certificate, { ...body, certificate_list }) };
        }),
        unsupported,
      ],
      'a protocol': [
        misbehaving('server', effect => {
          if (!sends(effect, encryptedExtensions)) return effect;
          const name = makeExtension(alpnRow, 'EE', { protocol_name_list: [Uint8Array.of(0x0a, 0x0a)] });
          return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [name] }) };
        }),
        illegal,
      ],
    };
    it.each(Object.entries(versions))('%s', (_what, [served, error]) => {
      const client = { shapeHello, alpn: ['h2'], alpnMismatch: 'accept' } as const;
      const ends = pair(client, { versions: [served] });
      pump(ends);
      expect(ends.client.error).toMatchObject(error);
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT' });
    });

    it('a group of a HelloRetryRequest', () => {
      const asked = makeExtension(keyShareRow, 'HRR', { selected_group: VALUE });
      const served = rewritingHello(hello => replacing(hello, asked));
      const ends = pair({ shapeHello }, { versions: [served], groups: [0x0018] });
      pump(ends);
      expect(ends.client.error).toMatchObject(illegal);
    });
  });
});

it.each([true, undefined])(
  'GREASE of a server stands in its tickets if it says so (%s), and the client takes them [9846:4.7.1:8]',
  grease => {
    const given: number[] = [];
    const config = { tickets, grease };
    const ends = pair({}, config);
    const client = new End(
      (own, handlers) =>
        createClientEngine(own, {
          ...handlers,
          message: ({ bytes }) => {
            if (bytes[0] !== newSessionTicket.type) return;
            given.push(...decodeMessage(newSessionTicket, bytes).extensions.map(each => each.extension_type));
          },
        }),
      clientConfig,
    );
    client.engine.start();
    pump({ client, server: ends.server });
    expect(sessionFor({ client, server: ends.server })).toBeDefined();
    expect(given.map(isGrease)).toEqual(grease ? [true, true] : []);
  },
);

describe('the order of extensions', () => {
  it('is as it is said, with what is not named behind and pre_shared_key last [9846:4.3:6]', () => {
    const session = sessionFor(observed({}).ends);
    const order = [pre_shared_key, key_share, GREASE, cookie, supported_versions, GREASE];
    const shapeHello = helloShape({ random, grease: true, order });
    const [hello] = hellos({ session, shapeHello });
    const got = types(hello);
    expect([got[0], isGrease(got[1] ?? 0), got[2], isGrease(got[3] ?? 0)]).toEqual([
      key_share,
      true,
      supported_versions,
      true,
    ]);
    expect(got[4]).toBe(server_name);
    expect(got.at(-1)).toBe(pre_shared_key);
    expect(new Set(got).size).toBe(got.length);
  });

  it('may be another each time, with the same extensions, and stays after a HelloRetryRequest', () => {
    const orders = new Set<string>();
    const plain = types(hellos({})[0]);
    for (let i = 0; i < 12; i++) {
      const shapeHello = helloShape({ random, order: 'random' });
      const [first, second] = hellos({ shapeHello }, { groups: [0x0018] });
      expect([...types(first)].sort()).toEqual([...plain].sort());
      expect(types(second)).toEqual(types(first));
      orders.add(types(first).join());
    }
    expect(orders.size).toBeGreaterThan(8);
  });

  it('is as likely one as another', () => {
    const extensions = [1, 2, 3].map(extension_type => ({ extension_type, extension_data: new Uint8Array(0) }));
    const [hello] = hellos({});
    if (hello === undefined) throw new Error('there was no hello');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const shaped = helloShape({ random, order: 'random' })({ ...hello, extensions }, 'first');
      counts.set(types(shaped).join(), (counts.get(types(shaped).join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});

describe('padding (RFC 7685)', () => {
  const shaped = (policy: (length: number) => number) => ({ shapeHello: helloShape({ random, padding: policy }) });
  const plain = lengthOf(hellos({})[0]);

  it('makes a hello as long as is wanted, of zeros', () => {
    const [hello] = hellos(shaped(padHelloToSize(700)));
    expect(lengthOf(hello)).toBe(700);
    const zeros = findExtension(hello?.extensions ?? [], paddingRow, 'CH');
    expect(zeros).toEqual(new Uint8Array(700 - plain - 4));
  });

  it('is not there where the hello is long enough, and a little more where its header is too long', () => {
    expect(types(hellos(shaped(padHelloToSize(plain)))[0])).not.toContain(padding);
    expect(types(hellos(shaped(padHelloToSize(10)))[0])).not.toContain(padding);
    expect(lengthOf(hellos(shaped(padHelloToSize(plain + 2)))[0])).toBe(plain + 4);
  });

  it.each([1, 16, 100, 512, 1000])('reaches a multiple of %i', of => {
    const [hello] = hellos(shaped(padHelloToMultiple(of)));
    expect(lengthOf(hello) % of).toBe(0);
    for (let length = 200; length < 1300; length++) {
      const wanted = padHelloToMultiple(of)(length);
      expect(wanted % of).toBe(0);
      expect(wanted === length || wanted >= length + 4).toBe(true);
      expect(wanted).toBeLessThan(length + of + 4);
    }
    expect(() => padHelloToMultiple(0.5)).toThrow(RangeError);
  });

  it('counts the binders, and is anew in the second hello [9846:4.2.2:2]', () => {
    const session = sessionFor(observed({}).ends);
    const { ends, hellos: sent } = observed({ session, ...shaped(padHelloToSize(800)) }, { groups: [0x0018] });
    expect(ends.client.connected).toMatchObject({ resumed: true, helloRetry: true });
    expect(sent.map(lengthOf)).toEqual([800, 800]);
    expect(sent.map(hello => types(hello).at(-1))).toEqual([pre_shared_key, pre_shared_key]);
    const lengths = sent.map(hello => findExtension(hello.extensions, paddingRow, 'CH')?.length);
    expect(lengths[0]).not.toBe(lengths[1]);
  });

  it('stands where the order says', () => {
    const shapeHello = helloShape({ random, padding: padHelloToSize(600), order: [padding] });
    const [hello] = hellos({ shapeHello });
    expect([types(hello)[0], lengthOf(hello)]).toEqual([padding, 600]);
  });

  it('is not the server to echo', () => {
    const echo = makeExtension(paddingRow, 'CH', new Uint8Array(1));
    const versions = [rewritingHello(hello => replacing(hello, echo))];
    const ends = pair(shaped(padHelloToSize(600)), { versions });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });
});

describe('a server', () => {
  it.each([{ groups: [0x001d] }, { groups: [0x0018] }])('may send change_cipher_spec to all: $groups', ({ groups }) => {
    const spoken = (always: boolean) => {
      let found = 0;
      const ends = pair({ compatibilityMode: false }, { alwaysChangeCipherSpec: always, groups });
      pump(ends, (from, bytes) => {
        const ccs = Uint8Array.of(0x14, 3, 3, 0, 1, 1).join();
        if (from === 'server' && bytes.join().includes(ccs)) found++;
        return bytes;
      });
      expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
      return found;
    };
    expect([spoken(false), spoken(true)]).toEqual([0, 1]);
  });

  it('may ask for a share of the group that it likes best', () => {
    const groups = { groups: [0x0017, 0x001d] };
    const client = { groups: [0x001d, 0x0017], keyShares: [0x001d] };
    const group = (server: Partial<ServerEngineConfig>) =>
      observed(client, { ...groups, ...server }).ends.client.connected;
    expect(group({})).toMatchObject({ group: 0x001d, helloRetry: false });
    expect(group({ retryForBestGroup: true })).toMatchObject({ group: 0x0017, helloRetry: true });
    expect(group({ retryForBestGroup: true, preference: 'client' })).toMatchObject({
      group: 0x001d,
      helloRetry: false,
    });
  });
});
