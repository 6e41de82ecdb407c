/**
 * Random bytes that are the same for the same seed: a link replays byte for byte by them. They are for this page alone, and come to the
 * engines by the ways that exist for tests; nothing that is to stay secret may ever be made of them.
 */
import type { CryptoProvider } from 'tlskit';

/** SHA-256 of seed, name and counter, one block after another. */
export function seededRandom(
  { hashes }: Pick<CryptoProvider, 'hashes'>,
  seed: string,
  name: string,
): (length: number) => Uint8Array {
  const { sha256 } = hashes;
  if (sha256 === undefined) throw new Error('SHA-256 is needed');
  const prefix = new TextEncoder().encode(`${seed} ${name} `);
  let counter = 0;
  return length => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const block = sha256.digest(prefix, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter++));
      const part = block.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
}
