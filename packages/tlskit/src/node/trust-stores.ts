/** The roots that this machine has, by name: Node's own, the system's, and those that the environment adds. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as tls from 'node:tls';
import type { TlsError } from '@tlskit/tls-alerts';
import { loadCertificates, parseCertificate, parsePem } from '@tlskit/tls-x509';
import { invalid } from '../options/check.ts';

/** DER, each certificate once. */
export type Roots = readonly Uint8Array[];

let ofNode: Roots | undefined;

/** The roots that Node brings along, `tls.rootCertificates`: Mozilla's, of the day of its release. Read once. */
export function nodeRoots(): Roots {
  ofNode ??= tls.rootCertificates.flatMap(pem => loadCertificates(pem));
  return ofNode;
}

/** Where distributions keep their roots in one file: the first that is there is taken. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // newer Fedora and RHEL
  '/etc/ssl/cert.pem', // Alpine, the BSDs, macOS
];

/** Where they keep them one by one: the first in which there are any is taken, if there is no bundle. */
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/system/etc/security/cacerts'];

export interface StoreOptions {
  /** `process.env` by default: `SSL_CERT_FILE`, `SSL_CERT_DIR` and `NODE_EXTRA_CA_CERTS` of it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * The system's roots, as OpenSSL finds them: the file that `SSL_CERT_FILE` names and the folders of `SSL_CERT_DIR`, if there is either;
 * else the distribution's bundle. And those of `NODE_EXTRA_CA_CERTS`.
 *
 * Files are read again when they changed. A certificate of a store that does not parse strictly is left out: nobody is the worse for
 * it but who relies on it.
 *
 * On Windows, whose roots are in no file, and on macOS without the variables, those of `tls.getCACertificates('system')`, which Node
 * has since 22.15.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for files and folders that the variables name and that cannot be read or have no
 *   certificates, and for systems of which nobody knows where their roots are
 */
export function systemRoots({ env = process.env }: StoreOptions = {}): Roots {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: directories } = env;
  const named: Uint8Array[] = [];
  if (file) named.push(...rootsOfFile(file, 'SSL_CERT_FILE'));
  if (directories) {
    const all = directories.split(delimiter).filter(path => path !== '');
    const found = all.flatMap(path => rootsOfFolder(path, 'SSL_CERT_DIR'));
    if (found.length === 0) throw invalid(`SSL_CERT_DIR: no certificate is in ${all.join(' or ') || 'no folder'}`);
    named.push(...found);
  }
  return distinct([...(file || directories ? named : platformRoots()), ...extraRoots({ env })]);
}

/** The certificates of the file that `NODE_EXTRA_CA_CERTS` names, as Node's own `tls` adds them to its roots; none without it. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function extraRoots({ env = process.env }: StoreOptions = {}): Roots {
  const { NODE_EXTRA_CA_CERTS: file } = env;
  return file ? rootsOfFile(file, 'NODE_EXTRA_CA_CERTS') : [];
}

/** By the names that `trust: { roots }` takes. */
export const nodeTrustStores: Readonly<Record<string, () => Roots>> = {
  node: nodeRoots,
  system: systemRoots,
  extra: extraRoots,
};

function platformRoots(): Roots {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => readonly string[] };
  if (process.platform === 'win32' || process.platform === 'darwin') {
    if (getCACertificates !== undefined)
      return getCACertificates('system').flatMap(pem => wellFormed(loadCertificates(pem)));
    if (process.platform === 'win32') {
      throw invalid("roots 'system': on Windows it takes Node 22.15 or later, or SSL_CERT_FILE");
    }
  }
  const bundle = bundles.find(path => statOf(path)?.isFile());
  if (bundle !== undefined) return rootsOfFile(bundle, 'the bundle of this system');
  for (const folder of folders) {
    const found = statOf(folder)?.isDirectory() ? rootsOfFolder(folder, 'the roots of this system') : [];
    if (found.length > 0) return found;
  }
  throw invalid(
    `roots 'system': none of ${[...bundles, ...folders].join(', ')} is there; SSL_CERT_FILE says where they are`,
  );
}

/** Bytes of a file of roots, those of the largest bundles many times over. */
const maximumFile = 16 * 1024 * 1024;

/** Files that were read, by path: what their size and time were then. */
const files = new Map<string, { readonly stamp: string; readonly roots: Roots }>();

/** @throws TlsError for a file that cannot be read, is no PEM and no DER, or has no certificate */
function rootsOfFile(path: string, why: string): Roots {
  try {
    const { mtimeNs, size } = statSync(path, { bigint: true });
    const stamp = `${mtimeNs} ${size}`;
    const known = files.get(path);
    if (known?.stamp === stamp) return known.roots;
    if (size > maximumFile) throw new Error(`it has ${size} bytes, the limit is ${maximumFile}`);
    const roots = wellFormed(loadCertificates(trusted(readFileSync(path))));
    if (roots.length === 0) throw new Error('no certificate of it is well-formed');
    files.set(path, { stamp, roots });
    return roots;
  } catch (error) {
    throw invalid(`${why}: ${path} cannot be taken for roots: ${(error as Error).message}`, error);
  }
}

/**
 * Every file of a folder that has certificates, be it called by a hash or not; subfolders and what else stands there are passed over.
 * A bundle of all of them is one of the files, as a rule.
 */
function rootsOfFolder(path: string, why: string): Roots {
  let names: readonly string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw invalid(`${why}: the folder ${path} cannot be read: ${(error as Error).message}`, error);
  }
  return distinct(
    [...names].sort().flatMap(name => {
      const file = join(path, name);
      if (!statOf(file)?.isFile()) return [];
      try {
        return rootsOfFile(file, why);
      } catch (error) {
        if ((error as TlsError).code === 'ERR_TLS_INVALID_OPTION') return [];
        throw error;
      }
    }),
  );
}

/** `TRUSTED CERTIFICATE` is OpenSSL's certificate with remarks on its use behind it, which nothing else reads. */
function trusted(bytes: Uint8Array): Uint8Array | string {
  if (bytes[0] === 0x30) return bytes;
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('-----BEGIN TRUSTED CERTIFICATE-----')) return text;
  const plain = parsePem(text).filter(({ label }) => label === 'CERTIFICATE').length;
  if (plain === 0) throw new Error('it has TRUSTED CERTIFICATEs alone, whose remarks nobody here reads');
  return text;
}

function wellFormed(certificates: readonly Uint8Array[]): Roots {
  return certificates.filter(der => {
    try {
      parseCertificate(der);
      return true;
    } catch {
      return false;
    }
  });
}

/** Each once. */
function distinct(certificates: readonly Uint8Array[]): Roots {
  return [...new Map(certificates.map(der => [Buffer.from(der).toString('latin1'), der])).values()];
}

/** Undefined for what is not there, or not for us to see. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
