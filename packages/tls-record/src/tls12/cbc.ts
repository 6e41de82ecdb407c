/**
 * Block ciphers in CBC mode (RFC 5246 §6.2.3.2), whose MAC is within the ciphertext or, by encrypt_then_mac, over it (RFC 7366).
 *
 * The first order tells an attacker who alters records whether padding or MAC was wrong, if the time does (Vaudenay, Lucky
 * Thirteen): padding is looked at, the MAC computed and compared the same way whatever the padding says, and
 * one error stands for all.
 */

import { TlsError } from '@tlskit/tls-alerts';
import { type BlockCipher, type BlockCipherKey, constantTimeEqual, type Hash, wipe } from '@tlskit/tls-crypto';
import type { OpenedRecord, RecordOpener, RecordProtection, RecordSealer } from '../protection.ts';
import { HEADER_LENGTH, type WireRecord } from '../record.ts';
import { checkPadding, extract, sameMask } from './constant-time.ts';
import { RecordMac } from './mac.ts';
import type { Keys12, Protection12Options } from './protection.ts';
import {
  checkContent,
  checkOuter,
  header12,
  maxPlaintextOf,
  Numbering,
  notAuthentic,
  openedRecord,
} from './record12.ts';

export function createCbcOpener12(
  cipher: BlockCipher,
  hash: Hash,
  keys: Keys12,
  options: Protection12Options,
): RecordOpener {
  return new CbcOpener12(cipher, hash, keys, options);
}

export function createCbcSealer12(
  cipher: BlockCipher,
  hash: Hash,
  keys: Keys12,
  random: (length: number) => Uint8Array,
  options: Protection12Options & { readonly recordLimit: number },
): RecordSealer {
  return new CbcSealer12(cipher, hash, keys, random, options);
}

/** What opener and sealer share: the keys, the numbers, the IV of the last record. */
class CbcState {
  readonly key: BlockCipherKey;
  readonly blockLength: number;
  readonly mac: RecordMac;
  readonly numbering: Numbering;
  readonly max: number;
  readonly encryptThenMac: boolean;
  iv: Uint8Array | undefined;

  constructor(cipher: BlockCipher, hash: Hash, { key, macKey }: Keys12, limit: number, options: Protection12Options) {
    this.key = cipher.create(key);
    this.blockLength = cipher.blockLength;
    this.mac = new RecordMac(hash, macKey, options.truncatedHmac ?? false);
    this.numbering = new Numbering(limit);
    this.max = maxPlaintextOf(options.maxPlaintext);
    this.encryptThenMac = options.encryptThenMac ?? false;
  }

  describe(): RecordProtection | undefined {
    return this.iv && this.numbering.describe(this.iv.slice(), this.mac.length);
  }

  wipe(): void {
    this.key.wipe();
    this.mac.wipe();
    this.numbering.wipe();
  }
}

class CbcOpener12 implements RecordOpener {
  readonly #state: CbcState;

  constructor(cipher: BlockCipher, hash: Hash, keys: Keys12, options: Protection12Options) {
    this.#state = new CbcState(cipher, hash, keys, Number.MAX_SAFE_INTEGER, options);
  }

  get sequence(): number {
    return this.#state.numbering.sequence;
  }

  open(record: WireRecord): OpenedRecord {
    const state = this.#state;
    state.numbering.check();
    checkOuter(record);
    const { type, fragment } = record;
    const content = state.encryptThenMac
      ? openAuthenticated(state, type, fragment)
      : openEncrypted(state, type, fragment);
    state.iv = new Uint8Array(fragment.subarray(0, state.blockLength));
    state.numbering.sequence++;
    return openedRecord(type, content.bytes, content.padding, state.max);
  }

  describe(): RecordProtection | undefined {
    return this.#state.describe();
  }

  wipe(): void {
    this.#state.wipe();
  }
}

interface Content {
  readonly bytes: Uint8Array;
  /** Bytes of padding, its length byte included. */
  readonly padding: number;
}

