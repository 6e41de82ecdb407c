/** Whom to trust, as the command line says it: a store of this machine by its name, or a file. */
import { readFileSync } from 'node:fs';
import { UsageError } from '@tlskit/cli-kit';
import { type Certificate, loadCertificates, parseCertificate } from '@tlskit/tls-x509';
import { extraRoots, nodeRoots, systemRoots } from 'tlskit/node';

const stores = new Map<string, () => readonly Uint8Array[]>([
  ['node', nodeRoots],
  ['system', systemRoots],
  ['extra', extraRoots],
]);

/** For the help of the option. */
export const rootsHelp =
  "Trust the certificates in this file (PEM, DER or PKCS#7), in place of Node's roots; or the roots called node, system (SSL_CERT_FILE, SSL_CERT_DIR or the bundle of the system) or extra (NODE_EXTRA_CA_CERTS).";

/** @param value a name or a file; a file of such a name is `./system`. @throws UsageError */
export function rootsOf(option: string, value = 'node'): readonly Certificate[] {
  try {
    const roots = (stores.get(value)?.() ?? loadCertificates(readFileSync(value))).map(parseCertificate);
    if (roots.length === 0) throw new Error('NODE_EXTRA_CA_CERTS names none');
    return roots;
  } catch (error) {
    throw new UsageError(`${option} ${value}: ${error instanceof Error ? error.message : error}`);
  }
}
