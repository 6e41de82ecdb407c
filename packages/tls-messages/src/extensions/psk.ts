/** Pre-shared keys, early data and tickets (RFC 9846 §4.3.9 to §4.3.11, RFC 9149, RFC 9258). */
import { type Codec, declared, opaqueVector, struct, uint8, uint16, uint32, vector } from '@tlskit/tls-wire';
import { KdfIdentifier, ProtocolVersion, PskKeyExchangeMode } from '../registries/others.ts';
import { type Empty, type ExtensionRow, empty, extensionRow } from './row.ts';

/** RFC 9846 §4.3.9. */
export interface PskKeyExchangeModes {
  /** PskKeyExchangeModes. */
  readonly ke_modes: readonly number[];
}

/** RFC 9846 §4.3.10. */
export interface MaxEarlyData {
  /** Bytes of application data that the ticket's server takes early. */
  readonly max_early_data_size: number;
}

/** RFC 9846 §4.3.11. */
export interface PskIdentity {
  /** At least one byte. */
  readonly identity: Uint8Array;
  /** Milliseconds plus `ticket_age_add`, modulo 2^32. */
  readonly obfuscated_ticket_age: number;
}

/** RFC 9846 §4.3.11. */
export interface OfferedPsks {
  readonly identities: readonly PskIdentity[];
  /** As many as identities, which is for the receiver to check; 32 to 255 bytes each. */
  readonly binders: readonly Uint8Array[];
}

/** What an imported key is known by on the wire (RFC 9258 §5.1). */
export interface ImportedIdentity {
  /** At least one byte: what the key is known by that was imported. */
  readonly external_identity: Uint8Array;
  readonly context: Uint8Array;
  /** A ProtocolVersion. */
  readonly target_protocol: number;
  /** A KdfIdentifier. */
  readonly target_kdf: number;
}

/** RFC 9846 §4.3.11. */
export interface SelectedPsk {
  /** Counted from zero. */
  readonly selected_identity: number;
}

/** RFC 9149 §3. */
export interface ClientTicketRequest {
  /** Tickets wanted from a handshake that is not resumed. */
  readonly new_session_count: number;
  /** Tickets wanted from a resumed one. */
  readonly resumption_count: number;
}

/** RFC 9149 §3. */
export interface ServerTicketRequestHint {
  readonly expected_count: number;
}

/** RFC 9846 §4.3.9. */
export const pskKeyExchangeModesRow: ExtensionRow<{ CH: PskKeyExchangeModes }> = /* @__PURE__ */ declared(() =>
  extensionRow(45, 'psk_key_exchange_modes', {
    CH: struct('PskKeyExchangeModes', { ke_modes: vector(PskKeyExchangeMode, 1, 255) }),
  }),
);

/** RFC 9846 §4.3.10. */
export const earlyDataRow: ExtensionRow<{ CH: Empty; EE: Empty; NST: MaxEarlyData }> = /* @__PURE__ */ declared(() =>
  extensionRow(42, 'early_data', {
    CH: empty,
    EE: empty,
    NST: struct('EarlyDataIndication', { max_early_data_size: uint32 }),
  }),
);

const offeredPsks: Codec<OfferedPsks> = /* @__PURE__ */ declared(() =>
  struct('OfferedPsks', {
    identities: vector(
      struct('PskIdentity', { identity: opaqueVector(1, 2 ** 16 - 1), obfuscated_ticket_age: uint32 }),
      7,
      2 ** 16 - 1,
    ),
    binders: vector(opaqueVector(32, 255), 33, 2 ** 16 - 1),
  }),
);

/** RFC 9258 §5.1: an identity that is one of these says so by nothing but its form. */
export const importedIdentity: Codec<ImportedIdentity> = /* @__PURE__ */ declared(() =>
  struct('ImportedIdentity', {
    external_identity: opaqueVector(1, 2 ** 16 - 1),
    context: opaqueVector(0, 2 ** 16 - 1),
    target_protocol: ProtocolVersion,
    target_kdf: KdfIdentifier,
  }),
);

/** RFC 9846 §4.3.11. */
export const preSharedKeyRow: ExtensionRow<{ CH: OfferedPsks; SH: SelectedPsk }> = /* @__PURE__ */ declared(() =>
  extensionRow(41, 'pre_shared_key', {
    CH: offeredPsks,
    SH: struct('PreSharedKeyExtension', { selected_identity: uint16 }),
  }),
);

/** RFC 9149 §3. */
export const ticketRequestRow: ExtensionRow<{
  CH: ClientTicketRequest;
  EE: ServerTicketRequestHint;
}> = /* @__PURE__ */ declared(() =>
  extensionRow(58, 'ticket_request', {
    CH: struct('ClientTicketRequest', { new_session_count: uint8, resumption_count: uint8 }),
    EE: struct('ServerTicketRequestHint', { expected_count: uint8 }),
  }),
);
