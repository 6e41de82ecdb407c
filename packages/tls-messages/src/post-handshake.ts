/** EndOfEarlyData, NewSessionTicket and KeyUpdate of TLS 1.3 (RFC 9846 §4.6, §4.7), and the synthetic message_hash (§4.1). */
import { declared, opaqueVector, rest, struct, uint32 } from '@tlskit/tls-wire';
import { type Extension, extensions } from './extension.ts';
import type { MessageDef } from './handshake.ts';
import { HandshakeType } from './registries/handshake-types.ts';
import { KeyUpdateRequest } from './registries/others.ts';

/** RFC 9846 §4.6: nothing. */
export type EndOfEarlyData = { readonly [field: string]: never };

/** RFC 9846 §4.7.1. */
export interface NewSessionTicket {
  /** Seconds. */
  readonly ticket_lifetime: number;
  readonly ticket_age_add: number;
  /** At most 255 bytes. */
  readonly ticket_nonce: Uint8Array;
  /** At least one byte. */
  readonly ticket: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** RFC 9846 §4.7.3. */
export interface KeyUpdate {
  /** A KeyUpdateRequest. */
  readonly request_update: number;
}

export const endOfEarlyData: MessageDef<EndOfEarlyData> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.end_of_early_data,
  name: 'EndOfEarlyData',
  codec: struct('EndOfEarlyData', {}),
}));

export const newSessionTicket: MessageDef<NewSessionTicket> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.new_session_ticket,
  name: 'NewSessionTicket',
  codec: struct('NewSessionTicket', {
    ticket_lifetime: uint32,
    ticket_age_add: uint32,
    ticket_nonce: opaqueVector(0, 255),
    ticket: opaqueVector(1, 2 ** 16 - 1),
    extensions,
  }),
}));

export const keyUpdate: MessageDef<KeyUpdate> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.key_update,
  name: 'KeyUpdate',
  codec: struct('KeyUpdate', { request_update: KeyUpdateRequest }),
}));

/** What stands in the transcript for the first ClientHello after a HelloRetryRequest: its hash. Never sent (RFC 9846 §4.1). */
export const messageHash: MessageDef<Uint8Array> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.message_hash,
  name: 'message_hash',
  codec: rest,
}));
