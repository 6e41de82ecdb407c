/** What is asked for beside a peer's certificates, and whom to trust, as options. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { CertificateCompression, CertificateFeatures, PeerVerifier } from '@tlskit/tls-handshake';
import { mayBeDelegated, SignatureScheme, signatureSchemeInfo } from '@tlskit/tls-messages';
import {
  createCertificateVerifier,
  createRawPublicKeyVerifier,
  eitherVerifier,
  type PublicKeySource,
  type PublicSuffixRule,
  type RevocationPolicy,
  type TransparencyPolicy,
  type Trust,
  type VerifierOptions,
} from '@tlskit/tls-x509';
import { ocsp } from '@tlskit/tls-x509/ocsp';
import { boolean, checkNames, invalid, isOptions, nearest, shown, strings } from './check.ts';
import { type Abilities, schemeProblem } from './names.ts';

/**
 * Whom to believe: certificates that lead to roots or pins, raw public keys, or either. In `tlskit/node` roots are also named: `'node'`
 * for those that Node brings along, `'system'` for the system's, `'extra'` for those of `NODE_EXTRA_CA_CERTS`; alone, or in a list with
 * others and with certificates.
 */
export type TrustOption =
  | Trust
  /**
   * Raw public keys (RFC 7250): DER or PEM of the public keys, or `sha256/…` digests of them. They are asked for before certificates,
   * and these only if `roots` or `pins` stand beside them. A name plays no part: who has the key is the peer.
   */
  | ({ readonly rawPublicKeys: PublicKeySource | readonly PublicKeySource[] } & Partial<
      Pick<Extract<Trust, { readonly roots: unknown; readonly insecure?: never }>, 'roots'>
    >);

export interface CertificateFeatureOptions {
  /**
   * Whether to ask for an OCSP response for the peer's certificate (RFC 6066 §8): it comes in `info`, and to a `verifier`. On by default
   * for clients whose `revocation` reads staples, as it does by default, or who say `transparency`; otherwise off.
   */
  readonly ocsp?: boolean | undefined;
  /**
   * Whether to ask for timestamps of certificate logs (RFC 6962 §3.3): they come in `info`, and to a `verifier`. Off by default, on
   * where `transparency` is said.
   */
  readonly scts?: boolean | undefined;
  /** Ways to compress certificates, best first, both ways (RFC 8879); false for none. */
  readonly certificateCompression?: readonly CertificateCompression[] | false | undefined;
  /**
   * Whether the peer may sign by a key that its certificate delegated to (RFC 9345), and by which schemes: true for those of
   * `signatureSchemes` that may be. Off by default.
   */
  readonly delegatedCredentials?: boolean | readonly string[] | undefined;
}

export const certificateFeatureNames: Record<keyof CertificateFeatureOptions, true> = {
  ocsp: true,
  scts: true,
  certificateCompression: true,
  delegatedCredentials: true,
};

/** @param compression what the face has */
export function certificateFeatures(
  options: CertificateFeatureOptions & Pick<JudgingOptions, 'transparency'>,
  abilities: Abilities & { readonly signatureSchemes: readonly number[] },
  compression: readonly CertificateCompression[] | undefined,
): CertificateFeatures {
  return {
    ocsp: boolean('ocsp', options.ocsp, false),
    scts: boolean('scts', options.scts, options.transparency !== undefined),
    compression: compressionOf(options.certificateCompression, compression),
    delegatedSchemes: delegatedSchemesOf(options.delegatedCredentials, abilities),
  };
}

/** How the peer's certificates are judged beyond whom to trust; for `trust`, as a `verifier` has its own rules. */
export interface JudgingOptions {
  /**
   * How to know of revocation, and what to make of not knowing: `{ by: [ocsp(…), crls(…)], scope?, unknown? }` (RFC 5280 §6.3). By
   * default clients judge the OCSP responses that servers staple, and accept servers that staple none, unless their certificates
   * promise one (RFC 7633); servers know nothing of revocation. `{ by: [] }` for nothing.
   */
  readonly revocation?: RevocationPolicy | undefined;
  /**
   * Which logs are to know of the peer's certificate: `requireTransparency({ logs, minimum?, operators? })`, or `reportTransparency`,
   * which refuses nobody (RFC 6962 §5.2). What came of it is in `info.transparency`. By default nobody asks.
   */
  readonly transparency?: TransparencyPolicy | undefined;
  /**
   * What else `createCertificateVerifier` takes: `profile`, which is `webpki` for servers and `rfc5280` for clients unless it is said,
   * `algorithms`, `limits`, and so on.
   */
  readonly verification?: VerificationOptions | undefined;
}

/** The options of `createCertificateVerifier` that neither the connection has, nor a name of their own. */
export type VerificationOptions = Omit<VerifierOptions, 'provider' | 'trust' | 'time' | keyof JudgingOptions>;

export const judgingNames: Record<keyof JudgingOptions, true> = {
  revocation: true,
  transparency: true,
  verification: true,
};

type Rules = Omit<VerifierOptions, 'provider' | 'trust' | 'time'>;

interface LegacySuites {
  readonly legacy?: readonly string[] | undefined;
}

