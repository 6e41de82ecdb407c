/** What the library's verifier makes of a chain. */
import { UsageError } from '@tlskit/cli-kit';
import { createCertificateVerifier, type VerifiedPeer } from '@tlskit/tls-x509';
import { TlsError } from 'tlskit';
import type { CertSettings } from './options.ts';
import { provider } from './provider.ts';

export type Verdict =
  | { readonly good: true; readonly peer: VerifiedPeer }
  /** `branches`: why each path that was tried came to nothing, where they were several. */
  | { readonly good: false; readonly error: TlsError; readonly branches: readonly TlsError[] };

/** @param ocsp the response that the server stapled. @throws UsageError */
export async function judge(
  chain: readonly Uint8Array[],
  ocsp: Uint8Array | undefined,
  { roots, name, time, profile, purpose }: CertSettings,
): Promise<Verdict> {
  const verifier = createCertificateVerifier({
    provider,
    trust: { roots: roots.map(({ der }) => der) },
    time: () => time,
    profile,
  });
  try {
    return { good: true, peer: await verifier.verify({ role: purpose, chain, name, ocsp }) };
  } catch (thrown) {
    const error = TlsError.from(thrown);
    // What is no name, for instance, says nothing of certificates.
    if (error.kind === 'usage') throw new UsageError(error.message);
    return { good: false, error, branches: branchesOf(error) };
  }
}

function branchesOf({ cause }: TlsError): readonly TlsError[] {
  if (!(cause instanceof AggregateError)) return [];
  return cause.errors.filter((each): each is TlsError => each instanceof TlsError);
}
