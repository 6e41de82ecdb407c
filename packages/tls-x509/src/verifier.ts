/** The verdict on a peer's certificates: what a handshake asks, and all it needs to know of certificates. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, Hash, MaybePromise, PublicKey } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { CertificateIndex } from './anchors.ts';
import type { Certificate } from './certificate.ts';
import {
  type CompletePolicyRules,
  completePolicyRules,
  judgePolicies,
  type PolicyRules,
} from './certificate-policies.ts';
import { deadBranches, withBranches } from './dead-branches.ts';
import { type DelegationWindow, delegationWindow } from './delegation-usage.ts';
import { defaultDnsRules, type PublicSuffixRule } from './dns.ts';
import { checkKeys, invalidOption } from './errors.ts';
import type { KeyUsage } from './extensions.ts';
import { checkedFetchIssuers, type FetchIssuers } from './issuers.ts';
import { KnownCertificates } from './known-certificates.ts';
import { checkName, type PeerName, parsePeerName } from './names.ts';
import { findPath, noWork, type PathResult, type Work } from './path.ts';
import type { PathJudge } from './path-judge.ts';
import {
  type Algorithms,
  checkedProfile,
  completeAlgorithms,
  completeLimits,
  defaultProfile,
  type Limits,
  type Policy,
} from './policy.ts';
import type { Profile } from './profile.ts';
import {
  checkedRevocation,
  judgeRevocation,
  type RevocationPolicy,
  type RevocationReport,
  type Staples,
} from './revocation.ts';
import { type Deadline, run, type Step, wait } from './step.ts';
import {
  preparedTransparency,
  type TransparencyJudge,
  type TransparencyPolicy,
  type TransparencyReport,
} from './transparency-policy.ts';
import { readTrust, type Trust, type TrustPolicy } from './trust.ts';
import { checkedCacheSize, VerdictCache } from './verdict-cache.ts';
import { checkedTimeout, defaultFetchTimeout } from './within-time.ts';

export interface VerifierOptions {
  readonly provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>;
  readonly trust: Trust;
  /** The current time, a Date or milliseconds since 1970. Default: `Date.now`. */
  readonly time?: () => Date | number;
  /**
   * What is asked of certificates beyond path validation, whoever's they are. Default: `webpki` of servers, `rfc5280` of clients.
   * Private authorities that write what RFC 5280 §4 forbids are let be by `path`.
   */
  readonly profile?: Profile;
  /** What is too weak. Default: RSA of less than 2048 bits, SHA-1, and what is older. */
  readonly algorithms?: Partial<Algorithms>;
  readonly limits?: Partial<Limits>;
  /**
   * Whether a domain belongs to a registry, so that no wildcard may stand right below it. Default: a guess by custom, which knows `co.uk`
   * and its like; `isPublicSuffix` of `@tlskit/tls-x509/public-suffix` goes by the Public Suffix List. Sessions are bound to its `id`, not
   * to what it says.
   */
  readonly isPublicSuffix?: PublicSuffixRule | undefined;
  /** Under which certificate policies a path must be valid (RFC 5280 §6.1.1). Default: any, and none is needed. */
  readonly policies?: PolicyRules | undefined;
  /**
   * Finds issuers that a peer did not send, where certificates say they are. Default: nobody asks; nothing is fetched by itself. What
   * comes is one more candidate for a path, never an anchor. Counted in `limits.fetches`.
   */
  readonly fetchIssuers?: FetchIssuers | undefined;
  /** Milliseconds that `fetchIssuers` has for each request; one that takes longer found nothing. Default 10,000. */
  readonly fetchTimeout?: number | undefined;
  /**
   * Milliseconds that a verification may wait in all, for whatever it asks: fetches, checkers of revocation, a provider. One that takes
   * longer is refused (`ERR_TLS_CERT_WORK_LIMIT`). Default 30,000.
   */
  readonly timeout?: number | undefined;
  /** How to know of revocation, and what to make of not knowing. Default: nobody is asked. */
  readonly revocation?: RevocationPolicy;
  /**
   * How many good verdicts are kept, to be given again for exactly the same question while all certificates of the path are valid. Default 0:
   * none. Not beside `revocation` and `transparency`, whose news is asked for each time, nor for insecure trust.
   */
  readonly cache?: number | undefined;
  /** Which logs are to know of the leaf, as `requireTransparency` has it. Default: nobody asks. */
  readonly transparency?: TransparencyPolicy | undefined;
}

