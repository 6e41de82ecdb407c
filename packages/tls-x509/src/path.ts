/**
 * Path building and validation (RFC 4158, RFC 5280 §6.1) in one: a depth-first search from the leaf to any anchor. Each candidate is
 * checked before it is followed, against everything below it, so that what §6.1 computes from the anchor down (path length, name
 * constraints) is decided on the way up, and a wrong turn is left as soon as it can be known.
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  CryptoError,
  type CryptoProvider,
  type MaybePromise,
  type PublicKey,
  type SignatureAlgorithm,
} from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { CertificateIndex } from './anchors.ts';
import type { Certificate } from './certificate.ts';
import { checkCertificate, checkFeatures, signatureAlgorithm } from './checks.ts';
import { withBranches } from './dead-branches.ts';
import { refusal } from './errors.ts';
import { FetchedIssuers, type FetchIssuers } from './issuers.ts';
import { checkKey } from './key-rules.ts';
import { constraintProblem } from './name-constraints.ts';
import type { PathJudge, PathTools } from './path-judge.ts';
import type { Limits, Policy } from './policy.ts';
import type { Position } from './profile.ts';
import { run, type Step, wait } from './step.ts';
import { defaultFetchTimeout } from './within-time.ts';

export interface PathRequest {
  readonly leaf: Certificate;
  /** In any order, with anything else among them. */
  readonly intermediates: CertificateIndex;
  readonly anchors: CertificateIndex;
  readonly policy: Policy;
  readonly provider: Pick<CryptoProvider, 'importPublicKey'>;
  /** Keys that were imported before: they stay as long as their certificates do. */
  readonly keys?: WeakMap<Certificate, PublicKey>;
  /** Finds issuers that are missing. */
  readonly fetchIssuers?: FetchIssuers | undefined;
  /** Milliseconds that each of these fetches may take. Default 10,000. */
  readonly fetchTimeout?: number | undefined;
  /** What else the leaf must be, asked once an anchor is reached. @throws TlsError, which no other path would make better */
  readonly checkLeaf?: () => void;
  /** Asked of each path that is good otherwise, before it is taken. */
  readonly judge?: PathJudge;
}

/** What a search came to. */
export interface PathResult {
  /** The leaf first, the anchor last. */
  readonly path: readonly Certificate[];
  /** The leaf's key. */
  readonly publicKey: PublicKey;
}

/** How much a search has done, counted against the limits of the same names. */
export type Work = {
  -readonly [K in 'candidates' | 'signatures' | 'nameComparisons' | 'policies' | 'fetches']: Limits[K];
};

/**
 * Finds a path from the leaf to an anchor that is valid under the policy. Synchronous when the provider is.
 *
 * @param work counts what was done, for those who want to know
 * @throws TlsError (or rejects with it) for the branch that came furthest; `cause` is an AggregateError of all branches when they
 *   are several. `ERR_TLS_CERT_WORK_LIMIT` when a bound was reached, and which
 */
export function buildPath(request: PathRequest, work: Work = noWork()): MaybePromise<PathResult> {
  return run(findPath(request, work));
}

export function noWork(): Work {
  return { candidates: 0, signatures: 0, nameComparisons: 0, policies: 0, fetches: 0 };
}

/** {@link buildPath} as a step of something larger. */
export function* findPath(request: PathRequest, work: Work): Step<PathResult> {
  try {
    return yield* searched(request, work);
  } catch (error) {
    throw error instanceof End ? error.error : error;
  }
}

/** @throws End, TlsError */
function* searched(request: PathRequest, work: Work): Step<PathResult> {
  const { leaf, anchors } = request;
  const search = new Search(request, work);
  const path = anchors.has(leaf) ? yield* search.judged([leaf]) : yield* search.extend([leaf], 0);
  if (path === undefined) throw search.failure();
  return { path, publicKey: search.key(leaf) };
}

interface Failure {
  readonly error: TlsError;
  /** The position in the path that the branch came to, and how much the error tells, to choose among branches. */
  readonly score: number;
}

class Search {
  readonly #request: PathRequest;
  readonly #work: Work;
  readonly #failures: Failure[] = [];
  readonly #checked = new Map<Certificate, Partial<Record<Position, TlsError | undefined>>>();
  readonly #keys = new Map<Certificate, PublicKey | TlsError>();
  readonly #signatures = new Map<Certificate, { readonly spki: Uint8Array; readonly good: boolean }[]>();
  readonly #tools: PathTools;
  readonly #fetched: FetchedIssuers;
  #leafIsGood = false;

