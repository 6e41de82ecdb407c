/** Record protection of TLS 1.3 (RFC 9846 §5.2 to §5.5). */
import { TlsError } from '@tlskit/tls-alerts';
import type { Aead, AeadKey } from '@tlskit/tls-crypto';
import { recordLimits } from './limits.ts';
import { NonceSequence } from './nonce.ts';
import type { OpenedRecord, RecordOpener, RecordProtection, RecordSealer } from './protection.ts';
import { ContentType, HEADER_LENGTH, MAX_CIPHERTEXT, MAX_PLAINTEXT, recordHeader, type WireRecord } from './record.ts';

export interface Protection13Options {
  /**
   * Most bytes of content, 2^14 unless given. TLSInnerPlaintext has one byte more, its padding included (RFC 9846 §5.4): a
   * record_size_limit (RFC 8449 §4) of n makes this n - 1.
   */
  readonly maxPlaintext?: number;
  /** Records that the key may protect; {@link recordLimits} unless given. Only sealers heed it (RFC 9846 §5.5). */
  readonly recordLimit?: number;
}

const { alert, application_data, change_cipher_spec, handshake, heartbeat } = ContentType.values;

/** The types that may stand inside; whether heartbeats were agreed on is for others to know (RFC 6520). */
const innerTypes: ReadonlySet<number> = new Set([alert, handshake, application_data, heartbeat]);

/**
 * Opens the TLSCiphertext records of one epoch.
 * @param key of `aead.keyLength` bytes, @param iv of `aead.nonceLength` bytes; both are copied, the caller wipes his
 */
export function createOpener13(
  aead: Aead,
  key: Uint8Array,
  iv: Uint8Array,
  options: Protection13Options = {},
): RecordOpener {
  return new Opener13(aead, key, iv, options);
}

/**
 * Seals the TLSCiphertext records of one epoch.
 * @param key of `aead.keyLength` bytes, @param iv of `aead.nonceLength` bytes; both are copied, the caller wipes his
 */
export function createSealer13(
  aead: Aead,
  key: Uint8Array,
  iv: Uint8Array,
  options: Protection13Options = {},
): RecordSealer {
  return new Sealer13(aead, key, iv, options);
}

class Opener13 implements RecordOpener {
  readonly #key: AeadKey;
  readonly #tagLength: number;
  readonly #nonces: NonceSequence;
  readonly #maxInner: number;
  /** The header of the last record. */
  readonly #aad = new Uint8Array(HEADER_LENGTH);

  constructor(aead: Aead, key: Uint8Array, iv: Uint8Array, options: Protection13Options) {
    checkKeys(aead, key, iv);
    this.#key = aead.create(key);
    this.#tagLength = aead.tagLength;
    // Receiving implementations SHOULD NOT enforce the limits of use (RFC 9846 §5.5): only the numbers may run out.
    this.#nonces = new NonceSequence(iv, Number.MAX_SAFE_INTEGER);
    this.#maxInner = maxPlaintextOf(options) + 1;
  }

  get sequence(): number {
    return this.#nonces.sequence;
  }

  open(record: WireRecord): OpenedRecord {
    const { type, bytes, fragment } = record;
    // RFC 9846 §5.2: opaque_type is always application_data. A change_cipher_spec is for the caller to sort out.
    if (type !== application_data) {
      throw new TlsError('ERR_TLS_RECORD_TYPE', `expected a protected record, got ${ContentType.label(type)}`, {
        rfc: 'RFC 9846 §5, §5.2',
      });
    }
    if (fragment.length > MAX_CIPHERTEXT) {
      throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `a protected record of ${fragment.length} bytes`, {
        rfc: 'RFC 9846 §5.2',
      });
    }
    const aad = this.#aad;
    for (let i = 0; i < HEADER_LENGTH; i++) aad[i] = bytes[i] as number;
    const inner = this.#key.open(this.#nonces.current(), aad, fragment);
    if (inner === undefined) throw new TlsError('ERR_TLS_BAD_RECORD_MAC', 'a record is not authentic');
    this.#nonces.sequence++;
    // RFC 9846 §5.4: the full encoded TLSInnerPlaintext, padding and all, is bounded.
    if (inner.length > this.#maxInner) {
      throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `${inner.length} bytes in a record, at most ${this.#maxInner}`, {
        rfc: 'RFC 9846 §5.4',
      });
    }
    return unpad(inner);
  }

  describe(): RecordProtection | undefined {
    return describeLast(this.#nonces, this.#aad.slice(), this.#tagLength);
  }

  wipe(): void {
    this.#key.wipe();
    this.#nonces.wipe();
  }
}

class Sealer13 implements RecordSealer {
  readonly overhead: number;
  readonly #key: AeadKey;
  readonly #tagLength: number;
  readonly #nonces: NonceSequence;
  readonly #maxInner: number;
  /** Bytes of the last fragment. */
  #length = 0;

