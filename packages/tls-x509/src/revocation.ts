/**
 * Revocation as path validation sees it (RFC 5280 §6.1.3 (a)(3)): whoever knows something of a certificate is asked, and a policy says
 * what is to be made of not knowing. The ways to know are passed in, so that a bundle carries those alone that it uses.
 */
import type { TlsError } from '@tlskit/tls-alerts';
import type { MaybePromise } from '@tlskit/tls-crypto';
import type { Certificate } from './certificate.ts';
import { checkKeys, invalidOption, refusal } from './errors.ts';
import type { PathTools } from './path-judge.ts';
import { type Step, waitOr } from './step.ts';

/** CRLReason by number (RFC 5280 §5.3.1); 7 is not used. */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

/** CRLReason by its names. */
export type RevocationReason = NonNullable<(typeof revocationReasons)[number]>;

/** What is asked of a checker. */
export interface RevocationQuestion {
  readonly certificate: Certificate;
  /** Who issued it: the next in the path. */
  readonly issuer: Certificate;
  /** From the certificate to the anchor, both included. */
  readonly path: readonly Certificate[];
  /** Whether it is the peer's own. */
  readonly isLeaf: boolean;
  /** The response that the peer stapled for this certificate, DER. */
  readonly staple: Uint8Array | undefined;
  /** Whether a certificate of which nobody knows is refused. */
  readonly mustKnow: boolean;
  readonly tools: PathTools;
  /** Aborted when the answer is not waited for any more: the verification took longer than it may. */
  readonly signal?: AbortSignal | undefined;
}

export type RevocationAnswer =
  /** `until`: when the news is too old to count, milliseconds since 1970. */
  | {
      readonly status: 'good';
      readonly until?: number | undefined;
      /** Whether it was the staple that said so. */
      readonly stapled?: boolean;
    }
  | { readonly status: 'revoked'; readonly at: number; readonly reason?: RevocationReason | undefined }
  /** Nothing is known; `why` for those who must know. */
  | { readonly status: 'unknown'; readonly why?: TlsError | undefined };

/** A way to know. */
export interface RevocationChecker {
  /** For reports: `OCSP`, `CRL`. */
  readonly name: string;
  /** Names whom and what it goes by, as part of the policy that sessions are bound to. */
  readonly id: string;
  /** Whether it judges the staple, if there is one. */
  readonly staples?: boolean;
  /**
   * OIDs of certificate extensions that it goes by: they may be critical then, and a certificate in which one is must be known to be
   * good, whatever the policy says (RFC 5280 §4.2).
   */
  readonly processes?: readonly string[];
  /** @throws TlsError (or rejects with it) for news that must not be passed over: a stapled response that is false (RFC 6066 §8) */
  check(question: RevocationQuestion): MaybePromise<RevocationAnswer>;
}

export interface RevocationPolicy {
  /** The ways to know, asked in order for each certificate until one of them does. */
  readonly by: readonly RevocationChecker[];
  /** For which certificates: the peer's own, or all but the anchor. Default `path`. */
  readonly scope?: 'leaf' | 'path' | undefined;
  /** What to make of a certificate of which nobody knows: soft or hard failure. Default `accept`. */
  readonly unknown?: 'accept' | 'refuse' | undefined;
}

