/** ClientHello, ServerHello and HelloRetryRequest (RFC 9846 §4.2.2, §4.2.3, §4.2.4; RFC 5246 §7.4.1). */
import {
  DecodeError,
  declared,
  decode,
  equalBytes,
  opaque,
  opaqueVector,
  struct,
  uint8,
  vector,
} from '@tlskit/tls-wire';
import { type Extension, trailingExtensions } from './extension.ts';
import { preSharedKeyRow } from './extensions/psk.ts';
import { decodeMessage, type MessageDef } from './handshake.ts';
import { cipherSuiteCode } from './registries/cipher-suites.ts';
import { HandshakeType } from './registries/handshake-types.ts';
import { ProtocolVersion } from './registries/others.ts';

/** The first message of a client, in every version. */
export interface ClientHello {
  /** 0x0303 from TLS 1.2 on; the versions offered stand in "supported_versions". */
  readonly legacy_version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** At most 32 bytes. */
  readonly legacy_session_id: Uint8Array;
  readonly cipher_suites: readonly number[];
  /** One byte of zero in TLS 1.3. */
  readonly legacy_compression_methods: Uint8Array;
  /** In order; {@link NO_EXTENSIONS} where the block is absent. */
  readonly extensions: readonly Extension[];
}

/** A server's answer, in every version; with {@link HELLO_RETRY_RANDOM} it is a HelloRetryRequest. */
export interface ServerHello {
  /** 0x0303 in TLS 1.3, where "supported_versions" has the version selected. */
  readonly legacy_version: number;
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** At most 32 bytes. */
  readonly legacy_session_id_echo: Uint8Array;
  readonly cipher_suite: number;
  readonly legacy_compression_method: number;
  /** In order; {@link NO_EXTENSIONS} where the block is absent. */
  readonly extensions: readonly Extension[];
}

export const clientHello: MessageDef<ClientHello> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.client_hello,
  name: 'ClientHello',
  codec: struct('ClientHello', {
    legacy_version: ProtocolVersion,
    random: opaque(32),
    legacy_session_id: opaqueVector(0, 32),
    cipher_suites: vector(cipherSuiteCode, 2, 2 ** 16 - 2),
    legacy_compression_methods: opaqueVector(1, 2 ** 8 - 1),
    extensions: trailingExtensions,
  }),
}));

/** Of ServerHello and HelloRetryRequest, which are one struct: see {@link isHelloRetryRequest}. */
export const serverHello: MessageDef<ServerHello> = /* @__PURE__ */ declared(() => ({
  type: HandshakeType.values.server_hello,
  name: 'ServerHello',
  codec: struct('ServerHello', {
    legacy_version: ProtocolVersion,
    random: opaque(32),
    legacy_session_id_echo: opaqueVector(0, 32),
    cipher_suite: cipherSuiteCode,
    legacy_compression_method: uint8,
    extensions: trailingExtensions,
  }),
}));

/** `random` of a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 9846 §4.2.3). Do not write to it. */
export const HELLO_RETRY_RANDOM: Uint8Array = /* @__PURE__ */ Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
);

/** The last 8 bytes of `random` when a server that knows TLS 1.3 negotiates TLS 1.2 (RFC 9846 §4.2.3). Do not write to it. */
export const DOWNGRADE_TLS12: Uint8Array = /* @__PURE__ */ Uint8Array.of(
  ...[0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01],
);

/** The same for TLS 1.1 and below. Do not write to it. */
export const DOWNGRADE_TLS11: Uint8Array = /* @__PURE__ */ Uint8Array.of(
  ...[0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x00],
);

/** Whether a ServerHello is a HelloRetryRequest: its random says so, and nothing else does (RFC 9846 §4.2.3). */
export function isHelloRetryRequest(hello: ServerHello): boolean {
  return equalBytes(hello.random, HELLO_RETRY_RANDOM);
}

/**
 * Truncate(ClientHello): what PSK binders are computed over (RFC 9846 §4.3.11.2). All of the message but the binders list,
 * its length included; the lengths before it stay those of the whole.
 * @param raw the message with its header
 * @returns a view of `raw`
 * @throws DecodeError when the message does not end with a "pre_shared_key" extension
 */
export function truncatedClientHello(raw: Uint8Array): Uint8Array {
  const last = decodeMessage(clientHello, raw).extensions.at(-1);
  // RFC 9846 §4.3.11: "pre_shared_key" is the last extension of a ClientHello; what ends it ends the message.
  if (last?.extension_type !== preSharedKeyRow.type) {
    throw new DecodeError('ClientHello: pre_shared_key is not the last extension', raw.length);
  }
  const { binders } = decode(preSharedKeyRow.in.CH, last.extension_data);
  const length = binders.reduce((sum, binder) => sum + 1 + binder.length, 2);
  return raw.subarray(0, raw.length - length);
}
