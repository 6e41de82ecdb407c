/** EncryptedExtensions and CertificateRequest of TLS 1.3 (RFC 9846 §4.4). */
import { opaqueVector, struct } from '@tlskit/tls-wire';
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

export const encryptedExtensions: MessageDef<EncryptedExtensions> = {
  type: HandshakeType.values.encrypted_extensions,
  name: 'EncryptedExtensions',
  codec: /* @__PURE__ */ struct('EncryptedExtensions', { extensions }),
};

export const certificateRequest: MessageDef<CertificateRequest> = {
  type: HandshakeType.values.certificate_request,
  name: 'CertificateRequest',
  codec: /* @__PURE__ */ struct('CertificateRequest', {
    certificate_request_context: opaqueVector(0, 2 ** 8 - 1),
    extensions,
  }),
};
