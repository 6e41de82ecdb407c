/** Records as they are on the wire, and the sizes that bound them (RFC 9846 §5.1, §5.2). */
import { registry } from '@tlskit/tls-wire';

/** The TLS ContentType registry, as far as TLS 1.3 uses it (RFC 9846 §5.1, RFC 6520 §3). */
export const ContentType = registry('ContentType', 1, {
  invalid: 0,
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
  heartbeat: 24,
});

/** Bytes of a record before its fragment: type, legacy_record_version, length. */
export const HEADER_LENGTH = 5;

/** Most bytes of TLSPlaintext.fragment, and of TLSInnerPlaintext.content (RFC 9846 §5.1, §5.4). */
export const MAX_PLAINTEXT = 2 ** 14;

/** Most bytes of TLSCiphertext.encrypted_record (RFC 9846 §5.2). */
export const MAX_CIPHERTEXT = 2 ** 14 + 256;

/** One record, whole. Its bytes are views of what was received, and last as long as that does. */
export interface WireRecord {
  /** Outer content type. */
  readonly type: number;
  /** legacy_record_version, which means nothing in TLS 1.3 (RFC 9846 §5.1). */
  readonly version: number;
  /** Header and fragment. */
  readonly bytes: Uint8Array;
  /** What follows the header: plaintext, or what an AEAD made of it. */
  readonly fragment: Uint8Array;
}

/** The five bytes before a fragment of `length` bytes. */
export function recordHeader(type: number, version: number, length: number): Uint8Array {
  const header = new Uint8Array(HEADER_LENGTH);
  header[0] = type;
  header[1] = version >>> 8;
  header[2] = version;
  header[3] = length >>> 8;
  header[4] = length;
  return header;
}
