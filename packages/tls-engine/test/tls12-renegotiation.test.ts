/** Secure renegotiation (RFC 5746): what either side says in its hellos, and what it takes. */
import {
  CipherSuite,
  type ClientHello,
  type Extension,
  findExtension,
  makeExtension,
  renegotiationInfoRow,
  serverNameRow,
} from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { EngineVersion } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { replacing, without } from './rewriting.ts';
import { pump } from './support.ts';
import { accept, answering12, connect12, countOf, noError, saying12, type Talk, talk } from './support12.ts';

const SIGNAL = CipherSuite.values.TLS_EMPTY_RENEGOTIATION_INFO_SCSV;
const { type } = renegotiationInfoRow;
const bySignal = { tls12: { renegotiation: 'accept', renegotiationScsv: true } } as const;
const lenient = { tls12: { renegotiation: 'accept', requireSecureRenegotiation: false } } as const;

function info(renegotiated_connection: Uint8Array): Extension {
  return makeExtension(renegotiationInfoRow, 'CH', { renegotiated_connection });
}

/** What a ClientHello says of it: the extension's field, and whether the signal is there. */
function saidIn({ extensions, cipher_suites }: ClientHello | (undefined & {})) {
  const field = findExtension(extensions, renegotiationInfoRow, 'CH')?.renegotiated_connection;
  return { field, signal: cipher_suites.includes(SIGNAL) };
}

function answered({ serverHellos }: Talk, which: number): Uint8Array | undefined {
  const extensions = serverHellos[which]?.extensions;
  if (extensions === undefined) throw new Error('no ServerHello');
  return findExtension(extensions, renegotiationInfoRow, 'SH12')?.renegotiated_connection;
}

function renegotiate(ends: Talk, side: 'client' | 'server' = 'client'): Talk {
  noError(ends);
  ends[side].engine.renegotiate();
  pump(ends);
  return ends;
}

/** The verify_data of the last handshake on this side; the Finished of a full handshake are the client's first. */
const firstFinished = ({ client }: Talk) => client.engine.connection?.tls12?.firstFinished;

const refusedBy = (rfc: string) => ({ code: 'ERR_TLS_REFUSED', alert: 'handshake_failure', sentBy: 'us', rfc });

describe('a client says in its first hello', () => {
  it('that it has secure renegotiation, by an empty extension [5746:3.4:1]', () => {
    const ends = connect12();
    noError(ends);
    expect(ends.clientHellos.map(saidIn)).toEqual([{ field: new Uint8Array(0), signal: false }]);
  });

  it('the same by a signal, where that is wanted [5746:3.4:1] [5746:3.6:1]', () => {
    const ends = connect12(bySignal);
    noError(ends);
    expect(ends.clientHellos.map(saidIn)).toEqual([{ field: undefined, signal: true }]);
    expect(ends.server.connected?.tls12?.secureRenegotiation).toBe(true);
  });
});

describe('a server says in its first hello', () => {
  it.each([
    ['to the extension', {}],
    ['to the signal', bySignal],
    ['to both', saying12(hello => ({ ...hello, cipher_suites: [...hello.cipher_suites, SIGNAL] }))],
  ])('an empty extension %s, be it one that never renegotiates [5746:3.6:4] [5746:4.3:1]', (_what, client) => {
    const ends = connect12(client);
    noError(ends);
    expect(answered(ends, 0)).toEqual(new Uint8Array(0));
    expect(ends.client.connected?.tls12?.secureRenegotiation).toBe(true);
  });

  it('nothing to a client that says nothing, and knows of it [5746:3.6:2]', () => {
    const ends = connect12({ ...lenient, ...saying12(hello => without(hello, type)) });
    noError(ends);
    expect(answered(ends, 0)).toBeUndefined();
    expect(ends.server.connected?.tls12?.secureRenegotiation).toBe(false);
    expect(ends.client.connected?.tls12?.secureRenegotiation).toBe(false);
    expect(() => ends.server.engine.renegotiate()).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
  });
});

describe('a client takes', () => {
  it('no server without renegotiation_info [5746:4.1:1]', () => {
    const ends = connect12({}, { versions: [answering12(hello => without(hello, type))] });
    expect(ends.client.error).toMatchObject(refusedBy('RFC 5746 §4.1'));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });

  it('one where it was told to, knows of it, and does not renegotiate [5746:3.4:2]', () => {
    const ends = connect12(lenient, { versions: [answering12(hello => without(hello, type))] });
    noError(ends);
    expect(ends.client.connected?.tls12?.secureRenegotiation).toBe(false);
    expect(() => ends.client.engine.renegotiate()).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
    talk(ends);
  });

  it('no renegotiation_info in a first handshake that is not empty [5746:3.4:3]', () => {
    const ends = connect12({}, { versions: [answering12(hello => replacing(hello, info(Uint8Array.of(1))))] });
    expect(ends.client.error).toMatchObject(refusedBy('RFC 5746 §3.4'));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });

  it('no HelloRequest of a server without renegotiation_info: no_renegotiation, as a warning [5746:4.2:1]', () => {
    const ends = connect12(lenient, { ...accept, versions: [answering12(hello => without(hello, type))] });
    renegotiate(ends, 'server');
    noError(ends);
    expect(countOf(ends.server, 'renegotiation-refused')).toBe(1);
    expect(ends.clientHellos).toHaveLength(1);
    talk(ends);
  });

  it('no other extension that it did not ask for, though renegotiation_info may answer a signal [5746:3.6:6]', () => {
    const name = { extension_type: serverNameRow.type, extension_data: new Uint8Array(0) };
    const versions = [answering12(hello => ({ ...hello, extensions: [...hello.extensions, name] }))];
    const ends = connect12({ ...bySignal, serverName: undefined }, { versions });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });
});

