/** The small registries. */
import { registry } from '@tlskit/tls-wire';

/** Protocol versions as ClientHello, ServerHello and "supported_versions" write them (RFC 9846 §4.3.1). */
export const ProtocolVersion = /* @__PURE__ */ registry('ProtocolVersion', 2, {
  'SSL 3.0': 0x0300,
  'TLS 1.0': 0x0301,
  'TLS 1.1': 0x0302,
  'TLS 1.2': 0x0303,
  'TLS 1.3': 0x0304,
});

/** RFC 9846 §4.3.9. */
export const PskKeyExchangeMode = /* @__PURE__ */ registry('PskKeyExchangeMode', 1, { psk_ke: 0, psk_dhe_ke: 1 });

/** What an imported key is for (RFC 9258 §10, "TLS KDF Identifiers"). */
export const KdfIdentifier = /* @__PURE__ */ registry('KdfIdentifier', 2, { HKDF_SHA256: 1, HKDF_SHA384: 2 });

/** What a CertificateEntry holds (RFC 9846 §4.5.1, RFC 7250, RFC 8902). */
export const CertificateType = /* @__PURE__ */ registry('CertificateType', 1, {
  X509: 0,
  OpenPGP: 1,
  RawPublicKey: 2,
  '1609Dot2': 3,
});

/** RFC 9846 §4.7.3. */
export const KeyUpdateRequest = /* @__PURE__ */ registry('KeyUpdateRequest', 1, {
  update_not_requested: 0,
  update_requested: 1,
});

/** RFC 6066 §8, RFC 6961 §2.2. */
export const CertificateStatusType = /* @__PURE__ */ registry('CertificateStatusType', 1, { ocsp: 1, ocsp_multi: 2 });

/** RFC 6066 §3. */
export const NameType = /* @__PURE__ */ registry('NameType', 1, { host_name: 0 });

/** RFC 6066 §4: the code of the longest plaintext fragment. */
export const MaxFragmentLength = /* @__PURE__ */ registry('MaxFragmentLength', 1, {
  '2^9': 1,
  '2^10': 2,
  '2^11': 3,
  '2^12': 4,
});

/** RFC 6520 §2. */
export const HeartbeatMode = /* @__PURE__ */ registry('HeartbeatMode', 1, {
  peer_allowed_to_send: 1,
  peer_not_allowed_to_send: 2,
});

/** RFC 6520 §3. */
export const HeartbeatMessageType = /* @__PURE__ */ registry('HeartbeatMessageType', 1, {
  heartbeat_request: 1,
  heartbeat_response: 2,
});

/** RFC 5764 §4.1.2, RFC 7714 §14.2, RFC 8269 §5, RFC 8723 §10.1. */
export const SRTPProtectionProfile = /* @__PURE__ */ registry('SRTPProtectionProfile', 2, {
  SRTP_AES128_CM_HMAC_SHA1_80: 0x0001,
  SRTP_AES128_CM_HMAC_SHA1_32: 0x0002,
  SRTP_NULL_HMAC_SHA1_80: 0x0005,
  SRTP_NULL_HMAC_SHA1_32: 0x0006,
  SRTP_AEAD_AES_128_GCM: 0x0007,
  SRTP_AEAD_AES_256_GCM: 0x0008,
  DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM: 0x0009,
  DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM: 0x000a,
  SRTP_ARIA_128_CTR_HMAC_SHA1_80: 0x000b,
  SRTP_ARIA_128_CTR_HMAC_SHA1_32: 0x000c,
  SRTP_ARIA_256_CTR_HMAC_SHA1_80: 0x000d,
  SRTP_ARIA_256_CTR_HMAC_SHA1_32: 0x000e,
  SRTP_AEAD_ARIA_128_GCM: 0x000f,
  SRTP_AEAD_ARIA_256_GCM: 0x0010,
});

/** RFC 8879 §7.3. */
export const CertificateCompressionAlgorithm = /* @__PURE__ */ registry('CertificateCompressionAlgorithm', 2, {
  zlib: 1,
  brotli: 2,
  zstd: 3,
});

/** RFC 8422 §5.1.2 (`ECPointFormat`). */
export const PointFormat = /* @__PURE__ */ registry('ECPointFormat', 1, {
  uncompressed: 0,
  ansiX962_compressed_prime: 1,
  ansiX962_compressed_char2: 2,
});

/** Kinds of certificate that a server of TLS 1.2 asks for (RFC 5246 §7.4.4, RFC 8422 §5.5). */
export const ClientCertificateType = /* @__PURE__ */ registry('ClientCertificateType', 1, {
  rsa_sign: 1,
  dss_sign: 2,
  rsa_fixed_dh: 3,
  dss_fixed_dh: 4,
  rsa_ephemeral_dh: 5,
  dss_ephemeral_dh: 6,
  fortezza_dms: 20,
  ecdsa_sign: 64,
  rsa_fixed_ecdh: 65,
  ecdsa_fixed_ecdh: 66,
  gost_sign256: 67,
  gost_sign512: 68,
});
