/** How long records may be, where the two sides agreed on less than the protocol allows (RFC 8449, RFC 6066 §4). */
import type { Flow } from './flow.ts';
import type { AnswerMessage, Parameters } from './parameters.ts';

/** A bound on the records of one direction. */
export interface RecordLimit {
  readonly direction: 'read' | 'write';
  /** The most bytes of a record's content; in TLS 1.3 padding counts, and the content type does not. */
  readonly size: number;
  /** Whether records without protection are bounded too. */
  readonly plaintext: boolean;
  /** Where the bound comes from. */
  readonly rfc: string;
}

/** From here on records are as long as the parameters say, in both directions. */
export function* limitRecords(message: AnswerMessage, parameters: Parameters): Flow<void> {
  for (const limit of recordLimits(message, parameters)) yield { op: 'limit-records', limit };
}

function recordLimits(message: AnswerMessage, { recordSizeLimit, maxFragmentLength }: Parameters): RecordLimit[] {
  // RFC 9846 §5.4: in TLS 1.3 a reduced limit covers the content type too.
  const type = message === 'EE' ? 1 : 0;
  if (recordSizeLimit !== undefined) {
    const common = { plaintext: false, rfc: 'RFC 8449 §4' } as const;
    return [
      { direction: 'read', size: recordSizeLimit.receive - type, ...common },
      { direction: 'write', size: recordSizeLimit.send - type, ...common },
    ];
  }
  if (maxFragmentLength === undefined) return [];
  const common = { plaintext: true, rfc: 'RFC 6066 §4' } as const;
  return [
    // RFC 6066 bounds TLSPlaintext.length, which is without the type: peers that go by it alone are in the right as well.
    { direction: 'read', size: maxFragmentLength, ...common },
    { direction: 'write', size: maxFragmentLength - type, ...common },
  ];
}
