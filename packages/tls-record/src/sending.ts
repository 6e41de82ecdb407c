/** How much goes into a record: fragmentation (RFC 9846 §5.1) and padding (§5.4). */

/** Cuts content into fragments of at most `max` bytes, as views. Empty content has none. */
export function* fragment(content: Uint8Array, max: number): Generator<Uint8Array, void, void> {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`no such fragment size: ${max}`);
  if (content.length > 0 && content.length <= max) {
    yield content;
    return;
  }
  for (let at = 0; at < content.length; at += max) yield content.subarray(at, Math.min(at + max, content.length));
}

/**
 * How many bytes of zeros go behind a record's content.
 * @param contentLength bytes of content
 * @param max bytes of padding that still fit; more is the sealer's error
 */
export type PaddingPolicy = (contentLength: number, max: number) => number;

/** Records show the length of their content. */
export const noPadding: PaddingPolicy = () => 0;

/** Records have content and padding of a multiple of `n` bytes, or as much as fits. @throws RangeError unless n is positive */
export function padToMultiple(n: number): PaddingPolicy {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`no such multiple: ${n}`);
  return (contentLength, max) => {
    const over = contentLength % n;
    // Content of nothing is padded too: an empty record that is the only short one would stand out.
    return Math.min(max, over === 0 && contentLength > 0 ? 0 : n - over);
  };
}
