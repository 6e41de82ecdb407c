/** Certificates that are compressed on their way (RFC 8879). */
import { deflateSync, inflateSync } from 'node:zlib';
import type { CertificateCompression, Credential } from '@tlskit/tls-handshake';
import {
  type CompressedCertificate,
  certificate,
  clientHello,
  compressCertificateRow,
  compressedCertificate,
  decodeMessage,
  encodeMessage,
  makeExtension,
} from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { clientConfig, credential, misbehaving, type Pair, pair, pump, sends } from './support.ts';

const zlib: CertificateCompression = {
  algorithm: 1,
  compress: body => deflateSync(body),
  decompress: (bytes, length) => inflateSync(bytes, { maxOutputLength: length }),
};
const by = (...compression: CertificateCompression[]) => ({ certificates: { compression } });

/** Which message carried the server's certificate. */
interface Attempt extends Pair {
  readonly carrier: 'Certificate' | 'CompressedCertificate' | undefined;
}

function connect(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Attempt {
  let carrier: Attempt['carrier'];
  const watching = misbehaving('server', effect => {
    if (sends(effect, certificate)) carrier = 'Certificate';
    if (sends(effect, compressedCertificate)) carrier = 'CompressedCertificate';
    return effect;
  });
  const ends = pair(client, { versions: [watching], ...server });
  pump(ends);
  return { ...ends, carrier };
}

describe('a compressed Certificate', () => {
  it('is sent to a client that reads the algorithm, and stands in the transcript as it was sent', () => {
    const { client, server, carrier } = connect(by(zlib), by(zlib));
    expect(carrier).toBe('CompressedCertificate');
    expect(client.connected?.peerCertificates).toEqual(credential.chain);
    expect(server.connected).toBeDefined();
  });

  it('is not sent to others', () => {
    expect(connect({}, by(zlib)).carrier).toBe('Certificate');
    expect(connect(by(zlib), {}).carrier).toBe('Certificate');
    expect(connect(by({ ...zlib, algorithm: 2 }), by(zlib)).carrier).toBe('Certificate');
  });

  it("goes by the server's order", () => {
    const used: number[] = [];
    const method = (algorithm: number): CertificateCompression => ({
      algorithm,
      compress: body => {
        used.push(algorithm);
        return deflateSync(body);
      },
      decompress: zlib.decompress,
    });
    connect(by(method(1), method(2), method(3)), by(method(3), method(1)));
    expect(used).toEqual([3]);
  });

  it('is not sent where the method says that it does not pay', () => {
    const { client, carrier } = connect(by(zlib), by({ ...zlib, compress: () => undefined }));
    expect(carrier).toBe('Certificate');
    expect(client.connected).toBeDefined();
  });

  it('is made once for each credential, and anew for another staple', () => {
    let made = 0;
    const compress = (body: Uint8Array) => {
      made++;
      return deflateSync(body);
    };
    const counting = by({ ...zlib, compress });
    let response = Uint8Array.of(1);
    const own: Credential = { ...credential, ocsp: () => response };
    for (const _ of [1, 2, 3]) {
      const ends = connect(
        { certificates: { compression: [zlib], ocsp: true } },
        { ...counting, credentials: () => own },
      );
      expect(ends.client.connected?.peerCertificateDetails?.ocsp).toEqual(response);
    }
    expect(made).toBe(1);
    response = Uint8Array.of(2);
    connect({ certificates: { compression: [zlib], ocsp: true } }, { ...counting, credentials: () => own });
    expect(made).toBe(2);
  });

  it('may take its time on both sides', async () => {
    const slow = by({
      algorithm: 1,
      compress: body => Promise.resolve(deflateSync(body)),
      decompress: (bytes, length) => Promise.resolve(zlib.decompress(bytes, length)),
    });
    const ends = connect(slow, slow);
    for (let i = 0; i < 5; i++) {
      await Promise.resolve();
      pump(ends);
    }
    expect(ends.client.connected?.peerCertificates).toEqual(credential.chain);
  });
});

describe('a client refuses', () => {
  const fault = (change: (body: CompressedCertificate) => CompressedCertificate) =>
    misbehaving('server', effect =>
      sends(effect, compressedCertificate)
        ? {
            ...effect,
            raw: encodeMessage(compressedCertificate, change(decodeMessage(compressedCertificate, effect.raw))),
          }
        : effect,
    );
  const outcome = (version: EngineVersion, client: Partial<ClientEngineConfig> = by(zlib)) =>
    connect(client, { ...by(zlib), versions: [version] });

  const cases: [what: string, code: string, alert: string, EngineVersion][] = [
    [
      'an algorithm that was not offered',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      fault(body => ({ ...body, algorithm: 2 })),
    ],
    [
      'a length that is too small',
      'ERR_TLS_CERT_DECOMPRESSION',
      'bad_certificate',
      fault(body => ({ ...body, uncompressed_length: body.uncompressed_length - 1 })),
    ],
    [
      'a length that is too large',
      'ERR_TLS_CERT_DECOMPRESSION',
      'bad_certificate',
      fault(body => ({ ...body, uncompressed_length: body.uncompressed_length + 1 })),
    ],
    [
      'what is not of the algorithm',
      'ERR_TLS_CERT_DECOMPRESSION',
      'bad_certificate',
      fault(body => ({ ...body, compressed_certificate_message: body.compressed_certificate_message.map(b => ~b) })),
    ],
    [
      'what is cut short',
      'ERR_TLS_CERT_DECOMPRESSION',
      'bad_certificate',
      fault(body => ({ ...body, compressed_certificate_message: body.compressed_certificate_message.subarray(0, 40) })),
    ],
    [
      'what is no Certificate when it is decompressed',
      'ERR_TLS_DECODE',
      'decode_error',
      fault(body => ({
        ...body,
        uncompressed_length: 3,
        compressed_certificate_message: deflateSync(Uint8Array.of(0, 0, 0)),
      })),
    ],
  ];
  it.each(cases)('%s', (_what, code, alert, version) => {
    const { client, server } = outcome(version);
    expect(client.error).toMatchObject({ code, alert });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('a bomb before it goes off: the length is over the limit, and nothing is decompressed', () => {
    let calls = 0;
    const decompress: typeof zlib.decompress = (bytes, length) => {
      calls++;
      return zlib.decompress(bytes, length);
    };
    const counting = by({ ...zlib, decompress });
    const limit = clientConfig.limits.maxMessageLength;
    const bomb = deflateSync(new Uint8Array(1 << 22));
    const version = (uncompressed_length: number) =>
      fault(body => ({ ...body, uncompressed_length, compressed_certificate_message: bomb }));
    const { client } = outcome(version(1 << 22), counting);
    expect(client.error).toMatchObject({ code: 'ERR_TLS_CERT_DECOMPRESSION', alert: 'bad_certificate' });
    expect(calls).toBe(0);
    // One that lies about its length stops at it.
    expect(outcome(version(limit), counting).client.error).toMatchObject({ code: 'ERR_TLS_CERT_DECOMPRESSION' });
    expect(calls).toBe(1);
  });

  it('a method of its own that gives another length', () => {
    const { client } = connect(by({ ...zlib, decompress: () => new Uint8Array(1) }), by(zlib));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_CERT_DECOMPRESSION', alert: 'bad_certificate' });
  });

  it('a CompressedCertificate that it did not offer to read', () => {
    const unasked = misbehaving('server', effect => {
      if (!sends(effect, certificate)) return effect;
      const body = effect.raw.subarray(4);
      const raw = encodeMessage(compressedCertificate, {
        algorithm: 1,
        uncompressed_length: body.length,
        compressed_certificate_message: deflateSync(body),
      });
      return { ...effect, raw };
    });
    const { client, server } = connect({}, { versions: [unasked] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
    expect(server.error).toMatchObject({ alert: 'unexpected_message' });
  });
});

describe('a server refuses', () => {
  it.each([
    ['an algorithm twice', '00010001', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
    ['no algorithm', '', 'ERR_TLS_DECODE', 'decode_error'],
    ['half an algorithm', '00', 'ERR_TLS_DECODE', 'decode_error'],
  ])('compress_certificate with %s', (_what, list, code, alert) => {
    const { client, server } = pair();
    const record = Uint8Array.from(client.engine.takeOutput().flatMap(part => [...part]));
    const hello = decodeMessage(clientHello, record.subarray(5));
    const { extension_type } = makeExtension(compressCertificateRow, 'CH', { algorithms: [1] });
    const extension_data = Uint8Array.of(list.length / 2, ...Buffer.from(list, 'hex'));
    const message = encodeMessage(clientHello, {
      ...hello,
      extensions: [...hello.extensions, { extension_type, extension_data }],
    });
    server.engine.receive(Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 255, ...message));
    expect(server.error).toMatchObject({ code, alert });
  });
});
