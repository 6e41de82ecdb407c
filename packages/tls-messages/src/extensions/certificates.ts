/**
 * What is said about certificates: authorities, filters, status, SCTs, types, compression
 * (RFC 9846 §4.3.4 to §4.3.6 and §4.5.1.1, RFC 6066 §8, RFC 6962 §3.3, RFC 7250 §3, RFC 8879 §3).
 */
import { type Codec, declared, opaqueVector, rest, select, struct, vector } from '@tlskit/tls-wire';
import { type CertificateStatus, certificateStatusBody } from '../certificate-status.ts';
import { CertificateCompressionAlgorithm, CertificateStatusType, CertificateType } from '../registries/others.ts';
import { type Empty, type ExtensionRow, empty, extensionRow } from './row.ts';

/** RFC 9846 §4.3.4. */
export interface CertificateAuthorities {
  /** DER distinguished names. */
  readonly authorities: readonly Uint8Array[];
}

/** RFC 9846 §4.3.5. */
export interface OidFilter {
  /** DER OBJECT IDENTIFIER, at least one byte. */
  readonly certificate_extension_oid: Uint8Array;
  /** DER, as the extension's definition has it. */
  readonly certificate_extension_values: Uint8Array;
}

/** RFC 9846 §4.3.5. */
export interface OidFilters {
  readonly filters: readonly OidFilter[];
}

/** RFC 6066 §8. */
export interface OcspStatusRequest {
  /** DER ResponderIDs. */
  readonly responder_id_list: readonly Uint8Array[];
  /** DER Extensions, or empty. */
  readonly request_extensions: Uint8Array;
}

/** RFC 6066 §8. */
export interface CertificateStatusRequest {
  /** A CertificateStatusType. */
  readonly status_type: number;
  /** An {@link OcspStatusRequest} where the type is `ocsp`; otherwise whatever follows the type. */
  readonly request: OcspStatusRequest | Uint8Array;
}

/** RFC 6962 §3.3. */
export interface SignedCertificateTimestampList {
  /** SerializedSCTs, at least one byte each. */
  readonly sct_list: readonly Uint8Array[];
}

/** RFC 7250 §3. */
export interface ClientCertificateTypes {
  /** CertificateTypes that the client can provide. */
  readonly client_certificate_types: readonly number[];
}

/** RFC 7250 §3. */
export interface SelectedClientCertificateType {
  readonly client_certificate_type: number;
}

/** RFC 7250 §3. */
export interface ServerCertificateTypes {
  /** CertificateTypes that the client can process. */
  readonly server_certificate_types: readonly number[];
}

/** RFC 7250 §3. */
export interface SelectedServerCertificateType {
  readonly server_certificate_type: number;
}

/** RFC 8879 §3. */
export interface CertificateCompressionAlgorithms {
  /** CertificateCompressionAlgorithms. */
  readonly algorithms: readonly number[];
}

const certificateAuthorities: Codec<CertificateAuthorities> = /* @__PURE__ */ declared(() =>
  struct('CertificateAuthoritiesExtension', { authorities: vector(opaqueVector(1, 2 ** 16 - 1), 3, 2 ** 16 - 1) }),
);

/** RFC 9846 §4.3.4. */
export const certificateAuthoritiesRow: ExtensionRow<{
  CH: CertificateAuthorities;
  CR: CertificateAuthorities;
}> = /* @__PURE__ */ extensionRow(47, 'certificate_authorities', {
  CH: certificateAuthorities,
  CR: certificateAuthorities,
});

/** RFC 9846 §4.3.5. */
export const oidFiltersRow: ExtensionRow<{ CR: OidFilters }> = /* @__PURE__ */ declared(() =>
  extensionRow(48, 'oid_filters', {
    CR: struct('OIDFilterExtension', {
      filters: vector(
        struct('OIDFilter', {
          certificate_extension_oid: opaqueVector(1, 2 ** 8 - 1),
          certificate_extension_values: opaqueVector(0, 2 ** 16 - 1),
        }),
        0,
        2 ** 16 - 1,
      ),
    }),
  }),
);

/** RFC 9846 §4.3.6. */
export const postHandshakeAuthRow: ExtensionRow<{ CH: Empty }> = /* @__PURE__ */ extensionRow(
  49,
  'post_handshake_auth',
  {
    CH: empty,
  },
);

