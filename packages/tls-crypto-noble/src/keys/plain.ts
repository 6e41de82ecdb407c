/**
 * Keys that are plain bytes: their algorithm is an object identifier without parameters, their public key the octets of a BIT
 * STRING (RFC 8410 §3, RFC 9881 §2). Each kind is a value of its own, so that a bundle carries the readers of those it uses.
 */
import { DerReader, Tag } from '@tlskit/tls-wire/der';
import type { PrivateKeyParts } from './pkcs8.ts';
import type { PublicKeyParts } from './spki.ts';

export interface PlainKind {
  /** Dotted. */
  readonly oid: string;
  /** @throws CryptoError `malformed-key` */
  readPublicKey(key: Uint8Array): PublicKeyParts;
  /**
   * @param key the contents of `privateKey` of PKCS#8
   * @param publicKey that of PKCS#8, when there is one
   * @throws CryptoError `malformed-key`, or DecodeError
   */
  readPrivateKey(key: Uint8Array, publicKey: Uint8Array | undefined): PrivateKeyParts;
}

/**
 * Whether a key in SubjectPublicKeyInfo or PKCS#8 says that it is of one of these kinds. Nothing else is looked at: whoever reads
 * the key says what is wrong with it.
 */
export function isOfKind(kinds: readonly Pick<PlainKind, 'oid'>[], key: Uint8Array): boolean {
  try {
    const reader = new DerReader(key).enter();
    reader.optional(Tag.integer); // the version of PKCS#8
    const oid = reader.enter().oid();
    return kinds.some(kind => kind.oid === oid);
  } catch {
    return false;
  }
}
