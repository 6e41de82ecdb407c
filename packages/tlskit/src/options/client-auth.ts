/** Clients' certificates, as options of both sides (RFC 9846 §4.3.4 to §4.3.6, §4.4.2, §4.7.2). */

import { TlsError } from '@tlskit/tls-alerts';
import type { ClientAuthentication, PeerVerifier, VerifiedPeer } from '@tlskit/tls-handshake';
import type { OidFilter } from '@tlskit/tls-messages';
import {
  Certificate,
  type CertificateFilter,
  type CertificateSource,
  loadCertificates,
  matchesOidFilters,
  oidFilters,
  parseCertificate,
} from '@tlskit/tls-x509';
import {
  checkNoJudging,
  type JudgingGround,
  type JudgingOptions,
  judgingNames,
  judgingSaid,
  type TrustOption,
  verifierFor,
} from './certificates.ts';
import { checkNames, invalid, oneOf, shown } from './check.ts';

export interface ClientAuthOptions extends JudgingOptions {
  /**
   * What is asked of clients: `'none'`, the default; `'request'`, a certificate, if they have one, `info.verified` says whether;
   * `'require'`, a certificate, without which they are refused. One that is not good is refused either way. Clients of `pskLookup`
   * are not asked.
   */
  readonly clientAuth?: 'none' | 'request' | 'require' | undefined;
  /** Whom to believe of the clients. With `clientAuth: 'none'` it is for those that are asked after the handshake. */
  readonly trust?: TrustOption | undefined;
  /** A judge of clients' certificates of the caller's own, in place of `trust`. */
  readonly verifier?: PeerVerifier | undefined;
  /** What clients' certificates must have: clients are told, so that they can choose (RFC 9846 §4.3.5), and what has it not is refused. */
  readonly certificateFilter?: CertificateFilter | undefined;
}

export const clientAuthNames: Record<keyof ClientAuthOptions, true> = {
  clientAuth: true,
  trust: true,
  verifier: true,
  certificateFilter: true,
  ...judgingNames,
};

/** Certificates of authorities whose names the peer chooses by, PEM or DER; false for none. */
export type AuthoritiesOption = CertificateSource | readonly CertificateSource[] | false;

/** Roots whose names are told unless the options say otherwise: more would fill a request with what nobody reads. */
const MAX_ROOTS = 64;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for options that do not go together */
export function clientAuthOf(
  options: ClientAuthOptions & { readonly certificateAuthorities?: AuthoritiesOption | undefined },
  ground: JudgingGround,
): ClientAuthentication | undefined {
  const { trust, verifier, certificateAuthorities, certificateFilter } = options;
  const mode = oneOf('clientAuth', options.clientAuth, ['none', 'request', 'require'], 'none');
  if (trust === undefined && verifier === undefined) {
    const alone = Object.entries({ certificateAuthorities, certificateFilter, ...judgingSaid(options) }).find(
      ([, value]) => value !== undefined,
    );
    if (mode === 'none' && alone === undefined) return undefined;
    throw invalid(
      `${alone?.[0] ?? `clientAuth: '${mode}'`} needs trust or verifier beside it: whose certificates are good?`,
    );
  }
  const filters = filtersOf(certificateFilter);
  const own = checkedVerifier(options);
  const judge = own ?? verifierFor(trust as TrustOption, options, ground);
  return {
    mode,
    verifier: filters.length === 0 ? judge : filtering(judge, filters),
    certificateAuthorities: authorityNames(certificateAuthorities) ?? rootNames(trust),
    oidFilters: filters,
  };
}

/** A verifier of the caller's, checked. */
export function checkedVerifier(
  options: JudgingOptions & { readonly trust?: unknown; readonly verifier?: PeerVerifier | undefined },
): PeerVerifier | undefined {
  const { trust, verifier } = options;
  if (verifier === undefined) return undefined;
  checkNoJudging(options, 'verifier has rules of its own');
  if (trust !== undefined) throw invalid('trust and verifier exclude one another');
  if (typeof verifier?.verify !== 'function' || typeof verifier.trust !== 'string') {
    throw invalid('verifier has a function verify and a string trust');
  }
  return verifier;
}

