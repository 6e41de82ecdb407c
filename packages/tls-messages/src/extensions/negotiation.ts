/** What a handshake is negotiated by: versions, groups, shares, signature schemes, cookie (RFC 9846 §4.3.1 to §4.3.3, §4.3.7, §4.3.8). */
import { type Codec, declared, opaqueVector, struct, vector } from '@tlskit/tls-wire';
import { namedGroupCode } from '../registries/groups.ts';
import { ProtocolVersion } from '../registries/others.ts';
import { signatureSchemeCode } from '../registries/signature-schemes.ts';
import { type ExtensionRow, extensionRow } from './row.ts';

/** RFC 9846 §4.3.1. */
export interface SupportedVersions {
  /** ProtocolVersions, the preferred first. */
  readonly versions: readonly number[];
}

/** RFC 9846 §4.3.1. */
export interface SelectedVersion {
  /** A ProtocolVersion. */
  readonly selected_version: number;
}

/** RFC 9846 §4.3.2. */
export interface Cookie {
  /** At least one byte. */
  readonly cookie: Uint8Array;
}

/** RFC 9846 §4.3.3. */
export interface SignatureSchemeList {
  /** SignatureSchemes, the preferred first. */
  readonly supported_signature_algorithms: readonly number[];
}

/** RFC 9846 §4.3.7. */
export interface NamedGroupList {
  /** NamedGroups, the preferred first. */
  readonly named_group_list: readonly number[];
}

/** RFC 9846 §4.3.8. */
export interface KeyShareEntry {
  /** A NamedGroup. */
  readonly group: number;
  /** At least one byte. */
  readonly key_exchange: Uint8Array;
}

/** RFC 9846 §4.3.8. */
export interface KeyShareClientHello {
  /** The preferred first; may be empty. */
  readonly client_shares: readonly KeyShareEntry[];
}

/** RFC 9846 §4.3.8. */
export interface KeyShareHelloRetryRequest {
  /** A NamedGroup. */
  readonly selected_group: number;
}

/** RFC 9846 §4.3.8. */
export interface KeyShareServerHello {
  readonly server_share: KeyShareEntry;
}

const supportedVersions: Codec<SupportedVersions> = /* @__PURE__ */ declared(() =>
  struct('SupportedVersions', {
    versions: vector(ProtocolVersion, 2, 254),
  }),
);
const selectedVersion: Codec<SelectedVersion> = /* @__PURE__ */ struct('SupportedVersions', {
  selected_version: ProtocolVersion,
});

/** RFC 9846 §4.3.1. */
export const supportedVersionsRow: ExtensionRow<{
  CH: SupportedVersions;
  SH: SelectedVersion;
  HRR: SelectedVersion;
}> = /* @__PURE__ */ extensionRow(43, 'supported_versions', {
  CH: supportedVersions,
  SH: selectedVersion,
  HRR: selectedVersion,
});

const cookie: Codec<Cookie> = /* @__PURE__ */ declared(() =>
  struct('Cookie', { cookie: opaqueVector(1, 2 ** 16 - 1) }),
);

/** RFC 9846 §4.3.2. */
export const cookieRow: ExtensionRow<{ CH: Cookie; HRR: Cookie }> = /* @__PURE__ */ extensionRow(44, 'cookie', {
  CH: cookie,
  HRR: cookie,
});

/** `SignatureSchemeList`, which several extensions have. */
export const signatureSchemeList: Codec<SignatureSchemeList> = /* @__PURE__ */ declared(() =>
  struct('SignatureSchemeList', {
    supported_signature_algorithms: vector(signatureSchemeCode, 2, 2 ** 16 - 2),
  }),
);

/** RFC 9846 §4.3.3, RFC 5246 §7.4.1.4.1. */
export const signatureAlgorithmsRow: ExtensionRow<{
  CH: SignatureSchemeList;
  CR: SignatureSchemeList;
}> = /* @__PURE__ */ extensionRow(13, 'signature_algorithms', { CH: signatureSchemeList, CR: signatureSchemeList });

/** RFC 9846 §4.3.3. */
export const signatureAlgorithmsCertRow: ExtensionRow<{
  CH: SignatureSchemeList;
  CR: SignatureSchemeList;
}> = /* @__PURE__ */ extensionRow(50, 'signature_algorithms_cert', {
  CH: signatureSchemeList,
  CR: signatureSchemeList,
});

const namedGroupList: Codec<NamedGroupList> = /* @__PURE__ */ declared(() =>
  struct('NamedGroupList', {
    named_group_list: vector(namedGroupCode, 2, 2 ** 16 - 1),
  }),
);

/**
 * RFC 9846 §4.3.7. RFC 8422 §5.2 has no place for it in a ServerHello of TLS 1.2; some servers send it all the same, with nothing that
 * a client would act by.
 */
export const supportedGroupsRow: ExtensionRow<{
  CH: NamedGroupList;
  EE: NamedGroupList;
  SH12: NamedGroupList;
}> = /* @__PURE__ */ extensionRow(10, 'supported_groups', {
  CH: namedGroupList,
  EE: namedGroupList,
  SH12: namedGroupList,
});

const keyShareEntry: Codec<KeyShareEntry> = /* @__PURE__ */ declared(() =>
  struct('KeyShareEntry', {
    group: namedGroupCode,
    key_exchange: opaqueVector(1, 2 ** 16 - 1),
  }),
);

/** RFC 9846 §4.3.8. */
export const keyShareRow: ExtensionRow<{
  CH: KeyShareClientHello;
  SH: KeyShareServerHello;
  HRR: KeyShareHelloRetryRequest;
}> = /* @__PURE__ */ declared(() =>
  extensionRow(51, 'key_share', {
    CH: struct('KeyShareClientHello', { client_shares: vector(keyShareEntry, 0, 2 ** 16 - 1) }),
    SH: struct('KeyShareServerHello', { server_share: keyShareEntry }),
    HRR: struct('KeyShareHelloRetryRequest', { selected_group: namedGroupCode }),
  }),
);
