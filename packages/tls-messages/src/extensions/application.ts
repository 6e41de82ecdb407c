/** Names, protocols and record sizes (RFC 6066 §3 and §4, RFC 7301, RFC 8449, RFC 7685). */
import { type Codec, declared, opaqueVector, rest, select, struct, uint16, vector } from '@tlskit/tls-wire';
import { MaxFragmentLength, NameType } from '../registries/others.ts';
import { type Empty, type ExtensionRow, empty, extensionRow } from './row.ts';

/** RFC 6066 §3. */
export interface ServerName {
  /** A NameType. */
  readonly name_type: number;
  /** For `host_name` an ASCII name without trailing dot, at least one byte. */
  readonly name: Uint8Array;
}

/** RFC 6066 §3. */
export interface ServerNameList {
  readonly server_name_list: readonly ServerName[];
}

/** RFC 7301 §3.1. */
export interface ProtocolNameList {
  /** 1 to 255 bytes each; a server's list has exactly one, which is for the receiver to check. */
  readonly protocol_name_list: readonly Uint8Array[];
}

// RFC 6066 §3: the data of every name type yet to come begins with a 16-bit length.
const hostName = /* @__PURE__ */ opaqueVector(1, 2 ** 16 - 1);
const otherName = /* @__PURE__ */ opaqueVector(0, 2 ** 16 - 1);

const serverName: Codec<ServerName> = /* @__PURE__ */ declared(() =>
  select(
    'ServerName',
    { name_type: NameType },
    ({ name_type }) => (name_type === NameType.values.host_name ? hostName : otherName),
    'name',
  ),
);

const serverNameList: Codec<ServerNameList> = /* @__PURE__ */ declared(() =>
  struct('ServerNameList', {
    server_name_list: vector(serverName, 1, 2 ** 16 - 1),
  }),
);

/** RFC 6066 §3; in CertificateRequest it belongs to exported authenticators (RFC 9261). */
export const serverNameRow: ExtensionRow<{
  CH: ServerNameList;
  EE: Empty;
  CR: ServerNameList;
  SH12: Empty;
}> = /* @__PURE__ */ extensionRow(0, 'server_name', { CH: serverNameList, EE: empty, CR: serverNameList, SH12: empty });

/** RFC 6066 §4: a code, see {@link MaxFragmentLength}. */
export const maxFragmentLengthRow: ExtensionRow<{
  CH: number;
  EE: number;
  SH12: number;
}> = /* @__PURE__ */ extensionRow(1, 'max_fragment_length', {
  CH: MaxFragmentLength,
  EE: MaxFragmentLength,
  SH12: MaxFragmentLength,
});

const protocolNameList: Codec<ProtocolNameList> = /* @__PURE__ */ declared(() =>
  struct('ProtocolNameList', {
    protocol_name_list: vector(opaqueVector(1, 2 ** 8 - 1), 2, 2 ** 16 - 1),
  }),
);

/** RFC 7301 §3.1. */
export const alpnRow: ExtensionRow<{
  CH: ProtocolNameList;
  EE: ProtocolNameList;
  SH12: ProtocolNameList;
}> = /* @__PURE__ */ extensionRow(16, 'application_layer_protocol_negotiation', {
  CH: protocolNameList,
  EE: protocolNameList,
  SH12: protocolNameList,
});

/** RFC 8449 §4: bytes of plaintext; in TLS 1.3 content type and padding included. */
export const recordSizeLimitRow: ExtensionRow<{
  CH: number;
  EE: number;
  SH12: number;
}> = /* @__PURE__ */ extensionRow(28, 'record_size_limit', { CH: uint16, EE: uint16, SH12: uint16 });

/** RFC 7685 §3: bytes of zero, as many as wanted. */
export const paddingRow: ExtensionRow<{ CH: Uint8Array }> = /* @__PURE__ */ extensionRow(21, 'padding', { CH: rest });
