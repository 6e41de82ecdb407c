/** How bytes are laid out in lines, where the middle of long fields is left out. */
import type { Field } from '@tlskit/tls-inspect';

/** Bytes that are not shown: whole lines of 16, so that the others stand where they would. */
export interface Gap {
  /** Number of the leaf that they are of. */
  readonly leaf: number;
  readonly start: number;
  readonly end: number;
}

const LINE = 16;
/** Lines that are shown before a gap, and behind it. */
const [BEFORE, BEHIND] = [8, 2];
/** Fewer lines are not worth a gap. */
const LEAST = 8;

/** @param leaves those that have bytes */
export function gapsOf(leaves: readonly Field[]): readonly Gap[] {
  return leaves.flatMap(({ start, end }, leaf) => {
    const from = (Math.ceil(start / LINE) + BEFORE) * LINE;
    const to = (Math.floor(end / LINE) - BEHIND) * LINE;
    return to - from < LEAST * LINE ? [] : [{ leaf, start: from, end: to }];
  });
}

/** The offset of each line; a gap is one line without. @param width 16 or 8 */
export function offsetLines(length: number, width: number, gaps: readonly Gap[]): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < length; ) {
    const gap = gaps.find(({ start }) => start === at);
    lines.push(gap === undefined ? at.toString(16).padStart(4, '0') : ' ');
    at = gap === undefined ? at + width : gap.end;
  }
  return lines;
}
