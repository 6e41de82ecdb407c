/**
 * Good verdicts of one verifier, kept by exact bytes: of the certificates, and of everything else that was asked. A verdict holds at every
 * moment at which all certificates of its path are valid, and at no other.
 */
import type { Hash } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { invalidOption } from './errors.ts';
import type { VerifiedPeer, VerifyInput } from './verifier.ts';

const maximum = 100_000;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkedCacheSize(size: number | undefined): number {
  if (size === undefined) return 0;
  if (!Number.isSafeInteger(size) || size < 0 || size > maximum) {
    throw invalidOption(`cache is a number of verdicts from 0 to ${maximum}`);
  }
  return size;
}

export class VerdictCache {
  /** The least recently used first. */
  readonly #verdicts = new Map<string, VerifiedPeer>();
  readonly #size: number;
  readonly #sha256: Hash;

  constructor(size: number, sha256: Hash) {
    this.#size = size;
    this.#sha256 = sha256;
  }

  /** Names a question: equal only where everything is that a verdict goes by, beside the verifier's own rules and the time. */
  keyOf({ role, name, keyUsage, chain, ocsp, staples, scts, ocspAsked }: VerifyInput): string {
    const digest = (bytes: Uint8Array | undefined): string | null =>
      bytes === undefined ? null : toHex(this.#sha256.digest(bytes));
    const lists = [chain, [ocsp], staples ?? [], scts ?? []].map(list => list.map(digest));
    return JSON.stringify([
      role,
      name === undefined ? 'nobody' : { name },
      keyUsage ?? null,
      ocspAsked === true,
      lists,
    ]);
  }

  /** @param time milliseconds since 1970 */
  get(key: string, time: number): VerifiedPeer | undefined {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined || !isValidAt(verdict, time)) return undefined;
    this.#verdicts.delete(key);
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  set(key: string, verdict: VerifiedPeer): void {
    this.#verdicts.delete(key);
    this.#verdicts.set(key, verdict);
    if (this.#verdicts.size <= this.#size) return;
    const [oldest] = this.#verdicts.keys();
    this.#verdicts.delete(oldest as string);
  }
}

/** As validity is judged: to the second. */
function isValidAt({ path }: VerifiedPeer, time: number): boolean {
  const now = Math.floor(time / 1000) * 1000;
  return path.every(({ notBefore, notAfter }) => now >= notBefore && now <= notAfter);
}
