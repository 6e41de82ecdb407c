/** The structures of RFC 6962: lists of SCTs (§3.3), SCTs, and what their signatures are over (§3.2). */
import {
  type Codec,
  opaque,
  opaqueVector,
  rest,
  select,
  struct,
  uint8,
  uint16,
  uint64,
  type Value,
  vector,
} from '@tlskit/tls-wire';

/** `Version` v1. */
export const V1 = 0;

/** `SignatureType` certificate_timestamp. */
export const CERTIFICATE_TIMESTAMP = 0;

/** `LogEntryType`. */
export const X509_ENTRY = 0;
export const PRECERT_ENTRY = 1;

/** §3.3: each SCT is opaque, so that one of an unknown version does not keep others from being read. */
export const signedCertificateTimestampList: Codec<{ readonly sct_list: readonly Uint8Array[] }> =
  /* @__PURE__ */ struct('SignedCertificateTimestampList', {
    sct_list: /* @__PURE__ */ vector(/* @__PURE__ */ opaqueVector(1, 2 ** 16 - 1), 1, 2 ** 16 - 1),
  });

/** RFC 5246 §4.7: HashAlgorithm and SignatureAlgorithm (§7.4.1.4.1), then the signature. */
const digitallySigned = /* @__PURE__ */ struct('DigitallySigned', {
  hash: uint8,
  signature: uint8,
  value: /* @__PURE__ */ opaqueVector(0, 2 ** 16 - 1),
});

const version1 = /* @__PURE__ */ struct('SignedCertificateTimestamp', {
  id: /* @__PURE__ */ opaque(32),
  timestamp: uint64,
  extensions: /* @__PURE__ */ opaqueVector(0, 2 ** 16 - 1),
  signature: digitallySigned,
});

/** What an SCT of version 1 says, the version apart. `timestamp` is milliseconds since 1970. Bytes are views of what was read. */
export type SctVersion1 = Value<typeof version1>;

/** An SCT. */
export type SignedCertificateTimestamp =
  | { readonly sct_version: typeof V1; readonly body: SctVersion1 }
  /** Of a version that nobody knows here: whatever follows it. */
  | { readonly sct_version: number; readonly body: Uint8Array };

/** §3.2 */
export const signedCertificateTimestamp: Codec<SignedCertificateTimestamp> = /* @__PURE__ */ select(
  'SignedCertificateTimestamp',
  { sct_version: uint8 },
  ({ sct_version }): Codec<SctVersion1 | Uint8Array> => (sct_version === V1 ? version1 : rest),
) as Codec<SignedCertificateTimestamp>;

/** Whether the version is one that is known. */
export function isVersion1(
  sct: SignedCertificateTimestamp,
): sct is Extract<SignedCertificateTimestamp, { readonly body: SctVersion1 }> {
  return sct.sct_version === V1;
}

/** What a certificate is to a log: `ASN.1Cert`, or `PreCert`. */
export type SignedEntry =
  | { readonly entry_type: typeof X509_ENTRY; readonly signed_entry: Uint8Array }
  | {
      readonly entry_type: typeof PRECERT_ENTRY;
      readonly signed_entry: { readonly issuer_key_hash: Uint8Array; readonly tbs_certificate: Uint8Array };
    };

const asn1Cert = /* @__PURE__ */ opaqueVector(1, 2 ** 24 - 1);

const preCert = /* @__PURE__ */ struct('PreCert', {
  issuer_key_hash: /* @__PURE__ */ opaque(32),
  tbs_certificate: asn1Cert,
});

const signedEntry = /* @__PURE__ */ select(
  'signed_entry',
  { entry_type: uint16 },
  ({ entry_type }): Codec<SignedEntry['signed_entry']> =>
    (entry_type === X509_ENTRY ? asn1Cert : preCert) as Codec<SignedEntry['signed_entry']>,
  'signed_entry',
) as Codec<SignedEntry>;

/** What a log signs, §3.2. */
export const certificateTimestamp: Codec<{
  readonly sct_version: number;
  readonly signature_type: number;
  readonly timestamp: bigint;
  readonly entry: SignedEntry;
  readonly extensions: Uint8Array;
}> = /* @__PURE__ */ struct('certificate_timestamp', {
  sct_version: uint8,
  signature_type: uint8,
  timestamp: uint64,
  entry: signedEntry,
  extensions: /* @__PURE__ */ opaqueVector(0, 2 ** 16 - 1),
});
