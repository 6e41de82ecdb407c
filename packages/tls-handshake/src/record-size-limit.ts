/** The "record_size_limit" extension (RFC 8449): each side says how long the protected records may be that it receives. */
import {
  type Extension,
  findExtension,
  makeExtension,
  maxFragmentLengthRow,
  recordSizeLimitRow,
} from '@tlskit/tls-messages';
import type { ClientConfig, ServerConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';

/** The two limits, in bytes of plaintext; in TLS 1.3 content type and padding count. */
export interface RecordSizeLimit {
  /** What the peer takes. */
  readonly send: number;
  /** What we take. */
  readonly receive: number;
}

/** "Endpoints MUST NOT send a "record_size_limit" extension with a value smaller than 64." (RFC 8449 §4) */
const MIN_LIMIT = 64;

/** The limit of the protocol itself, by the message that answers (RFC 8449 §4). */
const protocolLimit = { EE: 2 ** 14 + 1, SH12: 2 ** 14 } as const;

/** The client's part of a ClientHello. */
export function offerRecordSizeLimit({ recordSizeLimit }: ClientConfig): Extension[] {
  return recordSizeLimit === undefined ? [] : [makeExtension(recordSizeLimitRow, 'CH', recordSizeLimit)];
}

export function agreedRecordSizeLimit(
  { recordSizeLimit: ours }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): RecordSizeLimit | undefined {
  const theirs = findExtension(extensions, recordSizeLimitRow, message);
  if (theirs === undefined || ours === undefined) return undefined;
  // RFC 8449 §5: the two exclude one another, whatever was offered.
  if (findExtension(extensions, maxFragmentLengthRow, message) !== undefined) {
    throw illegal('the server answers record_size_limit and max_fragment_length both', 'RFC 8449 §5');
  }
  if (theirs > protocolLimit[message]) {
    throw illegal(`record_size_limit is ${theirs}, more than records may have`, 'RFC 8449 §4');
  }
  return limits(message, ours, theirs);
}

/** What a server makes of a client's limit: a larger one than the protocol's may mean something to somebody (RFC 8449 §4). */
export function chooseRecordSizeLimit(
  { recordSizeLimit: ours }: ServerConfig,
  message: AnswerMessage,
  hello: readonly Extension[],
): RecordSizeLimit | undefined {
  const theirs = findExtension(hello, recordSizeLimitRow, 'CH');
  return theirs === undefined || ours === undefined ? undefined : limits(message, ours, theirs);
}

/** The server's answer. */
export function answerRecordSizeLimit(message: AnswerMessage, limit: RecordSizeLimit | undefined): Extension[] {
  return limit === undefined ? [] : [makeExtension(recordSizeLimitRow, message, limit.receive)];
}

function limits(message: AnswerMessage, ours: number, theirs: number): RecordSizeLimit {
  if (theirs < MIN_LIMIT) throw illegal(`record_size_limit is ${theirs}, less than ${MIN_LIMIT}`, 'RFC 8449 §4');
  const most = protocolLimit[message];
  return { send: Math.min(theirs, most), receive: Math.min(ours, most) };
}
