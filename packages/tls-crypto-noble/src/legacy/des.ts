/** The Data Encryption Standard and its threefold use (FIPS 46-3), for old peers: blocks of 64 bits are too few by now. */

/** Round keys of one DES: sixteen pairs of 24 bits, each in eight fields of six. */
type RoundKeys = Uint8Array;

/** Bit numbers of FIPS 46-3, which count from 1 at the left. */
const permutedChoice1 = [
  [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36],
  [63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4],
].flat();
const permutedChoice2 = [
  [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2],
  [41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32],
].flat();
const rotations = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
const permutation = [
  [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10],
  [2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25],
].flat();

/** S1 to S8, row after row, a hexadecimal digit an entry. */
const boxes = [
  'e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d',
  'f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9',
  'a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c',
  '7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e',
  '2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453',
  'c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d',
  '4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c',
  'd2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b',
];

/** S-boxes and the permutation behind them in one look-up: 64 words for each box. */
let tables: Uint32Array | undefined;

function substitution(): Uint32Array {
  if (tables !== undefined) return tables;
  tables = new Uint32Array(8 * 64);
  for (const [box, digits] of boxes.entries()) {
    const entries = digits.replaceAll(' ', '');
    for (let input = 0; input < 64; input++) {
      // The outer bits choose the row, the inner four the column.
      const row = ((input >> 4) & 2) | (input & 1);
      const value = Number.parseInt(entries[16 * row + ((input >> 1) & 15)] as string, 16);
      let word = 0;
      for (const [at, from] of permutation.entries()) {
        const place = from - 1 - 4 * box;
        if (place >= 0 && place < 4 && ((value >> (3 - place)) & 1) === 1) word |= 0x80000000 >>> at;
      }
      tables[64 * box + input] = word;
    }
  }
  return tables;
}

/** @param key 8 bytes, of which the parity bits are not looked at */
function schedule(key: Uint8Array): RoundKeys {
  const bit = (number: number) => ((key[(number - 1) >> 3] as number) >> (7 - ((number - 1) & 7))) & 1;
  let halves = permutedChoice1.map(bit);
  const keys = new Uint8Array(16 * 8);
  for (const [round, by] of rotations.entries()) {
    const [left, right] = [halves.slice(0, 28), halves.slice(28)];
    halves = [left.slice(by), left.slice(0, by), right.slice(by), right.slice(0, by)].flat();
    for (const [i, from] of permutedChoice2.entries()) {
      const field = 8 * round + Math.floor(i / 6);
      keys[field] = ((keys[field] as number) << 1) | (halves[from - 1] as number);
    }
  }
  halves.fill(0);
  return keys;
}

/** One block in the halves `block[0]` and `block[1]`, between the initial permutation and its inverse. */
function rounds(block: Uint32Array, keys: RoundKeys, decrypting: boolean): void {
  const table = substitution();
  let left = block[0] as number;
  let right = block[1] as number;
  for (let round = 0; round < 16; round++) {
    const at = 8 * (decrypting ? 15 - round : round);
    // E: each field of six bits is a digit of `right` with its neighbours' outer bits.
    const wide = ((right << 31) | (right >>> 1)) >>> 0;
    let mixed = 0;
    for (let box = 0; box < 8; box++) {
      const shift = 26 - 4 * box;
      const field = shift >= 0 ? (wide >>> shift) & 63 : ((wide << 2) | (wide >>> 30)) & 63;
      mixed |= table[64 * box + (field ^ (keys[at + box] as number))] as number;
    }
    const next = left ^ mixed;
    left = right;
    right = next;
  }
  // The halves are not exchanged after the last round.
  block[0] = right;
  block[1] = left;
}

/** Exchanges the bits of `a` and `b` that `mask` chooses, those of `a` `shift` places to the left. */
function exchange(block: Uint32Array, from: 0 | 1, shift: number, mask: number): void {
  const a = block[from] as number;
  const b = block[1 - from] as number;
  const differing = ((a >>> shift) ^ b) & mask;
  block[1 - from] = b ^ differing;
  block[from] = a ^ (differing << shift);
}

/** IP. */
function initial(block: Uint32Array): void {
  exchange(block, 0, 4, 0x0f0f0f0f);
  exchange(block, 0, 16, 0x0000ffff);
  exchange(block, 1, 2, 0x33333333);
  exchange(block, 1, 8, 0x00ff00ff);
  exchange(block, 0, 1, 0x55555555);
}

/** IP^-1. */
function final(block: Uint32Array): void {
  exchange(block, 0, 1, 0x55555555);
  exchange(block, 1, 8, 0x00ff00ff);
  exchange(block, 1, 2, 0x33333333);
  exchange(block, 0, 16, 0x0000ffff);
  exchange(block, 0, 4, 0x0f0f0f0f);
}

/** Three DES keys, used to encrypt, decrypt and encrypt (FIPS 46-3, "TDEA"). */
export class TripleDes {
  readonly #keys: readonly [RoundKeys, RoundKeys, RoundKeys];
  readonly #block = new Uint32Array(2);

  /** @param key 24 bytes */
  constructor(key: Uint8Array) {
    this.#keys = [schedule(key.subarray(0, 8)), schedule(key.subarray(8, 16)), schedule(key.subarray(16, 24))];
  }

  /** CBC, whole blocks. */
  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const output = new Uint8Array(plaintext.length);
    const [from, to] = [viewOf(plaintext), viewOf(output)];
    let [high, low] = [viewOf(iv).getUint32(0), viewOf(iv).getUint32(4)];
    for (let at = 0; at < plaintext.length; at += 8) {
      this.#block[0] = high ^ from.getUint32(at);
      this.#block[1] = low ^ from.getUint32(at + 4);
      this.#run(false);
      [high, low] = this.#block as unknown as [number, number];
      to.setUint32(at, high);
      to.setUint32(at + 4, low);
    }
    return output;
  }

  /** CBC, whole blocks. */
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    const output = new Uint8Array(ciphertext.length);
    const [from, to] = [viewOf(ciphertext), viewOf(output)];
    let [high, low] = [viewOf(iv).getUint32(0), viewOf(iv).getUint32(4)];
    for (let at = 0; at < ciphertext.length; at += 8) {
      const [nextHigh, nextLow] = [from.getUint32(at), from.getUint32(at + 4)];
      this.#block[0] = nextHigh;
      this.#block[1] = nextLow;
      this.#run(true);
      to.setUint32(at, (this.#block[0] as number) ^ high);
      to.setUint32(at + 4, (this.#block[1] as number) ^ low);
      [high, low] = [nextHigh, nextLow];
    }
    return output;
  }

  wipe(): void {
    for (const keys of this.#keys) keys.fill(0);
    this.#block.fill(0);
  }

  #run(decrypting: boolean): void {
    const [first, second, third] = this.#keys;
    const block = this.#block;
    initial(block);
    rounds(block, decrypting ? third : first, decrypting);
    rounds(block, second, !decrypting);
    rounds(block, decrypting ? first : third, decrypting);
    final(block);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
