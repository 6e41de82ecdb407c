/** TLS 1.2: hellos with fields that say something else: versions, compression, suites and extensions of elsewhere (RFC 5246 §7.4.1, §E). */
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  type Extension,
  encodeMessage,
  extendedMasterSecretRow,
  keyShareRow,
  makeExtension,
  NO_EXTENSIONS,
  renegotiationInfoRow,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createServerEngine, type EngineVersion } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { by, GCM, plain, schemes, sendsA, suite } from './attacks12.ts';
import { End, pair, pump, serverConfig, takeAll } from './support.ts';
import { misbehaving12 } from './support12.ts';

const sides = {
  'TLS 1.2 alone': { versions: [tls12], cipherSuites: [suite(GCM)], signatureSchemes: schemes },
  both: { versions: [tls13, tls12], cipherSuites: [0x1301, suite(GCM)], signatureSchemes: schemes },
} as const;
const names = Object.keys(sides) as (keyof typeof sides)[];
const label = (version: number) => `0x${version.toString(16).padStart(4, '0')}`;

/** A server that gets a hello which somebody changed. */
function toServer(name: keyof typeof sides, change: (hello: ClientHello) => ClientHello): End {
  const ends = pair(sides['TLS 1.2 alone'], { ...by(GCM).server, ...sides[name] });
  let first = true;
  pump(ends, (from, bytes) => {
    if (from === 'server' || !first) return bytes;
    first = false;
    return plain(22, encodeMessage(clientHello, change(decodeMessage(clientHello, bytes.subarray(5)))));
  });
  return ends.server;
}

/** A client that gets another hello than the server of TLS 1.2 would have sent. */
function toClient(name: keyof typeof sides, change: (hello: ServerHello) => ServerHello): End {
  const versions: EngineVersion[] = [
    misbehaving12('server', effect =>
      sendsA(effect, serverHello)
        ? { ...effect, raw: encodeMessage(serverHello, change(decodeMessage(serverHello, effect.raw))) }
        : effect,
    ),
  ];
  const ends = pair({ ...by(GCM).client, ...sides[name] }, { ...by(GCM).server, versions });
  pump(ends);
  return ends.client;
}

