/** How long records are: by our own wish (RFC 9846 §5.1, §5.4), and by agreement (RFC 8449, RFC 6066 §4). */
import type { FragmentLength } from '@tlskit/tls-handshake';
import type { PaddingPolicy } from '@tlskit/tls-record';
import { integer, invalid, optionalFunction, shown } from './check.ts';

export interface RecordOptions {
  /** The most bytes of content in a record that is sent, 1 to 16,384. */
  readonly recordSize?: number | undefined;
  /** How records are padded (RFC 9846 §5.4); not at all by default. */
  readonly padding?: PaddingPolicy | undefined;
  /**
   * The most bytes of plaintext in a protected record that is to be received, 64 to 16,385 (RFC 8449); in TLS 1.3 content type
   * and padding count. A client says nothing of it by default. A server answers those who do by 16,385, and with false not at all.
   */
  readonly recordSizeLimit?: number | false | undefined;
}

export const recordOptionNames: Record<keyof RecordOptions, true> = {
  recordSize: true,
  padding: true,
  recordSizeLimit: true,
};

/** Bytes of TLSInnerPlaintext, the longest there is (RFC 9846 §5.4). */
export const MAX_RECORD_SIZE_LIMIT = 2 ** 14 + 1;

/** @param ifAbsent the limit where the options say nothing of one */
export function recordOptionsOf(options: RecordOptions, ifAbsent: number | undefined) {
  const { recordSizeLimit: limit } = options;
  const padding = optionalFunction('padding', options.padding);
  return {
    recordSize: integer('recordSize', options.recordSize, 1, 16_384, 16_384),
    ...(padding === undefined ? {} : { padding }),
    recordSizeLimit:
      limit === false
        ? undefined
        : limit === undefined
          ? ifAbsent
          : integer('recordSizeLimit', limit, 64, MAX_RECORD_SIZE_LIMIT, 0),
  };
}

export function fragmentLengthOf(given: FragmentLength | undefined): FragmentLength | undefined {
  if (given === undefined || [512, 1024, 2048, 4096].includes(given)) return given;
  throw invalid(`maxFragmentLength is 512, 1024, 2048 or 4096, not ${shown(given)}`);
}