/** What a handshake asks. */
export interface VerifyInput {
  /** The peer whose certificates these are. */
  readonly role: 'server' | 'client';
  /** DER, the leaf first, the rest in any order, as received. */
  readonly chain: readonly Uint8Array[];
  /** DNS name or IP address that the leaf must be for. Required for a server; `null` says that the caller looks at names. */
  readonly name?: PeerName | null | undefined;
  /** Whether this is of a session that is to be resumed; it is judged as all else. */
  readonly resumed?: boolean | undefined;
  /** What the leaf's key usage must allow, if it has one. Default: `digitalSignature` (RFC 9846 §4.5.1.2). */
  readonly keyUsage?: readonly KeyUsage[] | undefined;
  /** A stapled OCSP response for the leaf, DER. */
  readonly ocsp?: Uint8Array | undefined;
  /** SerializedSCTs for the leaf, of the TLS extension (RFC 6962 §3.3.1). */
  readonly scts?: readonly Uint8Array[] | undefined;
  /** Stapled OCSP responses by position in `chain`, for those after the leaf (RFC 9846 §4.5.1.1). */
  readonly staples?: readonly (Uint8Array | undefined)[] | undefined;
  /** Whether the peer was asked for a response: a leaf that promises one (RFC 7633) is refused without it then. */
  readonly ocspAsked?: boolean | undefined;
  /** Signature schemes that were offered for certificates; not looked at yet. */
  readonly schemes?: unknown;
  /** Counts what is done, for those who want to know of refusals too: begins where {@link noWork} does. */
  readonly work?: Work | undefined;
}

/** Whom we talk to. */
export interface VerifiedPeer {
  /** The leaf's key. */
  readonly publicKey: PublicKey;
  /** The leaf. */
  readonly certificate: Certificate;
  /** From the leaf to the anchor; the leaf alone when nothing was verified. */
  readonly path: readonly Certificate[];
  /** False only under insecure trust, always then. */
  readonly verified: boolean;
  /** Under insecure trust: why the chain would have been refused. */
  readonly problem?: TlsError;
  /** When the first certificate of the path ends, or what is known of its revocation; milliseconds since 1970. */
  readonly expires: number;
  /** A digest of the trust and the rules that this verdict was made under. */
  readonly trust: string;
  /** Present where the leaf may delegate to other keys (RFC 9345 §4.2). */
  readonly delegation?: DelegationWindow | undefined;
  /**
   * The certificate policies that the path is valid under (RFC 5280 §6.1.6), dotted OIDs, sorted; `2.5.29.32.0` stands for any. Empty
   * where there is none.
   */
  readonly policies: readonly string[];
  /** What is known of the revocation of certificates in the path, those that the policy is about. */
  readonly revocation: readonly RevocationReport[];
  /** What is known of the leaf's SCTs, where a policy asks. */
  readonly transparency?: TransparencyReport | undefined;
  /** What it took. */
  readonly work: Readonly<Work>;
}

export interface PeerVerifier {
  /** As in {@link VerifiedPeer}. */
  readonly trust: string;
  /**
   * Synchronous when the provider is.
   *
   * @throws TlsError (or rejects with it) with the code of the check that failed; nothing else
   */
  verify(input: VerifyInput): MaybePromise<VerifiedPeer>;
}

const optionNames = [
  'provider',
  'trust',
  'time',
  'profile',
  'algorithms',
  'limits',
  'isPublicSuffix',
  'policies',
  'fetchIssuers',
  'fetchTimeout',
  'timeout',
  'cache',
  'revocation',
  'transparency',
];

