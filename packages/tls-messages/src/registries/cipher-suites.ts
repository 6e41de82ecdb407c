/** IANA "TLS Cipher Suites", and what the suites of TLS 1.3 are made of (RFC 9846 §B.4). */
import type { AeadName, HashName } from '@tlskit/tls-crypto';
import { declared, type Enumerated, enumerated, registry } from '@tlskit/tls-wire';

/**
 * Cipher suites of TLS 1.3 and signalling values. Those of earlier versions are in `AnyCipherSuite`, apart from this one so
 * that a bundle of TLS 1.3 does not carry their names.
 */
export const CipherSuite = /* @__PURE__ */ registry('CipherSuite', 2, {
  TLS_SM4_GCM_SM3: 0x00c6,
  TLS_SM4_CCM_SM3: 0x00c7,
  TLS_EMPTY_RENEGOTIATION_INFO_SCSV: 0x00ff,
  TLS_AES_128_GCM_SHA256: 0x1301,
  TLS_AES_256_GCM_SHA384: 0x1302,
  TLS_CHACHA20_POLY1305_SHA256: 0x1303,
  TLS_AES_128_CCM_SHA256: 0x1304,
  TLS_AES_128_CCM_8_SHA256: 0x1305,
  TLS_AEGIS_256_SHA512: 0x1306,
  TLS_AEGIS_128L_SHA256: 0x1307,
  TLS_FALLBACK_SCSV: 0x5600,
  TLS_SHA256_SHA256: 0xc0b4,
  TLS_SHA384_SHA384: 0xc0b5,
});

/** Code points of cipher suites, without names. */
export const cipherSuiteCode: Enumerated = /* @__PURE__ */ enumerated('CipherSuite', 2);

/** TLS_FALLBACK_SCSV (RFC 7507). */
export const FALLBACK_SCSV = 0x5600;

/** What a cipher suite of TLS 1.3 is made of; `CipherSuiteInfo12` of `@tlskit/tls-messages/tls12` is its counterpart. */
export interface CipherSuiteInfo {
  /** The code point. */
  readonly code: number;
  /** IANA's name. */
  readonly name: string;
  /** The one protocol version that the suite is for: those of TLS 1.3 are of no use before (RFC 9846 §B.4). */
  readonly version: 0x0304;
  /** The algorithm of record protection. */
  readonly aead: AeadName;
  /** The hash of the transcript and of HKDF. */
  readonly hash: HashName;
}

/** The suites of RFC 9846 §B.4 by code point, or undefined. */
export function cipherSuiteInfo(code: number): CipherSuiteInfo | undefined {
  return suites13.get(code);
}

const suites13: ReadonlyMap<number, CipherSuiteInfo> = /* @__PURE__ */ declared(
  () =>
    new Map(
      (
        [
          [0x1301, 'TLS_AES_128_GCM_SHA256', 'aes-128-gcm', 'sha256'],
          [0x1302, 'TLS_AES_256_GCM_SHA384', 'aes-256-gcm', 'sha384'],
          [0x1303, 'TLS_CHACHA20_POLY1305_SHA256', 'chacha20-poly1305', 'sha256'],
          [0x1304, 'TLS_AES_128_CCM_SHA256', 'aes-128-ccm', 'sha256'],
          [0x1305, 'TLS_AES_128_CCM_8_SHA256', 'aes-128-ccm-8', 'sha256'],
        ] as const
      ).map(([code, name, aead, hash]) => [code, { code, name, version: 0x0304, aead, hash }]),
    ),
);
