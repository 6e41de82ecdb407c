/** What an inspector makes of a connection: records in order, each with the messages that end in it. */
import type { Section } from './field.ts';

export type Sender = 'client' | 'server';

/** The one at the other end. */
export function peerOf(sender: Sender): Sender {
  return sender === 'client' ? 'server' : 'client';
}

/** One record: on the wire, without its protection, and what is in it. */
export interface RecordEntry {
  /** Counts the records of both directions from 0. */
  readonly number: number;
  readonly sender: Sender;
  /** The keys it is under: `plaintext`, `early`, `handshake` or `application`. */
  readonly epoch: string;
  /** The registered name of the content type that counts (the inner one, where there are two), or its number. */
  readonly contentType: string;
  /** The record on the wire: TLSPlaintext, or TLSCiphertext (RFC 9846 §5.1, §5.2). */
  readonly record: Section;
  /** How it is protected; absent for a plaintext record. */
  readonly protection?: Protection;
  /** TLSInnerPlaintext (RFC 9846 §5.2): content, type and padding. Absent for a plaintext record, and where there were no keys. */
  readonly inner?: Section;
  /** The messages that end in this record; those that are all in it are among the fields of `record` or `inner` too. */
  readonly messages: readonly MessageEntry[];
  /** What is wrong with the record itself. */
  readonly error?: string;
}

/** What goes into the AEAD beside key and content (RFC 9846 §5.2, §5.3). */
export interface Protection {
  /** Number of the record under its key. */
  readonly sequence?: number;
  readonly nonce?: Uint8Array;
  /** The header in TLS 1.3 (RFC 9846 §5.2); before that, number, type, version and length (RFC 5246 §6.2.3). */
  readonly additionalData?: Uint8Array;
  /** Bytes of the tag at the end of the record. */
  readonly tagLength: number;
}

/** The protocols that records carry; `unknown` for a content type that is not registered. */
export type Protocol = 'handshake' | 'alert' | 'change_cipher_spec' | 'application_data' | 'heartbeat' | 'unknown';

/** One message, whole, wherever the borders of records were. */
export interface MessageEntry {
  readonly sender: Sender;
  readonly epoch: string;
  /** The ProtocolVersion of the connection, as far as it was known then; 0x0304 before a ServerHello settles it. */
  readonly version: number;
  readonly protocol: Protocol;
  /** The RFC's name, such as `ClientHello` or `HelloRetryRequest`; for other protocols what they are, such as `close_notify`. */
  readonly name: string;
  /** Its bytes, header included, and what each of them is. */
  readonly section: Section;
  /** The decoded body of a handshake message, or the alert; absent when it is malformed. */
  readonly value?: unknown;
  /** Where its bytes came from, in order. */
  readonly parts: readonly MessagePart[];
  /** What is wrong with it. */
  readonly error?: string;
}

/** Some bytes of a message. */
export interface MessagePart {
  /** {@link RecordEntry.number}. */
  readonly record: number;
  /** First byte, counted from the start of the record's content. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}
