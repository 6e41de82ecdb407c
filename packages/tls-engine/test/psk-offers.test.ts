/** Offers of keys that were agreed on elsewhere, in forms that our own client never gives them (RFC 9846 §4.3.11). */
import { EarlySecret } from '@tlskit/tls-keyschedule';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  ExtensionType,
  encodeMessage,
  findExtension,
  makeExtension,
  type OfferedPsks,
  preSharedKeyRow,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { MemoryReplayGuard, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { createServerEngine, type EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { converse } from './observed.ts';
import { End, pair, provider, pump, serverConfig } from './support.ts';

const identity = new TextEncoder().encode('alice');
const key = new Uint8Array(32).fill(7);
const psk = { identity, key, hash: 'sha256' } as const;
const pskLookup = (asked: Uint8Array) => (String(asked) === String(identity) ? psk : undefined);

type Change = (psks: OfferedPsks) => OfferedPsks;
type Binder = { readonly kind: 'ext' | 'res'; readonly key: Uint8Array };

/** A client that offers its key with other words, and binds them: the last binder is of this key. */
function offering(change: Change, by: Binder = { kind: 'ext', key }): EngineVersion {
  const { handshake } = tls13;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *offer(config) {
          const offer = yield* handshake.client.offer(config);
          return { ...offer, bind: hello => bound(hello, change, by) };
        },
      },
    },
  };
}

/** The hello with that binder over what stands there now (RFC 9846 §4.3.11.2), and others that no one made. */
function bound(hello: ClientHello, change: Change, { kind, key }: Binder): ClientHello {
  const offered = findExtension(hello.extensions, preSharedKeyRow, 'CH');
  const hash = provider.hashes.sha256;
  if (offered === undefined || hash === undefined) throw new Error('there is nothing to bind');
  const changed = change(offered);
  const others = changed.identities.slice(1).map(() => new Uint8Array(32));
  const withBinder = (binder: Uint8Array) => ({
    ...hello,
    extensions: [
      ...hello.extensions.slice(0, -1),
      makeExtension(preSharedKeyRow, 'CH', { ...changed, binders: [...others, binder] }),
    ],
  });
  const truncated = truncatedClientHello(encodeMessage(clientHello, withBinder(new Uint8Array(32))));
  return withBinder(EarlySecret.from(hash, key).binderKey(kind).verifyData(hash.digest(truncated)));
}

describe('an external key', () => {
  it('has no age: whatever stands there is ignored [9846:4.3.11:1]', () => {
    for (const obfuscated_ticket_age of [0, 1, 2 ** 32 - 1]) {
      const version = offering(({ identities, binders }) => ({
        identities: identities.map(offered => ({ ...offered, obfuscated_ticket_age })),
        binders,
      }));
      const ends = pair({ psks: [psk], versions: [version] }, { pskLookup });
      pump(ends);
      expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
      expect(ends.server.connected?.pskIdentity).toEqual(identity);
    }
  });

  it('is offered with an age of zero', () => {
    const { extensions } = converse({ psks: [psk] }, { pskLookup }).client.one(clientHello);
    expect(findExtension(extensions, preSharedKeyRow, 'CH')?.identities).toEqual([
      { identity, obfuscated_ticket_age: 0 },
    ]);
  });

  it('that nobody knows does not stand in for signature_algorithms', () => {
    const hello = decodeMessage(clientHello, converse({ psks: [psk] }).client.messages[0] as Uint8Array);
    const extensions = hello.extensions.filter(e => e.extension_type !== ExtensionType.values.signature_algorithms);
    const raw = encodeMessage(clientHello, { ...hello, extensions });
    const server = new End(createServerEngine, serverConfig);
    server.engine.start();
    server.engine.receive(Uint8Array.of(22, 3, 1, raw.length >> 8, raw.length & 255, ...raw));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_KEY', alert: 'handshake_failure', sentBy: 'us' });
  });
});

describe('a ticket', () => {
  it('that is not the first key brings no early data, whatever it would allow [9846:4.3.10:6]', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const server = { tickets, earlyData: { maxSize: 100, guard: new MemoryReplayGuard({ window: 10_000 }) } };
    const first = pair({}, server);
    pump(first);
    const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    if (session === undefined) throw new Error('no ticket came');
    // A name that the server does not know stands before it.
    const stranger = { identity: Uint8Array.of(1), obfuscated_ticket_age: 0 };
    const by = { kind: 'res', key: session.psk.slice() } as const;
    const second = (before: OfferedPsks['identities']) => {
      const version = offering(psks => ({ ...psks, identities: [...before, ...psks.identities] }), by);
      const copy = { ...session, psk: session.psk.slice() };
      const ends = pair({ session: copy, earlyData: true, versions: [version] }, server);
      ends.client.engine.writeEarly(Uint8Array.of(1));
      pump(ends);
      return ends.server.engine.earlyData;
    };
    expect([second([stranger]), second([])]).toEqual(['rejected', 'accepted']);
  });
});