  constructor(request: PathRequest, work: Work) {
    this.#request = request;
    this.#work = work;
    const { policy } = request;
    this.#fetched = new FetchedIssuers({
      fetchIssuers: request.fetchIssuers,
      fetchTimeout: request.fetchTimeout ?? defaultFetchTimeout,
      limits: policy.limits,
      fail: error => this.#failures.push({ error, score: 0 }),
      count: () => this.#count('fetches'),
    });
    this.#tools = {
      policy,
      key: certificate => this.key(certificate),
      algorithm: (identifier, what) => signatureAlgorithm(identifier, what, policy.algorithms),
      verify: (key, algorithm, data, signature) => this.#verify(key, algorithm, data, signature),
      named: name => [
        ...request.anchors.named(name),
        ...request.intermediates.named(name),
        ...this.#fetched.found.named(name),
      ],
      trace: (certificate, anchor, others) => this.#trace(certificate, anchor, others),
      count: what => this.#count(what),
    };
  }

  /** The path prolonged to an anchor, or undefined when no way leads there. `depth` counts its intermediates, self-issued ones not. */
  *extend(path: readonly Certificate[], depth: number): Step<readonly Certificate[] | undefined> {
    const child = path.at(-1) as Certificate;
    const tried = { anchor: new Set<Certificate>(), intermediate: new Set<Certificate>() };
    let issuers = 0;
    do {
      for (const { certificate, position, likelihood } of this.#candidates(child)) {
        if (tried[position].has(certificate)) continue;
        tried[position].add(certificate);
        if (position === 'intermediate' && isRepetition(path, certificate)) continue;
        this.#count('candidates');
        const below = position === 'intermediate' && !certificate.isSelfIssued ? depth + 1 : depth;
        const error =
          this.#problem(path, depth, below, certificate, position) ?? (yield* this.#signature(child, certificate));
        // A namesake with another key is no issuer of what says that it signed itself.
        if (error?.code !== 'CERT_SIGNATURE_FAILURE' || !child.isSelfIssued) issuers++;
        if (error !== undefined) {
          this.#fail(error, path.length, likelihood);
          continue;
        }
        const longer = [...path, certificate];
        const found = position === 'anchor' ? yield* this.judged(longer) : yield* this.extend(longer, below);
        if (found !== undefined) return found;
      }
    } while (yield* this.#fetched.next(child));
    if (issuers === 0) this.#fail(this.#deadEnd(path), path.length, 1);
    return undefined;
  }

  /** The path, which ends at an anchor, or undefined when something speaks against it as a whole. */
  *judged(path: readonly Certificate[]): Step<readonly Certificate[] | undefined> {
    const { judge, leaf, policy, checkLeaf } = this.#request;
    // The leaf comes last: that nobody vouches for it is worse than that it is out of date. No other path would make it better.
    if (!this.#leafIsGood) {
      const error = attempt(() => {
        checkCertificate(leaf, path.length === 1 ? 'trusted leaf' : 'leaf', policy);
        checkLeaf?.();
      });
      if (error instanceof TlsError) throw new End(error);
      this.#leafIsGood = true;
    }
    try {
      if (judge !== undefined) yield* judge(path, this.#tools);
      return path;
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      this.#fail(error, path.length, 2);
      return undefined;
    }
  }

  /** What to tell when no path was found: the branch that came furthest, and all of them as its cause. */
  failure(): TlsError {
    const furthest = this.#failures.reduce((best, failure) => (failure.score > best.score ? failure : best));
    return this.#failures.length === 1 ? furthest.error : this.#withBranches(furthest.error);
  }

  #withBranches(error: TlsError): TlsError {
    return withBranches(
      error,
      this.#failures.map(failure => failure.error),
    );
  }

  /** A certificate's key. @throws TlsError for one that the provider does not take, or the policy */
  key(certificate: Certificate): PublicKey {
    let key = this.#keys.get(certificate);
    if (key === undefined) {
      key = attempt(() => importKey(certificate, this.#request));
      this.#keys.set(certificate, key);
    }
    if (key instanceof TlsError) throw key;
    return key;
  }

  /** Certificates that may have issued this one, by name; the likeliest first. Key identifiers order, they do not decide. */
  #candidates(child: Certificate): readonly Candidate[] {
    const { anchors, intermediates, policy } = this.#request;
    const wanted = keyIdentifier(() => child.authorityKeyIdentifier?.keyIdentifier);
    const rate = (certificate: Certificate, position: 'anchor' | 'intermediate'): Candidate => {
      const own = keyIdentifier(() => certificate.subjectKeyIdentifier);
      const known = wanted !== undefined && own !== undefined;
      const likelihood = known ? (equalBytes(wanted, own) ? 2 : 0) : 1;
      const current = policy.time >= certificate.notBefore && policy.time <= certificate.notAfter ? 1 : 0;
      const order = likelihood * 4 + (position === 'anchor' ? 2 : 0) + current;
      return { certificate, position, likelihood, order };
    };
    return [
      ...anchors.named(child.issuer).map(certificate => rate(certificate, 'anchor')),
      ...intermediates.named(child.issuer).map(certificate => rate(certificate, 'intermediate')),
      ...this.#fetched.found.named(child.issuer).map(certificate => rate(certificate, 'intermediate')),
    ].sort((a, b) => b.order - a.order);
  }

  /** What speaks against `issuer` above this path, apart from the signature. */
  #problem(
    path: readonly Certificate[],
    depth: number,
    newDepth: number,
    issuer: Certificate,
    position: 'anchor' | 'intermediate',
  ): TlsError | undefined {
    const { policy } = this.#request;
    const known = this.#checked.get(issuer) ?? {};
    if (!Object.hasOwn(known, position)) {
      known[position] = attempt(() => {
        checkCertificate(issuer, position, policy);
        return undefined;
      });
      this.#checked.set(issuer, known);
    }
    return (
      known[position] ??
      attempt(() => {
        const { depth: limit } = policy.limits;
        if (newDepth > limit) {
          throw refusal('ERR_TLS_CERT_WORK_LIMIT', issuer, `would be intermediate ${newDepth}, the limit is ${limit}`);
        }
        // §6.1.4 (l), (m): what stands between this authority and the leaf, self-issued certificates not counted.
        const pathLength = issuer.basicConstraints?.pathLength;
        if (pathLength !== undefined && depth > pathLength) {
          throw refusal(
            'PATH_LENGTH_EXCEEDED',
            issuer,
            `allows ${pathLength} authorities below it, there are ${depth}`,
          );
        }
        checkFeatures(path.at(-1) as Certificate, issuer);
        this.#checkNameConstraints(path, issuer);
        return undefined;
      })
    );
  }

  /** §6.1.3 (b), (c): self-issued certificates are exempt, unless they are the last. */
  #checkNameConstraints(path: readonly Certificate[], issuer: Certificate): void {
    const { nameConstraints } = issuer;
    if (nameConstraints === undefined) return;
    for (const [i, certificate] of path.entries()) {
      if (i > 0 && certificate.isSelfIssued) continue;
      const problem = constraintProblem(nameConstraints, certificate, many => this.#count('nameComparisons', many));
      if (problem === undefined) continue;
      throw refusal('ERR_TLS_CERT_NAME_CONSTRAINTS', certificate, `${problem}, by the constraints of ${issuer.label}`);
    }
  }

  /** §6.1.3 (a)(1) */
  *#signature(child: Certificate, issuer: Certificate): Step<TlsError | undefined> {
    const known = this.#signatures.get(child) ?? [];
    this.#signatures.set(child, known);
    let result = known.find(({ spki }) => equalBytes(spki, issuer.spki));
    if (result === undefined) {
      const prepared = attempt(() => ({
        algorithm: this.#tools.algorithm(child.signatureAlgorithm, child),
        key: this.key(issuer),
      }));
      if (prepared instanceof TlsError) return prepared;
      const good = yield* this.#verify(prepared.key, prepared.algorithm, child.tbs, child.signature);
      result = { spki: issuer.spki, good };
      known.push(result);
    }
    if (result.good) return undefined;
    return refusal('CERT_SIGNATURE_FAILURE', child, `is not signed by the key of ${issuer.label}`);
  }

  *#verify(key: PublicKey, algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): Step<boolean> {
    this.#count('signatures');
    // A provider may be the caller's own: whatever else it says is no yes.
    return (yield* wait(key.verify(algorithm, data, signature))) === true;
  }

  /** A search of its own, whose work is counted here. */
  *#trace(leaf: Certificate, anchor: Certificate, others: readonly Certificate[]): Step<readonly Certificate[]> {
    const { intermediates: sent, policy, provider, keys } = this.#request;
    const request: PathRequest = {
      leaf,
      intermediates: others.length === 0 ? sent : new CertificateIndex([...sent.all, ...others]),
      anchors: new CertificateIndex([anchor]),
      policy: { ...policy, profile: 'path', purpose: { name: undefined, keyUsage: [] } },
      provider,
      ...(keys === undefined ? {} : { keys }),
    };
    try {
      return (yield* searched(request, this.#work)).path;
    } catch (error) {
      // What was spent is spent for all: otherwise a peer could send so much that a signer is never found, and nobody knows anything.
      throw error instanceof End && !error.exhausted ? error.error : error;
    }
  }

  #deadEnd(path: readonly Certificate[]): TlsError {
    const child = path.at(-1) as Certificate;
    if (child.isSelfIssued) {
      return path.length === 1
        ? refusal('DEPTH_ZERO_SELF_SIGNED_CERT', child, 'is self-signed and not trusted')
        : refusal('SELF_SIGNED_CERT_IN_CHAIN', child, 'is a self-signed root that is not trusted');
    }
    const missing = `is issued by "${child.issuer.label}", which is neither trusted nor sent by the peer`;
    return path.length === 1 && this.#request.intermediates.size === 0
      ? refusal('UNABLE_TO_VERIFY_LEAF_SIGNATURE', child, missing)
      : refusal('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', child, missing);
  }

  #fail(error: TlsError, position: number, likelihood: number): void {
    // At the same place, the certificate that says it is the issuer tells more than a namesake, and anything more than a bad signature.
    const score = position * 8 + likelihood * 2 + (error.code === 'CERT_SIGNATURE_FAILURE' ? 0 : 1);
    // Bounded as candidates are.
    this.#failures.push({ error, score });
  }

  #count(what: keyof Work, many = 1): void {
    const limit = this.#request.policy.limits[what];
    const sum = this.#work[what] + many;
    if (sum > limit) {
      const error = refusal('ERR_TLS_CERT_WORK_LIMIT', this.#request.leaf, `needs more than ${limit} ${what}`);
      this.#failures.push({ error, score: 0 });
      throw new End(this.#failures.length === 1 ? error : this.#withBranches(error), true);
    }
    this.#work[what] = sum;
  }
}