/** What came of it for one certificate. */
export interface RevocationReport {
  readonly certificate: Certificate;
  /** Revoked certificates are refused: none is in the report of a path that was accepted. */
  readonly status: 'good' | 'unknown';
  /** The checker that knew. */
  readonly by?: string;
  readonly until?: number;
  /** Why each checker did not know, of those that can say; read it soon, if at all: what it is made of is kept for it. */
  readonly why?: readonly TlsError[];
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkedRevocation(policy: RevocationPolicy | undefined): Required<RevocationPolicy> {
  if (policy === undefined) return { by: [], scope: 'leaf', unknown: 'accept' };
  checkKeys('revocation', policy, ['by', 'scope', 'unknown']);
  const { by, scope = 'path', unknown = 'accept' } = policy;
  const isChecker = (each: RevocationChecker): boolean =>
    typeof each?.check === 'function' && typeof each.name === 'string' && typeof each.id === 'string';
  if (!Array.isArray(by) || !by.every(isChecker)) throw invalidOption('revocation.by is not a list of checkers');
  if (scope !== 'leaf' && scope !== 'path') throw invalidOption("revocation.scope is neither 'leaf' nor 'path'");
  if (unknown !== 'accept' && unknown !== 'refuse') {
    throw invalidOption("revocation.unknown is neither 'accept' nor 'refuse'");
  }
  // Nobody could ever know.
  if (by.length === 0 && unknown === 'refuse') throw invalidOption('revocation without checkers refuses everybody');
  return { by, scope, unknown };
}

/** OCSP responses that came with a peer's certificates. */
export interface Staples {
  /** Whether the peer was asked for one, for its own certificate at least. */
  readonly asked: boolean;
  /** DER of the response that came with this certificate. */
  for(certificate: Certificate): Uint8Array | undefined;
}

/**
 * Asks for every certificate of a path that the policy is about.
 *
 * @throws TlsError `CERT_REVOKED`, `ERR_TLS_CERT_STATUS_UNKNOWN` where not to know is to refuse, and what checkers throw
 */
export function* judgeRevocation(
  path: readonly Certificate[],
  staples: Staples,
  policy: Required<RevocationPolicy>,
  tools: PathTools,
): Step<readonly RevocationReport[]> {
  const reports: RevocationReport[] = [];
  const mustStaple = staples.asked && promisesStaple(path);
  if (mustStaple && staples.for(path[0] as Certificate) === undefined) {
    throw withoutStaple(path[0] as Certificate, 'none came');
  }
  if (policy.by.length === 0) return reports;
  // The anchor is trusted as it is: nobody above it could revoke it.
  const end = policy.scope === 'leaf' ? Math.min(1, path.length - 1) : path.length - 1;
  for (const [i, certificate] of path.slice(0, -1).entries()) {
    const insists = insistsOn(certificate, policy);
    if (i >= end && !insists) continue;
    const unknown = insists ? 'refuse' : policy.unknown;
    const question: RevocationQuestion = {
      certificate,
      issuer: path[i + 1] as Certificate,
      path: path.slice(i),
      isLeaf: i === 0,
      staple: staples.for(certificate),
      mustKnow: unknown === 'refuse',
      tools,
    };
    reports.push(yield* judgeOne(question, { by: policy.by, unknown }, mustStaple && i === 0));
  }
  return reports;
}

/** Whether the certificate has a critical extension that a checker goes by: not to know would be to pass over it. */
function insistsOn(certificate: Certificate, { by }: Pick<RevocationPolicy, 'by'>): boolean {
  return by.some(({ processes = [] }) => processes.some(oid => certificate.extensions.get(oid)?.critical === true));
}

/** ExtensionType `status_request`. */
const statusRequest = 5;

/** Whether the leaf says that its server has a response (RFC 7633 §4.2.3). An anchor is trusted as it is: nobody could respond for it. */
function promisesStaple([leaf, issuer]: readonly Certificate[]): boolean {
  return issuer !== undefined && leaf?.tlsFeatures?.includes(statusRequest) === true;
}

function withoutStaple(leaf: Certificate, what: string, cause?: TlsError): TlsError {
  const message = `promises a stapled OCSP response (TLS feature ${statusRequest}), and ${what}`;
  const details = { rfc: 'RFC 7633 §4.3.3', ...(cause === undefined ? {} : { cause }) };
  return refusal('ERR_TLS_CERT_STATUS', leaf, message, details);
}

/**
 * Asks for one certificate.
 *
 * @param mustStaple whether a staple must say that it is good, where anybody can read staples
 * @throws TlsError as {@link judgeRevocation}
 */
export function* judgeOne(
  question: RevocationQuestion,
  policy: Pick<Required<RevocationPolicy>, 'by' | 'unknown'>,
  mustStaple = false,
): Step<RevocationReport> {
  const { certificate } = question;
  const unknown: Extract<RevocationAnswer, { status: 'unknown' }>[] = [];
  const reasons = () => unknown.flatMap(({ why }) => why ?? []);
  const needsStaple = mustStaple && policy.by.some(({ staples }) => staples === true);
  for (const checker of policy.by) {
    const controller = new AbortController();
    const asked = checker.check({ ...question, signal: controller.signal });
    const answer = yield* waitOr(asked, () => controller.abort());
    if (answer.status === 'good') {
      const { until, stapled } = answer;
      if (needsStaple && stapled !== true) continue;
      return { certificate, status: 'good', by: checker.name, ...(until === undefined ? {} : { until }) };
    }
    if (answer.status === 'revoked') {
      const since = new Date(answer.at).toISOString().replace('.000Z', 'Z');
      const reason = answer.reason === undefined ? '' : ` (${answer.reason})`;
      throw refusal('CERT_REVOKED', certificate, `was revoked at ${since}${reason}, says ${checker.name}`);
    }
    unknown.push(lean(answer));
  }
  if (needsStaple) throw withoutStaple(certificate, 'what came does not say that it is good', reasons()[0]);
  if (policy.unknown === 'refuse') {
    const why = reasons();
    const names = policy.by.map(({ name }) => name).join(' and ');
    const said = why.map(({ message }) => `: ${message}`).join('');
    throw refusal('ERR_TLS_CERT_STATUS_UNKNOWN', certificate, `nothing is known of its revocation by ${names}${said}`, {
      ...(why.length === 0 ? {} : { cause: why[0] }),
    });
  }
  return {
    certificate,
    status: 'unknown',
    // Errors are costly to make, and those who accept a peer seldom ask.
    get why() {
      return reasons();
    },
  };
}

/** An answer whose error, if it is made already, has no stack: it holds on to all that was at work when it was taken, and a connection keeps it. */
function lean<T extends RevocationAnswer>(answer: T): T {
  const made: unknown = Object.getOwnPropertyDescriptor(answer, 'why')?.value;
  if (made instanceof Error) made.stack = String(made);
  return answer;
}
