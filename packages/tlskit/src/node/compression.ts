/** Compression of certificates by Node's zlib (RFC 8879): brotli and zlib, and zstd where it is there (Node 22.15 and later). */
import * as zlib from 'node:zlib';
import type { CertificateCompression } from '@tlskit/tls-handshake';

/** Bytes that compression must save: the receiver's work, about 50 µs, is more than the way of fewer takes. A chain of two saves more, one small certificate less. */
const WORTHWHILE = 256;

/** Undefined for what would hardly become shorter. */
function shorter(body: Uint8Array, compressed: Uint8Array): Uint8Array | undefined {
  return compressed.length + WORTHWHILE <= body.length ? compressed : undefined;
}

type Inflate = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number; readonly info: true },
) => { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } };

/** Stops at the length that was announced, and takes no bytes behind the end. */
function bounded(inflate: Inflate): CertificateCompression['decompress'] {
  return (compressed, length) => {
    const { buffer, engine } = inflate(compressed, { maxOutputLength: Math.max(length, 1), info: true });
    if (engine.bytesWritten !== compressed.length) throw new RangeError('bytes stand behind the compressed data');
    return buffer;
  };
}

const { constants } = zlib;

/** With the most effort, as it is made once for each credential. */
const brotli: CertificateCompression = {
  algorithm: 2,
  compress: body =>
    shorter(body, zlib.brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } })),
  decompress: bounded(zlib.brotliDecompressSync as unknown as Inflate),
};

const deflate: CertificateCompression = {
  algorithm: 1,
  compress: body => shorter(body, zlib.deflateSync(body, { level: 9 })),
  decompress: bounded(zlib.inflateSync as unknown as Inflate),
};

interface Zstd {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
  readonly zstdDecompressSync?: Inflate;
}

const { zstdCompressSync, zstdDecompressSync } = zlib as Zstd;

/** Best first; what this Node has. */
export const nodeCompression: readonly CertificateCompression[] = [
  brotli,
  ...(zstdCompressSync === undefined || zstdDecompressSync === undefined
    ? []
    : [
        {
          algorithm: 3,
          compress: (body: Uint8Array) => shorter(body, zstdCompressSync(body)),
          decompress: bounded(zstdDecompressSync),
        },
      ]),
  deflate,
];
