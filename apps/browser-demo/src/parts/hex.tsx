/** Bytes in hexadecimal digits, in groups of four bytes: they may be broken between groups. */
interface HexProps {
  readonly bytes: Uint8Array;
  /** Bytes that are shown of it; all unless given. */
  readonly most?: number;
}

export function Hex({ bytes, most = bytes.length }: HexProps) {
  return (
    <code class="hex-groups">
      {grouped(bytes.subarray(0, most))}
      {bytes.length > most && '…'}
    </code>
  );
}

export function grouped(bytes: Uint8Array): string {
  const digits = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  return digits.match(/.{1,8}/g)?.join(' ') ?? '';
}
