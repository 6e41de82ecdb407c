/** Keys, certificates and bundles as the programs of OpenSSL write them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestCA, toPem } from '@tlskit/tls-testing';
import { HOST } from './certificates.ts';
import { file } from './files.ts';

export const PASSPHRASE = 'correct horse';

/** What one of OpenSSL's programs writes to a file. @throws Error with what it said */
export function openssl(args: readonly string[]): string {
  const path = file('');
  execFileSync('openssl', [...args, '-out', path], { stdio: 'pipe' });
  return path;
}

/** Old schemes are in a provider of its own. */
export const legacy = ['-provider', 'legacy', '-provider', 'default'] as const;

/** Whether this OpenSSL has them. */
export function hasLegacy(): boolean {
  try {
    execFileSync('openssl', ['list', '-providers', ...legacy], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** What `genpkey` makes each kind of key by. */
const generation = {
  'RSA 2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-PSS': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-PSS of SHA-256': [
    ...['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048', '-pkeyopt', 'rsa_pss_keygen_md:sha256'],
    ...['-pkeyopt', 'rsa_pss_keygen_mgf1_md:sha256', '-pkeyopt', 'rsa_pss_keygen_saltlen:32'],
  ],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  Ed25519: ['-algorithm', 'ED25519'],
  Ed448: ['-algorithm', 'ED448'],
} as const satisfies Record<string, readonly string[]>;

export type OpensslKeyKind = keyof typeof generation;

export const opensslKeyKinds = Object.keys(generation) as OpensslKeyKind[];

/** A key with the certificate of an authority, in files. */
export interface OpensslIdentity {
  readonly key: string;
  readonly certificate: string;
  /** The intermediate, and the root behind it. */
  readonly chain: string;
}

/** A new key, and a certificate for {@link HOST} that OpenSSL makes under an intermediate of this root. */
export async function opensslIdentity(kind: OpensslKeyKind, root: TestCA): Promise<OpensslIdentity> {
  const between = await root.intermediate();
  const key = openssl(['genpkey', ...generation[kind]]);
  const request = openssl(['req', '-new', '-key', key, '-subj', `/CN=${HOST}`]);
  const extensions = file(
    [
      `subjectAltName = DNS:${HOST}`,
      'keyUsage = critical, digitalSignature',
      'extendedKeyUsage = serverAuth',
      'basicConstraints = critical, CA:FALSE',
      'subjectKeyIdentifier = hash',
      'authorityKeyIdentifier = keyid:always',
    ].join('\n'),
  );
  const issuer = ['-CA', file(between.pem), '-CAkey', file(toPem('PRIVATE KEY', between.key))];
  const certificate = openssl(['x509', '-req', '-in', request, ...issuer, '-days', '30', '-extfile', extensions]);
  return { key, certificate, chain: file(between.pem + root.pem) };
}

export function read(path: string): Buffer {
  return readFileSync(path);
}
