/** Bundles of certificates, `.p7b`: SignedData that nobody signed (RFC 2315 §9.1, RFC 5652 §5.1), in DER. */
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { invalidOption } from './errors.ts';

const signedData = '1.2.840.113549.1.7.2';

/** Whether it begins as ContentInfo does, with an OBJECT IDENTIFIER: certificates begin with what is signed, a SEQUENCE. */
export function isPkcs7(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  return tag === Tag.sequence && bytes[length < 0x80 ? 2 : 2 + (length & 0x7f)] === Tag.oid;
}

/**
 * The certificates of a bundle, views; attribute certificates are passed over. Signatures and what was signed are not looked at: the
 * bundle is as good as the file that it is.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no SignedData, not DER, or has no certificates
 */
export function readPkcs7(der: Uint8Array): readonly Uint8Array[] {
  let certificates: readonly Uint8Array[];
  try {
    certificates = readDer(der, 'PKCS#7', reader => {
      const info = reader.enter();
      const type = info.oid();
      if (type !== signedData) throw new DecodeError(`content of the type ${type}, not SignedData`, 0);
      const content = info.enter(contextTag(0, true));
      info.finish('ContentInfo');
      const found = readSignedData(content.enter());
      content.finish('ContentInfo');
      return found;
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const hint = error.message.includes('length')
      ? '; where it is BER, berToDer of @tlskit/tls-x509/encrypted helps'
      : '';
    throw invalidOption(`the PKCS#7 bundle is malformed: ${error.message}${hint}`, error);
  }
  if (certificates.length === 0) throw invalidOption('no certificate is in this PKCS#7 bundle');
  return certificates;
}

/** `SEQUENCE { version, digestAlgorithms, contentInfo, certificates [0] OPTIONAL, crls [1] OPTIONAL, signerInfos }`. */
function readSignedData(sequence: DerReader): readonly Uint8Array[] {
  sequence.smallUnsigned();
  sequence.next(Tag.set);
  sequence.next(Tag.sequence);
  const certificates = sequence.optional(contextTag(0, true));
  sequence.optional(contextTag(1, true));
  sequence.next(Tag.set);
  sequence.finish('SignedData');
  if (certificates === undefined) return [];
  const found: Uint8Array[] = [];
  // RFC 5652 §10.2.2: a certificate proper is a SEQUENCE, every other choice has a tag of its own.
  for (const list = new DerReader(certificates.value); !list.done; ) {
    const { tag, bytes } = list.next();
    if (tag === Tag.sequence) found.push(bytes);
  }
  return found;
}
