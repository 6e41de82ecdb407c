/** TLS 1.2: rules about what a peer may do that are easily forgotten. */
import {
  certificate12,
  certificateVerify12,
  clientHello,
  clientKeyExchange12,
  decodeMessage,
  ExtensionType,
  encodeMessage,
  extendedMasterSecretRow,
  findExtension,
  serverCertificateTypeRow,
  serverHello,
} from '@tlskit/tls-messages';
import { type ClientSession, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { credential, pair, provider, pump, takeAll, verifier } from './support.ts';
import { misbehaving12 } from './support12.ts';

const ECDHE_ECDSA = 0xc02b;
const schemes = [0x0403, 0x0503, 0x0804];
const only12 = { versions: [tls12], signatureSchemes: schemes, cipherSuites: [ECDHE_ECDSA] } as const;
const accept = { tls12: { renegotiation: 'accept' } } as const;

describe('behind a close_notify', () => {
  it('of ours, a HelloRequest is passed over, and data is still read (RFC 5246 §7.2.1)', () => {
    const ends = pair({ ...only12, ...accept }, { ...only12, ...accept });
    pump(ends);
    ends.server.engine.renegotiate();
    ends.server.engine.write(new TextEncoder().encode('still there'));
    ends.client.engine.close();
    for (const part of ends.server.engine.takeOutput()) ends.client.engine.receive(part);
    expect(ends.client.error).toBeUndefined();
    expect(ends.client.text).toBe('still there');
    expect(ends.client.closed).toBe(false);
  });
});

describe('a client that wants no certificates', () => {
  it('offers suites of TLS 1.2 without any alone (RFC 4279 §2)', () => {
    const psks = [
      { identity: new TextEncoder().encode('me'), key: new Uint8Array(32).fill(1), hash: 'sha256' },
    ] as const;
    const cipherSuites = [0x1301, ECDHE_ECDSA, 0xc035];
    const offered: number[] = [];
    const onClientHello = ({ hello }: { readonly hello: { readonly cipher_suites: readonly number[] } }) => {
      offered.push(...hello.cipher_suites);
    };
    const both = { versions: [tls13, tls12], signatureSchemes: schemes, cipherSuites };
    const ends = pair({ ...both, psks, pskOnly: true }, { ...both, versions: [tls12], onClientHello });
    pump(ends);
    expect(offered).toContain(0xc035);
    expect(offered).not.toContain(ECDHE_ECDSA);
    expect(ends.server.error).toMatchObject({ alert: 'handshake_failure' });
  });
});

describe('a certificate of a curve that was not offered', () => {
  it('is refused (RFC 8422 §5.3)', () => {
    // The client names P-256 on the wire, and knows nothing of it.
    const shapeHello = (hello: ReturnType<typeof read>) => ({
      ...hello,
      extensions: hello.extensions.map(extension =>
        extension.extension_type === ExtensionType.values.supported_groups
          ? { ...extension, extension_data: Uint8Array.of(0, 4, 0, 0x1d, 0, 0x17) }
          : extension,
      ),
    });
    const ends = pair({ ...only12, groups: [0x001d], shapeHello }, only12);
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(ends.client.error?.message).toContain('which was not offered');
  });
});

describe('a server whose schemes are of TLS 1.3 alone', () => {
  const shown = { ...credential, signatureSchemes: [0x0403] };
  const server = { ...only12, signatureSchemes: [0x0904], credentials: () => shown };

  it.each([
    ['request', undefined],
    ['require', { code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'handshake_failure', sentBy: 'us' }],
  ] as const)('asks for certificates that nobody has: %s (RFC 5246 §7.4.4)', (mode, error) => {
    const ends = pair({ ...only12, credentials: () => credential }, { ...server, clientAuth: { mode, verifier } });
    pump(ends);
    if (error === undefined) expect([ends.server.error, ends.client.error]).toEqual([undefined, undefined]);
    else expect(ends.server.error).toMatchObject(error);
    expect(ends.server.connected?.peerCertificates).toEqual(error === undefined ? [] : undefined);
  });

  it('refuses a client that signs all the same, by what was asked for or by another: illegal_parameter', () => {
    for (const scheme of [0x0904, 0x0403]) {
      const raw = encodeMessage(certificate12, { certificate_list: credential.chain });
      const verify = encodeMessage(certificateVerify12, { algorithm: scheme, signature: new Uint8Array(64) });
      const versions = [
        misbehaving12('client', effect => {
          if (effect.op !== 'send') return effect;
          if (effect.raw[0] === certificate12.type) return { ...effect, raw };
          return effect.raw[0] === clientKeyExchange12.type ? [effect, { ...effect, raw: verify }] : effect;
        }),
      ];
      const ends = pair({ ...only12, versions }, { ...server, clientAuth: { mode: 'require', verifier } });
      pump(ends);
      expect(ends.server.error).toMatchObject({
        code: 'ERR_TLS_ILLEGAL_PARAMETER',
        alert: 'illegal_parameter',
        sentBy: 'us',
      });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
    }
  });
});

describe('a raw public key', () => {
  it('that a client has not is a Certificate of no bytes, as one of no chain is (RFC 5246 §7.4.6)', () => {
    const raw = { chain: [credential.key.spki], key: credential.key, certificateType: 2 };
    for (const [mode, error] of [
      ['request', undefined],
      ['require', { code: 'ERR_TLS_CERTIFICATE_REQUIRED' }],
    ] as const) {
      const clientAuth = { mode, verifier: { ...verifier, certificateTypes: [2] } };
      const ends = pair({ ...only12, certificateTypes: [2], credentials: () => undefined }, { ...only12, clientAuth });
      pump(ends);
      if (error === undefined) expect(ends.server.connected?.peerCertificates).toEqual([]);
      else expect(ends.server.error).toMatchObject(error);
      const shown = pair({ ...only12, certificateTypes: [2], credentials: () => raw }, { ...only12, clientAuth });
      pump(shown);
      expect(shown.server.connected?.peerCertificates).toEqual(raw.chain);
    }
  });

  it('is spoken of again where a session resumes (RFC 7250 §4.2)', () => {
    const spki = credential.key.spki;
    const raw = { chain: [spki], key: credential.key, certificateType: 2 };
    const seen: (readonly number[] | number | undefined)[] = [];
    const tickets = new TicketKeys({ provider, now: () => Date.UTC(2026, 0, 1) });
    const client = { ...only12, verifier: { ...verifier, certificateTypes: [2] } };
    let session: ClientSession | undefined;
    for (let i = 0; i < 2; i++) {
      const ends = pair({ ...client, session }, { ...only12, credentials: () => raw, tickets });
      pump(ends, (from, bytes) => {
        if (from === 'server' && bytes[5] === 2) {
          const length = ((bytes[6] ?? 0) << 16) | ((bytes[7] ?? 0) << 8) | (bytes[8] ?? 0);
          const { extensions } = decodeMessage(serverHello, bytes.subarray(5, 9 + length));
          seen.push(findExtension(extensions, serverCertificateTypeRow, 'SH12')?.server_certificate_type);
        }
        return bytes;
      });
      expect([ends.client.error?.message, ends.server.error?.message]).toEqual([undefined, undefined]);
      expect(ends.client.connected?.resumed).toBe(i === 1);
      session = ends.client.events.find(event => event.type === 'session')?.session;
    }
    expect(seen).toEqual([2, 2]);
  });
});

describe('a renegotiation', () => {
  it('does not lose extended_master_secret (RFC 7627 §5.4)', () => {
    let count = 0;
    const shapeHello = (hello: ReturnType<typeof read>) => {
      count++;
      const extensions = hello.extensions.filter(
        ({ extension_type }) => count === 1 || extension_type !== extendedMasterSecretRow.type,
      );
      return { ...hello, extensions };
    };
    const ends = pair({ ...only12, ...accept, shapeHello }, { ...only12, ...accept });
    pump(ends);
    expect(ends.server.connected?.tls12?.extendedMasterSecret).toBe(true);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_REFUSED', alert: 'handshake_failure' });
    expect(count).toBe(2);
  });
});

describe('a ServerHello without anything to say', () => {
  it('has no list of extensions, not an empty one (RFC 5246 §7.4.1.3)', () => {
    const shapeHello = (hello: ReturnType<typeof read>) => ({
      ...hello,
      cipher_suites: [ECDHE_ECDSA],
      extensions: hello.extensions.filter(({ extension_type: type }) =>
        [ExtensionType.values.signature_algorithms, ExtensionType.values.supported_groups].includes(type as 10 | 13),
      ),
    });
    const ends = pair({ ...only12, shapeHello, tls12: { requireSecureRenegotiation: false } }, only12);
    const first = ends.client.engine.takeOutput();
    for (const part of first) ends.server.engine.receive(part);
    expect(ends.server.error?.message).toBeUndefined();
    const record = takeAll(ends.server.engine);
    const length = ((record[6] ?? 0) << 16) | ((record[7] ?? 0) << 8) | (record[8] ?? 0);
    // Version, random, session ID of no bytes, suite, compression; and nothing else.
    expect(length).toBe(2 + 32 + 1 + 2 + 1);
    expect(decodeMessage(serverHello, record.subarray(5, 9 + length)).extensions).toEqual([]);
  });
});

function read(bytes: Uint8Array) {
  return decodeMessage(clientHello, bytes);
}
