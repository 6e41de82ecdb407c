/** ClientHellos that a server must refuse, and the alert that each is told. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  type Extension,
  ExtensionType,
  encodeMessage,
  findExtension,
  finished,
  keyShareRow,
  makeExtension,
  NO_EXTENSIONS,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { concat, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/index.ts';
import { clientConfig, End, misbehaving, pair, pump, sends, serverConfig, takeAll } from './support.ts';

const types = ExtensionType.values;
const extension = (type: number, data = ''): Extension => ({ extension_type: type, extension_data: fromHex(data) });
const without =
  (...dropped: number[]) =>
  (hello: ClientHello) => ({
    ...hello,
    extensions: hello.extensions.filter(e => !dropped.includes(e.extension_type)),
  });
const replacing = (replacement: Extension) => (hello: ClientHello) => ({
  ...hello,
  extensions: hello.extensions.map(e => (e.extension_type === replacement.extension_type ? replacement : e)),
});
const adding =
  (...added: Extension[]) =>
  (hello: ClientHello) => ({ ...hello, extensions: [...hello.extensions, ...added] });

/** An offer of one PSK. */
const psk = extension(types.pre_shared_key, '000a00047469636b00000000002120'.padEnd(15 * 2 + 64, '0'));

/** Puts a handshake message into plaintext records. */
function records(message: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += 16_384) {
    const part = message.subarray(at, at + 16_384);
    parts.push(Uint8Array.of(22, 3, 1, part.length >> 8, part.length & 255), part);
  }
  return concat(...parts);
}

function goodHello(): ClientHello {
  const client = new End(createClientEngine, clientConfig);
  client.engine.start();
  return decodeMessage(clientHello, takeAll(client.engine).subarray(5));
}

function send(hello: ClientHello | Uint8Array): End {
  const server = new End(createServerEngine, serverConfig);
  server.engine.start();
  server.engine.receive(hello instanceof Uint8Array ? hello : records(encodeMessage(clientHello, hello)));
  return server;
}

const share = (group: number, length: number) => ({ group, key_exchange: new Uint8Array(length).fill(9) });

