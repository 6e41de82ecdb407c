/** Which messages may carry an extension, of every extension of TLS 1.3: also of those that nobody here can read. */
import { allExtensions } from './all.ts';
import type { ExtensionMessage } from './row.ts';

/**
 * The messages that may carry an extension: those of its row, or where there is none those of RFC 9846 §4.3's table; undefined for
 * extensions that have neither.
 */
export function extensionMessages(type: number): readonly ExtensionMessage[] | undefined {
  const row = allExtensions.row(type);
  return row === undefined ? withoutRow.get(type) : (Object.keys(row.in) as ExtensionMessage[]);
}

const withoutRow: ReadonlyMap<number, readonly ExtensionMessage[]> = /* @__PURE__ */ new Map<
  number,
  readonly ExtensionMessage[]
>([
  // supported_ekt_ciphers (RFC 8870)
  [39, ['CH', 'EE']],
  // transparency_info (RFC 9162)
  [52, ['CH', 'CR', 'CT']],
  // external_id_hash, external_session_id (RFC 8844)
  [55, ['CH', 'EE']],
  [56, ['CH', 'EE']],
  // quic_transport_parameters (RFC 9001)
  [57, ['CH', 'EE']],
  // ech_outer_extensions, encrypted_client_hello (RFC 9849)
  [64768, ['CH']],
  [65037, ['CH', 'HRR', 'EE']],
]);
