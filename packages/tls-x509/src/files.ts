/** Certificates and keys as files have them: PEM or DER; PKCS#8 (RFC 5958), SEC1 (RFC 5915) and PKCS#1 (RFC 8017 §A.1.2). */
import { CryptoError, type CryptoProvider, type SigningKey } from '@tlskit/tls-crypto';
import { concat, DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, derOid, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';
import { invalidOption } from './errors.ts';
import { keyOids } from './oids.ts';
import { type PemBlock, parsePem } from './pem.ts';

const certificateLabels: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE'];

/**
 * The certificates of a file, DER, in order; other blocks of PEM are passed over. They are not parsed here.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none, or the PEM is broken
 */
export function loadCertificates(file: string | Uint8Array): readonly Uint8Array[] {
  const content = textOrDer(file);
  if (typeof content !== 'string') return [content];
  const certificates = parsePem(content).filter(block => certificateLabels.includes(block.label));
  if (certificates.length === 0) throw invalidOption('no certificate is in this file');
  return certificates.map(block => block.der);
}

/**
 * The private key of a file: the only one, in any of the three forms.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none or more than one, when it is encrypted, malformed, or of a kind that the
 *   provider does not have
 */
export function loadPrivateKey(
  provider: Pick<CryptoProvider, 'importPrivateKey'>,
  file: string | Uint8Array,
): SigningKey {
  const content = textOrDer(file);
  const pkcs8 = typeof content === 'string' ? fromPem(content) : attempt(() => fromDer(content));
  try {
    return provider.importPrivateKey(pkcs8);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw invalidOption(`the private key cannot be used: ${error.message}`, error);
  }
}

/** A file read as bytes may be text after all. DER of certificates and keys is a SEQUENCE; PEM never begins with its tag, `0`. */
function textOrDer(file: string | Uint8Array): string | Uint8Array {
  if (typeof file === 'string') return file;
  return file[0] === Tag.sequence ? file : new TextDecoder().decode(file);
}

function fromPem(text: string): Uint8Array {
  const keys = parsePem(text).filter(block => block.label.endsWith('PRIVATE KEY'));
  const [key] = keys;
  if (key === undefined) throw invalidOption('no private key is in this file');
  if (keys.length > 1) throw invalidOption(`${keys.length} private keys are in this file, one is needed`);
  return attempt(() => fromBlock(key));
}

function fromBlock({ label, der: bytes, headers }: PemBlock): Uint8Array {
  if (label === 'ENCRYPTED PRIVATE KEY' || headers.length > 0) {
    throw invalidOption('the private key is encrypted, which is not supported: decrypt it first');
  }
  switch (label) {
    case 'PRIVATE KEY':
      return bytes;
    case 'EC PRIVATE KEY':
      return fromSec1(bytes);
    case 'RSA PRIVATE KEY':
      return fromPkcs1(bytes);
    default:
      throw invalidOption(`private keys of the form "${label}" are not supported`);
  }
}

/** Which of the three forms it is tells the second element: an AlgorithmIdentifier, the private scalar, or the modulus. */
function fromDer(bytes: Uint8Array): Uint8Array {
  const sequence = new DerReader(bytes).enter();
  const first = sequence.next();
  if (first.tag === Tag.sequence && sequence.peek() === Tag.octetString) {
    throw invalidOption('the private key is encrypted, which is not supported: decrypt it first');
  }
  const second = sequence.peek();
  if (second === Tag.octetString) return fromSec1(bytes);
  return second === Tag.integer ? fromPkcs1(bytes) : bytes;
}

/** RFC 5915 §3: the curve must be in the key, as it stands nowhere else. */
function fromSec1(bytes: Uint8Array): Uint8Array {
  const curve = readDer(bytes, 'ECPrivateKey', reader => {
    const sequence = reader.enter();
    sequence.smallUnsigned();
    sequence.octetString();
    if (sequence.peek() !== contextTag(0, true)) throw new DecodeError('ECPrivateKey without its curve', 0);
    return sequence.enter(contextTag(0, true)).oid();
  });
  return pkcs8(der(Tag.sequence, derOid(keyOids.ec), derOid(curve)), bytes);
}

function fromPkcs1(bytes: Uint8Array): Uint8Array {
  return pkcs8(der(Tag.sequence, derOid(keyOids.rsaEncryption), der(Tag.null)), bytes);
}

function pkcs8(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return der(Tag.sequence, concat(derUnsigned(Uint8Array.of(0)), algorithm, der(Tag.octetString, key)));
}

function attempt(read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidOption(`the private key is malformed: ${error.message}`, error);
  }
}
