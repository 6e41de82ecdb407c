/** What the library's verifier makes of a chain. */
import { UsageError } from '@tlskit/cli-kit';
import {
  createCertificateVerifier,
  type DeadBranch,
  deadBranches,
  type PeerVerifier,
  type RevocationChecker,
  type VerifiedPeer,
  type VerifierOptions,
} from '@tlskit/tls-x509';
import { crls } from '@tlskit/tls-x509/crl';
import { type OcspFetch, ocsp } from '@tlskit/tls-x509/ocsp';
import { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
import { reportTransparency } from '@tlskit/tls-x509/transparency';
import { TlsError } from 'tlskit';
import type { Evidence } from './fetch.ts';
import type { HttpFetch } from './http.ts';
import type { CertSettings } from './options.ts';
import { provider } from './provider.ts';

/** Bytes of an OCSP response, and of the certificates of an issuer. */
const MAXIMUM_RESPONSE = 65_536;
const MAXIMUM_ISSUERS = 131_072;

/** Milliseconds: as long as timers can be. */
const longest = 0x7fff_ffff;
const unbounded = { fetchTimeout: longest };

export type Verdict =
  | { readonly good: true; readonly peer: VerifiedPeer }
  /** `branches`: why each path that was tried came to nothing; one reason alone where there was but one. */
  | { readonly good: false; readonly error: TlsError; readonly branches: readonly DeadBranch[] };

/**
 * @param evidence the chain as a server sent it, with what came beside it
 * @param get used only as far as the settings allow it
 * @throws UsageError
 */
export async function judge(
  chain: readonly Uint8Array[],
  evidence: Evidence | undefined,
  settings: CertSettings,
  get: HttpFetch,
): Promise<Verdict> {
  const { roots, name, time, profile, purpose, policies, logs, fetchIssuers } = settings;
  const verifier = usable({
    provider,
    trust: { roots: roots.map(({ der }) => der) },
    time: () => time,
    profile,
    isPublicSuffix,
    // What goes to the network has the user's time, all together.
    ...unbounded,
    timeout: longest,
    ...(policies.length === 0 ? {} : { policies: { acceptable: policies } }),
    ...(fetchIssuers ? { fetchIssuers: ({ url }) => get(url, MAXIMUM_ISSUERS) } : {}),
    ...revocationFor(settings, evidence !== undefined, get),
    ...(logs === undefined ? {} : { transparency: reportTransparency({ logs }) }),
  });
  try {
    return {
      good: true,
      peer: await verifier.verify({ ...evidence, role: purpose, chain, name, ocspAsked: evidence !== undefined }),
    };
  } catch (thrown) {
    const error = TlsError.from(thrown);
    // What is no name, for instance, says nothing of certificates.
    if (error.kind === 'usage') throw new UsageError(error.message);
    return { good: false, error, branches: deadBranches(error) };
  }
}

/** @throws UsageError for a policy that is no OID */
function usable(options: VerifierOptions): PeerVerifier {
  try {
    return createCertificateVerifier(options);
  } catch (error) {
    throw error instanceof TlsError && error.kind === 'usage' ? new UsageError(error.message) : error;
  }
}

/** The ways to know of revocation: those that the user gave, and what a server stapled. */
function revocationFor(
  { revocation: { crls: given, fetchCrls, askOcsp, hardFail } }: CertSettings,
  isServer: boolean,
  get: HttpFetch,
): Pick<VerifierOptions, 'revocation'> {
  const by: RevocationChecker[] = [];
  if (askOcsp || isServer) {
    const ask: OcspFetch = ({ url, body }) => get(url, MAXIMUM_RESPONSE, { type: 'application/ocsp-request', body });
    by.push(ocsp({ provider, ...unbounded, ...(askOcsp ? { fetch: ask } : {}) }));
  }
  if (given.length > 0 || fetchCrls) {
    const fetched = fetchCrls ? { fetch: (url: string, maximumSize: number) => get(url, maximumSize) } : {};
    by.push(crls({ crls: given, ...unbounded, ...fetched }));
  }
  return by.length === 0 ? {} : { revocation: { by, unknown: hardFail ? 'refuse' : 'accept' } };
}
