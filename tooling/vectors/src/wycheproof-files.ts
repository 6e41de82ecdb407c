/**
 * The Wycheproof files that the provider interface covers, and what may be left out of them. Those about keys that providers
 * never take in (ML-KEM's decapsulation keys, X25519 and X448 in ASN.1) are not here.
 */

export interface Coverage {
  /** Reasons for which the interface cannot express a case; any other one is a failure. */
  readonly outOfScope?: RegExp;
  /** Slow in JavaScript: of cases with this flag the portable provider runs one in `nth`. */
  readonly sampled?: { readonly flag: string; readonly nth: number };
  /** Large, and not in every copy of the vectors: run where it is. */
  readonly optional?: true;
  /** Decryption under RSA, which the portable provider leaves to native ones. */
  readonly native?: true;
}

const sha224 = { outOfScope: /SHA-224/ };
const mlDsa = { outOfScope: /^a context string$|^a message that is known by its hash$/, optional: true } as const;
/** A seed of a wrong length is nothing that a source of randomness could give. */
const seeds = { outOfScope: /^seeds of \d+ bytes$/ };
const native = { native: true } as const;
const doublings = { sampled: { flag: 'EdgeCaseDoubling', nth: 8 } };

export const wycheproofFiles: Readonly<Record<string, Coverage>> = {
  aes_gcm: { outOfScope: /^AES keys of 192 bits$|^nonces of \d+ bits$/ },
  chacha20_poly1305: {},
  aes_cbc_pkcs5: { outOfScope: /^AES keys of 192 bits$/ },
  aes_ccm: { outOfScope: /^AES keys of 192 bits$|^nonces of \d+ bits$|^tags of \d+ bits$/ },
  hmac_sha1: {},
  hmac_sha256: {},
  hmac_sha384: {},
  hmac_sha512: {},
  hkdf_sha1: {},
  hkdf_sha256: {},
  hkdf_sha384: {},
  hkdf_sha512: {},
  x25519: {},
  x448: {},
  ecdh_secp256r1_ecpoint: {},
  ecdh_secp384r1_ecpoint: doublings,
  ecdh_secp521r1_ecpoint: doublings,
  mlkem_768: seeds,
  mlkem_768_encaps: {},
  mlkem_768_keygen_seed: {},
  mlkem_1024: seeds,
  mlkem_1024_encaps: {},
  mlkem_1024_keygen_seed: {},
  ecdsa_secp256r1_sha256: {},
  ecdsa_secp256r1_sha512: {},
  ecdsa_secp384r1_sha256: {},
  ecdsa_secp384r1_sha384: {},
  ecdsa_secp384r1_sha512: {},
  ecdsa_secp521r1_sha512: {},
  ed25519: {},
  ed448: {},
  mldsa_44_verify: mlDsa,
  mldsa_44_sign_seed: mlDsa,
  mldsa_44_sign_noseed: mlDsa,
  mldsa_65_verify: mlDsa,
  mldsa_65_sign_seed: mlDsa,
  mldsa_65_sign_noseed: mlDsa,
  mldsa_87_verify: mlDsa,
  mldsa_87_sign_seed: mlDsa,
  mldsa_87_sign_noseed: mlDsa,
  rsa_signature_2048_sha256: {},
  rsa_signature_2048_sha384: {},
  rsa_signature_2048_sha512: {},
  rsa_signature_3072_sha256: {},
  rsa_signature_3072_sha384: {},
  rsa_signature_3072_sha512: {},
  rsa_signature_4096_sha256: {},
  rsa_signature_4096_sha384: {},
  rsa_signature_4096_sha512: {},
  rsa_pkcs1_2048: native,
  rsa_pkcs1_3072: native,
  rsa_pkcs1_4096: native,
  rsa_pkcs1_1024_sig_gen: sha224,
  rsa_pkcs1_1536_sig_gen: sha224,
  rsa_pkcs1_2048_sig_gen: sha224,
  rsa_pkcs1_3072_sig_gen: {},
  rsa_pkcs1_4096_sig_gen: {},
  rsa_pss_2048_sha1_mgf1_20: {},
  rsa_pss_2048_sha1_mgf1_20_params: {},
  rsa_pss_2048_sha256_mgf1_0: {},
  rsa_pss_2048_sha256_mgf1_0_params: {},
  rsa_pss_2048_sha256_mgf1_32: {},
  rsa_pss_2048_sha256_mgf1_32_params: {},
  rsa_pss_2048_sha256_mgf1sha1_20: {},
  rsa_pss_2048_sha384_mgf1_48: {},
  rsa_pss_2048_sha512_mgf1sha256_32_params: {},
  rsa_pss_3072_sha256_mgf1_32: {},
  rsa_pss_3072_sha256_mgf1_32_params: {},
  rsa_pss_4096_sha256_mgf1_32: {},
  rsa_pss_4096_sha384_mgf1_48: {},
  rsa_pss_4096_sha512_mgf1_32: {},
  rsa_pss_4096_sha512_mgf1_32_params: {},
  rsa_pss_4096_sha512_mgf1_64: {},
  rsa_pss_4096_sha512_mgf1_64_params: {},
  rsa_pss_misc: sha224,
  rsa_pss_misc_params: sha224,
};
