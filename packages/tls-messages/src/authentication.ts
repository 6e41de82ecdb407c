/** Certificate, CertificateVerify and Finished of TLS 1.3 (RFC 9846 §4.5), and CompressedCertificate (RFC 8879). */
import { declared, opaqueVector, rest, struct, uint24, vector } from '@tlskit/tls-wire';
import { type Extension, extensions } from './extension.ts';
import type { MessageDef } from './handshake.ts';
import { HandshakeType } from './registries/handshake-types.ts';
import { CertificateCompressionAlgorithm } from './registries/others.ts';
import { signatureSchemeCode } from './registries/signature-schemes.ts';

/** RFC 9846 §4.5.1. */
export interface Certificate {
  /** At most 255 bytes: that of the CertificateRequest, empty for a server. */
  readonly certificate_request_context: Uint8Array;
  /** The sender's own first. */
  readonly certificate_list: readonly CertificateEntry[];
}

/** RFC 9846 §4.5.1. */
export interface CertificateEntry {
  /** DER of an X.509 certificate or, where RawPublicKey was negotiated, of a SubjectPublicKeyInfo: the bytes do not tell. */
  readonly cert_data: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** RFC 9846 §4.5.2; in TLS 1.2, where the transcript is signed, the same bytes (RFC 5246 §7.4.8). */
export interface CertificateVerify {
  /** A SignatureScheme. */
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

/** RFC 9846 §4.5.3, RFC 5246 §7.4.9. */
export interface Finished {
  /** As long as the hash of the cipher suite in TLS 1.3, 12 bytes in TLS 1.2: whoever compares it must check the length. */
  readonly verify_data: Uint8Array;
}

/** RFC 8879 §4. */
export interface CompressedCertificate {
  /** A CertificateCompressionAlgorithm. */
  readonly algorithm: number;
  /** Bytes of the Certificate body. */
  readonly uncompressed_length: number;
  readonly compressed_certificate_message: Uint8Array;
}

export const certificate: MessageDef<Certificate> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate,
  name: 'Certificate',
  codec: struct('Certificate', {
    certificate_request_context: opaqueVector(0, 2 ** 8 - 1),
    certificate_list: vector(
      struct('CertificateEntry', { cert_data: opaqueVector(1, 2 ** 24 - 1), extensions }),
      0,
      2 ** 24 - 1,
    ),
  }),
}));

export const certificateVerify: MessageDef<CertificateVerify> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate_verify,
  name: 'CertificateVerify',
  codec: struct('CertificateVerify', {
    algorithm: signatureSchemeCode,
    signature: opaqueVector(0, 2 ** 16 - 1),
  }),
}));

export const finished: MessageDef<Finished> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.finished,
  name: 'Finished',
  codec: struct('Finished', { verify_data: rest }),
}));

export const compressedCertificate: MessageDef<CompressedCertificate> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.compressed_certificate,
  name: 'CompressedCertificate',
  codec: struct('CompressedCertificate', {
    algorithm: CertificateCompressionAlgorithm,
    uncompressed_length: uint24,
    compressed_certificate_message: opaqueVector(1, 2 ** 24 - 1),
  }),
}));
