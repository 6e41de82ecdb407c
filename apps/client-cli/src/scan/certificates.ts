/** The certificates that a server showed, each once, and what is to be said of each. */
import { createHash } from 'node:crypto';
import { createCertificateVerifier, type PeerVerifier, parseCertificate } from '@tlskit/tls-x509';
import { type CertificateDetails, certificateDetails } from '@tlskit/tls-x509/details';
import { ocsp } from '@tlskit/tls-x509/ocsp';
import { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
import { TlsError } from 'tlskit';
import { provider } from '../cert/provider.ts';
import type { Evidence } from './handshake.ts';
import type { CertificateResult } from './result.ts';

/** Certificates of different keys that are kept: a server has a handful, unless it makes fun of us. */
const MAX_CERTIFICATES = 32;

type Shown = Pick<Evidence, 'chain' | 'ocsp' | 'scts'>;

export class CertificatesSeen {
  readonly #shown = new Map<string, Shown>();

  /** The same certificate with more beside it replaces the one with less. */
  add({
    chain,
    ocsp: staple,
    scts = [],
  }: Pick<Evidence, 'chain'> & {
    readonly ocsp?: Uint8Array | undefined;
    readonly scts?: Evidence['scts'] | undefined;
  }): void {
    const key = fingerprintOf(chain);
    if (key === undefined) return;
    const known = this.#shown.get(key);
    if (known === undefined && this.#shown.size >= MAX_CERTIFICATES) return;
    const stapled = staple ?? known?.ocsp;
    const timestamps = scts.length > 0 ? scts : known?.scts;
    this.#shown.set(key, {
      chain: known?.chain ?? chain,
      ...(stapled === undefined ? {} : { ocsp: stapled }),
      ...(timestamps === undefined ? {} : { scts: timestamps }),
    });
  }

  /** Whether that certificate is among them. */
  has(chain: readonly Uint8Array[]): boolean {
    const key = fingerprintOf(chain);
    return key !== undefined && this.#shown.has(key);
  }

  /** @param roots DER @param name whom they must be for */
  judged(roots: readonly Uint8Array[], name: string): Promise<CertificateResult[]> {
    const verifier = createCertificateVerifier({
      provider,
      trust: { roots },
      isPublicSuffix,
      revocation: { by: [ocsp({ provider })], unknown: 'accept' },
    });
    return Promise.all([...this.#shown.values()].map(shown => judge(shown, verifier, name)));
  }
}

function fingerprintOf([own]: readonly Uint8Array[]): string | undefined {
  return own && createHash('sha256').update(own).digest('hex');
}

async function judge(shown: Shown, verifier: PeerVerifier, name: string): Promise<CertificateResult> {
  const { chain, ocsp: staple, scts = [] } = shown;
  const problem = await problemOf(shown, verifier, name);
  const all = chain.map(detailsOf);
  const [own] = all;
  return {
    subject: own?.subject ?? '',
    issuer: own?.issuer ?? '',
    names: own?.names ?? [],
    key: own?.key ?? 'unreadable',
    signature: own?.signature.words ?? 'unreadable',
    notBefore: own?.notBefore ?? '',
    notAfter: own?.notAfter ?? '',
    fingerprint256: own?.fingerprint256 ?? '',
    chainLength: chain.length,
    // Nobody looks at the signature of a root: whoever trusts it has its key.
    weakChain: all.slice(1).some(each => each?.signature.weak === true && !each.selfIssued),
    weakSignature: own?.signature.weak === true,
    keyBits: own?.keyDetails.bits ?? null,
    mustStaple: own !== undefined && mustStaple(chain[0] as Uint8Array),
    stapled: staple !== undefined,
    scts: scts.length,
    verified: problem === null,
    problem: problem && { code: problem.code, message: problem.message },
  };
}

async function problemOf(shown: Shown, verifier: PeerVerifier, name: string): Promise<TlsError | null> {
  try {
    await verifier.verify({ ...shown, role: 'server', name, ocspAsked: true });
    return null;
  } catch (error) {
    return TlsError.from(error);
  }
}

function detailsOf(der: Uint8Array): CertificateDetails | undefined {
  try {
    return certificateDetails(parseCertificate(der), provider.hashes.sha256);
  } catch {
    return undefined;
  }
}

/** RFC 7633: the feature is the extension status_request. */
function mustStaple(der: Uint8Array): boolean {
  try {
    return parseCertificate(der).tlsFeatures?.includes(5) === true;
  } catch {
    return false;
  }
}