const ocspStatusRequest: Codec<OcspStatusRequest> = /* @__PURE__ */ declared(() =>
  struct('OCSPStatusRequest', {
    responder_id_list: vector(opaqueVector(1, 2 ** 16 - 1), 0, 2 ** 16 - 1),
    request_extensions: opaqueVector(0, 2 ** 16 - 1),
  }),
);

const certificateStatusRequest: Codec<CertificateStatusRequest> = /* @__PURE__ */ declared(() =>
  select(
    'CertificateStatusRequest',
    { status_type: CertificateStatusType },
    ({ status_type }): Codec<OcspStatusRequest | Uint8Array> =>
      status_type === CertificateStatusType.values.ocsp ? ocspStatusRequest : rest,
    'request',
  ),
);

/** RFC 6066 §8; in TLS 1.3 the response is in the CertificateEntry (RFC 9846 §4.5.1.1). */
export const statusRequestRow: ExtensionRow<{
  CH: CertificateStatusRequest;
  CR: Empty;
  CT: CertificateStatus;
  SH12: Empty;
}> = /* @__PURE__ */ extensionRow(5, 'status_request', {
  CH: certificateStatusRequest,
  CR: empty,
  CT: certificateStatusBody,
  SH12: empty,
});

const signedCertificateTimestampList: Codec<SignedCertificateTimestampList> = /* @__PURE__ */ declared(() =>
  struct('SignedCertificateTimestampList', { sct_list: vector(opaqueVector(1, 2 ** 16 - 1), 1, 2 ** 16 - 1) }),
);

/** RFC 6962 §3.3, RFC 9846 §4.5.1.1. */
export const signedCertificateTimestampRow: ExtensionRow<{
  CH: Empty;
  CR: Empty;
  CT: SignedCertificateTimestampList;
  SH12: SignedCertificateTimestampList;
}> = /* @__PURE__ */ extensionRow(18, 'signed_certificate_timestamp', {
  CH: empty,
  CR: empty,
  CT: signedCertificateTimestampList,
  SH12: signedCertificateTimestampList,
});

const selectedClientCertificateType: Codec<SelectedClientCertificateType> = /* @__PURE__ */ struct(
  'ClientCertTypeExtension',
  { client_certificate_type: CertificateType },
);

/** RFC 7250 §3. */
export const clientCertificateTypeRow: ExtensionRow<{
  CH: ClientCertificateTypes;
  EE: SelectedClientCertificateType;
  SH12: SelectedClientCertificateType;
}> = /* @__PURE__ */ declared(() =>
  extensionRow(19, 'client_certificate_type', {
    CH: struct('ClientCertTypeExtension', { client_certificate_types: vector(CertificateType, 1, 2 ** 8 - 1) }),
    EE: selectedClientCertificateType,
    SH12: selectedClientCertificateType,
  }),
);

const selectedServerCertificateType: Codec<SelectedServerCertificateType> = /* @__PURE__ */ struct(
  'ServerCertTypeExtension',
  { server_certificate_type: CertificateType },
);

/** RFC 7250 §3. */
export const serverCertificateTypeRow: ExtensionRow<{
  CH: ServerCertificateTypes;
  EE: SelectedServerCertificateType;
  SH12: SelectedServerCertificateType;
}> = /* @__PURE__ */ declared(() =>
  extensionRow(20, 'server_certificate_type', {
    CH: struct('ServerCertTypeExtension', { server_certificate_types: vector(CertificateType, 1, 2 ** 8 - 1) }),
    EE: selectedServerCertificateType,
    SH12: selectedServerCertificateType,
  }),
);

const certificateCompressionAlgorithms: Codec<CertificateCompressionAlgorithms> = /* @__PURE__ */ declared(() =>
  struct('CertificateCompressionAlgorithms', { algorithms: vector(CertificateCompressionAlgorithm, 2, 2 ** 8 - 2) }),
);

/** RFC 8879 §3. */
export const compressCertificateRow: ExtensionRow<{
  CH: CertificateCompressionAlgorithms;
  CR: CertificateCompressionAlgorithms;
}> = /* @__PURE__ */ extensionRow(27, 'compress_certificate', {
  CH: certificateCompressionAlgorithms,
  CR: certificateCompressionAlgorithms,
});
