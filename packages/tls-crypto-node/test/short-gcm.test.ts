/** AES-GCM of short messages, by another way than `node:crypto` has: it comes to the same. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it, vi } from 'vitest';
import { nodeAead } from '../src/aead.ts';
import { LONGEST, LONGEST_AAD, ShortGcm } from '../src/short-gcm.ts';

/** What OpenSSL makes of it. */
function sealed(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
}

/** The nonce of a record (RFC 9846 §5.3). */
function numbered(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = new Uint8Array(iv);
  new DataView(nonce.buffer).setUint32(8, (new DataView(nonce.buffer).getUint32(8) ^ sequence) >>> 0);
  return nonce;
}

const keys = [16, 32].map(length => [length, new Uint8Array(randomBytes(length))] as const);

describe.each(keys)('a key of %d bytes', (_, key) => {
  it('seals and opens every length', () => {
    const short = new ShortGcm(key, key.length);
    for (let length = 1; length <= LONGEST; length++) {
      for (const aadLength of [0, 5, 13, LONGEST_AAD]) {
        const [nonce, aad, text] = [randomBytes(12), randomBytes(aadLength), randomBytes(length)];
        const expected = sealed(key, nonce, aad, text);
        expect(short.seal(nonce, aad, text)).toEqual(expected);
        expect(short.open(nonce, aad, expected)).toEqual(new Uint8Array(text));
      }
    }
  });

  it('follows the numbers of records, whatever length they have', () => {
    const short = new ShortGcm(key, key.length);
    const iv = new Uint8Array(randomBytes(12));
    for (let sequence = 0; sequence < 600; sequence++) {
      // There and back, over the bounds of groups and of bytes, and again.
      const number = sequence % 7 === 6 ? sequence - 5 : sequence;
      const text = randomBytes(1 + ((sequence * 31) % LONGEST));
      const aad = randomBytes(5);
      const nonce = numbered(iv, number);
      expect(short.seal(nonce, aad, text)).toEqual(sealed(key, nonce, aad, text));
    }
  });

  it('tells nonces apart by each of their bytes', () => {
    const short = new ShortGcm(key, key.length);
    const iv = new Uint8Array(12);
    const text = randomBytes(20);
    for (let bit = 0; bit < 96; bit++) {
      for (const nonce of [iv, iv.map((octet, i) => (i === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet))]) {
        expect(short.seal(nonce, iv, text)).toEqual(sealed(key, nonce, iv, text));
      }
    }
  });

  it('opens nothing that was changed anywhere', () => {
    const short = new ShortGcm(key, key.length);
    const [nonce, aad] = [randomBytes(12), randomBytes(5)];
    for (const length of [1, 16, 17, 65]) {
      const message = sealed(key, nonce, aad, randomBytes(length));
      for (let bit = 0; bit < 8 * message.length; bit++) {
        const changed = message.map((octet, i) => (i === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
        expect(short.open(nonce, aad, changed)).toBeUndefined();
      }
      expect(short.open(nonce, aad.subarray(1), message)).toBeUndefined();
      expect(short.open(nonce, aad, message.subarray(1))).toBeUndefined();
      expect(short.open(nonce, aad, message)).toHaveLength(length);
    }
  });

  it('keeps what it gave out apart', () => {
    const short = new ShortGcm(key, key.length);
    const [nonce, aad] = [randomBytes(12), randomBytes(5)];
    const texts = Array.from({ length: 300 }, (_, i) => randomBytes(1 + (i % LONGEST)));
    const messages = texts.map(text => short.seal(nonce, aad, text));
    const opened = messages.map(message => short.open(nonce, aad, message));
    expect(messages).toEqual(texts.map(text => sealed(key, nonce, aad, text)));
    expect(opened).toEqual(texts.map(text => new Uint8Array(text)));
  });
});

describe('published vectors', () => {
  /** Test cases 2 and 3 of the GCM specification (McGrew and Viega, appendix B). */
  it.each([
    [
      '00000000000000000000000000000000',
      '000000000000000000000000',
      '',
      '00000000000000000000000000000000',
      '0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf',
    ],
    [
      'feffe9928665731c6d6a8f9467308308',
      'cafebabefacedbaddecaf888',
      '',
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f59854d5c2af327cd64a62cf35abd2ba6fab4',
    ],
  ])('with the key %s', (key, nonce, aad, plaintext, message) => {
    const short = new ShortGcm(fromHex(key), 16);
    expect(short.seal(fromHex(nonce), fromHex(aad), fromHex(plaintext))).toEqual(fromHex(message));
    expect(short.open(fromHex(nonce), fromHex(aad), fromHex(message))).toEqual(fromHex(plaintext));
  });
});

describe('the AEAD', () => {
  it.each(['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const)('%s: many messages of all lengths', name => {
    const aead = nodeAead(name);
    const raw = randomBytes(aead.keyLength);
    const [sealer, opener] = [aead.create(raw), aead.create(raw)];
    const iv = new Uint8Array(randomBytes(12));
    for (let sequence = 0; sequence < 300; sequence++) {
      const [nonce, aad] = [numbered(iv, sequence), randomBytes(5)];
      const text = new Uint8Array(randomBytes(sequence % 5 === 4 ? LONGEST + 1 + sequence : sequence % (LONGEST + 3)));
      const message = new Uint8Array(Buffer.concat(sealer.seal(nonce, aad, text)));
      if (name !== 'chacha20-poly1305') expect(message).toEqual(sealed(raw, nonce, aad, text));
      expect(opener.open(nonce, aad, message)).toEqual(text);
      message[sequence % message.length] = (message[sequence % message.length] as number) ^ 1;
      expect(opener.open(nonce, aad, message)).toBeUndefined();
      expect(opener.open(nonce, aad, message.subarray(0, 15))).toBeUndefined();
    }
  });

  it('is of no use once it is wiped', () => {
    const aead = nodeAead('aes-128-gcm');
    const key = aead.create(randomBytes(16));
    const [nonce, aad, text] = [randomBytes(12), randomBytes(5), randomBytes(30)];
    const messages = Array.from({ length: 10 }, () => key.seal(nonce, aad, text));
    key.wipe();
    expect(() => key.seal(nonce, aad, text)).toThrow('wiped');
    expect(() => key.open(nonce, aad, Buffer.concat(messages[9] ?? []))).toThrow('wiped');
  });

  it('does without WebAssembly where there is none', async () => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', undefined);
    try {
      const { nodeAead: withoutWasm } = await import('../src/aead.ts');
      const raw = randomBytes(16);
      const key = withoutWasm('aes-128-gcm').create(raw);
      for (let i = 0; i < 10; i++) {
        const [nonce, aad, text] = [randomBytes(12), randomBytes(5), randomBytes(30)];
        const parts = key.seal(nonce, aad, text);
        expect(parts).toHaveLength(2);
        expect(new Uint8Array(Buffer.concat(parts))).toEqual(sealed(raw, nonce, aad, text));
        expect(key.open(nonce, aad, Buffer.concat(parts))).toEqual(new Uint8Array(text));
      }
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