describe('a server takes', () => {
  it('no renegotiation_info in a first handshake that is not empty [5746:3.6:3]', () => {
    const ends = connect12(saying12(hello => replacing(hello, info(Uint8Array.of(1)))));
    expect(ends.server.error).toMatchObject(refusedBy('RFC 5746 §3.6'));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });

  it('a hello with extensions that nobody knows, and of a version yet to come [5746:3.6:5]', () => {
    const unknown = { extension_type: 0xfafb, extension_data: Uint8Array.of(1, 2, 3) };
    const ends = connect12(
      saying12(hello => ({ ...hello, legacy_version: 0x0305, extensions: [unknown, ...hello.extensions] })),
    );
    noError(ends);
    expect(ends.server.connected?.version).toBe(0x0303);
  });

  it('no renegotiation of a client without secure renegotiation: no_renegotiation', () => {
    const ends = connect12({ versions: [pretending], ...saying12(hello => without(hello, type)) }, accept);
    renegotiate(ends);
    expect(ends.server.error).toBeUndefined();
    expect(ends.clientHellos).toHaveLength(1);
    expect(countOf(ends.client, 'renegotiation-refused')).toBe(1);
    talk(ends);
  });
});

describe('a renegotiation', () => {
  it.each([
    ['the extension', accept],
    ['the signal', bySignal],
  ])(
    'after %s has what the Finished before said, and no signal [5746:3.5:1] [5746:3.5:2] [5746:3.7:5]',
    (_, client) => {
      const ends = connect12(client, accept);
      for (const which of [1, 2]) {
        const client = firstFinished(ends);
        renegotiate(ends);
        noError(ends);
        const hello = ends.clientHellos[which];
        expect(hello && saidIn(hello)).toEqual({ field: client, signal: false });
        expect(client).toHaveLength(12);
        const both = answered(ends, which);
        expect(both?.subarray(0, 12)).toEqual(client);
        expect(both).toHaveLength(24);
      }
      expect(countOf(ends.server, 'renegotiated')).toBe(2);
      talk(ends);
    },
  );

  it('is none whose ServerHello lacks renegotiation_info, whatever is allowed [5746:3.5:3]', () => {
    const versions = [answering12((hello, again) => (again ? without(hello, type) : hello))];
    const ends = renegotiate(connect12(lenient, { ...accept, versions }));
    expect(ends.client.error).toMatchObject(refusedBy('RFC 5746 §3.5'));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });

  const changes: readonly [what: string, change: (both: Uint8Array) => Uint8Array][] = [
    ['is of another client', both => both.with(0, (both[0] as number) ^ 1)],
    ['is of another server', both => both.with(23, (both[23] as number) ^ 1)],
    ['is of the client alone', both => both.subarray(0, 12)],
    ['is of the server first', both => concat(both.subarray(12), both.subarray(0, 12))],
    ['is empty', () => new Uint8Array(0)],
  ];
  it.each(changes)('is none where what the server says %s [5746:3.5:4]', (_what, change) => {
    const versions = [
      answering12((hello, again) => {
        const field = findExtension(hello.extensions, renegotiationInfoRow, 'SH12')?.renegotiated_connection;
        return again ? replacing(hello, info(change(field as Uint8Array))) : hello;
      }),
    ];
    const ends = renegotiate(connect12(accept, { ...accept, versions }));
    expect(ends.client.error).toMatchObject(refusedBy('RFC 5746 §3.5'));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });

  const again = (change: (hello: ClientHello) => ClientHello) =>
    saying12((hello, which) => (which === 0 ? hello : change(hello)));
  const fieldOf = (hello: ClientHello) => saidIn(hello).field as Uint8Array;
  it.each([
    [
      'has the signal [5746:3.7:1]',
      (hello: ClientHello) => ({ ...hello, cipher_suites: [...hello.cipher_suites, SIGNAL] }),
    ],
    ['has no renegotiation_info [5746:3.7:3]', (hello: ClientHello) => without(hello, type)],
    ['has an empty one [5746:3.7:4]', (hello: ClientHello) => replacing(hello, info(new Uint8Array(0)))],
    [
      'has that of another connection [5746:3.7:4]',
      (hello: ClientHello) => replacing(hello, info(fieldOf(hello).with(11, (fieldOf(hello)[11] as number) ^ 1))),
    ],
  ])('is none whose ClientHello %s', (_what, change) => {
    const ends = renegotiate(connect12({ ...accept, ...again(change) }, accept));
    expect(ends.server.error).toMatchObject(refusedBy('RFC 5746 §3.7'));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
  });
});

/** A client that says nothing of secure renegotiation, and yet renegotiates. */
const pretending: EngineVersion = {
  ...tls12,
  handshake: {
    ...tls12.handshake,
    client: {
      ...tls12.handshake.client,
      *connect(context, offer, hello) {
        const config = { ...context.config, ...lenient };
        const connected = yield* tls12.handshake.client.connect({ ...context, config }, offer, hello);
        const { tls12: facts } = connected;
        return facts === undefined ? connected : { ...connected, tls12: { ...facts, secureRenegotiation: true } };
      },
    },
  },
};
