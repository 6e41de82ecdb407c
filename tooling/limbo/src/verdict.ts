/** Our verdict on a case, by the rules of the suite, through the public API. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  createCertificateVerifier,
  type KeyUsage,
  loadCertificates,
  noWork,
  type PeerName,
  type PeerVerifier,
  parseCertificate,
  type VerifierOptions,
  type VerifyInput,
  type Work,
} from '@tlskit/tls-x509';
import { crls } from '@tlskit/tls-x509/crl';
import { type Case, type Name, type PurposeName, timeOf } from './cases.ts';
import { signatureAlgorithmName } from './signature-algorithms.ts';

export interface Verdict {
  readonly result: 'SUCCESS' | 'FAILURE';
  /** Why not. */
  readonly error?: TlsError;
  /** What it took; of several verifications the most. */
  readonly work: Work;
}

/** How a case is judged. */
export type Judge = (testcase: Case, provider: CryptoProvider, now: number) => Promise<Verdict>;

/** No handshake can be made of a case: it has no key, or one that signs nothing, or asks for a name that nobody can have. */
export class NoHandshake extends Error {}

/**
 * @param rules beside those that the case asks for
 * @throws Error for a case that asks what the API cannot be asked, and for whatever is no refusal: both must be seen
 */
export async function judge(
  testcase: Case,
  provider: CryptoProvider,
  now: number,
  rules: Pick<VerifierOptions, 'isPublicSuffix'> = {},
): Promise<Verdict> {
  const work = noWork();
  try {
    const verifier = createCertificateVerifier({ provider, ...optionsFor(testcase, now), ...rules });
    const chain = [testcase.peer_certificate, ...testcase.untrusted_intermediates].flatMap(loadCertificates);
    for (const role of rolesOf(testcase)) {
      for (const name of namesOf(testcase)) {
        const keyUsage = testcase.key_usage.map(usageOf);
        const acceptable = acceptableAlgorithms(testcase, chain);
        await verify(verifier, { role, chain: acceptable, name, keyUsage }, work);
      }
    }
    return { result: 'SUCCESS', work };
  } catch (error) {
    if (!(error instanceof TlsError) || error.code === 'ERR_TLS_INTERNAL') throw error;
    return { result: 'FAILURE', error, work };
  }
}

/** The verifier that a case is about: its anchors, its time, its depth, and the profile of its namespace. */
export function verifierFor(testcase: Case, provider: CryptoProvider, now: number): PeerVerifier {
  return createCertificateVerifier({ provider, ...optionsFor(testcase, now) });
}

/** As for {@link createCertificateVerifier}, all but the provider. */
export function optionsFor(testcase: Case, now: number): Omit<VerifierOptions, 'provider'> {
  const { id, trusted_certs, validation_time, max_chain_depth, crls: lists } = testcase;
  const time = validation_time === null ? now : timeOf(validation_time);
  return {
    trust: { roots: trusted_certs },
    profile: id.startsWith('rfc5280::') ? 'rfc5280' : 'webpki',
    time: () => time,
    limits: max_chain_depth === null ? {} : { depth: max_chain_depth },
    ...(lists.length === 0 ? {} : { revocation: { by: [crls({ crls: lists })], unknown: 'refuse' } }),
  };
}

async function verify(verifier: PeerVerifier, input: VerifyInput, most: Work): Promise<void> {
  const work = noWork();
  try {
    await verifier.verify({ ...input, work });
  } finally {
    for (const what of Object.keys(most) as (keyof Work)[]) most[what] = Math.max(most[what], work[what]);
  }
}

const roles: Readonly<Partial<Record<PurposeName, VerifyInput['role']>>> = {
  serverAuth: 'server',
  clientAuth: 'client',
};

/** Purposes are asked by role: those of TLS. Every purpose that is listed must be allowed. */
function rolesOf({ extended_key_usage, validation_kind }: Case): readonly VerifyInput['role'][] {
  if (extended_key_usage.length === 0) return [validation_kind === 'SERVER' ? 'server' : 'client'];
  return extended_key_usage.map(purpose => {
    const role = roles[purpose];
    if (role === undefined) throw new Error(`extended_key_usage ${purpose} is no purpose of TLS`);
    return role;
  });
}

/** The certificate must have every name that is expected; null asks for none. */
export function namesOf({ expected_peer_name, expected_peer_names }: Case): readonly (PeerName | null)[] {
  const names = expected_peer_name === null ? expected_peer_names : [expected_peer_name, ...expected_peer_names];
  return names.length === 0 ? [null] : names.map(peerNameOf);
}

function peerNameOf({ kind, value }: Name): PeerName {
  return kind === 'DNS' ? { dns: value } : kind === 'IP' ? { ip: value } : { email: value };
}

function usageOf(usage: Case['key_usage'][number]): KeyUsage {
  // X.509 of 2005 renamed it.
  return usage === 'contentCommitment' ? 'nonRepudiation' : usage;
}

/** The chain without certificates whose signature is none of those listed. Anchors are in no chain: nobody looks at who signed them. */
function acceptableAlgorithms({ signature_algorithms }: Case, chain: readonly Uint8Array[]): readonly Uint8Array[] {
  if (signature_algorithms.length === 0) return chain;
  const [leaf, ...others] = chain.map(der => ({ der, name: algorithmOf(der) }));
  const isListed = ({ name }: { readonly name: string | undefined }) =>
    signature_algorithms.some(each => each === name);
  if (leaf === undefined || !isListed(leaf)) {
    throw new TlsError('ERR_TLS_CERT_WEAK', `the leaf is signed with ${leaf?.name}, listed is ${signature_algorithms}`);
  }
  return [leaf, ...others.filter(isListed)].map(({ der }) => der);
}

function algorithmOf(der: Uint8Array): string | undefined {
  try {
    return signatureAlgorithmName(parseCertificate(der).signatureAlgorithm);
  } catch {
    // Whoever reads the chain will say what is wrong with it.
    return undefined;
  }
}
