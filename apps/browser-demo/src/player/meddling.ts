/** What somebody in between did to a record, as it is seen from what arrived in its place. */
import type { Stop } from '../state/stops.ts';

export type Meddling =
  | { readonly type: 'changed'; readonly offset: number; readonly from: number; readonly to: number }
  | { readonly type: 'dropped' }
  | { readonly type: 'repeated' }
  /** It comes after the next one of its sender. */
  | { readonly type: 'held' }
  /** The one before it, which was held back, comes behind it. */
  | { readonly type: 'first' };

type RecordStep = Extract<Stop['step'], { type: 'record' }>;

/** @param isSwap whether a record that did not arrive is not lost, but late */
export function meddlingWith({ entry, arrived }: RecordStep, isSwap: boolean): Meddling | undefined {
  const { bytes } = entry.record;
  const [first, second] = arrived;
  if (first === undefined) return { type: isSwap ? 'held' : 'dropped' };
  if (second !== undefined) return { type: differenceOf(first, second) < 0 ? 'repeated' : 'first' };
  const offset = differenceOf(bytes, first);
  if (offset < 0) return undefined;
  return { type: 'changed', offset, from: bytes[offset] ?? 0, to: first[offset] ?? 0 };
}

/** Where two differ first; negative where they do not. */
function differenceOf(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) if (a[at] !== b[at]) return at;
  return -1;
}
