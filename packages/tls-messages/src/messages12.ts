/** Messages of TLS 1.2 whose bodies need no context (RFC 5246 §7.4, RFC 5077 §3.3, RFC 6066 §8). */
import { declared, opaqueVector, rest, struct, uint32, vector } from '@tlskit/tls-wire';
import { type CertificateVerify, certificateVerify, type Finished, finished } from './authentication.ts';
import { type CertificateStatus, certificateStatusBody } from './certificate-status.ts';
import type { MessageDef } from './handshake.ts';
import { HandshakeType } from './registries/handshake-types.ts';
import { ClientCertificateType } from './registries/others.ts';
import { SignatureScheme } from './registries/signature-schemes.ts';

/** A body of no bytes (RFC 5246 §7.4.1.1, §7.4.5). */
export type EmptyBody12 = { readonly [field: string]: never };

/** RFC 5246 §7.4.2. */
export interface Certificate12 {
  /** DER, the sender's own first. */
  readonly certificate_list: readonly Uint8Array[];
}

/** RFC 7250 §3: what stands in the place of {@link Certificate12} where a raw public key was agreed on. */
export interface RawPublicKey12 {
  /** DER SubjectPublicKeyInfo. */
  readonly subject_public_key_info: Uint8Array;
}

/** RFC 5246 §7.4.4. */
export interface CertificateRequest12 {
  /** ClientCertificateTypes. */
  readonly certificate_types: readonly number[];
  /** SignatureSchemes, which in TLS 1.2 are pairs of hash and signature. */
  readonly supported_signature_algorithms: readonly number[];
  /** DER distinguished names. */
  readonly certificate_authorities: readonly Uint8Array[];
}

/** RFC 5077 §3.3. */
export interface NewSessionTicket12 {
  /** Seconds; zero says nothing. */
  readonly ticket_lifetime_hint: number;
  /** May be empty: the server has changed its mind. */
  readonly ticket: Uint8Array;
}

/** Not part of any transcript (RFC 5246 §7.4.1.1). */
export const helloRequest12: MessageDef<EmptyBody12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.hello_request,
  name: 'HelloRequest',
  codec: struct('HelloRequest', {}),
}));

export const certificate12: MessageDef<Certificate12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate,
  name: 'Certificate',
  codec: struct('Certificate', {
    certificate_list: vector(opaqueVector(1, 2 ** 24 - 1), 0, 2 ** 24 - 1),
  }),
}));

/** A Certificate with a raw public key: the bytes do not tell it from one with a chain (RFC 7250 §3). */
export const rawPublicKey12: MessageDef<RawPublicKey12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate,
  name: 'Certificate',
  codec: struct('Certificate', { subject_public_key_info: opaqueVector(1, 2 ** 24 - 1) }),
}));

/** The same of a client, who may have none: it says so by no bytes, as with a chain (RFC 5246 §7.4.6). */
export const clientRawPublicKey12: MessageDef<RawPublicKey12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate,
  name: 'Certificate',
  codec: struct('Certificate', { subject_public_key_info: opaqueVector(0, 2 ** 24 - 1) }),
}));

export const certificateStatus12: MessageDef<CertificateStatus> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate_status,
  name: 'CertificateStatus',
  codec: certificateStatusBody,
}));

/** The body depends on the cipher suite: bytes here, which `serverKeyExchangeBody` of the entry `tls12` reads. */
export const serverKeyExchange12: MessageDef<Uint8Array> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.server_key_exchange,
  name: 'ServerKeyExchange',
  codec: rest,
}));

export const certificateRequest12: MessageDef<CertificateRequest12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.certificate_request,
  name: 'CertificateRequest',
  codec: struct('CertificateRequest', {
    certificate_types: vector(ClientCertificateType, 1, 2 ** 8 - 1),
    supported_signature_algorithms: vector(SignatureScheme, 2, 2 ** 16 - 2),
    certificate_authorities: vector(opaqueVector(1, 2 ** 16 - 1), 0, 2 ** 16 - 1),
  }),
}));

export const serverHelloDone12: MessageDef<EmptyBody12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.server_hello_done,
  name: 'ServerHelloDone',
  codec: struct('ServerHelloDone', {}),
}));

/** The body depends on the cipher suite: bytes here, which `clientKeyExchangeBody` of the entry `tls12` reads. */
export const clientKeyExchange12: MessageDef<Uint8Array> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.client_key_exchange,
  name: 'ClientKeyExchange',
  codec: rest,
}));

/** RFC 5246 §7.4.8. */
export const certificateVerify12: MessageDef<CertificateVerify> = certificateVerify;

export const newSessionTicket12: MessageDef<NewSessionTicket12> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.new_session_ticket,
  name: 'NewSessionTicket',
  codec: struct('NewSessionTicket', {
    ticket_lifetime_hint: uint32,
    ticket: opaqueVector(0, 2 ** 16 - 1),
  }),
}));

/** RFC 5246 §7.4.9. */
export const finished12: MessageDef<Finished> = finished;