describe('a server refuses a ClientHello', () => {
  const cases: [what: string, code: string, alert: string, change: (hello: ClientHello) => ClientHello][] = [
    [
      'without signature_algorithms',
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
      without(types.signature_algorithms),
    ],
    ['without supported_groups', 'ERR_TLS_MISSING_EXTENSION', 'missing_extension', without(types.supported_groups)],
    ['without key_share', 'ERR_TLS_MISSING_EXTENSION', 'missing_extension', without(types.key_share)],
    ['without supported_versions', 'ERR_TLS_PROTOCOL_VERSION', 'protocol_version', without(types.supported_versions)],
    [
      'without extensions',
      'ERR_TLS_PROTOCOL_VERSION',
      'protocol_version',
      hello => ({ ...hello, extensions: NO_EXTENSIONS }),
    ],
    [
      'of other versions only',
      'ERR_TLS_PROTOCOL_VERSION',
      'protocol_version',
      replacing(makeExtension(supportedVersionsRow, 'CH', { versions: [0x0303, 0x7a7a] })),
    ],
    [
      'of another legacy_version',
      'ERR_TLS_PROTOCOL_VERSION',
      'protocol_version',
      hello => ({ ...hello, legacy_version: 0x0304 }),
    ],
    [
      'with compression beside null',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      hello => ({ ...hello, legacy_compression_methods: Uint8Array.of(0, 1) }),
    ],
    [
      'with compression for null',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      hello => ({ ...hello, legacy_compression_methods: Uint8Array.of(1) }),
    ],
    [
      'with an extension twice',
      'ERR_TLS_DUPLICATE_EXTENSION',
      'illegal_parameter',
      adding(extension(0x1234), extension(0x1234)),
    ],
    [
      'with an extension that does not belong there',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      adding(extension(types.oid_filters, '0000')),
    ],
    [
      'with pre_shared_key before the end',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      adding(psk, extension(0x1234)),
    ],
    [
      'with pre_shared_key and no psk_key_exchange_modes',
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
      hello => adding(psk)(without(types.psk_key_exchange_modes)(hello)),
    ],
    [
      'with a share twice',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      replacing(makeExtension(keyShareRow, 'CH', { client_shares: [share(0x1d, 32), share(0x1d, 32)] })),
    ],
    [
      'with a share of a group that is not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      replacing(makeExtension(keyShareRow, 'CH', { client_shares: [share(0x19, 133)] })),
    ],
    ...(
      [
        ['of zeros', share(0x1d, 0)],
        ['too short', share(0x1d, 31)],
        ['too long', share(0x1d, 33)],
        ['off its curve', share(0x17, 65)],
      ] as const
    ).map(([what, entry]): (typeof cases)[number] => [
      `with a share ${what}`,
      'ERR_TLS_BAD_KEY_SHARE',
      'illegal_parameter',
      replacing(
        makeExtension(keyShareRow, 'CH', {
          client_shares: [what === 'of zeros' ? { group: 0x1d, key_exchange: new Uint8Array(32) } : entry],
        }),
      ),
    ]),
    [
      'with two host names',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      replacing(extension(types.server_name, '0008000001610000016200'.slice(0, 20))),
    ],
    [
      'with two names of another type',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      replacing(extension(types.server_name, '000801000161010001627a'.slice(0, 20))),
    ],
    [
      'with a NUL in the host name',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      replacing(extension(types.server_name, '0006000003610062')),
    ],
    [
      'with a malformed extension',
      'ERR_TLS_DECODE',
      'decode_error',
      replacing(extension(types.supported_groups, '0003001d00')),
    ],
    [
      'with bytes behind an extension',
      'ERR_TLS_DECODE',
      'decode_error',
      replacing(extension(types.supported_groups, '0002001d00')),
    ],
  ];

  it.each(cases)('%s: %s, %s', (_what, code, alert, change) => {
    const server = send(change(goodHello()));
    expect(server.error).toMatchObject({ code, alert, sentBy: 'us' });
    const [type, , , , , level, description] = takeAll(server.engine);
    expect([type, level]).toEqual([21, 2]);
    expect(new TlsError(server.error?.code as never, '').alert).toBe(alert);
    expect(description).toBeGreaterThan(0);
  });

  it('that tells of a fallback', () => {
    // This server knows one version only, so that nothing can have fallen back to it: the signal means nothing.
    const server = send({ ...goodHello(), cipher_suites: [0x1301, 0x5600] });
    expect(server.error).toBeUndefined();
  });

  it('that is longer than the limit, by its header alone', () => {
    const server = send(Uint8Array.of(22, 3, 1, 0, 4, 1, 0x02, 0, 1));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' });
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'ERR_TLS_RECORD_VERSION'],
    ['SSL 2.0', fromHex('802e0100020015000000100100800200800300800400800500800600'), 'ERR_TLS_RECORD_VERSION'],
    ['application data', fromHex('170303000101'), 'ERR_TLS_RECORD_TYPE'],
    ['a change_cipher_spec first', fromHex('140303000101'), 'ERR_TLS_CHANGE_CIPHER_SPEC'],
    ['an oversize record', fromHex('1603014001'), 'ERR_TLS_RECORD_OVERFLOW'],
    ['an empty handshake record', fromHex('1603010000'), 'ERR_TLS_EMPTY_RECORD'],
    ['a ServerHello', fromHex('160301000402000000'), 'ERR_TLS_UNEXPECTED_MESSAGE'],
    ['an alert', fromHex('15030100020228'), 'ERR_TLS_PEER_ALERT'],
  ])('that is %s', (_what, bytes, code) => {
    expect(send(bytes).error?.code).toBe(code);
  });

  it('with bytes of another message behind it in the record', () => {
    const hello = encodeMessage(clientHello, goodHello());
    const server = send(records(concat(hello, Uint8Array.of(20, 0))));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });
});