/** DER names of the subjects, each once; undefined where nothing was said. @throws TlsError for what is no certificate */
export function authorityNames(given: AuthoritiesOption | undefined): readonly Uint8Array[] | undefined {
  if (given === undefined) return undefined;
  if (given === false) return [];
  const sources = Array.isArray(given) ? (given as readonly CertificateSource[]) : [given as CertificateSource];
  if (sources.length === 0 || sources.some(each => typeof each !== 'string' && !(each instanceof Uint8Array))) {
    throw invalid(`certificateAuthorities is certificates, PEM or DER, or false, not ${shown(given)}`);
  }
  const names = new Map<string, Uint8Array>();
  for (const der of sources.flatMap(loadCertificates)) {
    const { subject } = parseCertificate(der);
    names.set(subject.keys.join(','), subject.der.slice());
  }
  const all = [...names.values()];
  const length = all.reduce((sum, name) => sum + 2 + name.length, 0);
  // opaque DistinguishedName<1..2^16-1>; DistinguishedName authorities<3..2^16-1>
  if (length > 0xffff) throw invalid('certificateAuthorities has more names than there is room for');
  return all;
}

/** The names of the roots that are trusted, as long as they are few. */
function rootNames(trust: TrustOption | undefined): readonly Uint8Array[] | undefined {
  if (typeof trust !== 'object' || !('roots' in trust) || trust.roots === undefined) return undefined;
  // Whose certificates are all taken is not to be kept from showing some.
  if ('insecure' in trust || 'rawPublicKeys' in trust) return undefined;
  const names = authorityNames(trust.roots as AuthoritiesOption);
  return names !== undefined && names.length <= MAX_ROOTS ? names : undefined;
}

function filtersOf(given: CertificateFilter | undefined): OidFilter[] {
  if (given === undefined) return [];
  checkNames('certificateFilter', given, ['keyUsage', 'extendedKeyUsage']);
  const list = (value: unknown) => value === undefined || (Array.isArray(value) && value.length > 0);
  if (!list(given.keyUsage) || !list(given.extendedKeyUsage)) {
    throw invalid('certificateFilter has lists that are not empty: keyUsage, extendedKeyUsage');
  }
  const filters = oidFilters(given);
  if (filters.length === 0) throw invalid('certificateFilter has neither keyUsage nor extendedKeyUsage');
  return filters;
}

/** A client may have ignored the filters: then its certificate is refused (RFC 9846 §4.3.5). */
function filtering(judge: PeerVerifier, filters: readonly OidFilter[]): PeerVerifier {
  const filter = (peer: VerifiedPeer, leaf: Uint8Array | undefined): VerifiedPeer => {
    if (leaf === undefined) return peer;
    // Judges of ours bring the certificate that they judged.
    const { certificate: judged } = peer as { readonly certificate?: unknown };
    const certificate = judged instanceof Certificate ? judged : parseCertificate(leaf);
    if (matchesOidFilters(certificate, filters)) return peer;
    throw new TlsError('INVALID_PURPOSE', "the client's certificate has not what was asked for", {
      rfc: 'RFC 9846 §4.3.5',
    });
  };
  return {
    trust: `${judge.trust}/${JSON.stringify(filters.map(({ certificate_extension_values: values }) => [...values]))}`,
    get certificateTypes() {
      return judge.certificateTypes;
    },
    verify: evidence => {
      const { chain, certificateType = 0 } = evidence;
      // A copy: while the judge takes his time, nobody is to put another in its place.
      const leaf = certificateType === 0 && chain[0] !== undefined ? Uint8Array.from(chain[0]) : undefined;
      const peer = judge.verify(evidence);
      return peer instanceof Promise ? peer.then(each => filter(each, leaf)) : filter(peer as VerifiedPeer, leaf);
    },
  };
}
