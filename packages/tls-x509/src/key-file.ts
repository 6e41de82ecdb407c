/**
 * Private keys as files have them: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC 8017 §A.1.2), and DSA's numbers as OpenSSL
 * writes them; PEM or DER, perhaps encrypted.
 */
import { wipe } from '@tlskit/tls-crypto';
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, type DerPart, DerReader, der, derOid, readDer, Tag, unsignedPart } from '@tlskit/tls-wire/der';
import { invalidOption } from './errors.ts';
import { keyOids } from './oids.ts';
import { parsePem, textOrDer } from './pem.ts';

/** The one private key of a file. */
export type KeyFile =
  /** DER PKCS#8, unencrypted: the file itself, or a copy that is the caller's to wipe. */
  | { readonly pkcs8: Uint8Array }
  /** DER EncryptedPrivateKeyInfo (RFC 5958 §3). */
  | { readonly encryptedInfo: Uint8Array }
  /** What the headers of RFC 1421 say how to decrypt, to what the label names. */
  | { readonly label: string; readonly headers: readonly string[]; readonly ciphertext: Uint8Array };

/** @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none or more than one, and for what is malformed */
export function readKeyFile(file: string | Uint8Array): KeyFile {
  const content = textOrDer(file);
  return typeof content === 'string' ? fromPem(content) : orInvalid(() => fromDer(content));
}

/** PKCS#8 of what stands, unencrypted, under this label. @throws DecodeError; TlsError for a label that nobody here knows */
export function pkcs8Of(label: string, bytes: Uint8Array): Uint8Array {
  switch (label) {
    case 'PRIVATE KEY':
      return bytes;
    case 'EC PRIVATE KEY':
      return fromSec1(bytes);
    case 'RSA PRIVATE KEY':
      return fromPkcs1(bytes);
    case 'DSA PRIVATE KEY':
      return fromDsaNumbers(bytes);
    default:
      throw invalidOption(`private keys of the form "${label}" are not supported`);
  }
}

function fromPem(text: string): KeyFile {
  const keys = parsePem(text).filter(block => block.label.endsWith('PRIVATE KEY'));
  const [key] = keys;
  if (key === undefined) throw invalidOption('no private key is in this file');
  if (keys.length > 1) {
    wipe(...keys.map(each => each.der));
    throw invalidOption(`${keys.length} private keys are in this file, one is needed`);
  }
  const { label, der: bytes, headers } = key;
  if (label === 'ENCRYPTED PRIVATE KEY') return { encryptedInfo: bytes };
  if (headers.length > 0) return { label, headers, ciphertext: bytes };
  try {
    return { pkcs8: orInvalid(() => pkcs8Of(label, bytes)) };
  } finally {
    if (label !== 'PRIVATE KEY') wipe(bytes);
  }
}

/** Which form it is tells the second element: an AlgorithmIdentifier, the private scalar, or a number; or the first, if it is no version. */
function fromDer(bytes: Uint8Array): KeyFile {
  const sequence = new DerReader(bytes).enter();
  const first = sequence.next();
  const second = sequence.peek();
  if (first.tag === Tag.sequence && second === Tag.octetString) return { encryptedInfo: bytes };
  if (second === Tag.octetString) return { pkcs8: fromSec1(bytes) };
  if (second !== Tag.integer) return { pkcs8: bytes };
  let numbers = 1;
  for (; !sequence.done; numbers++) sequence.next();
  return { pkcs8: numbers === dsaNumbers ? fromDsaNumbers(bytes) : fromPkcs1(bytes) };
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

/** A version, p, q, g, y and x. */
const dsaNumbers = 6;

/** The public key goes along, so that one which is not the private key's is found out. */
function fromDsaNumbers(bytes: Uint8Array): Uint8Array {
  return readDer(bytes, 'DSAPrivateKey', reader => {
    const sequence = reader.enter();
    if (sequence.smallUnsigned() !== 0) throw new DecodeError('DSAPrivateKey of another version', 0);
    const [p, q, g, y, x] = Array.from({ length: dsaNumbers - 1 }, () => unsignedPart(sequence.unsigned())) as number5;
    sequence.finish('DSAPrivateKey');
    return pkcs8(der(Tag.sequence, derOid(keyOids.dsa), [Tag.sequence, p, q, g]), x, y);
  });
}

type number5 = [DerPart, DerPart, DerPart, DerPart, DerPart];

/** RFC 5958 §2: with a public key it is of version 2, which is 1. */
function pkcs8(algorithm: Uint8Array, key: DerPart, publicKey?: DerPart): Uint8Array {
  const version = Uint8Array.of(Tag.integer, 1, publicKey === undefined ? 0 : 1);
  // [1] IMPLICIT BIT STRING, of whole octets.
  const rest: DerPart[] = publicKey === undefined ? [] : [[contextTag(1, false), Uint8Array.of(0), publicKey]];
  return der(Tag.sequence, version, algorithm, [Tag.octetString, key], ...rest);
}

function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidOption(`the private key is malformed: ${error.message}`, error);
  }
}
