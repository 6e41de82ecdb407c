/** What a verification goes by: profile, purposes, algorithms and bounds, with their defaults. */
import { checkKeys, invalidOption } from './errors.ts';
import type { KeyUsage } from './extensions.ts';
import { type Profile, profiles } from './profile.ts';

/** Bounds on the work that a peer's certificates may cause. What goes beyond is `ERR_TLS_CERT_WORK_LIMIT`. */
export interface Limits {
  /** Certificates that a peer may send, the leaf among them; and those that are fetched for it, all answers together. */
  readonly certificates: number;
  /** Bytes of one certificate. */
  readonly certificateSize: number;
  /** Bytes of all of them together. */
  readonly chainSize: number;
  /** Intermediates in a path, the self-issued not counted. */
  readonly depth: number;
  /** Candidates for issuers that are looked at. */
  readonly candidates: number;
  /** Signatures that are verified: of certificates, CRLs, OCSP responses and SCTs. */
  readonly signatures: number;
  /** Comparisons of a name with a constraint. */
  readonly nameComparisons: number;
  /** Certificate policies and mappings that are processed. */
  readonly policies: number;
  /** Things that are asked for elsewhere: issuers, CRLs, OCSP responses. */
  readonly fetches: number;
  /** Certificates that are kept read, those of peers who were here last, so that they need not be parsed again; 0 for none. Nothing of a verdict is kept with them. */
  readonly keptCertificates: number;
}

export const defaultLimits: Limits = {
  certificates: 100,
  certificateSize: 131_072,
  chainSize: 1_048_576,
  depth: 10,
  candidates: 1000,
  signatures: 50,
  nameComparisons: 100_000,
  policies: 10_000,
  fetches: 20,
  keptCertificates: 100,
};

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for unknown names and for what is no count */
export function completeLimits(limits: Partial<Limits> | undefined): Limits {
  if (limits === undefined) return defaultLimits;
  checkKeys('limits', limits, Object.keys(defaultLimits));
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) throw invalidOption(`limits.${name} is not a count: ${value}`);
  }
  return { ...defaultLimits, ...limits };
}

/** Which signatures and keys are good enough. */
export interface Algorithms {
  /** Bits of an RSA modulus, and of the prime of keys of DSA and Diffie-Hellman, whose strength is alike. Default 2048. */
  readonly minimumRsaBits: number;
  /** What is longer costs whoever verifies more than it gives. Default 8192. */
  readonly maximumRsaBits: number;
  /** Default `refuse`. MD5 and what is older are refused always. */
  readonly sha1: 'refuse' | 'accept';
  /** Keys of DSA and Diffie-Hellman, for suites of TLS 1.2. Default `by profile`: `webpki` refuses them. */
  readonly finiteField: 'refuse' | 'accept' | 'by profile';
}

export const defaultAlgorithms: Algorithms = {
  minimumRsaBits: 2048,
  maximumRsaBits: 8192,
  sha1: 'refuse',
  finiteField: 'by profile',
};

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function completeAlgorithms(algorithms: Partial<Algorithms> | undefined): Algorithms {
  if (algorithms === undefined) return defaultAlgorithms;
  checkKeys('algorithms', algorithms, Object.keys(defaultAlgorithms));
  const complete = { ...defaultAlgorithms, ...algorithms };
  for (const name of ['minimumRsaBits', 'maximumRsaBits'] as const) {
    if (!Number.isSafeInteger(complete[name])) throw invalidOption(`algorithms.${name} is not a number`);
  }
  if (!['refuse', 'accept'].includes(complete.sha1)) {
    throw invalidOption("algorithms.sha1 is neither 'refuse' nor 'accept'");
  }
  if (!['refuse', 'accept', 'by profile'].includes(complete.finiteField)) {
    throw invalidOption("algorithms.finiteField is neither 'refuse', nor 'accept', nor 'by profile'");
  }
  return complete;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkedProfile(profile: Profile | undefined): Profile | undefined {
  if (profile !== undefined && !profiles.includes(profile)) {
    throw invalidOption(`no profile is called ${JSON.stringify(profile)}: there are ${profiles.join(', ')}`);
  }
  return profile;
}

/** The profile where none was named: servers are judged as browsers judge them; whoever certifies clients is bound by RFC 5280 alone. */
export function defaultProfile(role: 'server' | 'client'): Profile {
  return role === 'server' ? 'webpki' : 'rfc5280';
}

/** What a path is to be good for. */
export interface Purpose {
  /** Undefined where purposes play no part. */
  readonly name: 'serverAuth' | 'clientAuth' | undefined;
  /** What the leaf's key usage must allow, if it has one. */
  readonly keyUsage: readonly KeyUsage[];
}

/** Everything that decides on a path but the certificates. */
export interface Policy {
  readonly profile: Profile;
  readonly purpose: Purpose;
  readonly algorithms: Algorithms;
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** OIDs of extensions that are processed beside those of path validation, so that they may be critical. */
  readonly alsoProcessed?: readonly string[];
}
