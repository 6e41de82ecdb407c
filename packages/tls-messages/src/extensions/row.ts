/** One row an extension: which messages may carry it, and what it says in each (RFC 9846 §4.3). */
import { type Codec, decode, encode, struct } from '@tlskit/tls-wire';
import type { Extension } from '../extension.ts';
import type { ExtensionType } from '../registries/extension-types.ts';

/**
 * The places of extensions, in the RFC's abbreviations: ClientHello of any version, ServerHello, HelloRetryRequest,
 * EncryptedExtensions, an entry of Certificate, CertificateRequest and NewSessionTicket of TLS 1.3,
 * and `SH12`, the ServerHello of TLS 1.2 and below.
 */
export type ExtensionMessage = 'CH' | 'SH' | 'HRR' | 'EE' | 'CT' | 'CR' | 'NST' | 'SH12';

// biome-ignore lint/suspicious/noExplicitAny: the value types of a row are its own
export type ExtensionValues = { readonly [M in ExtensionMessage]?: any };

/**
 * What is known of an extension. `T` has the value type for each message that may carry it:
 * `ExtensionRow<{ CH: OfferedPsks; SH: SelectedIdentity }>`.
 */
export interface ExtensionRow<T extends ExtensionValues = ExtensionValues> {
  /** An ExtensionType. */
  readonly type: number;
  /** IANA's name. */
  readonly name: string;
  /** The codec of `extension_data` for each message that may carry the extension. */
  readonly in: { readonly [M in keyof T]: Codec<T[M]> };
}

/** Rows by type. */
export interface ExtensionTable {
  readonly rows: readonly ExtensionRow[];
  /** The row of this type, or undefined. */
  row(type: number): ExtensionRow | undefined;
  /** Whether there is a row of this type: whether the extension is recognised. */
  known(type: number): boolean;
  /** Whether there is one, and the message may carry it. */
  allowed(type: number, message: ExtensionMessage): boolean;
}

/** An extension of no content. */
export type Empty = { readonly [field: string]: never };

/** `struct {} Empty` (RFC 9846 §4.3.10). */
export const empty: Codec<Empty> = /* @__PURE__ */ struct('Empty', {});

/** A row for a registered extension. */
export function extensionRow<T extends ExtensionValues>(
  type: number,
  name: keyof typeof ExtensionType.values,
  codecs: { readonly [M in keyof T]: Codec<T[M]> },
): ExtensionRow<T> {
  return { type, name, in: codecs };
}

/** @throws RangeError when two rows are of one type */
export function extensionTable(rows: readonly ExtensionRow[]): ExtensionTable {
  const byType = new Map<number, ExtensionRow>();
  for (const row of rows) {
    if (byType.has(row.type)) throw new RangeError(`two rows for ${row.name}`);
    byType.set(row.type, row);
  }
  return {
    rows,
    row: type => byType.get(type),
    known: type => byType.has(type),
    allowed: (type, message) => byType.get(type)?.in[message] !== undefined,
  };
}

/**
 * The decoded value of an extension, or undefined when it is not among `extensions`. That it stands there once is not checked.
 * @throws DecodeError when its data is malformed; offsets count from the start of `extension_data`
 */
export function findExtension<T extends ExtensionValues, M extends keyof T & ExtensionMessage>(
  extensions: readonly Extension[],
  row: ExtensionRow<T>,
  message: M,
): T[M] | undefined {
  const found = extensions.find(({ extension_type }) => extension_type === row.type);
  return found === undefined ? undefined : decode(row.in[message], found.extension_data);
}

/** @throws EncodeError when the value has no such form */
export function makeExtension<T extends ExtensionValues, M extends keyof T & ExtensionMessage>(
  row: ExtensionRow<T>,
  message: M,
  value: T[M],
): Extension {
  return { extension_type: row.type, extension_data: encode(row.in[message], value) };
}
