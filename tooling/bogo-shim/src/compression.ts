/** The algorithms of compression that the runner knows: none of the RFC's, but easy to tell (RFC 8879). */
import { randomBytes } from 'node:crypto';
import type { CertificateCompression } from '@tlskit/tls-handshake';
import { concat } from '@tlskit/tls-wire';
import type { Settings } from './settings.ts';

const SHRINKING_PREFIX = Uint8Array.of(0, 0);
const EXPANDING_PREFIX = Uint8Array.of(1, 2, 3, 4);

/** Takes off, or puts on, what stands before every Certificate. */
const shrinking: CertificateCompression = {
  algorithm: 0xff01,
  compress: body => body.subarray(SHRINKING_PREFIX.length),
  decompress: compressed => concat(SHRINKING_PREFIX, compressed),
};

const expanding: CertificateCompression = {
  algorithm: 0xff02,
  compress: body => concat(EXPANDING_PREFIX, body),
  decompress: compressed => compressed.subarray(EXPANDING_PREFIX.length),
};

const random: CertificateCompression = {
  algorithm: 0xff03,
  compress: body => concat(randomBytes(1), body),
  decompress: compressed => compressed.subarray(1),
};

/** Those that the flags install, in BoringSSL's order. */
export function mockCompression({ compressAll, compressOne }: Settings): readonly CertificateCompression[] {
  return [expanding, shrinking, random].filter(({ algorithm }) => compressAll || algorithm === compressOne);
}
