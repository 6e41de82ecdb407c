/** Compression of certificates by the streams that browsers and other platforms have: zlib alone, and never at once. */
import type { CertificateCompression } from '@tlskit/tls-handshake';

/** `zlib` of RFC 8879 by CompressionStream and DecompressionStream. @throws TypeError where the platform has none, when it is used */
export const zlibStreams: CertificateCompression = {
  algorithm: 1,
  async compress(body) {
    const compressed = await collect(body, new CompressionStream('deflate'), Number.MAX_SAFE_INTEGER);
    return compressed.length < body.length ? compressed : undefined;
  },
  decompress: (compressed, length) => collect(compressed, new DecompressionStream('deflate'), length),
};

async function collect(input: Uint8Array, through: GenericTransformStream, limit: number): Promise<Uint8Array> {
  const source = new Blob([Uint8Array.from(input)]).stream().pipeThrough(through as ReadableWritablePair<Uint8Array>);
  const reader = source.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`more than ${limit} bytes come out`);
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