const version = { code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' };
const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' };

describe.each(names)('a server of %s', name => {
  it.each([0x0002, 0x0200, 0x0300, 0x0301, 0x0302])('refuses a hello of version %i', legacy_version => {
    expect(toServer(name, hello => ({ ...hello, legacy_version })).error, label(legacy_version)).toMatchObject(version);
  });

  it.each([[0x0300], [0x0301], [0x0302], [0x0302, 0x0301], [0x0305], [0x7f1c]])(
    'refuses supported_versions of %i, whatever legacy_version says',
    (...codes) => {
      const offer = makeExtension(supportedVersionsRow, 'CH', { versions: codes });
      for (const legacy_version of [0x0301, 0x0303, 0x0304]) {
        const { error } = toServer(name, hello => ({
          ...hello,
          legacy_version,
          extensions: [...hello.extensions, offer],
        }));
        expect(error, label(legacy_version)).toMatchObject(version);
      }
    },
  );

  it('goes by supported_versions where TLS 1.2 is in it, whatever legacy_version says', () => {
    const offer = makeExtension(supportedVersionsRow, 'CH', { versions: [0x7a7a, 0x0303, 0x0302] });
    for (const legacy_version of [0x0301, 0x0303]) {
      const { error, engine } = toServer(name, hello => ({
        ...hello,
        legacy_version,
        extensions: [...hello.extensions, offer],
      }));
      // The transcripts are apart, which shows only later: it has said hello.
      expect(engine.state === 'CLOSED' ? error?.alert : 'open').not.toBe('protocol_version');
    }
  });

  it('refuses hellos without null compression, and with none at all [5246:7.4.1.2:5]', () => {
    for (const methods of [[1], [64], [1, 64]]) {
      const { error } = toServer(name, hello => ({ ...hello, legacy_compression_methods: Uint8Array.from(methods) }));
      expect(error, `${methods}`).toMatchObject(illegal);
    }
    const ends = pair(sides['TLS 1.2 alone'], { ...by(GCM).server, ...sides[name] });
    const raw = takeAll(ends.client.engine).subarray(5);
    // One suite, no session ID: the length of the list of methods stands here.
    const at = 4 + 2 + 32 + 1 + 2 + 2;
    expect([...raw.subarray(at, at + 2)]).toEqual([1, 0]);
    const none = concat(raw.subarray(0, at), Uint8Array.of(0), raw.subarray(at + 2));
    none.set([(none.length - 4) >> 8, (none.length - 4) & 255], 2);
    ends.server.engine.receive(plain(22, none));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });

  it('takes no suite of TLS 1.3, signal or null for TLS 1.2, and no unknown one [5246:7.4.1.2:2]', () => {
    for (const suites of [[0x1301, 0x1302], [0x0000], [0x00ff], [0x0a0a, 0xfafa], [0x0003, 0x0006, 0x0008, 0x0014]]) {
      const { error } = toServer(name, hello => ({ ...hello, cipher_suites: suites }));
      expect(error, `${suites.map(label)}`).toMatchObject({
        code: 'ERR_TLS_NO_SHARED_CIPHER',
        alert: 'handshake_failure',
      });
    }
    const mixed = toServer(name, hello => ({
      ...hello,
      cipher_suites: [0x0a0a, 0x1301, ...hello.cipher_suites, 0xfafa],
    }));
    expect(mixed.error?.alert).not.toBe('handshake_failure');
  });

  it('passes over what TLS 1.3 alone has in a hello of TLS 1.2, be it nonsense', () => {
    const share = { extension_type: keyShareRow.type, extension_data: Uint8Array.of(0, 0) };
    const unknown = { extension_type: 0x7a7a, extension_data: Uint8Array.of(1, 2, 3) };
    const { error, engine } = toServer(name, hello => ({
      ...hello,
      extensions: [...hello.extensions, share, unknown],
    }));
    // It came as far as to the client's Finished, whose transcript is another.
    expect(error?.code ?? engine.state).toMatch(/^(ERR_TLS_PEER_ALERT|ERR_TLS_BAD_RECORD_MAC|WAIT_.*)$/);
  });

  it('refuses one extension twice, and data of the wrong form [5246:7.4.1.4:3]', () => {
    const { error } = toServer(name, ({ extensions, ...hello }) => ({
      ...hello,
      extensions: [...extensions, makeExtension(extendedMasterSecretRow, 'CH', {})],
    }));
    expect(error).toMatchObject({ code: 'ERR_TLS_DUPLICATE_EXTENSION', alert: 'illegal_parameter' });
    for (const type of [extendedMasterSecretRow.type, 22, 23]) {
      const { error: long } = toServer(name, ({ extensions, ...hello }) => ({
        ...hello,
        extensions: [
          ...extensions.filter(one => one.extension_type !== type),
          { extension_type: type, extension_data: Uint8Array.of(0) },
        ],
      }));
      expect(long, `${type}`).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
    }
  });

  it('takes a hello of before there were extensions, by a suite that needs none [5246:7.4.1.2:6]', () => {
    const { error } = toServer(name, hello => ({ ...hello, extensions: NO_EXTENSIONS }));
    // Without supported_groups no curve is, and without signature_algorithms SHA-1 is meant, by which nobody signs here (RFC 9155).
    expect(error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_GROUP', alert: 'handshake_failure' });
  });

  it('refuses hellos in the form of SSL 2.0, and other protocols, with an alert', () => {
    const hellos: Record<string, Uint8Array> = {
      'SSL 2.0': Uint8Array.of(0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, 1, 0, 0x80, ...new Uint8Array(34)),
      'TLS 1.2 in the form of SSL 2.0': Uint8Array.of(
        0x80,
        0x2e,
        1,
        3,
        3,
        0,
        0x15,
        0,
        0,
        0,
        0x10,
        ...new Uint8Array(37),
      ),
      'three bytes of header': Uint8Array.of(0x00, 0x2e, 0, 1, 3, 3, ...new Uint8Array(40)),
      HTTP: new TextEncoder().encode('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      SSH: new TextEncoder().encode('SSH-2.0-OpenSSH_9.9\r\n'),
    };
    for (const [what, bytes] of Object.entries(hellos)) {
      const server = new End(createServerEngine, { ...serverConfig, ...by(GCM).server, ...sides[name] });
      server.engine.start();
      server.engine.receive(bytes);
      expect(server.closed, what).toBe(true);
      expect(server.error?.code, what).toMatch(/^ERR_TLS_RECORD_(VERSION|TYPE)$/);
      const alert = takeAll(server.engine);
      expect([alert[0], alert.length], what).toEqual([21, 7]);
    }
  });
});

describe.each(names)('a client of %s', name => {
  it.each([0x0002, 0x0200, 0x0300, 0x0301, 0x0302, 0x0304, 0x0305, 0x7a7a])(
    'refuses a ServerHello of version %i',
    legacy_version => {
      const { error } = toClient(name, hello => ({ ...hello, legacy_version }));
      expect(error, label(legacy_version)).toMatchObject(version);
    },
  );

  it.each([0x0300, 0x0301, 0x0302, 0x0303])('refuses supported_versions that selects %i', selected_version => {
    const selected = makeExtension(supportedVersionsRow, 'SH', { selected_version });
    const { error } = toClient(name, hello => ({ ...hello, extensions: [...hello.extensions, selected] }));
    expect(error?.alert, label(selected_version)).toMatch(
      /^(illegal_parameter|unsupported_extension|protocol_version)$/,
    );
    expect(error?.sentBy).toBe('us');
  });

  it('refuses compression [5246:7.4.1.2:5]', () => {
    for (const legacy_compression_method of [1, 64, 255]) {
      expect(toClient(name, hello => ({ ...hello, legacy_compression_method })).error).toMatchObject(illegal);
    }
  });

  it('refuses suites that it did not offer: null, export, signals, those of TLS 1.3 and others', () => {
    for (const cipher_suite of [0x0000, 0x0003, 0x0014, 0x0019, 0x00ff, 0x5600, 0x1301, 0x009c, 0xc02c, 0x7a7a]) {
      const { error } = toClient(name, hello => ({ ...hello, cipher_suite }));
      expect(error, label(cipher_suite)).toMatchObject(illegal);
    }
  });

  it('refuses extensions that it did not send, and one twice [5246:7.4.1.4:1] [5246:7.4.1.4:2]', () => {
    const extra: Extension[] = [
      { extension_type: 0x7a7a, extension_data: new Uint8Array(0) },
      // server_authz, next_protocol_negotiation, use_srtp, max_fragment_length
      { extension_type: 8, extension_data: new Uint8Array(0) },
      { extension_type: 13172, extension_data: new Uint8Array(0) },
      { extension_type: 14, extension_data: Uint8Array.of(0, 2, 0, 1, 0) },
      { extension_type: 1, extension_data: Uint8Array.of(1) },
    ];
    for (const one of extra) {
      const { error } = toClient(name, hello => ({ ...hello, extensions: [...hello.extensions, one] }));
      expect(error, `${one.extension_type}`).toMatchObject({
        code: 'ERR_TLS_UNSUPPORTED_EXTENSION',
        alert: 'unsupported_extension',
      });
    }
    const twice = toClient(name, hello => ({
      ...hello,
      extensions: [...hello.extensions, makeExtension(extendedMasterSecretRow, 'SH12', {})],
    }));
    expect(twice.error).toMatchObject({ code: 'ERR_TLS_DUPLICATE_EXTENSION', alert: 'illegal_parameter' });
  });

  it('refuses what a client alone sends, and what belongs to other messages [5246:7.4.1.4.1:5]', () => {
    for (const one of [
      { extension_type: 13, extension_data: Uint8Array.of(0, 2, 4, 3) },
      { extension_type: keyShareRow.type, extension_data: Uint8Array.of(0, 29, 0, 32, ...new Uint8Array(32)) },
    ]) {
      const { error } = toClient(name, hello => ({ ...hello, extensions: [...hello.extensions, one] }));
      expect(error?.alert, `${one.extension_type}`).toMatch(/^(illegal_parameter|unsupported_extension)$/);
    }
  });

  it('wants renegotiation_info, of nothing in a first handshake [5746:3.4:2] [5746:3.4:3] [5746:4.1:1]', () => {
    const { type } = renegotiationInfoRow;
    const without = (extensions: readonly Extension[]) => extensions.filter(one => one.extension_type !== type);
    const missing = toClient(name, hello => ({ ...hello, extensions: without(hello.extensions) }));
    expect(missing.error).toMatchObject({ code: 'ERR_TLS_REFUSED', alert: 'handshake_failure' });
    for (const length of [1, 12, 24]) {
      const info = makeExtension(renegotiationInfoRow, 'SH12', { renegotiated_connection: new Uint8Array(length) });
      const full = toClient(name, hello => ({ ...hello, extensions: [...without(hello.extensions), info] }));
      expect(full.error).toMatchObject({ code: 'ERR_TLS_REFUSED', alert: 'handshake_failure' });
    }
  });
});

it('a ServerHello with session_id over 32 bytes, or extensions that do not fill it, does not decode', () => {
  for (const change of [
    (raw: Uint8Array) => concat(raw.subarray(0, 38), Uint8Array.of(33), new Uint8Array(33), raw.subarray(39)),
    (raw: Uint8Array) => raw.slice(0, -1),
    (raw: Uint8Array) => concat(raw, Uint8Array.of(0)),
    (raw: Uint8Array) => raw.slice(0, 4 + 2 + 32 + 1 + 2),
  ]) {
    const versions = [
      misbehaving12('server', effect => {
        if (!sendsA(effect, serverHello)) return effect;
        const raw = new Uint8Array(change(effect.raw));
        raw.set([(raw.length - 4) >> 8, (raw.length - 4) & 255], 2);
        return { ...effect, raw };
      }),
    ];
    const ends = pair(by(GCM).client, { ...by(GCM).server, versions });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  }
});
