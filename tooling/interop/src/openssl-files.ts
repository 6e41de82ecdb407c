/** Keys, certificates and bundles as the programs of OpenSSL write them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestCA, toPem } from '@tlskit/tls-testing';
import { HOST } from './certificates.ts';
import { file } from './files.ts';
import { genpkeyArguments } from './openssl-keys.ts';

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

/** The kinds of keys that files are written of. */
const generation = {
  'RSA 2048': genpkeyArguments['rsa-2048'],
  'RSA-PSS': genpkeyArguments['rsa-pss'],
  'RSA-PSS of SHA-256': genpkeyArguments['rsa-pss, limited'],
  'P-256': genpkeyArguments['P-256'],
  'P-384': genpkeyArguments['P-384'],
  'P-521': genpkeyArguments['P-521'],
  Ed25519: genpkeyArguments.Ed25519,
  Ed448: genpkeyArguments.Ed448,
};

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
