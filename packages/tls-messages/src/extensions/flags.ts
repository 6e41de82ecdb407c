/** Flags that are extensions of a single bit (draft-ietf-tls-tlsflags). */
import { type Codec, declared, opaqueVector, struct } from '@tlskit/tls-wire';
import { type ExtensionRow, extensionRow } from './row.ts';

/** A string of bits, that of the lowest number first in each byte. */
export interface FlagExtensions {
  /** Minimal: the last byte is not zero, which is for the receiver to check. */
  readonly flags: Uint8Array;
}

const flagExtensions: Codec<FlagExtensions> = /* @__PURE__ */ declared(() =>
  struct('FlagExtensions', { flags: opaqueVector(1, 255) }),
);

/** draft-ietf-tls-tlsflags §2; of the messages that may carry it the one in which something is said here. */
export const tlsFlagsRow: ExtensionRow<{ NST: FlagExtensions }> = /* @__PURE__ */ extensionRow(62, 'tls_flags', {
  NST: flagExtensions,
});

/** Of a ticket: the session may resume with other names that the server's certificate bears (draft-ietf-tls-cross-sni-resumption). */
export const RESUMPTION_ACROSS_NAMES = 8;

/** Whether the flag of that number is up. */
export function hasFlag({ flags }: FlagExtensions, number: number): boolean {
  return (((flags[number >>> 3] ?? 0) >>> (number & 7)) & 1) === 1;
}

/** These flags, and no others. */
export function flagsOf(...numbers: readonly number[]): FlagExtensions {
  const flags = new Uint8Array(numbers.length === 0 ? 0 : (Math.max(...numbers) >>> 3) + 1);
  for (const number of numbers) flags[number >>> 3] = (flags[number >>> 3] as number) | (1 << (number & 7));
  return { flags };
}