/**
 * A verifier under one policy. Trust must be named; an option that does not exist is an error.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, or `ERR_TLS_CERT_MALFORMED` for a root that does not parse
 */
export function createCertificateVerifier(options: VerifierOptions): PeerVerifier {
  checkKeys('a certificate verifier', options, optionNames);
  const { provider, time = Date.now } = options;
  const isPublicSuffix = checkedSuffixRule(options.isPublicSuffix);
  const trust = readTrust(options.trust, provider);
  const profile = checkedProfile(options.profile);
  const algorithms = completeAlgorithms(options.algorithms);
  const limits = completeLimits(options.limits);
  const policies = completePolicyRules(options.policies);
  const revocation = checkedRevocation(options.revocation);
  const transparency = preparedTransparency(options.transparency, provider);
  const by = revocation.by.map(each => each.id).join(',');
  const id = `${trust.id}/${profile ?? 'profile by role'}/${algorithms.minimumRsaBits}-${algorithms.maximumRsaBits}/${algorithms.sha1}/${algorithms.finiteField}/${policies.id}/${revocation.unknown}/${revocation.scope}/${by}/${transparency?.id ?? ''}/${suffixRuleId(isPublicSuffix)}`;
  const settings = {
    provider,
    trust,
    id,
    keys: new WeakMap<Certificate, PublicKey>(),
    known: new KnownCertificates(limits.keptCertificates),
    time,
    profile,
    algorithms,
    limits,
    isPublicSuffix,
    policies,
    fetchIssuers: checkedFetchIssuers(options.fetchIssuers),
    fetchTimeout: checkedTimeout('fetchTimeout', options.fetchTimeout, defaultFetchTimeout),
    deadline: deadlineOf(checkedTimeout('timeout', options.timeout, 30_000)),
    revocation,
    transparency,
    cache: cacheOf(options),
  };
  return { trust: id, verify: input => verify(input, settings) };
}

function checkedSuffixRule(rule: PublicSuffixRule = defaultDnsRules.isPublicSuffix): PublicSuffixRule {
  if (typeof rule !== 'function') throw invalidOption('isPublicSuffix is a function');
  return rule;
}

function suffixRuleId(rule: PublicSuffixRule): string {
  return rule === defaultDnsRules.isPublicSuffix ? '' : (rule.id ?? 'suffixes of its own');
}

function cacheOf({ cache, revocation, transparency, trust, provider }: VerifierOptions): VerdictCache | undefined {
  const size = checkedCacheSize(cache);
  if (size === 0) return undefined;
  if ((revocation?.by.length ?? 0) > 0 || transparency !== undefined) {
    throw invalidOption('cache does not go with revocation and transparency, whose news is asked for each time');
  }
  if ('insecure' in trust) throw invalidOption('cache does not go with insecure trust');
  return new VerdictCache(size, provider.hashes.sha256 as Hash);
}

interface Settings extends Pick<Policy, 'algorithms' | 'limits'> {
  readonly profile: Profile | undefined;
  readonly provider: VerifierOptions['provider'];
  readonly trust: TrustPolicy;
  readonly id: string;
  /** Keys that were imported before. */
  readonly keys: WeakMap<Certificate, PublicKey>;
  readonly known: KnownCertificates;
  readonly time: () => Date | number;
  readonly isPublicSuffix: PublicSuffixRule;
  readonly policies: CompletePolicyRules;
  readonly fetchIssuers: FetchIssuers | undefined;
  readonly fetchTimeout: number;
  readonly deadline: Deadline;
  readonly revocation: Required<RevocationPolicy>;
  readonly transparency: TransparencyJudge | undefined;
  readonly cache: VerdictCache | undefined;
}

function verify(input: VerifyInput, settings: Settings): MaybePromise<VerifiedPeer> {
  return run(
    guarded(settings.cache === undefined ? judge(input, settings) : remembered(input, settings, settings.cache)),
    settings.deadline,
  );
}

