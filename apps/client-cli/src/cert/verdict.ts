/** What the library's verifier makes of a chain. */
import { UsageError } from '@tlskit/cli-kit';
import {
  createCertificateVerifier,
  type RevocationChecker,
  type VerifiedPeer,
  type VerifierOptions,
} from '@tlskit/tls-x509';
import { crls } from '@tlskit/tls-x509/crl';
import { reportTransparency } from '@tlskit/tls-x509/transparency';
import { TlsError } from 'tlskit';
import type { Fetched } from './fetch.ts';
import { httpFetch } from './http.ts';
import type { CertSettings } from './options.ts';
import { provider } from './provider.ts';

export type Verdict =
  | { readonly good: true; readonly peer: VerifiedPeer }
  /** `branches`: why each path that was tried came to nothing, where they were several. */
  | { readonly good: false; readonly error: TlsError; readonly branches: readonly TlsError[] };

/** @param fetched what came beside the chain. @throws UsageError */
export async function judge(
  chain: readonly Uint8Array[],
  fetched: Pick<Fetched, 'ocsp' | 'scts'> | undefined,
  settings: CertSettings,
  signal: AbortSignal,
): Promise<Verdict> {
  const { roots, name, time, profile, purpose, logs } = settings;
  const { ocsp, scts } = fetched ?? {};
  const verifier = createCertificateVerifier({
    provider,
    trust: { roots: roots.map(({ der }) => der) },
    time: () => time,
    profile,
    ...revocationFor(settings, signal),
    ...(logs === undefined ? {} : { transparency: reportTransparency({ logs }) }),
  });
  try {
    return { good: true, peer: await verifier.verify({ role: purpose, chain, name, ocsp, scts }) };
  } catch (thrown) {
    const error = TlsError.from(thrown);
    // What is no name, for instance, says nothing of certificates.
    if (error.kind === 'usage') throw new UsageError(error.message);
    return { good: false, error, branches: branchesOf(error) };
  }
}

/** The ways to know of revocation that the user gave. */
function revocationFor(
  { revocation: { crls: given, fetchCrls, hardFail }, timeout }: CertSettings,
  signal: AbortSignal,
): Pick<VerifierOptions, 'revocation'> {
  const get = httpFetch(timeout, signal);
  const by: RevocationChecker[] = [];
  if (given.length > 0 || fetchCrls) {
    by.push(crls({ crls: given, ...(fetchCrls ? { fetch: (url, maximumSize) => get(url, maximumSize) } : {}) }));
  }
  return by.length === 0 ? {} : { revocation: { by, unknown: hardFail ? 'refuse' : 'accept' } };
}

function branchesOf({ cause }: TlsError): readonly TlsError[] {
  if (!(cause instanceof AggregateError)) return [];
  return cause.errors.filter((each): each is TlsError => each instanceof TlsError);
}
