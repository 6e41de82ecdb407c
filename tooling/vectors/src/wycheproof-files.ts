/** The Wycheproof files that the provider interface covers, and what may be left out of them. */

export interface Coverage {
  /** Reasons for which the interface cannot express a case; any other one is a failure. */
  readonly outOfScope?: RegExp;
  /** Slow in JavaScript: of cases with this flag the portable provider runs one in `nth`. */
  readonly sampled?: { readonly flag: string; readonly nth: number };
}

const sha224 = { outOfScope: /SHA-224/ };
const doublings = { sampled: { flag: 'EdgeCaseDoubling', nth: 8 } };

export const wycheproofFiles: Readonly<Record<string, Coverage>> = {
  aes_gcm: { outOfScope: /^AES keys of 192 bits$|^nonces of \d+ bits$/ },
  chacha20_poly1305: {},
  hmac_sha1: {},
  hmac_sha256: {},
  hmac_sha384: {},
  hmac_sha512: {},
  hkdf_sha1: {},
  hkdf_sha256: {},
  hkdf_sha384: {},
  hkdf_sha512: {},
  x25519: {},
  ecdh_secp256r1_ecpoint: {},
  ecdh_secp384r1_ecpoint: doublings,
  ecdh_secp521r1_ecpoint: doublings,
  ecdsa_secp256r1_sha256: {},
  ecdsa_secp256r1_sha512: {},
  ecdsa_secp384r1_sha256: {},
  ecdsa_secp384r1_sha384: {},
  ecdsa_secp384r1_sha512: {},
  ecdsa_secp521r1_sha512: {},
  ed25519: {},
  rsa_signature_2048_sha256: {},
  rsa_signature_2048_sha384: {},
  rsa_signature_2048_sha512: {},
  rsa_signature_3072_sha256: {},
  rsa_signature_3072_sha384: {},
  rsa_signature_3072_sha512: {},
  rsa_signature_4096_sha256: {},
  rsa_signature_4096_sha384: {},
  rsa_signature_4096_sha512: {},
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
