/** What all protection of TLS 1.2 has in common: sizes, sequence numbers, what may be in a record (RFC 5246 §6.2). */
import { TlsError } from '@tlskit/tls-alerts';
import type { OpenedRecord, RecordProtection } from '../protection.ts';
import { ContentType, MAX_PLAINTEXT, recordHeader, type WireRecord } from '../record.ts';

/** Most bytes of TLSCiphertext.fragment (RFC 5246 §6.2.3). */
export const MAX_CIPHERTEXT_12 = 2 ** 14 + 2048;

const VERSION = 0x0303;
const { application_data, change_cipher_spec } = ContentType.values;
/** RFC 6520 §3. Whether it was negotiated is for others to know. */
const heartbeat = 24;

/**
 * Numbers the records of one direction, and writes what is authenticated with each: the number, and type, version and length
 * of the record (RFC 5246 §6.2.3.1, §6.2.3.3). The number ends at 2^53 - 1, long before which keys are used up.
 */
export class Numbering {
  /** The number of the next record. */
  sequence = 0;
  /** Records that may be numbered. */
  readonly limit: number;
  readonly #header = new Uint8Array(13);
  #wiped = false;

  constructor(limit: number) {
    this.limit = Math.min(limit, Number.MAX_SAFE_INTEGER);
  }

  /** @throws TlsError ERR_TLS_KEY_LIMIT when the numbers are used up, ERR_TLS_INTERNAL after `wipe()` */
  check(): void {
    if (this.#wiped) throw new TlsError('ERR_TLS_INTERNAL', 'the keys of this epoch were wiped');
    if (this.sequence >= this.limit) {
      throw new TlsError('ERR_TLS_KEY_LIMIT', `${this.limit} records were protected with one key`);
    }
  }

  /** `seq_num + type + version + length` of the next record, in a buffer that is used again and again. */
  header(type: number, length: number): Uint8Array {
    const header = this.#header;
    putNumber(header, this.sequence);
    header.set(recordHeader(type, VERSION, length), 8);
    return header;
  }

  /** How the record before was protected; undefined when there is none. {@link header} is asked for once a record. */
  describe(nonce: Uint8Array, tagLength: number): RecordProtection | undefined {
    const { sequence } = this;
    return sequence === 0 ? undefined : { sequence: sequence - 1, nonce, aad: this.#header.slice(), tagLength };
  }

  wipe(): void {
    this.#wiped = true;
  }
}

/** A number as uint64, at the start of `target`. */
export function putNumber(target: Uint8Array, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  for (let i = 0; i < 4; i++) {
    target[i] = high >>> (24 - 8 * i);
    target[4 + i] = (value >>> 0) >>> (24 - 8 * i);
  }
}

/** Looks at what everybody sees of a record. @throws TlsError ERR_TLS_RECORD_TYPE, _VERSION, _OVERFLOW */
export function checkOuter({ type, version, fragment }: WireRecord): void {
  if (type < change_cipher_spec || type > heartbeat) {
    throw new TlsError('ERR_TLS_RECORD_TYPE', `no such content type: ${type}`, { rfc: 'RFC 5246 §6.2.1' });
  }
  if (version !== VERSION) {
    throw new TlsError('ERR_TLS_RECORD_VERSION', `a record of version 0x${version.toString(16).padStart(4, '0')}`, {
      rfc: 'RFC 5246 §6.2.3',
    });
  }
  if (fragment.length > MAX_CIPHERTEXT_12) {
    throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `a protected record of ${fragment.length} bytes`, {
      rfc: 'RFC 5246 §6.2.3',
    });
  }
}

/** Every way in which a record can be other than its sender made it, padding included, has this one answer (RFC 5246 §7.2.2). */
export function notAuthentic(): TlsError {
  return new TlsError('ERR_TLS_BAD_RECORD_MAC', 'a record is not authentic', { rfc: 'RFC 5246 §6.2.3, §7.2.2' });
}

/** The record, when it was authentic and its content is what a record may have. @throws TlsError */
export function openedRecord(type: number, content: Uint8Array, padding: number, max: number): OpenedRecord {
  // RFC 5246 §6.2.1, §7.2.2: the length of a fragment MUST NOT exceed 2^14, or what was negotiated in its stead.
  if (content.length > max) {
    throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `${content.length} bytes in a record, at most ${max}`, {
      rfc: 'RFC 5246 §6.2.1',
    });
  }
  // RFC 5246 §6.2.1: no zero-length fragments of Handshake, Alert, or ChangeCipherSpec.
  if (content.length === 0 && type !== application_data) {
    throw new TlsError('ERR_TLS_EMPTY_RECORD', `an empty ${ContentType.label(type)} record`, {
      rfc: 'RFC 5246 §6.2.1',
    });
  }
  if (type === change_cipher_spec && (content.length !== 1 || content[0] !== 1)) {
    throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a change_cipher_spec record is the single byte 1', {
      rfc: 'RFC 5246 §7.1',
    });
  }
  return { type, content, padding, encrypted: true };
}

/** @throws TlsError ERR_TLS_INTERNAL for content that {@link openedRecord} would refuse, and for padding where there is none */
export function checkContent(type: number, content: Uint8Array, padding: number, max: number): void {
  const { length } = content;
  if (type < change_cipher_spec || type > heartbeat || (length === 0 && type !== application_data)) {
    throw new TlsError('ERR_TLS_INTERNAL', `no record: ${ContentType.label(type)} of ${length} bytes`, {
      rfc: 'RFC 5246 §6.2.1',
    });
  }
  if (length > max || padding !== 0) {
    const message = `${length} bytes of content and ${padding} of padding in a record of ${max}`;
    throw new TlsError('ERR_TLS_INTERNAL', message, { rfc: 'RFC 5246 §6.2.1' });
  }
}

/** The header of a record of TLS 1.2. */
export function header12(type: number, length: number): Uint8Array {
  return recordHeader(type, VERSION, length);
}

export function maxPlaintextOf(max = MAX_PLAINTEXT): number {
  if (!Number.isInteger(max) || max < 1 || max > MAX_PLAINTEXT) {
    throw new RangeError(`maxPlaintext is 1 to ${MAX_PLAINTEXT} bytes, not ${max}`);
  }
  return max;
}
