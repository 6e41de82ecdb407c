/** Handshake framing: `msg_type`, a 24-bit length, and the body (RFC 9846 §4). */
import { type Codec, DecodeError, Reader, struct, uint24, written } from '@tlskit/tls-wire';
import { HandshakeType } from './registries/handshake-types.ts';

/** A handshake message: its type, and how its body is written. */
export interface MessageDef<T> {
  /** A {@link HandshakeType}. */
  readonly type: number;
  /** The RFC's name of the struct; those of TLS 1.2 that have a namesake in TLS 1.3 bear the same name. */
  readonly name: string;
  readonly codec: Codec<T>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds messages of any body
export type AnyMessageDef = MessageDef<any>;

/** Bytes of `msg_type` and `length`. */
export const HANDSHAKE_HEADER_LENGTH = 4;

/** What stands before every body. */
export interface HandshakeHeader {
  /** A {@link HandshakeType}, which need not be a known one. */
  readonly msg_type: number;
  /** Bytes of the body. */
  readonly length: number;
}

/** The four bytes before every body. */
export const handshakeHeader: Codec<HandshakeHeader> = /* @__PURE__ */ struct('HandshakeHeader', {
  msg_type: HandshakeType,
  length: uint24,
});

/** A whole message, header first. @throws EncodeError when the value has no such form */
export function encodeMessage<T>(def: MessageDef<T>, value: T): Uint8Array<ArrayBuffer> {
  return written(writer => {
    writer.uint8(def.type);
    writer.prefixed(3, w => def.codec.encode(w, value));
  });
}

/** A whole message of a body that is already bytes, which need not be well-formed. @throws EncodeError from 2^24 bytes on */
export function encodeHandshake(msg_type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return written(writer => {
    writer.uint8(msg_type);
    writer.prefixed(3, w => w.put(body));
  });
}

/**
 * The body of a whole message, header included and nothing after it. Byte strings in it are views of `raw`.
 * @throws DecodeError for another type, a length that is not that of the body, or a malformed body
 */
export function decodeMessage<T>(def: MessageDef<T>, raw: Uint8Array): T {
  const reader = new Reader(raw);
  const { msg_type, length } = handshakeHeader.decode(reader);
  if (msg_type !== def.type) {
    throw new DecodeError(`expected ${def.name}, got ${HandshakeType.label(msg_type)}`, 0);
  }
  if (length !== reader.remaining) {
    throw new DecodeError(`${def.name}: length ${length}, but ${reader.remaining} bytes follow`, 1);
  }
  const value = def.codec.decode(reader);
  reader.finish(def.name);
  return value;
}

/** The definition of a type among `messages`, or undefined. */
export function messageByType(messages: readonly AnyMessageDef[], type: number): AnyMessageDef | undefined {
  return messages.find(message => message.type === type);
}