function deadlineOf(milliseconds: number): Deadline {
  const error = () => workLimit(`the verification took longer than ${milliseconds} ms (timeout)`);
  return { milliseconds, error };
}

function* remembered(input: VerifyInput, settings: Settings, cache: VerdictCache): Step<VerifiedPeer> {
  const key = cache.keyOf(input);
  const known = cache.get(key, currentTime(settings));
  if (known !== undefined) return { ...known, work: input.work ?? noWork() };
  const peer = yield* judge(input, settings);
  cache.set(key, peer);
  return peer;
}

/** Whatever goes wrong is told as a TlsError, also what a provider throws against its contract. */
function* guarded<T>(step: Step<T>): Step<T> {
  try {
    return yield* step;
  } catch (error) {
    throw TlsError.from(error);
  }
}

function* judge(input: VerifyInput, settings: Settings): Step<VerifiedPeer> {
  const { name, role } = input;
  if (role !== 'server' && role !== 'client') throw invalidOption(`no such role: ${JSON.stringify(role)}`);
  if (name === undefined && role === 'server') throw invalidOption('the name that the server must have is missing');
  // What is no name at all is the caller's mistake, whatever the certificates say.
  if (name !== undefined && name !== null) parsePeerName(name);
  const { work = noWork() } = input;
  const sent = readChain(input.chain, settings);
  const delegation = delegationWindow(sent.leaf);
  const common = { certificate: sent.leaf, trust: settings.id, delegation, work };
  try {
    const judged = yield* judgePath(sent, input, settings, work);
    const news = judged.revocation.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
    const expires = Math.min(...judged.path.map(certificate => certificate.notAfter), ...news);
    return { ...common, ...judged, verified: settings.trust.kind !== 'insecure', expires };
  } catch (error) {
    if (settings.trust.kind !== 'insecure') throw error;
    const problem = TlsError.from(error);
    const publicKey = importLeafKey(sent.leaf, settings.provider, problem);
    const alone = { path: [sent.leaf], expires: sent.leaf.notAfter, policies: [], revocation: [] };
    return { ...common, ...alone, publicKey, verified: false, problem };
  }
}

interface Judged extends PathResult {
  readonly policies: readonly string[];
  readonly revocation: readonly RevocationReport[];
  readonly transparency?: TransparencyReport;
}

function* judgePath(sent: Sent, input: VerifyInput, settings: Settings, work: Work): Step<Judged> {
  const { algorithms, limits, isPublicSuffix, provider, trust } = settings;
  const profile = settings.profile ?? defaultProfile(input.role);
  const dns = { underscores: profile === 'path', isPublicSuffix };
  const purpose = {
    name: input.role === 'server' ? ('serverAuth' as const) : ('clientAuth' as const),
    keyUsage: input.keyUsage ?? (['digitalSignature'] as const),
  };
  const alsoProcessed = settings.revocation.by.flatMap(({ processes = [] }) => processes);
  const policy: Policy = { profile, purpose, algorithms, limits, time: currentTime(settings), alsoProcessed };
  const { leaf, others } = sent;
  const anchors = trust.anchorsFor([leaf, ...others]);
  const { keys, fetchIssuers, fetchTimeout } = settings;
  const staples = staplesOf(input);
  const scts = (input.scts ?? []).map(sct => Uint8Array.from(sct));
  let policies: readonly string[] = [];
  let revocation: readonly RevocationReport[] = [];
  let transparency: TransparencyReport | undefined;
  const judge: PathJudge = function* (path, tools) {
    policies = judgePolicies(path, settings.policies, tools);
    revocation = yield* judgeRevocation(path, staples, settings.revocation, tools);
    const question = { path, scts, staple: staples.for(leaf), tools };
    if (settings.transparency !== undefined) transparency = yield* wait(settings.transparency.judge(question));
  };
  const checkLeaf = () => {
    if (input.name !== undefined && input.name !== null) checkName(leaf, input.name, dns);
  };
  const intermediates = new CertificateIndex(others);
  const missing = { fetchIssuers, fetchTimeout };
  const request = { leaf, intermediates, anchors, policy, provider, keys, ...missing, checkLeaf, judge };
  let result: PathResult;
  try {
    result = yield* findPath(request, work);
  } catch (error) {
    if (trust.kind === 'pins' && anchors.size === 0) {
      const none = new TlsError('ERR_TLS_CERT_PIN', `no certificate of ${leaf.label} has a pinned key`);
      throw withBranches(none, [none, ...deadBranches(error).map(branch => branch.error)]);
    }
    // An issuer that is missing is missing because it does not parse, as far as anybody can tell.
    if (sent.malformed === undefined || !missingIssuer.has((error as TlsError).code)) throw error;
    throw withBranches(sent.malformed, [sent.malformed, ...deadBranches(error).map(branch => branch.error)]);
  }
  return { ...result, policies, revocation, ...(transparency === undefined ? {} : { transparency }) };
}

