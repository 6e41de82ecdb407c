/** Peers that break the rules, and the alert that each is told. The fault is in the peer's effects: its transcript agrees with it. */
import type { Effect } from '@tlskit/tls-handshake';
import {
  type Certificate,
  certificate,
  certificateVerify,
  clientHello,
  decodeMessage,
  type EncryptedExtensions,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  finished,
  isHelloRetryRequest,
  keyShareRow,
  type MessageDef,
  makeExtension,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { credential, misbehaving, pair, pump, sends, strangerKey } from './support.ts';

type Change = (effect: Effect) => Effect | readonly Effect[] | undefined;

/** Sends a message with another body. */
function rewriting<T>(message: MessageDef<T>, change: (body: T) => T): Change {
  return effect =>
    sends(effect, message)
      ? { ...effect, raw: encodeMessage(message, change(decodeMessage(message, effect.raw))) }
      : effect;
}

const dropping =
  (message: MessageDef<never>): Change =>
  effect =>
    sends(effect, message) ? undefined : effect;

const twice =
  (message: MessageDef<never>): Change =>
  effect =>
    sends(effect, message) ? [effect, effect] : effect;

const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

const serverHelloWith = (change: Partial<ServerHello>) => rewriting(serverHello, body => ({ ...body, ...change }));
const extension = (type: number, data = ''): Extension => ({ extension_type: type, extension_data: fromHex(data) });
const withExtension =
  (...more: Extension[]) =>
  <T extends ServerHello | EncryptedExtensions>(body: T): T => ({ ...body, extensions: [...body.extensions, ...more] });
const { cookie, server_name, supported_versions, status_request, alpn } = {
  ...ExtensionType.values,
  alpn: ExtensionType.values.application_layer_protocol_negotiation,
};

describe('a server that misbehaves', () => {
  const cases: [what: string, code: string, alert: string, change: Change][] = [
    [
      'no EncryptedExtensions',
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
      dropping(encryptedExtensions as never),
    ],
    ['no Certificate', 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message', dropping(certificate as never)],
    ['no CertificateVerify', 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message', dropping(certificateVerify as never)],
    ['two ServerHellos', 'ERR_TLS_KEY_CHANGE_BOUNDARY', 'unexpected_message', twice(serverHello as never)],
    ['two Certificates', 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message', twice(certificate as never)],
    ['two Finisheds', 'ERR_TLS_KEY_CHANGE_BOUNDARY', 'unexpected_message', twice(finished as never)],
    [
      'a wrong signature',
      'ERR_TLS_BAD_CERTIFICATE_VERIFY',
      'decrypt_error',
      rewriting(certificateVerify, body => ({ ...body, signature: flipped(body.signature) })),
    ],
    [
      'a signature of another length',
      'ERR_TLS_BAD_CERTIFICATE_VERIFY',
      'decrypt_error',
      rewriting(certificateVerify, body => ({ ...body, signature: new Uint8Array(0) })),
    ],
    [
      'a scheme that was not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      rewriting(certificateVerify, body => ({ ...body, algorithm: 0x0603 })),
    ],
    [
      'a scheme that does not fit the key',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      rewriting(certificateVerify, body => ({ ...body, algorithm: 0x0804 })),
    ],
    [
      'a wrong Finished',
      'ERR_TLS_BAD_FINISHED',
      'decrypt_error',
      rewriting(finished, body => ({ verify_data: flipped(body.verify_data) })),
    ],
    [
      'a short Finished',
      'ERR_TLS_DECODE',
      'decode_error',
      rewriting(finished, body => ({ verify_data: body.verify_data.subarray(1) })),
    ],
    [
      'an empty Certificate',
      'ERR_TLS_NO_CERTIFICATE',
      'decode_error',
      rewriting(certificate, body => ({ ...body, certificate_list: [] })),
    ],
    [
      'too many certificates',
      'ERR_TLS_CERT_WORK_LIMIT',
      'certificate_unknown',
      rewriting(certificate, (body: Certificate) => ({
        ...body,
        certificate_list: Array.from({ length: 17 }, () => body.certificate_list[0] as never),
      })),
    ],
    [
      'a certificate_request_context',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      rewriting(certificate, body => ({ ...body, certificate_request_context: Uint8Array.of(1) })),
    ],
    [
      'an extension in Certificate that was not asked for',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
      rewriting(certificate, (body: Certificate) => ({
        ...body,
        certificate_list: body.certificate_list.map(entry => ({ ...entry, extensions: [extension(status_request)] })),
      })),
    ],
    [
      'another legacy_version',
      'ERR_TLS_PROTOCOL_VERSION',
      'protocol_version',
      serverHelloWith({ legacy_version: 0x0302 }),
    ],
    [
      'another session ID',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({ legacy_session_id_echo: new Uint8Array(32) }),
    ],
    [
      'compression',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({ legacy_compression_method: 1 }),
    ],
    [
      'a suite that was not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({ cipher_suite: 0x1304 }),
    ],
    ['a suite of TLS 1.2', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', serverHelloWith({ cipher_suite: 0xc02b })],
    [
      'a version that was not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({ extensions: [makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0305 })] }),
    ],
    [
      'TLS 1.2 by the extension',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({ extensions: [makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0303 })] }),
    ],
    ['no supported_versions', 'ERR_TLS_PROTOCOL_VERSION', 'protocol_version', serverHelloWith({ extensions: [] })],
    [
      'no key_share',
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
      serverHelloWith({ extensions: [makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 })] }),
    ],
    [
      'a share of a group without one of ours',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      serverHelloWith({
        extensions: [
          makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 }),
          makeExtension(keyShareRow, 'SH', { server_share: { group: 0x17, key_exchange: new Uint8Array(65) } }),
        ],
      }),
    ],
    ...[new Uint8Array(32), new Uint8Array(31).fill(9), Uint8Array.of(1, ...new Uint8Array(31))].map(
      (key_exchange, i): [string, string, string, Change] => [
        ['a share of zeros', 'a short share', 'a share of low order'][i] as string,
        'ERR_TLS_BAD_KEY_SHARE',
        'illegal_parameter',
        serverHelloWith({
          extensions: [
            makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 }),
            makeExtension(keyShareRow, 'SH', { server_share: { group: 0x1d, key_exchange } }),
          ],
        }),
      ],
    ),
    [
      'an extension twice',
      'ERR_TLS_DUPLICATE_EXTENSION',
      'illegal_parameter',
      rewriting(serverHello, withExtension(makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 }))),
    ],
    [
      'an unknown extension in ServerHello',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
      rewriting(serverHello, withExtension(extension(0x1234))),
    ],
    [
      'a cookie in ServerHello',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
      rewriting(serverHello, withExtension(extension(cookie, '000101'))),
    ],
    [
      'server_name in ServerHello',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      rewriting(serverHello, withExtension(extension(server_name))),
    ],
    [
      'supported_versions in EncryptedExtensions',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      rewriting(encryptedExtensions, withExtension(extension(supported_versions, '0304'))),
    ],
    [
      'ALPN that was not asked for',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
      rewriting(encryptedExtensions, withExtension(extension(alpn, '0003026832'))),
    ],
    [
      'server_name with content in EncryptedExtensions',
      'ERR_TLS_DECODE',
      'decode_error',
      rewriting(encryptedExtensions, body => ({
        ...body,
        extensions: body.extensions.map(e => (e.extension_type === server_name ? extension(server_name, '00') : e)),
      })),
    ],
  ];

  it.each(cases)('%s: %s, %s', (_what, code, alert, change) => {
    const ends = pair({}, { versions: [misbehaving('server', change)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.client.connected).toBeUndefined();
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
  });

  it('signs with a key that is not the one in its certificate', () => {
    const ends = pair({}, { credentials: () => ({ chain: credential.chain, key: strangerKey }) });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
    expect(ends.server.error).toMatchObject({ alert: 'decrypt_error', sentBy: 'peer' });
  });

  it.each([
    ['two protocols', '000602683202683300'.slice(0, 16)],
    ['a protocol that was not offered', '0003026833'],
  ])('chooses %s by ALPN', (_, data) => {
    const change = rewriting(encryptedExtensions, withExtension(extension(alpn, data)));
    const ends = pair({ alpn: ['h2'] }, { versions: [misbehaving('server', change)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', rfc: 'RFC 7301 §3.1' });
  });
});

describe('a server and HelloRetryRequest', () => {
  const retrying = { keyShares: [], groups: [0x1d, 0x17] };
  const onRetry =
    (change: Partial<ServerHello>): Change =>
    effect => {
      if (!sends(effect, serverHello)) return effect;
      const body = decodeMessage(serverHello, effect.raw);
      return isHelloRetryRequest(body)
        ? { ...effect, raw: encodeMessage(serverHello, { ...body, ...change }) }
        : effect;
    };
  const versions = makeExtension(supportedVersionsRow, 'HRR', { selected_version: 0x0304 });
  const share = (selected_group: number) => makeExtension(keyShareRow, 'HRR', { selected_group });

  it.each([
    ['that asks for no change', 'ERR_TLS_ILLEGAL_PARAMETER', { extensions: [versions] }, retrying],
    [
      'for a group that was not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      { extensions: [versions, share(0x18)] },
      retrying,
    ],
    [
      'for a group whose share was sent',
      'ERR_TLS_ILLEGAL_PARAMETER',
      { extensions: [versions, share(0x1d)] },
      { groups: [0x1d, 0x17], keyShares: [0x1d] },
    ],
    [
      'with an extension that was not asked for',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      { extensions: [versions, share(0x17), extension(0x1234)] },
      retrying,
    ],
    ['without supported_versions', 'ERR_TLS_PROTOCOL_VERSION', { extensions: [share(0x17)] }, retrying],
    ['for a suite that was not offered', 'ERR_TLS_ILLEGAL_PARAMETER', { cipher_suite: 0x1305 }, retrying],
  ] as const)('%s: %s', (_what, code, change, client) => {
    const server = { groups: [0x17], versions: [misbehaving('server', onRetry(change))] };
    const ends = pair(client, server);
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, sentBy: 'us' });
  });

  // RFC 9846 §5.1: a ServerHello, which this is, ends with its record.
  it('with the beginning of its ServerHello in the same record', () => {
    const ends = pair(retrying, { groups: [0x17] });
    const seen: number[] = [];
    pump(ends, (from, bytes) => {
      if (from === 'client') seen.push(bytes[0] as number);
      if (from === 'client' || seen.length > 1) return bytes;
      const end = 5 + (((bytes[3] as number) << 8) | (bytes[4] as number));
      const longer = Uint8Array.of(...bytes.subarray(0, end), 2, 0);
      longer[4] = (longer[4] as number) + 2;
      return longer;
    });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
    // The hello, and an alert in place of a second one.
    expect(seen).toEqual([22, 21]);
  });

  it('twice is unexpected', () => {
    const again: Change = effect => {
      if (!sends(effect, serverHello)) return effect;
      const body = decodeMessage(serverHello, effect.raw);
      return {
        ...effect,
        raw: encodeMessage(serverHello, {
          ...body,
          random: fromHex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'),
        }),
      };
    };
    const ends = pair(retrying, { versions: [misbehaving('server', again)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', rfc: 'RFC 9846 §4.2.4' });
  });

  it('then another suite, or another group, is illegal', () => {
    const after =
      (change: Partial<ServerHello>): Change =>
      effect => {
        if (!sends(effect, serverHello)) return effect;
        const body = decodeMessage(serverHello, effect.raw);
        return isHelloRetryRequest(body)
          ? effect
          : { ...effect, raw: encodeMessage(serverHello, { ...body, ...change }) };
      };
    for (const change of [
      { cipher_suite: 0x1303 },
      {
        extensions: [
          makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 }),
          makeExtension(keyShareRow, 'SH', { server_share: { group: 0x1d, key_exchange: new Uint8Array(32).fill(9) } }),
        ],
      },
    ]) {
      const ends = pair(retrying, { groups: [0x17], versions: [misbehaving('server', after(change))] });
      pump(ends);
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER' });
    }
  });

  it('a cookie comes back in the second ClientHello', () => {
    const value = makeCookie('c0ffee');
    let second: Extension | undefined;
    const change: Change = effect => {
      if (!sends(effect, serverHello)) return effect;
      return onRetry({ extensions: [versions, share(0x17), value] })(effect) as Effect;
    };
    const ends = pair(retrying, { groups: [0x17], versions: [misbehaving('server', change)] });
    pump(ends, (from, bytes) => {
      if (from === 'client' && bytes[0] === 20) {
        const record = bytes.subarray(6 + 5);
        second = decodeMessage(clientHello, record).extensions.find(e => e.extension_type === cookie);
      }
      return bytes;
    });
    expect(second).toEqual(value);
    // The server behind it gave none.
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });
});

function makeCookie(hex: string): Extension {
  return extension(cookie, `${(hex.length / 2).toString(16).padStart(4, '0')}${hex}`);
}
