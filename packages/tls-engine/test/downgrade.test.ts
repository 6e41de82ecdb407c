/**
 * A client that would also take TLS 1.2, and servers, or people between, who want it to (RFC 9846 §4.2.3, §4.3.1, §4.2.4).
 * The TLS 1.2 here is a name alone: it offers a suite, and never gets to be chosen.
 */
import {
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  type Extension,
  encodeMessage,
  HELLO_RETRY_RANDOM,
  keyShareRow,
  makeExtension,
  NO_EXTENSIONS,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createClientEngine, type EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { clientConfig, End, takeAll } from './support.ts';

const ECDHE_ECDSA_AES_128_GCM = 0xc02b;

const tls12: EngineVersion = {
  ...tls13,
  handshake: {
    ...tls13.handshake,
    version: 0x0303,
    name: 'TLS 1.2',
    client: {
      ...tls13.handshake.client,
      *offer() {
        return { cipherSuites: [ECDHE_ECDSA_AES_128_GCM], extensions: [], wipe() {} };
      },
    },
  },
};

const selecting = (selected_version: number, message: 'SH' | 'HRR' = 'SH') =>
  makeExtension(supportedVersionsRow, message, { selected_version });

/** A client of both versions after an answer, or several, to its hello. */
function answered(...answers: Partial<ServerHello>[]): End {
  const client = new End(createClientEngine, {
    ...clientConfig,
    versions: [tls13, tls12],
    cipherSuites: [0x1301, ECDHE_ECDSA_AES_128_GCM],
  });
  client.engine.start();
  const hello = takeAll(client.engine);
  const legacy_session_id_echo = hello.slice(5 + 4 + 2 + 32 + 1, 5 + 4 + 2 + 32 + 1 + 32);
  for (const answer of answers) {
    const message = encodeMessage(serverHello, {
      legacy_version: 0x0303,
      random: new Uint8Array(32).fill(7),
      legacy_session_id_echo,
      cipher_suite: ECDHE_ECDSA_AES_128_GCM,
      legacy_compression_method: 0,
      extensions: NO_EXTENSIONS,
      ...answer,
    });
    client.engine.receive(concat(Uint8Array.of(22, 3, 3, message.length >> 8, message.length & 255), message));
  }
  return client;
}

const ending = (bytes: Uint8Array) => concat(new Uint8Array(24).fill(7), bytes);

describe('a client of TLS 1.3 and TLS 1.2', () => {
  it('looks on where the end of random says nothing', () => {
    // It ends at the suite, since none of TLS 1.2 is known here.
    expect(answered({}).error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', rfc: 'RFC 9846 §4.2.3' });
  });

  it.each([
    ['TLS 1.2', DOWNGRADE_TLS12],
    ['TLS 1.1', DOWNGRADE_TLS11],
  ])('refuses it of one that does: the end of random says %s [9846:4.2.3:15] [9846:4.2.3:16]', (_version, sentinel) => {
    const { error } = answered({ random: ending(sentinel) });
    expect(error).toMatchObject({ code: 'ERR_TLS_DOWNGRADE', alert: 'illegal_parameter', sentBy: 'us' });
  });

  it('does not take TLS 1.2 by supported_versions, though it was offered [9846:4.3.1:11]', () => {
    const extensions: Extension[] = [selecting(0x0303)];
    const { error } = answered({ extensions });
    expect(error).toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
      alert: 'illegal_parameter',
      rfc: 'RFC 9846 §4.3.1',
    });
  });

  it('goes by supported_versions alone where it is there [9846:4.3.1:10]', () => {
    // By legacy_version this would be TLS 1.2: the suite is of that version, and not of the one that was selected.
    const { error } = answered({ extensions: [selecting(0x0304)] });
    expect(error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', rfc: 'RFC 9846 §4.2.3' });
  });

  it('takes no suite of TLS 1.3 for TLS 1.2', () => {
    expect(answered({ cipher_suite: 0x1301 }).error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER' });
  });

  it('takes no version that it did not offer [9846:E.1:1] [9846:E.5:3]', () => {
    for (const legacy_version of [0x0300, 0x0301, 0x0302, 0x0304]) {
      const { error } = answered({ legacy_version });
      expect(error).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version', sentBy: 'us' });
    }
  });

  it('holds a server to the version of its HelloRetryRequest [9846:4.2.4:10]', () => {
    const request = {
      random: HELLO_RETRY_RANDOM,
      cipher_suite: 0x1301,
      extensions: [selecting(0x0304, 'HRR'), makeExtension(keyShareRow, 'HRR', { selected_group: 0x0017 })],
    };
    for (const extensions of [NO_EXTENSIONS, [selecting(0x0303)], [selecting(0x0305)]]) {
      const { error } = answered(request, { extensions });
      expect(error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', sentBy: 'us' });
    }
  });

  it('knows a HelloRetryRequest by its random, whatever else it says [9846:4.2.3:11]', () => {
    const { error } = answered({ random: HELLO_RETRY_RANDOM });
    expect(error).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' });
  });
});
