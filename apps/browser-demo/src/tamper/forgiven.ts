/** What is to be ignored, by an RFC: the only positions of a connection where another byte makes no difference. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import type { Version } from '../lab/settings.ts';

export interface Forgiven {
  readonly field: string;
  /** Where it is said. */
  readonly section: string;
  /** Why, in the view's texts. */
  readonly why: 'allPurposes' | 'helloOfAnyVersion' | 'allImplementations';
}

const field = 'legacy_record_version';

/** Bytes of a record that have its version. */
const [VERSION, LENGTH] = [1, 3];

/** Why a byte may be any other; undefined where it may not. */
export function forgivenAt(
  { protection, contentType, messages }: RecordEntry,
  offset: number,
  version: Version,
): Forgiven | undefined {
  // Under keys it is in the additional data: it may be ignored, and is not.
  if (protection !== undefined || offset < VERSION || offset >= LENGTH) return undefined;
  if (version === '1.3') return { field, section: 'RFC 9846 §5.1', why: 'allPurposes' };
  const isHello = contentType === 'handshake' && messages.some(({ name }) => name === 'ClientHello');
  if (isHello) return { field, section: 'RFC 5246 §E.1', why: 'helloOfAnyVersion' };
  return { field, section: 'RFC 9846 §E', why: 'allImplementations' };
}
