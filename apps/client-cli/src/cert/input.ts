/** Certificates from a file or from standard input: PEM, DER, PKCS#7 or PKCS#12. */
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UsageError } from '@tlskit/cli-kit';
import { type Certificate, loadCertificates, parseCertificate, parsePem } from '@tlskit/tls-x509';
import { loadPkcs12 } from '@tlskit/tls-x509/encrypted';
import { allOf } from '../files.ts';
import { provider } from './provider.ts';

/** Bytes that are read of standard input: as many as a text may have for the library. */
const MAXIMUM = 16 * 1024 * 1024;

/** DER: the certificate in question first. @throws UsageError for a file that cannot be read or has no certificate */
export function certificatesInFile(path: string, passphrase: string): readonly Uint8Array[] {
  return certificatesIn(path, passphrase, () => readFileSync(path));
}

/** @throws UsageError */
export async function certificatesFrom(stdin: Readable, passphrase: string): Promise<readonly Uint8Array[]> {
  const bytes = await allOf(stdin, MAXIMUM);
  return certificatesIn('standard input', passphrase, () => bytes);
}

function certificatesIn(what: string, passphrase: string, read: () => Uint8Array): readonly Uint8Array[] {
  try {
    const file = read();
    const form = formOf(file);
    if (form === 'PKCS#12') {
      const { certificate, others } = loadPkcs12(provider, file, passphrase);
      return [...certificate, ...others];
    }
    const certificates = loadCertificates(file);
    return form === 'PKCS#7' ? leafFirst(certificates) : certificates;
  } catch (error) {
    throw new UsageError(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * What a file is, by how it begins: a SEQUENCE with the version of PKCS#12, an INTEGER, or with an OBJECT IDENTIFIER, the type of
 * PKCS#7. Lengths may be indefinite: PKCS#12 is BER.
 */
function formOf(file: Uint8Array): 'PKCS#12' | 'PKCS#7' | 'certificates' {
  const [tag, length = 0] = file;
  if (tag !== 0x30) return parsePem(new TextDecoder().decode(file)).some(isBundle) ? 'PKCS#7' : 'certificates';
  const second = file[length < 0x80 ? 2 : 2 + (length & 0x7f)];
  return second === 0x02 ? 'PKCS#12' : second === 0x06 ? 'PKCS#7' : 'certificates';
}

function isBundle({ label }: { readonly label: string }): boolean {
  return label === 'PKCS7' || label === 'CMS';
}

/** A bundle is in no order: the first that issued none of the others goes first. */
function leafFirst(bundle: readonly Uint8Array[]): readonly Uint8Array[] {
  const parsed = bundle.map(parsedOr);
  const isIssuer = (one: Certificate | undefined): boolean =>
    one !== undefined && parsed.some(other => other !== undefined && other !== one && other.issuer.equals(one.subject));
  const at = parsed.findIndex(one => one !== undefined && !isIssuer(one));
  const leaf = bundle[at];
  return leaf === undefined ? bundle : [leaf, ...bundle.filter(each => each !== leaf)];
}

function parsedOr(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    // Shown later with what is wrong with it.
    return undefined;
  }
}
