/** Keys of ML-DSA (RFC 9881): their lengths (FIPS 204 §4, table 2), and ML-DSA-PrivateKey (RFC 9881 §6). */
import { CryptoError, type MlDsaSet } from '@tlskit/tls-crypto';
import { contextTag, type DerPart, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { mlDsaOids } from './oids.ts';
import type { PlainKind } from './plain.ts';

/** Bytes of an encoded public key, of an expanded private key, and of a signature. */
export const mlDsaLengths: Readonly<Record<MlDsaSet, { publicKey: number; expanded: number; signature: number }>> = {
  44: { publicKey: 1312, expanded: 2560, signature: 2420 },
  65: { publicKey: 1952, expanded: 4032, signature: 3309 },
  87: { publicKey: 2592, expanded: 4896, signature: 4627 },
};

const seedLength = 32;

/** A private key as its seed, as what the seed expands to, or as both; nobody has looked yet whether the two belong together. */
export type MlDsaSecret =
  | { readonly seed: Uint8Array; readonly expanded?: Uint8Array }
  | { readonly seed?: never; readonly expanded: Uint8Array };

/** The three parameter sets. */
export const mlDsaKinds: readonly PlainKind[] = [kindOf(44), kindOf(65), kindOf(87)];

function kindOf(set: MlDsaSet): PlainKind {
  const type = 'ml-dsa';
  const { publicKey: length } = mlDsaLengths[set];
  return {
    oid: mlDsaOids[set],
    readPublicKey: key => ({ type, set, key: exact(set, key, length) }),
    readPrivateKey(key, publicKey) {
      const secret = readMlDsaSecret(set, key);
      if (publicKey === undefined) return { type, set, ...secret };
      return { type, set, ...secret, publicKey: exact(set, publicKey, length) };
    },
  };
}

/** `CHOICE { seed [0] OCTET STRING, expandedKey OCTET STRING, both SEQUENCE { seed, expandedKey } }`, tags being implicit. */
function readMlDsaSecret(set: MlDsaSet, key: Uint8Array): MlDsaSecret {
  const choice = readDer(key, 'ML-DSA-PrivateKey', reader => reader.next());
  switch (choice.tag) {
    case contextTag(0, false):
      return { seed: exact(set, choice.value, seedLength) };
    case Tag.octetString:
      return { expanded: exact(set, choice.value, mlDsaLengths[set].expanded) };
    case Tag.sequence: {
      const both = new DerReader(choice.value);
      const seed = exact(set, both.octetString(), seedLength);
      const expanded = exact(set, both.octetString(), mlDsaLengths[set].expanded);
      both.finish('ML-DSA-PrivateKey');
      return { seed, expanded };
    }
    default:
      throw new CryptoError('malformed-key', `ML-DSA-${set}: a private key is neither a seed nor an expanded key`);
  }
}

/** ML-DSA-PrivateKey, in the form that the secret has. */
export function mlDsaSecretPart({ seed, expanded }: MlDsaSecret): DerPart {
  if (seed === undefined) return [Tag.octetString, expanded];
  if (expanded === undefined) return [contextTag(0, false), seed];
  return [Tag.sequence, [Tag.octetString, seed], [Tag.octetString, expanded]];
}

function exact(set: MlDsaSet, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) {
    throw new CryptoError('malformed-key', `ML-DSA-${set}: key of ${bytes.length} bytes, not ${length}`);
  }
  return bytes;
}