describe('a server takes a ClientHello', () => {
  it.each([
    ['with PSKs, which it passes over', adding(psk)],
    [
      'with what it does not know',
      (hello: ClientHello) => ({
        ...adding(extension(0x3a3a, '00'), extension(0x1234, 'ffff'))(hello),
        cipher_suites: [0x5a5a, 0x00ff, ...hello.cipher_suites],
      }),
    ],
    ['without server_name', without(types.server_name)],
    [
      'with a group and a share that it does not know',
      (hello: ClientHello) => {
        const known = findExtension(hello.extensions, keyShareRow, 'CH')?.client_shares ?? [];
        const groups = replacing(makeExtension(supportedGroupsRow, 'CH', { named_group_list: [0x2a2a, 0x1d] }))(hello);
        return replacing(makeExtension(keyShareRow, 'CH', { client_shares: [share(0x2a2a, 1), ...known] }))(groups);
      },
    ],
  ])('%s', (_what, change) => {
    expect(send(change(goodHello())).error).toBeUndefined();
  });

  it('split over many records, with none between', () => {
    const hello = encodeMessage(clientHello, goodHello());
    const server = send(concat(...[...hello].map(byte => Uint8Array.of(22, 3, 1, 0, 1, byte))));
    expect(server.error).toBeUndefined();
    expect(server.engine.state).toBe('WAIT_FINISHED');
    const interrupted = send(Uint8Array.of(22, 3, 1, 0, 1, 1, 20, 3, 3, 0, 1, 1));
    expect(interrupted.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', rfc: 'RFC 9846 §5.1' });
  });
});

/** A server that was sent another second ClientHello than its HelloRetryRequest asked for. */
function secondHello(change: (hello: ClientHello) => ClientHello): End {
  let hellos = 0;
  const ends = pair({ keyShares: [], groups: [0x1d, 0x17] });
  pump(ends, (from, bytes) => {
    if (from === 'server' || hellos++ !== 1) return bytes;
    // change_cipher_spec, then the hello.
    const hello = change(decodeMessage(clientHello, bytes.subarray(11)));
    return concat(bytes.subarray(0, 6), records(encodeMessage(clientHello, hello)));
  });
  return ends.server;
}

describe('the second ClientHello', () => {
  // RFC 9846 §5.1: a ClientHello ends with its record.
  it('may not begin in the record of the first', () => {
    const server = new End(createServerEngine, { ...serverConfig, groups: [0x17] });
    const hello = goodHello();
    server.engine.start();
    server.engine.receive(records(concat(encodeMessage(clientHello, hello), Uint8Array.of(1, 0))));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });

  it('may drop or add padding', () => {
    // The server goes along; it is the client, who never sent this, whose keys do not agree: not even its alert can be read.
    const { error } = secondHello(adding(extension(types.padding, '0000')));
    expect(error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', sentBy: 'us', state: 'WAIT_FINISHED' });
  });

  it.each([
    ['another random', (hello: ClientHello) => ({ ...hello, random: new Uint8Array(32) })],
    ['another session ID', (hello: ClientHello) => ({ ...hello, legacy_session_id: new Uint8Array(1) })],
    ['other suites', (hello: ClientHello) => ({ ...hello, cipher_suites: [0x1301] })],
    ['an extension more', adding(extension(0x1234))],
    ['an extension less', without(types.server_name)],
    ['another server_name', replacing(extension(types.server_name, '0004000001610000'.slice(0, 12)))],
    ['early_data', adding(extension(types.early_data))],
    ['no share', replacing(makeExtension(keyShareRow, 'CH', { client_shares: [] }))],
    ['a share of another group', replacing(makeExtension(keyShareRow, 'CH', { client_shares: [share(0x17, 65)] }))],
    [
      'a share too many',
      replacing(makeExtension(keyShareRow, 'CH', { client_shares: [share(0x1d, 32), share(0x17, 65)] })),
    ],
  ])('with %s is illegal', (_what, change) => {
    expect(secondHello(change).error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it.each([
    ['a malformed pre_shared_key', adding(extension(types.pre_shared_key, '00')), 'ERR_TLS_DECODE'],
    ['a malformed cookie', adding(extension(types.cookie, '0000')), 'ERR_TLS_DECODE'],
    ['an extension twice', adding(extension(types.padding), extension(types.padding)), 'ERR_TLS_DUPLICATE_EXTENSION'],
  ])('with %s is refused like the first: %s', (_what, change, code) => {
    expect(secondHello(change).error).toMatchObject({ code, sentBy: 'us' });
  });
});

describe('a client that misbehaves later', () => {
  it.each([
    [
      'a wrong Finished',
      'ERR_TLS_BAD_FINISHED',
      'decrypt_error',
      (verify_data: Uint8Array) => verify_data.map(b => b ^ 255),
    ],
    [
      'a long Finished',
      'ERR_TLS_DECODE',
      'decode_error',
      (verify_data: Uint8Array) => concat(verify_data, Uint8Array.of(0)),
    ],
  ])('%s', (_what, code, alert, change) => {
    const version = misbehaving('client', effect =>
      sends(effect, finished)
        ? {
            ...effect,
            raw: encodeMessage(finished, { verify_data: change(decodeMessage(finished, effect.raw).verify_data) }),
          }
        : effect,
    );
    const ends = pair({ versions: [version] });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.client.error).toMatchObject({ alert, sentBy: 'peer' });
  });

  it('an unasked Certificate', () => {
    const version = misbehaving('client', effect =>
      sends(effect, finished) ? [{ ...effect, raw: Uint8Array.of(11, 0, 0, 4, 0, 0, 0, 0) }, effect] : effect,
    );
    const ends = pair({ versions: [version] });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', state: 'WAIT_FINISHED' });
  });

  it('an alert in plaintext after the ServerHello is understood: a client that refuses it has no keys', () => {
    const ends = pair();
    ends.server.engine.receive(takeAll(ends.client.engine));
    takeAll(ends.server.engine);
    ends.server.engine.receive(Uint8Array.of(21, 3, 3, 0, 2, 2, 47));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });
});
