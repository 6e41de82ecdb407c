/** `--psk ID:HEX`: keys that clients may know. */
import { bytesOf, UsageError } from '@tlskit/cli-kit';
import type { PskKey, PskSource } from 'tlskit';

/** RFC 9257 §4: a key, never a password. */
const MIN_KEY = 16;

/** @throws UsageError */
export function pskSource(given: readonly string[] | undefined, hash: string | undefined): PskSource | undefined {
  if (given === undefined) return undefined;
  const keys = new Map<string, PskKey>();
  for (const text of given) {
    const colon = text.lastIndexOf(':');
    const identity = text.slice(0, Math.max(colon, 0));
    // What is given may be a secret in the wrong place: it is not shown.
    if (identity === '') throw new UsageError('--psk is ID:HEX');
    const key = bytesOf('--psk', text.slice(colon + 1));
    if (key.length < MIN_KEY) throw new UsageError(`--psk has a key of ${MIN_KEY} bytes or more, not ${key.length}`);
    if (keys.has(identity)) throw new UsageError(`--psk has ${JSON.stringify(identity)} twice`);
    keys.set(identity, { key, hash: hashOf(hash) });
  }
  return identity => keys.get(Buffer.from(identity).toString('utf8'));
}

function hashOf(text = 'sha256'): 'sha256' | 'sha384' {
  const name = text.toLowerCase().replace('-', '');
  if (name === 'sha256' || name === 'sha384') return name;
  throw new UsageError(`--psk-hash is sha256 or sha384, not ${JSON.stringify(text)}`);
}