  constructor(aead: Aead, key: Uint8Array, iv: Uint8Array, options: Protection13Options) {
    checkKeys(aead, key, iv);
    this.#key = aead.create(key);
    this.#tagLength = aead.tagLength;
    this.#nonces = new NonceSequence(iv, options.recordLimit ?? recordLimits[aead.name]);
    this.#maxInner = maxPlaintextOf(options) + 1;
    this.overhead = HEADER_LENGTH + 1 + aead.tagLength;
  }

  get sequence(): number {
    return this.#nonces.sequence;
  }

  get remaining(): number {
    return Math.max(0, this.#nonces.limit - this.#nonces.sequence);
  }

  seal(type: number, content: Uint8Array, padding = 0): readonly Uint8Array[] {
    const length = content.length;
    const innerLength = length + 1 + padding;
    if (!innerTypes.has(type)) {
      throw new TlsError('ERR_TLS_INTERNAL', `${ContentType.label(type)} is never protected`, { rfc: 'RFC 9846 §5' });
    }
    if (length === 0 && type !== application_data) {
      // RFC 9846 §5.4: no Handshake or Alert records of zero-length content.
      throw new TlsError('ERR_TLS_INTERNAL', `an empty ${ContentType.label(type)} record`, { rfc: 'RFC 9846 §5.4' });
    }
    if (!Number.isInteger(padding) || padding < 0 || innerLength > this.#maxInner) {
      const message = `${length} bytes of content and ${padding} of padding in a record of ${this.#maxInner - 1}`;
      throw new TlsError('ERR_TLS_INTERNAL', message, { rfc: 'RFC 9846 §5.4' });
    }
    const nonce = this.#nonces.current();
    staging ??= new Uint8Array(MAX_PLAINTEXT + 1);
    staging.set(content);
    staging[length] = type;
    // RFC 9846 §5.4: padding octets are all zeros. Here they also cover what the last record left behind.
    if (padding > 0) staging.fill(0, length + 1, innerLength);
    const fragmentLength = innerLength + this.#tagLength;
    const header = header13(fragmentLength);
    const sealed = this.#key.seal(nonce, header, staging.subarray(0, innerLength));
    this.#nonces.sequence++;
    this.#length = fragmentLength;
    return sealed.length === 1 ? [header, sealed[0] as Uint8Array] : [header, ...sealed];
  }

  describe(): RecordProtection | undefined {
    return describeLast(this.#nonces, header13(this.#length), this.#tagLength);
  }

  wipe(): void {
    this.#key.wipe();
    this.#nonces.wipe();
  }
}

/**
 * Where content, type and padding come together before they are sealed. One buffer serves every connection, since sealing is
 * synchronous and keeps nothing of it; it holds the last record's plaintext until the next is sealed.
 */
let staging: Uint8Array | undefined;

/** Takes TLSInnerPlaintext apart: from the end, the first byte that is not zero is the type (RFC 9846 §5.4). */
function unpad(inner: Uint8Array): OpenedRecord {
  let at = inner.length - 1;
  while (at >= 0 && inner[at] === 0) at--;
  if (at < 0) {
    throw new TlsError('ERR_TLS_RECORD_TYPE', 'a record of padding alone, without a content type', {
      rfc: 'RFC 9846 §5.4',
    });
  }
  const type = inner[at] as number;
  if (type === change_cipher_spec) {
    throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a protected change_cipher_spec');
  }
  if (!innerTypes.has(type)) {
    throw new TlsError('ERR_TLS_RECORD_TYPE', `no such content type in a protected record: ${type}`);
  }
  if (at === 0 && (type === handshake || type === alert)) {
    throw new TlsError('ERR_TLS_EMPTY_RECORD', `an empty ${ContentType.label(type)} record`, { rfc: 'RFC 9846 §5.4' });
  }
  return { type, content: inner.subarray(0, at), padding: inner.length - 1 - at, encrypted: true };
}

function header13(length: number): Uint8Array {
  return recordHeader(application_data, 0x0303, length);
}

function describeLast(nonces: NonceSequence, aad: Uint8Array, tagLength: number): RecordProtection | undefined {
  const last = nonces.last();
  return last === undefined ? undefined : { ...last, aad, tagLength };
}

function checkKeys(aead: Aead, key: Uint8Array, iv: Uint8Array): void {
  if (key.length !== aead.keyLength || iv.length !== aead.nonceLength) {
    const lengths = `${aead.keyLength} and ${aead.nonceLength}`;
    throw new RangeError(`${aead.name} takes key and IV of ${lengths} bytes, got ${key.length} and ${iv.length}`);
  }
}

function maxPlaintextOf(options: Protection13Options): number {
  const max = options.maxPlaintext ?? MAX_PLAINTEXT;
  if (!Number.isInteger(max) || max < 1 || max > MAX_PLAINTEXT) {
    throw new RangeError(`maxPlaintext is 1 to ${MAX_PLAINTEXT} bytes, not ${max}`);
  }
  return max;
}
