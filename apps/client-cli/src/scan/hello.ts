/**
 * ClientHellos of any version, as no library would send them: with suites, groups and schemes that nobody here can do. They are
 * for a look at the ServerHello (RFC 9846 §4.2, RFC 5246 §7.4.1, RFC 6101 §5.6.1.2).
 */
import { randomBytes } from 'node:crypto';
import {
  alpnRow,
  clientHello,
  type Extension,
  ecPointFormatsRow,
  encodeMessage,
  extendedMasterSecretRow,
  type KeyShareEntry,
  keyShareRow,
  makeExtension,
  NamedGroup,
  NO_EXTENSIONS,
  paddingRow,
  pskKeyExchangeModesRow,
  renegotiationInfoRow,
  serverNameRow,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { ContentType, MAX_PLAINTEXT, recordHeader } from '@tlskit/tls-record';
import { ascii, concat, fromHex } from '@tlskit/tls-wire';
import { allSchemes, curves12, ssl3, TLS12, TLS13 } from './code-points.ts';

export interface HelloSpec {
  /** The version that is asked for, and none below it as far as TLS can say so. */
  readonly version: number;
  readonly suites: readonly number[];
  /** Curves by default, so that finite-field groups are the server's own choice. */
  readonly groups?: readonly number[];
  readonly schemes?: readonly number[];
  readonly alpn?: readonly string[];
  /** Undefined for none. */
  readonly serverName?: string | undefined;
  /** `legacy_compression_methods`, the preferred first; none but null by default. */
  readonly compression?: readonly number[];
  /** The versions of "supported_versions", where they are not that of `version` alone. */
  readonly versions?: readonly number[];
  /** `legacy_version`, where it does not follow from `version`. */
  readonly legacyVersion?: number;
  /** Whether there are shares of the usual groups, for servers of TLS 1.3 that never send a HelloRetryRequest. */
  readonly shares?: boolean;
  /** Further extensions. */
  readonly extensions?: readonly Extension[];
  /** Types of extensions to leave out. */
  readonly without?: readonly number[];
  /** Bytes that the message is to have at least, with its header: the rest is padding (RFC 7685). */
  readonly length?: number;
}

const null_compression = 0;

/** The message, header included. */
export function helloMessage(spec: HelloSpec): Uint8Array {
  const { version, suites, compression = [null_compression] } = spec;
  const isNew = version >= TLS13;
  const legacy_version = spec.legacyVersion ?? Math.min(version, TLS12);
  const encode = (extensions: readonly Extension[]): Uint8Array =>
    encodeMessage(clientHello, {
      legacy_version,
      random: randomBytes(32),
      legacy_session_id: isNew ? randomBytes(32) : new Uint8Array(0),
      // SSL 3.0 knows no extensions: that RFC 5746 is known is said by its signalling suite.
      cipher_suites: version === ssl3 ? [...suites, 0x00ff] : suites,
      legacy_compression_methods: Uint8Array.from(compression),
      extensions,
    });
  if (version === ssl3) return encode(NO_EXTENSIONS);
  const extensions = extensionsOf(spec).filter(({ extension_type }) => !spec.without?.includes(extension_type));
  const bytes = encode(extensions);
  // The header of the padding extension counts, too.
  const missing = (spec.length ?? 0) - bytes.length - 4;
  if (missing < 0) return bytes;
  return encode([...extensions, makeExtension(paddingRow, 'CH', new Uint8Array(missing))]);
}

function extensionsOf(spec: HelloSpec): readonly Extension[] {
  const { version, serverName, groups = curves12, schemes = allSchemes, alpn } = spec;
  const common = [
    ...(serverName === undefined
      ? []
      : [makeExtension(serverNameRow, 'CH', { server_name_list: [{ name_type: 0, name: ascii(serverName) }] })]),
    ...(groups.length === 0 ? [] : [makeExtension(supportedGroupsRow, 'CH', { named_group_list: groups })]),
    ...(version < TLS12
      ? []
      : [
          makeExtension(signatureAlgorithmsRow, 'CH', { supported_signature_algorithms: schemes }),
          // Whatever there is, so that no chain is the reason for a refusal.
          makeExtension(signatureAlgorithmsCertRow, 'CH', { supported_signature_algorithms: allSchemes }),
        ]),
    ...(alpn === undefined
      ? []
      : [makeExtension(alpnRow, 'CH', { protocol_name_list: alpn.map(name => ascii(name)) })]),
  ];
  const own = version >= TLS13 ? extensions13(spec) : extensions12();
  return [...common, ...own, ...(spec.extensions ?? [])];
}

function extensions12(): readonly Extension[] {
  return [
    makeExtension(renegotiationInfoRow, 'CH', { renegotiated_connection: new Uint8Array(0) }),
    makeExtension(extendedMasterSecretRow, 'CH', {}),
    makeExtension(ecPointFormatsRow, 'CH', { ec_point_format_list: [0, 1, 2] }),
  ];
}

/** Where there are no shares, the server says by HelloRetryRequest which group it wants, and which suite (RFC 9846 §4.2.4). */
function extensions13({ version, versions = [version], groups = curves12, shares }: HelloSpec): readonly Extension[] {
  const client_shares = shares ? usualShares().filter(({ group }) => groups.includes(group)) : [];
  return [
    makeExtension(supportedVersionsRow, 'CH', { versions }),
    makeExtension(pskKeyExchangeModesRow, 'CH', { ke_modes: [1] }),
    makeExtension(keyShareRow, 'CH', { client_shares }),
  ];
}

/** Nobody has the private keys, and nobody needs them: any 32 bytes are of x25519, and the base point is one of secp256r1 (SEC 2 §2.4.2). */
function usualShares(): readonly KeyShareEntry[] {
  const { x25519, secp256r1 } = NamedGroup.values;
  return [
    { group: x25519, key_exchange: randomBytes(32) },
    { group: secp256r1, key_exchange: fromHex(basePoint) },
  ];
}

const basePoint = [
  '04',
  '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
  '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
].join('');

/** The message in records. Their version is what servers of old look at (RFC 5246 §E.1, RFC 9846 §5.1). */
export function helloRecords(message: Uint8Array, version: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += MAX_PLAINTEXT) {
    const fragment = message.subarray(at, at + MAX_PLAINTEXT);
    parts.push(recordHeader(ContentType.values.handshake, Math.min(version, 0x0301), fragment.length), fragment);
  }
  return concat(...parts);
}
