/** The outer form of private keys, PKCS#8 (RFC 5958 §2), whatever kind of key is in it. */
import { CryptoError } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { contextTag, type DerReader, decodeBitString, readDer } from '@tlskit/tls-wire/der';
import { orMalformed } from './spki.ts';

export interface OneAsymmetricKey<Algorithm> {
  readonly algorithm: Algorithm;
  /** Contents of `privateKey`. */
  readonly key: Uint8Array;
  /** Contents of `publicKey`, if there is one: what would be in the BIT STRING of a SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array | undefined;
}

/**
 * @param readAlgorithm reads the AlgorithmIdentifier
 * @throws CryptoError `malformed-key`, and what `readAlgorithm` throws
 */
export function readOneAsymmetricKey<Algorithm>(
  pkcs8: Uint8Array,
  readAlgorithm: (reader: DerReader) => Algorithm,
): OneAsymmetricKey<Algorithm> {
  return orMalformed('PKCS#8', () =>
    readDer(pkcs8, 'PKCS#8', outer => {
      const reader = outer.enter();
      const version = reader.smallUnsigned();
      if (version > 1) throw new CryptoError('malformed-key', `PKCS#8 version ${version}`);
      const algorithm = readAlgorithm(reader);
      const key = reader.octetString();
      reader.optional(contextTag(0, true)); // attributes, which say nothing that we use
      const publicKey = reader.optional(contextTag(1, false));
      reader.finish('PKCS#8');
      // RFC 5958 §2: version is v2 if and only if publicKey is present.
      if ((publicKey !== undefined) !== (version === 1)) {
        throw new CryptoError('malformed-key', 'PKCS#8 version does not fit its public key');
      }
      return { algorithm, key, publicKey: publicKey && wholeOctets(publicKey.value) };
    }),
  );
}

/** @param stated the public key of a file, if it has one. @throws CryptoError `malformed-key` where it is another than the private key's */
export function requireOwnPublicKey(own: Uint8Array, stated: Uint8Array | undefined): void {
  if (stated === undefined || equalBytes(own, stated)) return;
  throw new CryptoError('malformed-key', 'the public key does not belong to the private key');
}

/** The octets of an implicitly tagged BIT STRING. */
function wholeOctets(value: Uint8Array): Uint8Array {
  const { unusedBits, bytes } = decodeBitString(value);
  if (unusedBits !== 0) throw new CryptoError('malformed-key', 'PKCS#8 public key of no whole octets');
  return bytes;
}
