/** Who supports what, and people between who want it to be less (RFC 9846 §4.2.3, §4.3.1, §4.2.4, RFC 7507). */
import { serverRandom } from '@tlskit/tls-handshake';
import {
  clientHello,
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  decodeMessage,
  type Extension,
  encodeMessage,
  HELLO_RETRY_RANDOM,
  keyShareRow,
  makeExtension,
  NO_EXTENSIONS,
  renegotiationInfoRow,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { concat, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createClientEngine } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { clientConfig, End, pair, pump, serverConfig, takeAll } from './support.ts';

const ECDHE_ECDSA_AES_128_GCM = 0xc02b;

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
    const extensions = [makeExtension(renegotiationInfoRow, 'SH12', { renegotiated_connection: new Uint8Array(0) })];
    const client = answered({ legacy_session_id_echo: new Uint8Array(0), extensions });
    expect([client.error, client.engine.state]).toEqual([undefined, 'WAIT_CERT']);
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
    const { error } = answered({ cipher_suite: 0x1301 });
    expect(error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', rfc: 'RFC 9846 §4.2.3' });
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

describe('who supports what', () => {
  const suites = { cipherSuites: [0x1301, ECDHE_ECDSA_AES_128_GCM] } as const;
  const only13 = { ...suites, versions: [tls13] };
  const only12 = { ...suites, versions: [tls12] };
  const both = { ...suites, versions: [tls13, tls12] };
  /** The end of random in a ServerHello, which is the first record of a server. */
  const sentinelOf = (flight: Uint8Array) => toHex(flight.slice(5 + 4 + 2 + 24, 5 + 4 + 2 + 32));

  /** What comes of two sides: the version, or the error of whoever refuses; and the end of the server's random. */
  function outcome(client: typeof both, server: typeof both, more: Partial<typeof clientConfig> = {}) {
    const ends = pair({ ...client, ...more }, server);
    let first: Uint8Array | undefined;
    pump(ends, (from, bytes) => {
      if (from === 'server') first ??= bytes;
      return bytes;
    });
    const hello = first?.[0] === 22 && first[5] === 2;
    return {
      version: ends.client.connected?.version,
      client: ends.client.error?.code,
      server: ends.server.error && { code: ends.server.error.code, alert: ends.server.error.alert },
      sentinel: hello ? sentinelOf(first as Uint8Array) : undefined,
    };
  }

  const refused = { code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' };
  const DOWNGRD = toHex(DOWNGRADE_TLS12);

  it.each([
    ['1.3', '1.3', only13, only13],
    ['1.3', 'both', only13, both],
    ['both', '1.3', both, only13],
    ['both', 'both', both, both],
  ])('client %s, server %s: TLS 1.3, and nothing in random', (_c, _s, client, server) => {
    const { version, sentinel, ...errors } = outcome(client, server);
    expect([version, errors]).toEqual([0x0304, { client: undefined, server: undefined }]);
    expect(sentinel).not.toContain(toHex(DOWNGRADE_TLS12.slice(0, 7)));
  });

  it('client 1.2, server 1.3: protocol_version [9846:E.2:3]', () => {
    expect(outcome(only12, only13)).toMatchObject({ server: refused, client: 'ERR_TLS_PEER_ALERT' });
  });

  it('client 1.3, server 1.2: protocol_version', () => {
    expect(outcome(only13, only12)).toMatchObject({ server: refused, client: 'ERR_TLS_PEER_ALERT' });
  });

  it('client 1.2, server both: TLS 1.2, and random says that there is better [9846:4.2.3:12] [9846:4.2.3:13]', () => {
    // The sentinel is nothing to a client that did not offer better.
    expect(outcome(only12, both)).toMatchObject({ version: 0x0303, sentinel: DOWNGRD, client: undefined });
  });

  it.each([
    ['1.2', only12],
    ['both', both],
  ])('client %s, server 1.2: TLS 1.2, and nothing in random', (_c, client) => {
    const { sentinel, version } = outcome(client, only12);
    expect(version).toBe(0x0303);
    expect(sentinel).not.toContain(toHex(DOWNGRADE_TLS12.slice(0, 7)));
  });

  it('both sides support both, and somebody takes TLS 1.3 out of the hello: the client sees it', () => {
    const ends = pair(both, both);
    pump(ends, (from, bytes) => {
      if (from === 'server' || bytes[0] !== 22) return bytes;
      const body = decodeMessage(clientHello, bytes.slice(5));
      const extensions = body.extensions.map(extension =>
        extension.extension_type === supportedVersionsRow.type
          ? makeExtension(supportedVersionsRow, 'CH', { versions: [0x0303] })
          : extension,
      );
      const message = encodeMessage(clientHello, { ...body, extensions });
      return concat(Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 255), message);
    });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_DOWNGRADE', alert: 'illegal_parameter' });
  });

  it('random says so for TLS 1.1 and below as well, and is random otherwise [9846:4.2.3:14] [9846:4.2.3:3]', () => {
    const config = (versions: number[]) =>
      ({ ...serverConfig, versions: versions.map(version => ({ ...tls13.handshake, version })) }) as never;
    const end = (versions: number[], version: number) => toHex(serverRandom(config(versions), version).slice(24));
    expect(end([0x0304, 0x0303], 0x0303)).toBe(toHex(DOWNGRADE_TLS12));
    for (const version of [0x0302, 0x0301]) {
      expect(end([0x0304, 0x0303, version], version)).toBe(toHex(DOWNGRADE_TLS11));
      expect(end([0x0303, version], version)).toBe(toHex(DOWNGRADE_TLS11));
      expect(end([version], version)).not.toContain('444f574e475244');
    }
    const randoms = [1, 2].map(() => serverRandom(config([0x0304, 0x0303]), 0x0303));
    expect(randoms[0]?.slice(0, 24)).not.toEqual(randoms[1]?.slice(0, 24));
  });

  describe('TLS_FALLBACK_SCSV (RFC 7507)', () => {
    const again = { fallback: true };
    it('is refused by a server that knows better', () => {
      expect(outcome(only12, both, again)).toMatchObject({
        server: { code: 'ERR_TLS_INAPPROPRIATE_FALLBACK', alert: 'inappropriate_fallback' },
        client: 'ERR_TLS_PEER_ALERT',
      });
    });

    it('is nothing to a server that does not, nor where the best version is offered', () => {
      expect(outcome(only12, only12, again)).toMatchObject({ version: 0x0303, server: undefined });
      expect(outcome(only13, both, again)).toMatchObject({ version: 0x0304, server: undefined });
    });

    it('is no suite to choose, and stands last', () => {
      const { client } = pair({ ...only13, ...again });
      const { cipher_suites } = decodeMessage(clientHello, takeAll(client.engine).slice(5));
      expect(cipher_suites).toEqual([0x1301, 0x5600]);
      const other = pair(only13);
      expect(decodeMessage(clientHello, takeAll(other.client.engine).slice(5)).cipher_suites).toEqual([0x1301]);
    });
  });
});
