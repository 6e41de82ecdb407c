/** Encodings of a digest for RSA signing: EMSA-PKCS1-v1_5 (RFC 8017 §9.2) and EMSA-PSS (§9.1.1). */
import type { Hash, HashName } from '@tlskit/tls-crypto';
import { concat, equalBytes, fromHex } from '@tlskit/tls-wire';

/** What PSS is made with. */
export interface PssHashes {
  readonly hash: Hash;
  readonly mgfHash: Hash;
}

/** DER of DigestInfo up to the digest (RFC 8017 §9.2, note 1). */
const digestInfo: Readonly<Record<HashName, Uint8Array>> = {
  sha1: fromHex('3021300906052b0e03021a05000414'),
  sha256: fromHex('3031300d060960864801650304020105000420'),
  sha384: fromHex('3041300d060960864801650304020205000430'),
  sha512: fromHex('3051300d060960864801650304020305000440'),
};

/** The same without the NULL of the hash's parameters, as old signers have it (RFC 8017 §A.2.4, RFC 5246 §4.7). */
const digestInfoWithoutNull: Readonly<Record<HashName, Uint8Array>> = {
  sha1: fromHex('301f300706052b0e03021a0414'),
  sha256: fromHex('302f300b06096086480165030402010420'),
  sha384: fromHex('303f300b06096086480165030402020430'),
  sha512: fromHex('304f300b06096086480165030402030440'),
};

/** `00 01 ff … ff 00 DigestInfo`, of `length` bytes, which the caller has made sure suffice. */
export function emsaPkcs1(hash: Hash, data: Uint8Array, length: number): Uint8Array {
  return padPkcs1(concat(digestInfo[hash.name], hash.digest(data)), length);
}

/**
 * Whether this is the encoded message of a signature. It is held against the two encodings that there are (RFC 8017 §8.2.2), with NULL
 * and without (RFC 5246 §4.7 MUST): nothing of it is parsed.
 */
export function isEmsaPkcs1(encoded: Uint8Array, hash: Hash, data: Uint8Array): boolean {
  const digest = hash.digest(data);
  return [digestInfo, digestInfoWithoutNull].some(prefix =>
    equalBytes(encoded, padPkcs1(concat(prefix[hash.name], digest), encoded.length)),
  );
}

function padPkcs1(info: Uint8Array, length: number): Uint8Array {
  const encoded = new Uint8Array(length).fill(0xff);
  encoded.set([0, 1]);
  encoded[length - info.length - 1] = 0;
  encoded.set(info, length - info.length);
  return encoded;
}

/** `maskedDB || H || bc`, of ceil(`bits` / 8) bytes, which the caller has made sure suffice. */
export function emsaPss({ hash, mgfHash }: PssHashes, data: Uint8Array, salt: Uint8Array, bits: number): Uint8Array {
  const length = Math.ceil(bits / 8);
  const { digest } = hash;
  const h = digest(new Uint8Array(8), digest(data), salt); // steps 2 to 6
  const db = new Uint8Array(length - h.length - 1); // steps 7 and 8: 00 … 00 01 salt
  db[db.length - salt.length - 1] = 1;
  db.set(salt, db.length - salt.length);
  const mask = mgf1(mgfHash, h, db.length);
  for (const [i, octet] of mask.entries()) db[i] = (db[i] as number) ^ octet; // step 10
  db[0] = (db[0] as number) & (0xff >> (8 * length - bits)); // step 11
  return concat(db, h, Uint8Array.of(0xbc));
}

/**
 * Whether this is the encoded message of a signature, of `bits` bits at most (RFC 8017 §9.1.2). The salt alone is taken out of it; what has
 * this salt has one encoding, and is held against that, to the last bit.
 * @param encoded as long as the modulus
 */
export function isEmsaPss(
  encoded: Uint8Array,
  hashes: PssHashes,
  saltLength: number,
  data: Uint8Array,
  bits: number,
): boolean {
  const { hash, mgfHash } = hashes;
  const { outputLength } = hash;
  const length = Math.ceil(bits / 8);
  if (length < outputLength + saltLength + 2) return false; // step 3
  // RFC 8017 §8.1.2: a modulus of 8n + 1 bits is an octet longer than what is encoded in it.
  const own = encoded.subarray(encoded.length - length);
  if (encoded.length > length && encoded[0] !== 0) return false;
  const maskedSalt = own.subarray(length - 1 - outputLength - saltLength, length - 1 - outputLength);
  const mask = mgf1(mgfHash, own.subarray(length - 1 - outputLength, length - 1), length - outputLength - 1);
  const salt = maskedSalt.map((octet, i) => octet ^ (mask[mask.length - saltLength + i] as number)); // steps 7, 8 and 11
  return equalBytes(own, emsaPss(hashes, data, salt, bits));
}

/** MGF1 (RFC 8017 §B.2.1). */
function mgf1({ digest, outputLength }: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * outputLength < length; counter++) {
    const suffix = new Uint8Array(4);
    new DataView(suffix.buffer).setUint32(0, counter);
    blocks.push(digest(seed, suffix));
  }
  return concat(...blocks).subarray(0, length);
}
