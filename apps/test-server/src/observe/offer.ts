/** What a client offered: its ClientHello, list by list, in its order, reserved values (GREASE) among the others. */
import { createHash } from 'node:crypto';
import { type Digest, ja3, ja3Text, ja4, ja4Text } from '@tlskit/tls-inspect';
import {
  AnyCipherSuite,
  alpnRow,
  type ClientHello,
  clientHello,
  decodeMessage,
  type ExtensionMessage,
  type ExtensionRow,
  ExtensionType,
  type ExtensionValues,
  findExtension,
  groupInfo,
  isGrease,
  keyShareRow,
  NamedGroup,
  ProtocolVersion,
  SignatureScheme,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';

/** A value of a registry, as it came. */
export interface Offered {
  /** IANA's name, `GREASE`, or the number in hexadecimal. */
  readonly name: string;
  readonly code: number;
  /** RFC 8701. */
  readonly grease: boolean;
}

export interface Offer {
  readonly legacyVersion: Offered;
  /** In `supported_versions`; where that is absent, the one above alone. */
  readonly versions: readonly Offered[];
  readonly cipherSuites: readonly Offered[];
  readonly compressionMethods: readonly number[];
  readonly sessionIdLength: number;
  readonly extensions: readonly (Offered & { readonly length: number })[];
  readonly groups: readonly Offered[];
  /** Groups with a share, and its bytes. */
  readonly keyShares: readonly (Offered & { readonly length: number })[];
  readonly signatureSchemes: readonly Offered[];
  readonly alpn: readonly string[];
  /** Whether a group with ML-KEM is among the groups. */
  readonly postQuantum: boolean;
  readonly ja3: string;
  readonly ja3Text: string;
  readonly ja4: string;
  readonly ja4Text: string;
}

/** Undefined for what is no ClientHello. @param raw with its header */
export function offerOf(raw: Uint8Array): Offer | undefined {
  const hello = attempt(() => decodeMessage(clientHello, raw));
  return hello && described(hello);
}

function described(hello: ClientHello): Offer {
  const { extensions, legacy_version, cipher_suites } = hello;
  const find = <T extends ExtensionValues, M extends keyof T & ExtensionMessage>(row: ExtensionRow<T>, message: M) =>
    attempt(() => findExtension(extensions, row, message));
  const versions = find(supportedVersionsRow, 'CH')?.versions ?? [legacy_version];
  const groups = find(supportedGroupsRow, 'CH')?.named_group_list ?? [];
  return {
    legacyVersion: offered(ProtocolVersion, legacy_version),
    versions: versions.map(code => offered(ProtocolVersion, code)),
    cipherSuites: cipher_suites.map(code => offered(AnyCipherSuite, code)),
    compressionMethods: [...hello.legacy_compression_methods],
    sessionIdLength: hello.legacy_session_id.length,
    extensions: extensions.map(({ extension_type, extension_data }) => ({
      ...offered(ExtensionType, extension_type),
      length: extension_data.length,
    })),
    groups: groups.map(code => offered(NamedGroup, code)),
    keyShares: (find(keyShareRow, 'CH')?.client_shares ?? []).map(({ group, key_exchange }) => ({
      ...offered(NamedGroup, group),
      length: key_exchange.length,
    })),
    signatureSchemes: (find(signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms ?? []).map(code =>
      offered(SignatureScheme, code),
    ),
    alpn: (find(alpnRow, 'CH')?.protocol_name_list ?? []).map(name => Buffer.from(name).toString('latin1')),
    postQuantum: groups.some(code => groupInfo(code)?.postQuantum === true),
    ja3: ja3(hello, digest('md5')),
    ja3Text: ja3Text(hello),
    ja4: ja4(hello, digest('sha256')),
    ja4Text: ja4Text(hello),
  };
}

function offered(registry: { nameOf(code: number): string | undefined }, code: number): Offered {
  const grease = isGrease(code);
  const name = grease ? 'GREASE' : (registry.nameOf(code) ?? `0x${code.toString(16).padStart(4, '0')}`);
  return { name, code, grease };
}

function digest(name: 'md5' | 'sha256'): Digest {
  return data => createHash(name).update(data).digest();
}

/** What cannot be read is as good as absent: the handshake has judged it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
