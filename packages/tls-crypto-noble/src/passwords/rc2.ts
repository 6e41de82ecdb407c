/** RC2 (RFC 2268), decryption alone: with a key of 40 bits it "protects" the certificates of older PKCS#12 files, which say no secret. */

/** PITABLE (RFC 2268 §2): the digits of pi in a random order. */
const piTable = Uint8Array.from(
  [
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2',
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82',
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626',
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7',
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec',
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731',
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9',
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  ]
    .join('')
    .match(/../g) as string[],
  digits => Number.parseInt(digits, 16),
);

const rotations = [1, 2, 3, 5] as const;

/** RFC 2268 §2. @param key 1 to 128 bytes, @param bits those that are effective */
function expand(key: Uint8Array, bits: number): Uint16Array {
  const octets = new Uint8Array(128);
  octets.set(key);
  const pi = (value: number) => piTable[value & 0xff] as number;
  const at = (i: number) => octets[i] as number;
  for (let i = key.length; i < 128; i++) octets[i] = pi(at(i - 1) + at(i - key.length));
  const effective = Math.ceil(bits / 8);
  octets[128 - effective] = pi(at(128 - effective) & (0xff >> (8 * effective - bits)));
  for (let i = 127 - effective; i >= 0; i--) octets[i] = pi(at(i + 1) ^ at(i + effective));
  const words = new Uint16Array(64);
  for (let i = 0; i < 64; i++) words[i] = at(2 * i) | (at(2 * i + 1) << 8);
  octets.fill(0);
  return words;
}

/** One block in four words (RFC 2268 §4). */
function decryptBlock(r: Uint16Array, k: Uint16Array): void {
  const word = (i: number) => r[i & 3] as number;
  let j = 63;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const by = rotations[i] as number;
      const rotated = (word(i) >>> by) | (word(i) << (16 - by));
      r[i] = rotated - (k[j--] as number) - (word(i - 1) & word(i - 2)) - (~word(i - 1) & word(i - 3));
    }
    // Five rounds of mixing, six, and five, with one of mashing between them.
    if (round !== 11 && round !== 5) continue;
    for (let i = 3; i >= 0; i--) r[i] = word(i) - (k[word(i - 1) & 63] as number);
  }
}

/** CBC, whole blocks of 8 bytes. @param bits of the key that are effective */
export function rc2Decrypt(key: Uint8Array, bits: number, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const words = expand(key, bits);
  const plaintext = new Uint8Array(ciphertext.length);
  const block = new Uint16Array(4);
  let previous = iv;
  for (let start = 0; start < ciphertext.length; start += 8) {
    const input = ciphertext.subarray(start, start + 8);
    for (let i = 0; i < 4; i++) block[i] = (input[2 * i] as number) | ((input[2 * i + 1] as number) << 8);
    decryptBlock(block, words);
    for (let i = 0; i < 8; i++) {
      plaintext[start + i] = (((block[i >> 1] as number) >> (8 * (i & 1))) & 0xff) ^ (previous[i] as number);
    }
    previous = input;
  }
  words.fill(0);
  block.fill(0);
  return plaintext;
}
