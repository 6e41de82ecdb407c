/**
 * Extensions that mean something before TLS 1.3 only, and stand in the ClientHello that all versions share
 * (RFC 8422 §5.1.2, RFC 7627, RFC 5746, RFC 5077, RFC 7366, RFC 6066 §7).
 */
import { type Codec, declared, opaqueVector, rest, struct, vector } from '@tlskit/tls-wire';
import { PointFormat } from '../registries/others.ts';
import { type Empty, type ExtensionRow, empty, extensionRow } from './row.ts';

/** RFC 8422 §5.1.2. */
export interface EcPointFormatList {
  /** ECPointFormats. */
  readonly ec_point_format_list: readonly number[];
}

/** RFC 5746 §3.2. */
export interface RenegotiationInfo {
  /** verify_data of the handshake before, the client's or both; empty in a first handshake. */
  readonly renegotiated_connection: Uint8Array;
}

const ecPointFormatList: Codec<EcPointFormatList> = /* @__PURE__ */ declared(() =>
  struct('ECPointFormatList', {
    ec_point_format_list: vector(PointFormat, 1, 2 ** 8 - 1),
  }),
);

/** RFC 8422 §5.1.2. */
export const ecPointFormatsRow: ExtensionRow<{
  CH: EcPointFormatList;
  SH12: EcPointFormatList;
}> = /* @__PURE__ */ extensionRow(11, 'ec_point_formats', { CH: ecPointFormatList, SH12: ecPointFormatList });

/** RFC 7627 §5.1. */
export const extendedMasterSecretRow: ExtensionRow<{ CH: Empty; SH12: Empty }> = /* @__PURE__ */ extensionRow(
  23,
  'extended_master_secret',
  { CH: empty, SH12: empty },
);

const renegotiationInfo: Codec<RenegotiationInfo> = /* @__PURE__ */ declared(() =>
  struct('RenegotiationInfo', {
    renegotiated_connection: opaqueVector(0, 255),
  }),
);

/** RFC 5746 §3.2. */
export const renegotiationInfoRow: ExtensionRow<{
  CH: RenegotiationInfo;
  SH12: RenegotiationInfo;
}> = /* @__PURE__ */ extensionRow(65281, 'renegotiation_info', { CH: renegotiationInfo, SH12: renegotiationInfo });

/** RFC 5077 §3.2: a ticket, or nothing to ask for one. */
export const sessionTicketRow: ExtensionRow<{ CH: Uint8Array; SH12: Empty }> = /* @__PURE__ */ extensionRow(
  35,
  'session_ticket',
  { CH: rest, SH12: empty },
);

/** RFC 6066 §7. */
export const truncatedHmacRow: ExtensionRow<{ CH: Empty; SH12: Empty }> = /* @__PURE__ */ extensionRow(
  4,
  'truncated_hmac',
  {
    CH: empty,
    SH12: empty,
  },
);

/** RFC 7366 §2. */
export const encryptThenMacRow: ExtensionRow<{ CH: Empty; SH12: Empty }> = /* @__PURE__ */ extensionRow(
  22,
  'encrypt_then_mac',
  { CH: empty, SH12: empty },
);
