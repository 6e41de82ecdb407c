/** Encodings of the same value that BER has and DER has not (ITU-T X.690 §10.1), for those who must refuse them. */

/** The first value of `der` with its length in one octet more than it needs; what follows stays. */
export function longLength(der: Uint8Array): Uint8Array {
  const { tag, length, contents } = firstValue(der);
  const octets = lengthOctets(length);
  return Uint8Array.of(tag, 0x80 | (octets.length + 1), 0, ...octets, ...contents);
}

/** The first value of `der`, which is constructed, with an indefinite length. */
export function indefiniteLength(der: Uint8Array): Uint8Array {
  const { tag, length, contents } = firstValue(der);
  return Uint8Array.of(tag, 0x80, ...contents.subarray(0, length), 0, 0, ...contents.subarray(length));
}

/** Something behind the end. */
export function trailing(der: Uint8Array): Uint8Array {
  return Uint8Array.of(...der, 0);
}

/** `contents` goes on behind the value. */
function firstValue(der: Uint8Array): { tag: number; length: number; contents: Uint8Array } {
  const [tag = 0, first = 0] = der;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : der.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  return { tag, length, contents: der.subarray(2 + octets) };
}

function lengthOctets(length: number): number[] {
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return octets;
}
