/** Primes of finite-field groups that many servers share: what is precomputed for one of them is good against all (RFC 3526, RFC 7919). */
import { getDiffieHellman } from 'node:crypto';
import { NamedGroup } from '@tlskit/tls-messages';
import { fieldOf } from './groups.ts';

/** Node's names, and who else says what of them. */
const modp: readonly (readonly [name: string, called: string])[] = [
  ['modp1', 'Oakley group 1 (RFC 2409)'],
  ['modp2', 'Oakley group 2 (RFC 2409)'],
  ['modp5', 'MODP group 5 (RFC 3526)'],
  ['modp14', 'MODP group 14 (RFC 3526)'],
  ['modp15', 'MODP group 15 (RFC 3526)'],
  ['modp16', 'MODP group 16 (RFC 3526)'],
  ['modp17', 'MODP group 17 (RFC 3526)'],
  ['modp18', 'MODP group 18 (RFC 3526)'],
];

let primes: ReadonlyMap<string, string> | undefined;

/** What the prime is known as; undefined for one of the server's own. */
export function commonPrime(prime: Uint8Array): string | undefined {
  primes ??= new Map(
    modp.flatMap(([name, called]) => {
      const hex = primeOf(name);
      return hex === undefined ? [] : [[hex, called] as const];
    }),
  );
  const field = fieldOf(prime);
  return field === undefined ? primes.get(Buffer.from(prime).toString('hex')) : NamedGroup.label(field);
}

/** Node may come to lack the short ones. */
function primeOf(name: string): string | undefined {
  try {
    return getDiffieHellman(name).getPrime('hex').toLowerCase();
  } catch {
    return undefined;
  }
}
