/** What became of a record on its way, where somebody was in between. */

/** What differs, in lines of up to eight bytes. */
export interface Difference {
  readonly offset: number;
  readonly sent: Uint8Array;
  readonly arrived: Uint8Array;
}

export type Arrival =
  | { readonly type: 'dropped' }
  | { readonly type: 'held' }
  | { readonly type: 'late' }
  | { readonly type: 'repeated'; readonly times: number }
  | { readonly type: 'changed'; readonly bytes: number; readonly differences: readonly Difference[] };

const LINE = 8;

/**
 * Undefined where it arrived as it was sent.
 * @param arrived in its place
 * @param later what arrived in place of the next record of the same sender
 */
export function arrivalOf(
  sent: Uint8Array,
  arrived: readonly Uint8Array[],
  later: readonly Uint8Array[],
): Arrival | undefined {
  const [first, ...others] = arrived;
  if (first === undefined) return { type: later.some(each => isSame(each, sent)) ? 'held' : 'dropped' };
  if (!isSame(first, sent)) {
    const length = Math.max(sent.length, first.length);
    const lines = Array.from({ length: Math.ceil(length / LINE) }, (_, line) => line * LINE);
    const differences = lines
      .map(offset => ({
        offset,
        sent: sent.subarray(offset, offset + LINE),
        arrived: first.subarray(offset, offset + LINE),
      }))
      .filter(line => !isSame(line.sent, line.arrived));
    const bytes = Array.from({ length }).filter((_, i) => sent[i] !== first[i]).length;
    return { type: 'changed', bytes, differences };
  }
  if (others.length === 0) return undefined;
  return others.every(each => isSame(each, sent)) ? { type: 'repeated', times: arrived.length } : { type: 'late' };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