/** What was said on judging, as `createCertificateVerifier` takes it. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function judgingOf(options: JudgingOptions & LegacySuites): Rules {
  const { verification, ...own } = judgingSaid(options);
  const rules: Rules = { ...checkedVerification(verification), ...(own as Rules) };
  // Who names suites whose certificates have such keys has named the keys.
  const legacy = Array.isArray(options.legacy) ? options.legacy : [];
  if (!legacy.some(suite => /_DSS_|^TLS_DH_RSA_/.test(suite))) return rules;
  return { ...rules, algorithms: { finiteField: 'accept', ...rules.algorithms } };
}

/** What was said on judging, by its names. */
export function judgingSaid(options: JudgingOptions): JudgingOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => Object.hasOwn(judgingNames, name) && value !== undefined),
  );
}

/** What it takes beyond these, `createCertificateVerifier` checks. */
function checkedVerification(given: VerificationOptions = {}): VerificationOptions {
  if (!isOptions(given)) throw invalid(`verification is an object of options, not ${shown(given)}`);
  const elsewhere = ['provider', 'trust', 'time', ...Object.keys(judgingNames)];
  const taken = Object.keys(given).find(name => elsewhere.includes(name));
  if (taken !== undefined) throw invalid(`verification has no ${taken}, which is said elsewhere`);
  return given;
}

/** What clients go by where the options say nothing of revocation. */
export function stapledRevocation(provider: CryptoProvider): RevocationPolicy {
  return { by: [ocsp({ provider })] };
}

/** Whether somebody reads staples, so that a client asks for them. SCTs may come in one (RFC 6962 §3.3 MUST: clients know all ways). */
export function readsStaples({ revocation, transparency }: JudgingOptions): boolean {
  const judged = revocation === undefined || revocation.by.some(({ staples }) => staples === true);
  return judged || transparency !== undefined;
}

/** Refuses rules where nobody judges by them. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkNoJudging(options: JudgingOptions, why: string): void {
  const [name] = Object.keys(judgingSaid(options));
  if (name !== undefined) throw invalid(`${name} is for certificates that are judged by trust: ${why}`);
}

/** What judges go by that is the connection's, or the face's. */
export interface JudgingGround {
  readonly provider: CryptoProvider;
  readonly now: () => number;
  /** Where `verification` has none; absent where bundles are to be without the list. */
  readonly isPublicSuffix?: PublicSuffixRule | undefined;
}

/**
 * @param ifUnsaid rules where the options have none
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for trust that is none, and for rules that are none
 */
export function verifierFor(
  trust: TrustOption,
  options: JudgingOptions & LegacySuites,
  { provider, now, isPublicSuffix }: JudgingGround,
  ifUnsaid: JudgingOptions = {},
): PeerVerifier {
  const said = judgingOf({ ...options, ...ifUnsaid, ...judgingSaid(options) });
  const rules = { provider, time: now, ...said, isPublicSuffix: said.isPublicSuffix ?? isPublicSuffix };
  if (typeof trust !== 'object' || trust === null || !('rawPublicKeys' in trust)) {
    return createCertificateVerifier({ ...rules, trust });
  }
  checkNames('trust with rawPublicKeys', trust, ['rawPublicKeys', 'roots']);
  const { rawPublicKeys, roots } = trust;
  const raw = createRawPublicKeyVerifier({ provider, keys: rawPublicKeys });
  if (roots === undefined) {
    checkNoJudging(options, 'trust has raw public keys alone');
    return raw;
  }
  return eitherVerifier(raw, createCertificateVerifier({ ...rules, trust: { roots } }) as PeerVerifier);
}

/** Whether no certificate of X.509 is ever judged, so that no name can be expected. */
export function takesRawKeysAlone({ certificateTypes }: PeerVerifier): boolean {
  return certificateTypes?.every(type => type === 2) === true;
}

function compressionOf(
  given: CertificateFeatureOptions['certificateCompression'],
  ifAbsent: readonly CertificateCompression[] | undefined,
): readonly CertificateCompression[] | undefined {
  if (given === undefined) return ifAbsent;
  if (given === false) return undefined;
  const whole = (each: CertificateCompression | undefined) =>
    Number.isInteger(each?.algorithm) && typeof each?.compress === 'function' && typeof each.decompress === 'function';
  if (!Array.isArray(given) || !given.every(whole)) {
    throw invalid('certificateCompression is a list of { algorithm, compress, decompress }, or false');
  }
  if (new Set(given.map(({ algorithm }) => algorithm)).size < given.length) {
    throw invalid('certificateCompression has an algorithm twice');
  }
  return given;
}

function delegatedSchemesOf(
  given: CertificateFeatureOptions['delegatedCredentials'],
  abilities: Abilities & { readonly signatureSchemes: readonly number[] },
): readonly number[] | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return abilities.signatureSchemes.filter(isDelegable);
  const codes = strings('delegatedCredentials', given).map(name => {
    const code = SignatureScheme.valueOf(name);
    if (code !== undefined && isDelegable(code)) {
      const problem = schemeProblem(code, abilities);
      if (problem !== undefined) throw invalid(`delegatedCredentials: ${name} ${problem}`);
      return code;
    }
    if (code !== undefined) throw invalid(`delegatedCredentials: no key may be delegated to for ${name} (RFC 9345 §4)`);
    const near = nearest(name, Object.keys(SignatureScheme.values));
    throw invalid(
      `delegatedCredentials: IANA knows no ${shown(name)}${near === undefined ? '' : `; did you mean '${near}'?`}`,
    );
  });
  if (codes.length === 0) throw invalid('delegatedCredentials is empty');
  return codes;
}

function isDelegable(code: number): boolean {
  const info = signatureSchemeInfo(code);
  return info !== undefined && mayBeDelegated(info);
}
