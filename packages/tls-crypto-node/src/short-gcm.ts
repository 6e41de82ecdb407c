/**
 * AES-GCM (NIST SP 800-38D §7) of short messages under one key, in a third of the time that `node:crypto` takes for them: nearly all of that is
 * for cipher objects, of which it wants one for each message. Here AES is one object of ECB, which encrypts counters for some messages
 * ahead, and GHASH is ours.
 */
import { type CipherKey, createCipheriv } from 'node:crypto';
import { wipe } from '@tlskit/tls-crypto';
import { plain } from './bytes.ts';
import { createGhash, type Ghash } from './ghash.ts';

const BLOCK = 16;
const NONCE = 12;
const TAG = 16;

/** Bytes of plaintext up to which this is quicker, and of additional data, which has one block. */
export const LONGEST = 192;
export const LONGEST_AAD = BLOCK;

/** Messages whose counters are encrypted at once: nonces that differ in their last three bits, as those of eight records in a row do. */
const GROUP = 8;

/** Addresses of what is under way: the hash subkey, the state of GHASH, the keystream, and additional data, text and lengths in blocks. */
const H = 0;
const Y = 16;
const STREAM = 32;
const INPUT = STREAM + BLOCK + LONGEST;
const TEXT = INPUT + BLOCK;
const END = TEXT + LONGEST + BLOCK;

/** One serves all keys: what a message needs is put into its memory anew. */
let ghash: Ghash | undefined;

export class ShortGcm {
  readonly #ecb: (blocks: Uint8Array) => Uint8Array;
  readonly #h: Uint8Array;
  /** The first nonce of the group whose keystream is here. */
  readonly #first = new Uint8Array(NONCE);
  /** For each message of the group the block that hides its tag, and those for its text. */
  #stream: Uint8Array = new Uint8Array(0);
  #blocks = 0;

  /** @throws where the runtime lacks what it takes: a caller has another way */
  constructor(key: CipherKey, keyLength: number) {
    ghash ??= createGhash();
    const ecb = createCipheriv(`aes-${8 * keyLength}-ecb`, key, null).setAutoPadding(false);
    this.#ecb = blocks => plain(ecb.update(blocks));
    this.#h = this.#ecb(new Uint8Array(BLOCK));
  }

  /** @returns the ciphertext and the tag, joined */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const { memory, hash, add } = ghash as Ghash;
    const { length } = plaintext;
    const end = this.#load(memory, nonce, aad, plaintext, length);
    add(TEXT, end, STREAM + BLOCK);
    // What is behind the text is zeros (§7.1), and not keystream.
    memory.fill(0, TEXT + length, end);
    hash(H, Y, INPUT, end + BLOCK);
    const sealed = bytes(length + TAG);
    for (let i = 0; i < length; i++) sealed[i] = memory[TEXT + i] as number;
    for (let i = 0; i < TAG; i++) sealed[length + i] = (memory[Y + i] as number) ^ (memory[STREAM + i] as number);
    return sealed;
  }

  /** @returns the plaintext, or undefined where the message is not authentic: then it was not decrypted */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const { memory, hash, add } = ghash as Ghash;
    const length = sealed.length - TAG;
    const end = this.#load(memory, nonce, aad, sealed, length);
    hash(H, Y, INPUT, end + BLOCK);
    let difference = 0;
    for (let i = 0; i < TAG; i++) {
      difference |= (memory[Y + i] as number) ^ (memory[STREAM + i] as number) ^ (sealed[length + i] as number);
    }
    if (difference !== 0) return undefined;
    add(TEXT, end, STREAM + BLOCK);
    const opened = bytes(length);
    for (let i = 0; i < length; i++) opened[i] = memory[TEXT + i] as number;
    return opened;
  }

  /** The key of AES is OpenSSL's, who wipes it when the object is collected. */
  wipe(): void {
    wipe(this.#h, this.#stream);
    ghash?.memory.fill(0, 0, END);
    this.#blocks = 0;
  }

  /** Puts into place what a message takes. @returns where its blocks of text end, and the lengths begin */
  #load(memory: Uint8Array, nonce: Uint8Array, aad: Uint8Array, text: Uint8Array, length: number): number {
    const blocks = 1 + Math.ceil(length / BLOCK);
    const end = TEXT + BLOCK * (blocks - 1);
    const at = this.#streamOf(nonce, blocks);
    const stream = this.#stream;
    for (let i = 0; i < BLOCK * blocks; i++) memory[STREAM + i] = stream[at + i] as number;
    for (let i = 0; i < BLOCK; i++) memory[H + i] = this.#h[i] as number;
    memory.fill(0, Y, Y + BLOCK);
    memory.fill(0, INPUT, TEXT);
    for (let i = 0; i < aad.length; i++) memory[INPUT + i] = aad[i] as number;
    for (let i = 0; i < length; i++) memory[TEXT + i] = text[i] as number;
    memory.fill(0, TEXT + length, end + BLOCK);
    // Lengths are in bits: of 64 bits each the last 16 are enough.
    memory[end + 6] = aad.length >>> 5;
    memory[end + 7] = aad.length << 3;
    memory[end + 14] = length >>> 5;
    memory[end + 15] = length << 3;
    return end;
  }

  /** Where the message's keystream is, which is made for the group that it is of unless it is there. */
  #streamOf(nonce: Uint8Array, blocks: number): number {
    const last = nonce[NONCE - 1] as number;
    const place = last % GROUP;
    if (blocks > this.#blocks || !this.#isOfGroup(nonce, last - place)) {
      this.#first.set(nonce);
      this.#first[NONCE - 1] = last - place;
      this.#blocks = blocks;
      wipe(this.#stream);
      this.#stream = this.#ecb(this.#counters());
    }
    return place * this.#blocks * BLOCK;
  }

  #isOfGroup(nonce: Uint8Array, first: number): boolean {
    if (this.#first[NONCE - 1] !== first) return false;
    for (let i = 0; i < NONCE - 1; i++) if (nonce[i] !== this.#first[i]) return false;
    return true;
  }

  /** The counters of a group's messages, each from 1 on (§7.1). */
  #counters(): Uint8Array {
    const counters = new Uint8Array(GROUP * this.#blocks * BLOCK);
    for (let at = 0, place = 0; place < GROUP; place++) {
      for (let counter = 1; counter <= this.#blocks; counter++, at += BLOCK) {
        counters.set(this.#first, at);
        counters[at + NONCE - 1] = (this.#first[NONCE - 1] as number) + place;
        counters[at + BLOCK - 1] = counter;
      }
    }
    return counters;
  }
}

/** Memory for many messages is got at once: to get some for each takes as long as GHASH. */
const CHUNK = 1 << 13;
let chunk = new ArrayBuffer(0);
let used = 0;

function bytes(length: number): Uint8Array {
  if (used + length > chunk.byteLength) {
    chunk = new ArrayBuffer(CHUNK);
    used = 0;
  }
  used += length;
  return new Uint8Array(chunk, used - length, length);
}
