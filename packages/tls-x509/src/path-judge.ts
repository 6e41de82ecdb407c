/** What may be asked of a whole path once it is found, beyond what its certificates say: revocation, transparency. */
import type { PublicKey, SignatureAlgorithm } from '@tlskit/tls-crypto';
import type { AlgorithmIdentifier } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import type { Work } from './path.ts';
import type { Policy } from './policy.ts';
import type { Step } from './step.ts';

/** What judges of paths share with the search that asks them: its keys, its bounds, its policy. */
export interface PathTools {
  readonly policy: Policy;
  /** The key of a certificate, imported once. @throws TlsError for one that the provider does not take, or the policy */
  key(certificate: Certificate): PublicKey;
  /** Reads the algorithm of a signature of `what` by its policy. @throws TlsError when it is weak, unknown or malformed */
  algorithm(identifier: AlgorithmIdentifier, what: { readonly label: string }): SignatureAlgorithm;
  /** Whether `key` signed `data`; counts as one of the signatures. */
  verify(key: PublicKey, algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): Step<boolean>;
  /** Certificates of this name that the peer sent or that are trusted: who else may have signed something. */
  named(name: DistinguishedName): readonly Certificate[];
  /**
   * The path from another certificate to this anchor, valid as any, but for no purpose, by no profile and judged by nobody: for signers of
   * what is about certificates. `others` may be on the way beside what the peer sent.
   *
   * @throws TlsError when there is none
   */
  trace(certificate: Certificate, anchor: Certificate, others: readonly Certificate[]): Step<readonly Certificate[]>;
  /** Counts work that is about to be done. @throws what ends the whole search when there was enough of it */
  count(what: keyof Work): void;
}

/**
 * Judges a path, the leaf first and the anchor last, whose certificates are good at their places. What it throws as a TlsError refuses
 * this path: the search goes on for another.
 */
export type PathJudge = (path: readonly Certificate[], tools: PathTools) => Step<void>;
