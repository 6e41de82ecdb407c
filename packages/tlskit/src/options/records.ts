/** How long records are: by our own wish (RFC 9846 §5.1, §5.4), and by agreement (RFC 8449, RFC 6066 §4). */
import type { FragmentLength } from '@tlskit/tls-handshake';
import { defaultRecordSizing, type PaddingPolicy, type RecordSizing } from '@tlskit/tls-record';
import { checkNames, integer, invalid, optionalFunction, shown } from './check.ts';

export interface RecordOptions {
  /** The most bytes of content in a record that is sent, 1 to 16,384. */
  readonly recordSize?: number | undefined;
  /**
   * Records that grow: small ones at the beginning, so that the peer can use what comes without waiting for many packets, then
   * `recordSize`, and small ones again after a pause. False by default; true for 1,360 bytes until 65,536 have gone out, anew after
   * a second without data.
   */
  readonly dynamicRecords?: boolean | DynamicRecords | undefined;
  /** How records are padded (RFC 9846 §5.4); not at all by default. */
  readonly padding?: PaddingPolicy | undefined;
  /**
   * The most bytes of plaintext in a protected record that is to be received, 64 to 16,385 (RFC 8449); in TLS 1.3 content type
   * and padding count. A client says nothing of it by default. A server answers those who do by 16,385, and with false not at all.
   */
  readonly recordSizeLimit?: number | false | undefined;
}

/** See `dynamicRecords`, whose defaults stand for what is left out. */
export interface DynamicRecords {
  /** Bytes of content in a small record, 64 to `recordSize`. */
  readonly small?: number | undefined;
  /** Bytes that go out in small records before long ones follow; 0 to 2^30. */
  readonly growAfter?: number | undefined;
  /** Milliseconds without data after which records are small again. */
  readonly idle?: number | undefined;
}

export const recordOptionNames: Record<keyof RecordOptions, true> = {
  recordSize: true,
  dynamicRecords: true,
  padding: true,
  recordSizeLimit: true,
};

/** Bytes of TLSInnerPlaintext, the longest there is (RFC 9846 §5.4). */
export const MAX_RECORD_SIZE_LIMIT = 2 ** 14 + 1;

/** @param ifAbsent the limit where the options say nothing of one */
export function recordOptionsOf(options: RecordOptions, ifAbsent: number | undefined) {
  const { recordSizeLimit: limit } = options;
  const padding = optionalFunction('padding', options.padding);
  const recordSize = integer('recordSize', options.recordSize, 1, 16_384, 16_384);
  return {
    recordSize,
    recordSizing: sizingOf(options.dynamicRecords, recordSize),
    ...(padding === undefined ? {} : { padding }),
    recordSizeLimit:
      limit === false
        ? undefined
        : limit === undefined
          ? ifAbsent
          : integer('recordSizeLimit', limit, 64, MAX_RECORD_SIZE_LIMIT, 0),
  };
}

function sizingOf(given: RecordOptions['dynamicRecords'], recordSize: number): RecordSizing | undefined {
  if (given === undefined || given === false) return undefined;
  const { small, growAfter, idle } = defaultRecordSizing;
  const least = Math.min(64, recordSize);
  const size = (value?: number) =>
    integer('dynamicRecords.small', value, least, recordSize, Math.min(small, recordSize));
  if (given === true) return { small: size(), growAfter, idle };
  checkNames('dynamicRecords', given, ['small', 'growAfter', 'idle']);
  return {
    small: size(given.small),
    growAfter: integer('dynamicRecords.growAfter', given.growAfter, 0, 2 ** 30, growAfter),
    idle: integer('dynamicRecords.idle', given.idle, 0, 0x7fff_ffff, idle),
  };
}

export function fragmentLengthOf(given: FragmentLength | undefined): FragmentLength | undefined {
  if (given === undefined || [512, 1024, 2048, 4096].includes(given)) return given;
  throw invalid(`maxFragmentLength is 512, 1024, 2048 or 4096, not ${shown(given)}`);
}
