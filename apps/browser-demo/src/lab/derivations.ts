/** What a hash computes for a key schedule, as it is computed: each HMAC is seen with its key, what went in, and what came out. */

import type { CryptoProvider } from '@tlskit/tls-crypto';
import { hkdfLabel } from '@tlskit/tls-keyschedule';
import { concat, decode } from '@tlskit/tls-wire';

type Hash = NonNullable<CryptoProvider['hashes']['sha256']>;

/** One HMAC, by what it is in TLS 1.3 (RFC 9846 §7.1, §4.5.3), or in the PRF of TLS 1.2 (RFC 5246 §5). */
export type Derivation =
  | {
      readonly type: 'expand';
      readonly key: Uint8Array;
      /** Without `tls13 `. */
      readonly label: string;
      readonly context: Uint8Array;
      readonly value: Uint8Array;
    }
  | {
      /** HKDF-Extract, HMAC of a transcript hash by a finished key, or a step of the PRF: which, its place tells. */
      readonly type: 'hmac';
      readonly key: Uint8Array;
      readonly input: Uint8Array;
      readonly value: Uint8Array;
    };

/** The same provider, whose HMACs are told. */
export function observed(provider: CryptoProvider, seen: (derivation: Derivation) => void): CryptoProvider {
  const hashes = Object.fromEntries(
    Object.entries(provider.hashes).map(([name, hash]) => [name, observedHash(hash as Hash, seen)]),
  );
  return { ...provider, hashes: hashes as CryptoProvider['hashes'] };
}

function observedHash(hash: Hash, seen: (derivation: Derivation) => void): Hash {
  return Object.assign(Object.create(hash) as Hash, {
    hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
      const value = hash.hmac(key, ...parts);
      seen(derivationOf(key.slice(), concat(...parts), value.slice()));
      return value;
    },
  });
}

/** The first block of HKDF-Expand has an HkdfLabel and the octet 1 (RFC 5869 §2.3); longer outputs than a hash are none of a schedule. */
function derivationOf(key: Uint8Array, input: Uint8Array, value: Uint8Array): Derivation {
  const info = input.at(-1) === 1 ? labelIn(input.subarray(0, -1)) : undefined;
  if (info === undefined) return { type: 'hmac', key, input, value };
  const text = new TextDecoder().decode(info.label);
  return {
    type: 'expand',
    key,
    label: text.replace(/^tls13 /, ''),
    context: info.context,
    value: value.subarray(0, info.length),
  };
}

function labelIn(bytes: Uint8Array) {
  try {
    const info = decode(hkdfLabel, bytes);
    return new TextDecoder().decode(info.label).startsWith('tls13 ') ? info : undefined;
  } catch {
    return undefined;
  }
}
