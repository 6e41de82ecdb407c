/** Certificates for both sides: good ones of each kind, and every sort of bad one. */
import type { AlertName, TlsErrorCode } from '@tlskit/tls-alerts';
import { type CertificateOptions, createCA, type Issued, type KeyKind, type TestCA, toPem } from '@tlskit/tls-testing';
import { file } from './files.ts';

/** The name that all peers go by. */
export const HOST = 'localhost';

/** What a server presents, and whom its client believes. */
export interface Identity {
  /** PEM of the leaf and its intermediates. */
  readonly certificate: string;
  /** PEM of PKCS#8. */
  readonly key: string;
  /** PEM of the root that the client trusts. */
  readonly root: string;
  readonly issued: Issued;
  /** The same in files; `chain` has the intermediates alone. */
  readonly files: { readonly certificate: string; readonly key: string; readonly root: string; readonly chain: string };
}

/** The same in text and in files. */
export function identity(issued: Issued, root: TestCA): Identity {
  const { certificate, key } = issued.pem;
  const rest = issued.chain.slice(1).map(der => toPem('CERTIFICATE', der));
  const files = { certificate: file(certificate), key: file(key), root: file(root.pem), chain: file(rest.join('')) };
  return { certificate, key, root: root.pem, issued, files };
}

/** A leaf of this kind, for {@link HOST} unless named otherwise, under an intermediate and a root of the same kind, so that chains too are signed by it. */
export async function goodIdentity(kind: KeyKind, ...names: readonly string[]): Promise<Identity> {
  const root = await createCA({ key: kind });
  const between = await root.intermediate({ key: kind });
  return identity(await between.issue({ key: kind, names: names.length === 0 ? [HOST] : names }), root);
}

/** A chain whose Certificate message takes three records. */
export function longIdentity(): Promise<Identity> {
  const names = Array.from({ length: 1300 }, (_, i) => `name-number-${i}.example.com`);
  return goodIdentity('ecdsa-p256', HOST, ...names);
}

/** What is wrong with each, the code that our client refuses it with, and the alert that it tells the server. */
export const wrongs = {
  'wrong host': ['ERR_TLS_CERT_ALTNAME_INVALID', 'bad_certificate'],
  expired: ['CERT_HAS_EXPIRED', 'certificate_expired'],
  'not yet valid': ['CERT_NOT_YET_VALID', 'certificate_expired'],
  'self-signed': ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unknown_ca'],
  'untrusted root': ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown_ca'],
  'untrusted root of an intermediate': ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown_ca'],
  'untrusted root, sent along': ['SELF_SIGNED_CERT_IN_CHAIN', 'unknown_ca'],
  'CA:FALSE issuer': ['INVALID_CA', 'unknown_ca'],
  'wrong EKU': ['INVALID_PURPOSE', 'unsupported_certificate'],
  'bad signature of the leaf': ['CERT_SIGNATURE_FAILURE', 'bad_certificate'],
  'bad signature of an intermediate': ['CERT_SIGNATURE_FAILURE', 'bad_certificate'],
} as const satisfies Record<string, readonly [TlsErrorCode, AlertName]>;

export type Wrong = keyof typeof wrongs;

export const wrongNames = Object.keys(wrongs) as Wrong[];

const day = 86_400_000;

/** Servers that no client should talk to, all with the same `root` to trust. */
export async function badIdentities(): Promise<Readonly<Record<Wrong, Identity>>> {
  const root = await createCA();
  const stranger = await createCA();
  const fromNow = (days: number) => new Date(Date.now() + days * day);
  const leaf = (options: CertificateOptions = {}) => root.issue({ names: [HOST], ...options });
  const below = async (options: CertificateOptions) => (await root.intermediate(options)).issue(HOST);
  const lone = await createCA({ subject: HOST, names: [HOST], ca: false, keyUsage: ['digitalSignature'] });
  const strange = await stranger.issue(HOST);

  const issued: Record<Wrong, Issued> = {
    'wrong host': await leaf({ names: ['other.example'] }),
    expired: await leaf({ notBefore: fromNow(-30), notAfter: fromNow(-1) }),
    'not yet valid': await leaf({ notBefore: fromNow(1) }),
    'self-signed': asIssued(lone, [lone.certificate]),
    'untrusted root': strange,
    'untrusted root of an intermediate': await (await stranger.intermediate()).issue(HOST),
    'untrusted root, sent along': asIssued(strange, [strange.certificate, stranger.certificate]),
    'CA:FALSE issuer': await below({ ca: false }),
    'wrong EKU': await leaf({ extendedKeyUsage: ['codeSigning'] }),
    'bad signature of the leaf': await leaf({ forged: true }),
    'bad signature of an intermediate': await below({ forged: true }),
  };
  const all = wrongNames.map(wrong => [wrong, identity(issued[wrong], root)] as const);
  return Object.fromEntries(all) as Record<Wrong, Identity>;
}

function asIssued({ certificate, key, signingKey, spki }: Issued | TestCA, chain: readonly Uint8Array[]): Issued {
  const pem = { certificate: chain.map(der => toPem('CERTIFICATE', der)).join(''), key: toPem('PRIVATE KEY', key) };
  return { certificate, chain, key, signingKey, spki, pem };
}