/** Copies, as {@link readChain} makes them. */
function staplesOf({ chain, ocsp, staples = [], ocspAsked = false }: VerifyInput): Staples {
  const responses = chain.flatMap((der, i) => {
    const response = i === 0 ? (ocsp ?? staples[0]) : staples[i];
    return response === undefined ? [] : [{ der: Uint8Array.from(der), response: Uint8Array.from(response) }];
  });
  return {
    asked: ocspAsked,
    for: ({ der }) => responses.find(each => equalBytes(each.der, der))?.response,
  };
}

const missingIssuer: ReadonlySet<unknown> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

interface Sent {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  /** Of the first certificate but the leaf that does not parse: it is passed over, as it may not be needed (RFC 9846 §4.5.1.1). */
  readonly malformed: TlsError | undefined;
}

function readChain(chain: readonly Uint8Array[], { limits, known }: Settings): Sent {
  const [first, ...rest] = chain;
  if (first === undefined) throw new TlsError('ERR_TLS_NO_CERTIFICATE', 'the peer sent no certificate');
  if (chain.length > limits.certificates) {
    throw workLimit(`${chain.length} certificates were sent, the limit is ${limits.certificates}`);
  }
  const size = chain.reduce((sum, der) => sum + der.length, 0);
  if (size > limits.chainSize) {
    throw workLimit(`certificates of ${size} bytes were sent, the limit is ${limits.chainSize}`);
  }
  if (first.length > limits.certificateSize) {
    throw workLimit(`the certificate has ${first.length} bytes, the limit is ${limits.certificateSize}`);
  }
  // Copies: a verdict outlives the buffers of the connection, and must be on bytes that nobody writes to while a signature is checked.
  const leaf = known.read(first);
  const others: Certificate[] = [];
  let malformed: TlsError | undefined;
  for (const der of rest) {
    if (der.length > limits.certificateSize) continue;
    try {
      others.push(known.read(der));
    } catch (error) {
      malformed ??= TlsError.from(error);
    }
  }
  return { leaf, others, malformed };
}

function currentTime({ time }: Settings): number {
  const now = Number(time());
  // A time that is no number compares with nothing: every certificate would be valid.
  if (!Number.isFinite(now)) throw invalidOption('time() returned no time');
  return now;
}

function importLeafKey(
  leaf: Certificate,
  provider: Pick<CryptoProvider, 'importPublicKey'>,
  problem: TlsError,
): PublicKey {
  try {
    return provider.importPublicKey(leaf.spki);
  } catch {
    // Without a key there is no handshake, however little is asked of the certificate.
    throw problem.code === 'ERR_TLS_CERT_KEY'
      ? problem
      : new TlsError('ERR_TLS_CERT_KEY', `certificate ${leaf.label}: has a key that cannot be used`, {
          cause: problem,
        });
  }
}

function workLimit(message: string): TlsError {
  return new TlsError('ERR_TLS_CERT_WORK_LIMIT', message);
}