/** MAC, then encryption: `IV, ENC(content + MAC + padding)`. */
function openEncrypted({ key, mac, numbering, blockLength }: CbcState, type: number, fragment: Uint8Array): Content {
  const length = fragment.length - blockLength;
  // Lengths are no secret. There is a MAC, and one byte of padding at least.
  if (length % blockLength !== 0 || length < mac.length + 1) throw notAuthentic();
  const plaintext = key.decrypt(fragment.subarray(0, blockLength), fragment.subarray(blockLength));
  const padding = checkPadding(plaintext, mac.length);
  const end = length - mac.length - padding.length;
  const expected = mac.signSecret(numbering.header(type, end), plaintext, end, length - mac.length - 1);
  const good = padding.good & sameMask(expected, extract(plaintext, end, mac.length));
  if (good === 0) {
    wipe(plaintext);
    throw notAuthentic();
  }
  // What is authentic holds no secret from its receiver.
  return { bytes: plaintext.subarray(0, end), padding: padding.length };
}

/** Encryption, then MAC: `IV, ENC(content + padding), MAC` (RFC 7366 §3). What is not authentic is not decrypted. */
function openAuthenticated(
  { key, mac, numbering, blockLength }: CbcState,
  type: number,
  fragment: Uint8Array,
): Content {
  const length = fragment.length - mac.length;
  const blocks = length - blockLength;
  if (blocks % blockLength !== 0 || blocks < blockLength) throw notAuthentic();
  const authenticated = fragment.subarray(0, length);
  const expected = mac.sign(numbering.header(type, length), authenticated);
  if (!constantTimeEqual(expected, fragment.subarray(length))) throw notAuthentic();
  const plaintext = key.decrypt(fragment.subarray(0, blockLength), authenticated.subarray(blockLength));
  const padding = checkPadding(plaintext, 0);
  if (padding.good === 0) throw notAuthentic();
  return { bytes: plaintext.subarray(0, blocks - padding.length), padding: padding.length };
}

class CbcSealer12 implements RecordSealer {
  readonly overhead: number;
  readonly #state: CbcState;
  readonly #random: (length: number) => Uint8Array;

  constructor(
    cipher: BlockCipher,
    hash: Hash,
    keys: Keys12,
    random: (length: number) => Uint8Array,
    options: Protection12Options & { readonly recordLimit: number },
  ) {
    this.#state = new CbcState(cipher, hash, keys, options.recordLimit, options);
    this.#random = random;
    // IV, MAC, and a block of padding at most.
    this.overhead = HEADER_LENGTH + cipher.blockLength + this.#state.mac.length + cipher.blockLength;
  }

  get sequence(): number {
    return this.#state.numbering.sequence;
  }

  get remaining(): number {
    const { limit, sequence } = this.#state.numbering;
    return Math.max(0, limit - sequence);
  }

  /** @param padding least bytes of padding, its length byte included; as many more as fill a block are put to them */
  seal(type: number, content: Uint8Array, padding = 0): readonly Uint8Array[] {
    const { key, mac, numbering, blockLength, encryptThenMac, max } = this.#state;
    numbering.check();
    checkContent(type, content, 0, max);
    const inside = content.length + (encryptThenMac ? 0 : mac.length);
    const least = inside + Math.max(1, padding);
    const blocks = Math.ceil(least / blockLength) * blockLength;
    if (!Number.isInteger(padding) || padding < 0 || blocks - inside > 256) {
      throw new TlsError('ERR_TLS_INTERNAL', `padding of ${padding} bytes`, { rfc: 'RFC 5246 §6.2.3.2' });
    }
    // RFC 5246 §6.2.3.2: the IV MUST be unpredictable.
    const iv = this.#random(blockLength);
    const plaintext = new Uint8Array(blocks).fill(blocks - inside - 1, inside);
    plaintext.set(content);
    if (!encryptThenMac) plaintext.set(mac.sign(numbering.header(type, content.length), content), content.length);
    const encrypted = key.encrypt(iv, plaintext);
    wipe(plaintext);
    const parts = [header12(type, blockLength + blocks + (encryptThenMac ? mac.length : 0)), iv, encrypted];
    if (encryptThenMac) parts.push(mac.sign(numbering.header(type, blockLength + blocks), iv, encrypted));
    this.#state.iv = iv.slice();
    numbering.sequence++;
    return parts;
  }

  describe(): RecordProtection | undefined {
    return this.#state.describe();
  }

  wipe(): void {
    this.#state.wipe();
  }
}
