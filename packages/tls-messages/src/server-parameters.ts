/** EncryptedExtensions and CertificateRequest of TLS 1.3 (RFC 9846 §4.4). */
import { declared, opaqueVector, struct } from '@tlskit/tls-wire';
import { type Extension, extensions } from './extension.ts';
import type { MessageDef } from './handshake.ts';
import { HandshakeType } from './registries/handshake-types.ts';

/** RFC 9846 §4.4.1. */
export interface EncryptedExtensions {
  readonly extensions: readonly Extension[];
}

/** RFC 9846 §4.4.2. */
export interface CertificateRequest {
  /** At most 255 bytes; empty during the handshake. */
  readonly certificate_request_context: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const encryptedExtensions: MessageDef<EncryptedExtensions> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.encrypted_extensions,
  name: 'EncryptedExtensions',
  codec: struct('EncryptedExtensions', { extensions }),
}));

export const certificateRequest: MessageDef<CertificateRequest> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate_request,
  name: 'CertificateRequest',
  codec: struct('CertificateRequest', {
    certificate_request_context: opaqueVector(0, 2 ** 8 - 1),
    extensions,
  }),
}));
