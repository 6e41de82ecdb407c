/**
 * AEADs in TLS 1.2 (RFC 5246 §6.2.3.3). GCM and CCM carry half of the nonce in the record (RFC 5288 §3, RFC 6655 §3);
 * ChaCha20-Poly1305 makes it of IV and number, as TLS 1.3 does (RFC 7905 §2).
 */
import type { Aead, AeadKey } from '@tlskit/tls-crypto';
import { NonceSequence } from '../nonce.ts';
import type { OpenedRecord, RecordOpener, RecordProtection, RecordSealer } from '../protection.ts';
import { HEADER_LENGTH, type WireRecord } from '../record.ts';
import type { Keys12, Protection12Options } from './protection.ts';
import {
  checkContent,
  checkOuter,
  header12,
  maxPlaintextOf,
  Numbering,
  notAuthentic,
  openedRecord,
  putNumber,
} from './record12.ts';

/** Bytes of nonce in a record of GCM and CCM: `GenericAEADCipher.nonce_explicit`. */
const EXPLICIT_LENGTH = 8;

/** `fixed_iv_length`: what the keys bring of the nonce. */
export function fixedIvLength(aead: Aead): number {
  return aead.nonceLength - explicitLength(aead);
}

function explicitLength(aead: Aead): number {
  return aead.name === 'chacha20-poly1305' ? 0 : EXPLICIT_LENGTH;
}

export function createAeadOpener12(aead: Aead, keys: Keys12, options: Protection12Options): RecordOpener {
  return new AeadOpener12(aead, keys, options);
}

export function createAeadSealer12(
  aead: Aead,
  keys: Keys12,
  options: Protection12Options & { readonly recordLimit: number },
): RecordSealer {
  return new AeadSealer12(aead, keys, options);
}

/** The nonces of one direction, in one buffer. */
class Nonces12 {
  readonly explicitLength: number;
  readonly #implicit: NonceSequence | undefined;
  readonly #nonce: Uint8Array;

  constructor(aead: Aead, iv: Uint8Array) {
    this.explicitLength = explicitLength(aead);
    this.#implicit = this.explicitLength === 0 ? new NonceSequence(iv, Number.MAX_SAFE_INTEGER) : undefined;
    this.#nonce = new Uint8Array(aead.nonceLength);
    if (this.#implicit === undefined) this.#nonce.set(iv);
  }

  /** @param explicit what the record has of it */
  of(sequence: number, explicit: Uint8Array): Uint8Array {
    if (this.#implicit === undefined) {
      this.#nonce.set(explicit, this.#nonce.length - EXPLICIT_LENGTH);
    } else {
      this.#implicit.sequence = sequence;
      this.#nonce.set(this.#implicit.current());
    }
    return this.#nonce;
  }

  /** A copy of the last one. */
  last(): Uint8Array {
    return this.#nonce.slice();
  }

  wipe(): void {
    this.#nonce.fill(0);
    this.#implicit?.wipe();
  }
}

/** What opener and sealer share: the key, the numbers, the nonces. */
class AeadState {
  readonly key: AeadKey;
  readonly tagLength: number;
  readonly nonces: Nonces12;
  readonly numbering: Numbering;
  readonly max: number;

  constructor(aead: Aead, { key, iv }: Keys12, limit: number, maxPlaintext: number | undefined) {
    this.key = aead.create(key);
    this.tagLength = aead.tagLength;
    this.nonces = new Nonces12(aead, iv);
    this.numbering = new Numbering(limit);
    this.max = maxPlaintextOf(maxPlaintext);
  }

  describe(): RecordProtection | undefined {
    return this.numbering.describe(this.nonces.last(), this.tagLength);
  }

  wipe(): void {
    this.key.wipe();
    this.nonces.wipe();
    this.numbering.wipe();
  }
}

class AeadOpener12 implements RecordOpener {
  readonly #state: AeadState;

  constructor(aead: Aead, keys: Keys12, options: Protection12Options) {
    this.#state = new AeadState(aead, keys, Number.MAX_SAFE_INTEGER, options.maxPlaintext);
  }

  get sequence(): number {
    return this.#state.numbering.sequence;
  }

  open(record: WireRecord): OpenedRecord {
    const { numbering, nonces, key, tagLength, max } = this.#state;
    numbering.check();
    checkOuter(record);
    const { type, fragment } = record;
    const explicit = nonces.explicitLength;
    const length = fragment.length - explicit - tagLength;
    if (length < 0) throw notAuthentic();
    const nonce = nonces.of(numbering.sequence, fragment.subarray(0, explicit));
    const content = key.open(nonce, numbering.header(type, length), fragment.subarray(explicit));
    if (content === undefined) throw notAuthentic();
    numbering.sequence++;
    return openedRecord(type, content, 0, max);
  }

  describe(): RecordProtection | undefined {
    return this.#state.describe();
  }

  wipe(): void {
    this.#state.wipe();
  }
}

class AeadSealer12 implements RecordSealer {
  readonly overhead: number;
  readonly #state: AeadState;

  constructor(aead: Aead, keys: Keys12, options: Protection12Options & { readonly recordLimit: number }) {
    this.#state = new AeadState(aead, keys, options.recordLimit, options.maxPlaintext);
    this.overhead = HEADER_LENGTH + this.#state.nonces.explicitLength + aead.tagLength;
  }

  get sequence(): number {
    return this.#state.numbering.sequence;
  }

  get remaining(): number {
    const { limit, sequence } = this.#state.numbering;
    return Math.max(0, limit - sequence);
  }

  seal(type: number, content: Uint8Array, padding = 0): readonly Uint8Array[] {
    const { numbering, nonces, key, tagLength, max } = this.#state;
    numbering.check();
    checkContent(type, content, padding, max);
    // RFC 5288 §3: "The nonce_explicit MAY be the 64-bit sequence number", by which it never comes twice.
    const explicit = new Uint8Array(nonces.explicitLength);
    if (explicit.length > 0) putNumber(explicit, numbering.sequence);
    const nonce = nonces.of(numbering.sequence, explicit);
    const sealed = key.seal(nonce, numbering.header(type, content.length), content);
    numbering.sequence++;
    const header = header12(type, explicit.length + content.length + tagLength);
    return explicit.length > 0 ? [header, explicit, ...sealed] : [header, ...sealed];
  }

  describe(): RecordProtection | undefined {
    return this.#state.describe();
  }

  wipe(): void {
    this.#state.wipe();
  }
}