interface Candidate {
  readonly certificate: Certificate;
  readonly position: 'anchor' | 'intermediate';
  /** 2 when key identifiers agree, 1 when they are missing, 0 when they differ. */
  readonly likelihood: number;
  readonly order: number;
}

/** RFC 4158 §5.2: no name with the same key twice. This ends every cycle, also through certificates that differ elsewhere. */
function isRepetition(path: readonly Certificate[], certificate: Certificate): boolean {
  return path.some(other => equalBytes(other.spki, certificate.spki) && other.subject.equals(certificate.subject));
}

function importKey(certificate: Certificate, { provider, policy, keys }: PathRequest): PublicKey {
  let key = keys?.get(certificate);
  try {
    key ??= provider.importPublicKey(certificate.spki);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw refusal('ERR_TLS_CERT_KEY', certificate, `has a key that cannot be used: ${error.message}`, { cause: error });
  }
  keys?.set(certificate, key);
  checkKey(key.algorithm, certificate, policy);
  return key;
}

/** Hints may be malformed; whoever follows the certificate will say so. */
function keyIdentifier(read: () => Uint8Array | undefined): Uint8Array | undefined {
  const identifier = attempt(read);
  return identifier instanceof TlsError ? undefined : identifier;
}

/** A bound was reached, or the leaf itself is bad: this ends the search, not a branch. */
class End extends Error {
  readonly error: TlsError;
  /** Whether it was a bound. */
  readonly exhausted: boolean;

  constructor(error: TlsError, exhausted = false) {
    super(error.message);
    this.error = error;
    this.exhausted = exhausted;
  }
}

function attempt<T>(work: () => T): T | TlsError {
  try {
    return work();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
}
