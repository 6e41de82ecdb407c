/** A record as an inspector sees it: copies, which are the inspector's. */
import type { Epoch } from '@tlskit/tls-handshake';
import type { OpenedRecord, RecordObservation, RecordOpener } from '@tlskit/tls-record';

/**
 * @param bytes the whole record as on the wire: memory that is not used again
 * @param protection what it is under, or undefined where it is in the clear
 */
export function observation(
  direction: 'in' | 'out',
  epoch: Epoch,
  bytes: Uint8Array,
  { type: innerType, content, padding }: Pick<OpenedRecord, 'type' | 'content' | 'padding'>,
  protection: ReturnType<RecordOpener['describe']>,
): RecordObservation {
  // A copy by constructor: `slice` of a Buffer is a view.
  const common = { direction, epoch, type: bytes[0] as number, bytes, content: new Uint8Array(content) };
  return protection === undefined
    ? { ...common, epoch: 'plaintext' }
    : { ...common, innerType, padding, ...protection };
}
