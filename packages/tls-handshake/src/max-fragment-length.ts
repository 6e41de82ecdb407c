/** The "max_fragment_length" extension (RFC 6066 §4): a client has both sides cut their records shorter. */
import {
  type Extension,
  findExtension,
  MaxFragmentLength,
  makeExtension,
  maxFragmentLengthRow,
} from '@tlskit/tls-messages';
import type { ClientConfig, ServerConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';

/** The lengths that there are, in bytes. */
export type FragmentLength = 512 | 1024 | 2048 | 4096;

/** The client's part of a ClientHello. */
export function offerMaxFragmentLength({ maxFragmentLength }: ClientConfig): Extension[] {
  return maxFragmentLength === undefined ? [] : [makeExtension(maxFragmentLengthRow, 'CH', codeOf(maxFragmentLength))];
}

/** The length that the server repeats, which is the one that was asked for (RFC 6066 §4). */
export function agreedMaxFragmentLength(
  { maxFragmentLength }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): FragmentLength | undefined {
  const code = findExtension(extensions, maxFragmentLengthRow, message);
  if (code === undefined || maxFragmentLength === undefined) return undefined;
  if (code !== codeOf(maxFragmentLength)) {
    throw illegal(`max_fragment_length is ${MaxFragmentLength.label(code)}, which was not asked for`, 'RFC 6066 §4');
  }
  return maxFragmentLength;
}

/** What a server does for a client that asks. Called only where record_size_limit is not in use, which replaces this (RFC 8449 §5). */
export function chooseMaxFragmentLength(
  { maxFragmentLength: takes }: ServerConfig,
  hello: readonly Extension[],
): FragmentLength | undefined {
  const code = findExtension(hello, maxFragmentLengthRow, 'CH');
  if (code === undefined || takes !== true) return undefined;
  const length = lengths.find(candidate => codeOf(candidate) === code);
  if (length === undefined) throw illegal(`max_fragment_length has no value ${code}`, 'RFC 6066 §4');
  return length;
}

/** The server's answer. */
export function answerMaxFragmentLength(message: AnswerMessage, length: FragmentLength | undefined): Extension[] {
  return length === undefined ? [] : [makeExtension(maxFragmentLengthRow, message, codeOf(length))];
}

const lengths: readonly FragmentLength[] = [512, 1024, 2048, 4096];

/** "2^9(1), 2^10(2), 2^11(3), 2^12(4)" */
function codeOf(length: FragmentLength): number {
  return Math.log2(length) - 8;
}
