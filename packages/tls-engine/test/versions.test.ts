/** What TLS 1.3 asks of those who speak TLS 1.2 too (RFC 9846 §4.2.2, §4.2.3, §4.3.1, §4.3.3, §E.2). */
import type { Credential, PeerVerifier } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  ecPointFormatsRow,
  encodeMessage,
  encryptedExtensions,
  extendedMasterSecretRow,
  makeExtension,
  renegotiationInfoRow,
  serverHello,
  sessionTicketRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { credential, intercept, misbehaving, pair, provider, pump, sends } from './support.ts';

const ca = await createCA();
const issue = async (key: 'ecdsa-p384' | 'rsa-2048'): Promise<Credential> => {
  const { chain, key: pkcs8 } = await ca.issue({ names: ['localhost'], key });
  return { chain, key: provider.importPrivateKey(pkcs8) };
};
const p384 = await issue('ecdsa-p384');
const rsa = await issue('rsa-2048');

const ECDSA = [0x1301, 0xc02b];
const RSA = [0x1301, 0xc02f];
const both = { versions: [tls13, tls12], cipherSuites: ECDSA } as const;
const only12 = { versions: [tls12], cipherSuites: ECDSA } as const;
const accept = { tls12: { renegotiation: 'accept' } } as const;

const offering = (versions: readonly number[]) => makeExtension(supportedVersionsRow, 'CH', { versions });

/** The ServerHello to a ClientHello that somebody changes. */
function answerTo(change: (hello: ClientHello) => ClientHello) {
  const ends = pair(only12, both);
  let answer: Uint8Array | undefined;
  pump(ends, (from, bytes) => {
    if (from === 'server') answer ??= bytes;
    if (from === 'server' || bytes[0] !== 22 || bytes[5] !== clientHello.type) return bytes;
    const message = encodeMessage(clientHello, change(decodeMessage(clientHello, bytes.slice(5))));
    return concat(Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 255), message);
  });
  if (answer?.[5] !== serverHello.type) throw new Error(`no ServerHello, but ${ends.server.error?.message}`);
  const length = ((answer[7] as number) << 8) | (answer[8] as number);
  return decodeMessage(serverHello, answer.slice(5, 9 + length));
}

describe('a ClientHello without supported_versions', () => {
  it.each([0x0303, 0x0304, 0x0305])(
    'is TLS 1.2 to a server of both, whatever legacy_version says: %d [9846:4.3.1:2] [9846:E.2:2]',
    legacy_version => {
      expect(answerTo(hello => ({ ...hello, legacy_version })).legacy_version).toBe(0x0303);
    },
  );

  it('is answered without supported_versions [9846:4.3.1:6]', () => {
    const { legacy_version, extensions } = answerTo(hello => hello);
    expect(legacy_version).toBe(0x0303);
    expect(extensions.map(({ extension_type }) => extension_type)).not.toContain(supportedVersionsRow.type);
  });

  it('may have other compression methods, of which none is taken [9846:4.2.2:13]', () => {
    const answer = answerTo(hello => ({ ...hello, legacy_compression_methods: Uint8Array.of(1, 64, 0) }));
    expect([answer.legacy_version, answer.legacy_compression_method]).toEqual([0x0303, 0]);
  });
});

describe('a renegotiation', () => {
  /** A client that changes its second hello. */
  const again = (change: (hello: ClientHello) => ClientHello) => {
    let hellos = 0;
    const shapeHello = (hello: ClientHello) => (++hellos === 1 ? hello : change(hello));
    const ends = pair({ ...only12, ...accept, shapeHello }, { ...both, ...accept });
    pump(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    return ends;
  };

  it('keeps its version when the client offers TLS 1.3 [9846:4.2.2:4]', () => {
    const { server } = again(hello => ({ ...hello, extensions: [...hello.extensions, offering([0x0304, 0x0303])] }));
    expect(server.error).toBeUndefined();
    expect(server.events.flatMap(event => (event.type === 'renegotiated' ? [event.connection.version] : []))).toEqual([
      0x0303,
    ]);
  });

  it('does not come to TLS 1.3, be it the only offer [9846:4.2.2:5]', () => {
    const { server } = again(hello => ({ ...hello, extensions: [...hello.extensions, offering([0x0304])] }));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version', sentBy: 'us' });
  });

  it('ends at a ServerHello of TLS 1.3 [9846:4.2.3:17]', () => {
    let answers = 0;
    const version: EngineVersion = {
      ...tls12,
      handshake: {
        ...tls12.handshake,
        server: (context, hello) =>
          intercept(tls12.handshake.server(context, hello), effect => {
            if (!sends(effect, serverHello) || ++answers === 1) return effect;
            const body = decodeMessage(serverHello, effect.raw);
            const selected = makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 });
            return { ...effect, raw: encodeMessage(serverHello, { ...body, extensions: [selected] }) };
          }),
      },
    };
    const ends = pair({ ...both, ...accept }, { ...only12, ...accept, versions: [version] });
    pump(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.client.error).toMatchObject({
      code: 'ERR_TLS_PROTOCOL_VERSION',
      alert: 'protocol_version',
      rfc: 'RFC 9846 §4.2.3',
    });
  });
});

describe('a signature scheme', () => {
  /** What the server signs with where this one scheme is offered. */
  function signedBy(version: EngineVersion, shown: Credential, scheme: number, cipherSuites: readonly number[]) {
    const publicKey = provider.importPublicKey(shown.key.spki);
    const verifier: PeerVerifier = {
      trust: 'test',
      verify: () => ({ publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' }),
    };
    const common: Partial<ClientEngineConfig & ServerEngineConfig> = {
      versions: [version],
      cipherSuites,
      signatureSchemes: [scheme],
    };
    const ends = pair({ ...common, verifier }, { ...common, credentials: () => shown });
    pump(ends);
    return ends.client.connected?.signatureScheme;
  }

  it('binds no curve in TLS 1.2 [9846:4.3.3:12] [9846:4.3.3:15]', () => {
    expect(signedBy(tls12, p384, 0x0403, ECDSA)).toBe(0x0403);
    expect(signedBy(tls13, p384, 0x0403, ECDSA)).toBeUndefined();
    expect(signedBy(tls12, credential, 0x0503, ECDSA)).toBe(0x0503);
  });

  it('signs by PKCS #1 in TLS 1.2 [9846:4.3.3:12]', () => {
    expect(signedBy(tls12, rsa, 0x0401, RSA)).toBe(0x0401);
    expect(signedBy(tls13, rsa, 0x0401, RSA)).toBeUndefined();
  });

  it('signs by RSASSA-PSS in TLS 1.2 [9846:4.3.3:16]', () => {
    expect(signedBy(tls12, rsa, 0x0804, RSA)).toBe(0x0804);
  });
});

describe('what was sent for the sake of TLS 1.2 alone', () => {
  const rows = [extendedMasterSecretRow, renegotiationInfoRow, sessionTicketRow, ecPointFormatsRow];

  it.each(rows.map(row => [row.name, row.type] as const))('is not answered in TLS 1.3: %s', (_, extension_type) => {
    const version = misbehaving('server', effect => {
      if (!sends(effect, encryptedExtensions)) return effect;
      const { extensions } = decodeMessage(encryptedExtensions, effect.raw);
      const more = [...extensions, { extension_type, extension_data: new Uint8Array(0) }];
      return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: more }) };
    });
    const { client, server } = pair(both, { ...both, versions: [version] });
    pump({ client, server });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });
});
