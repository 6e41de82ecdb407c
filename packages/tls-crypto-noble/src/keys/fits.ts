/** Which signatures a key can make and verify. Both directions, and every provider, ask here. */
import type { HashName, KeyAlgorithm, SignatureAlgorithm } from '@tlskit/tls-crypto';

const outputLengths: Readonly<Record<HashName, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** Bytes of DigestInfo before the digest (RFC 8017 §9.2, note 1). */
const digestInfoLengths: Readonly<Record<HashName, number>> = { sha1: 15, sha256: 19, sha384: 19, sha512: 19 };

/** Whether the key can do the algorithm: its type, its size, and the restriction of an `id-RSASSA-PSS` key (RFC 4055 §3.3). */
export function fits(key: KeyAlgorithm, algorithm: SignatureAlgorithm): boolean {
  switch (algorithm.type) {
    case 'ecdsa':
      return key.type === 'ec';
    case 'dsa':
      return key.type === 'dsa';
    case 'ed25519':
    case 'ed448':
      return key.type === algorithm.type;
    case 'ml-dsa':
      return key.type === 'ml-dsa' && key.set === algorithm.set;
    case 'rsa-pkcs1': {
      if (key.type !== 'rsa' || key.pssOnly !== undefined) return false;
      // RFC 8017 §9.2 step 3.
      const length = digestInfoLengths[algorithm.hash] + outputLengths[algorithm.hash];
      return Math.ceil(key.bits / 8) >= length + 11;
    }
    case 'rsa-pss': {
      if (key.type !== 'rsa') return false;
      const { hash, mgfHash, saltLength } = algorithm;
      if (!Number.isSafeInteger(saltLength) || saltLength < 0) return false;
      const { pssOnly } = key;
      if (pssOnly?.hash !== undefined && pssOnly.hash !== hash) return false;
      if (pssOnly?.mgfHash !== undefined && pssOnly.mgfHash !== mgfHash) return false;
      if (pssOnly?.minSaltLength !== undefined && pssOnly.minSaltLength > saltLength) return false;
      // RFC 8017 §9.1.1 step 3.
      return Math.ceil((key.bits - 1) / 8) >= outputLengths[hash] + saltLength + 2;
    }
  }
}
