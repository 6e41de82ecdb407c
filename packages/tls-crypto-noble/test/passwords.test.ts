import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { bytesToKey, fileCiphers, pbkdf1, pbkdf2, pkcs12Key, scryptKey } from '../src/passwords/index.ts';
import { rc2Decrypt } from '../src/passwords/rc2.ts';

const text = (value: string) => new TextEncoder().encode(value);
/** UTF-16, big-endian, with its two zeros (RFC 7292 §B.1). */
const bmp = (value: string) => Uint8Array.from([...value, '\0'].flatMap(c => [c.charCodeAt(0) >> 8, c.charCodeAt(0)]));

describe('keys from passwords', () => {
  it('PBKDF2 is that of RFC 6070, and with every hash that of OpenSSL', () => {
    expect(toHex(pbkdf2('sha1', text('password'), text('salt'), 4096, 20))).toBe(
      '4b007901b765489abead49d926f721d065a429c1',
    );
    for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const native = pbkdf2Sync('passphrase', 'sodium', 17, 48, hash);
      expect(toHex(pbkdf2(hash, text('passphrase'), text('sodium'), 17, 48))).toBe(toHex(native));
    }
  });

  it('scrypt is that of RFC 7914 §12, within its memory alone', () => {
    const cost = { N: 1024, r: 8, p: 16 };
    const derive = (memory: number) => scryptKey(text('password'), text('NaCl'), cost, 32, memory);
    expect(toHex(derive(2 ** 21))).toBe('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162');
    expect(() => derive(2 ** 20)).toThrow();
  });

  it('PBKDF1 takes the digest again and again', () => {
    // MD5 of the salted password alone, which `openssl enc -md md5 -nosalt`-style derivation is as well.
    const once = pbkdf1('md5', text('secret'), fromHex('0102030405060708'), 1);
    expect(toHex(bytesToKey(text('secret'), fromHex('0102030405060708'), 16))).toBe(toHex(once));
    expect(toHex(pbkdf1('sha1', text('password'), fromHex('78578e5a5d63cb06'), 1000)).slice(0, 32)).toBe(
      'dc19847e05c64d2faf10ebfb4a3d2a20',
    );
  });

  it.each([
    ['key', 'smeg', '0a58cf64530d823f', 24, '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3'],
    ['iv', 'smeg', '0a58cf64530d823f', 8, '79993dfe048d3b76'],
    ['mac', 'smeg', '3d83c0e4546ac140', 20, '8d967d88f6caa9d714800ab3d48051d63f73a312'],
  ] as const)('PKCS#12 makes a %s of a password and a salt', (purpose, password, salt, length, expected) => {
    expect(toHex(pkcs12Key('sha1', purpose, bmp(password), fromHex(salt), 1, length))).toBe(expected);
  });
});

describe('RC2', () => {
  const key = '88bca90e90875a7f0f79c384627bafb2';
  it.each([
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    [key, 64, '0000000000000000', '1a807d272bbe5db1'],
    [key, 128, '0000000000000000', '2269552ab0f85ca6'],
    [`${key}16f80a6f85920584c42fceb0be255daf1e`, 129, '0000000000000000', '5b78d3a43dfff1f1'],
  ])('decrypts the vectors of RFC 2268 §5: key %s of %i bits', (secret, bits, plaintext, ciphertext) => {
    expect(toHex(rc2Decrypt(fromHex(secret), bits, new Uint8Array(8), fromHex(ciphertext)))).toBe(plaintext);
  });
});

describe('ciphers of files', () => {
  const native = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede-cbc', 'des-ede3-cbc'] as const;
  it.each(native)('%s decrypts what OpenSSL encrypted, of any length', name => {
    const cipher = fileCiphers[name];
    const key = Uint8Array.from({ length: cipher.keyLength }, (_, i) => 7 * i + 1);
    const iv = Uint8Array.from({ length: cipher.blockLength }, (_, i) => 3 * i);
    for (let length = 0; length <= 33; length++) {
      const plaintext = Uint8Array.from({ length }, (_, i) => i);
      const encryption = createCipheriv(name, key, iv);
      const ciphertext = Uint8Array.from(Buffer.concat([encryption.update(plaintext), encryption.final()]));
      expect(cipher.decrypt(key, iv, ciphertext)).toEqual(plaintext);
      expect(cipher.decrypt(key, iv, ciphertext.subarray(1))).toBeUndefined();
    }
  });

  it('DES alone is triple DES with one key', () => {
    const [key, iv] = [fromHex('0123456789abcdef'), new Uint8Array(8)];
    const encryption = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), iv);
    const ciphertext = Uint8Array.from(Buffer.concat([encryption.update('some text'), encryption.final()]));
    expect(fileCiphers['des-cbc'].decrypt(key, iv, ciphertext)).toEqual(text('some text'));
  });

  it('say nothing of padding but that it is wrong', () => {
    const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
    const padded = (last: readonly number[]) => {
      const block = Uint8Array.from([...new Array(16 - last.length).fill(0xaa), ...last]);
      const encryption = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
      return Uint8Array.from(Buffer.concat([encryption.update(block), encryption.final()]));
    };
    const decrypt = (last: readonly number[]) => fileCiphers['aes-128-cbc'].decrypt(key, iv, padded(last));
    expect(decrypt([2, 2])).toHaveLength(14);
    expect(decrypt(new Array(16).fill(16))).toHaveLength(0);
    for (const last of [[0], [17], [1, 2], [3, 2, 3]]) expect(decrypt(last)).toBeUndefined();
    expect(fileCiphers['aes-128-cbc'].decrypt(key, iv, new Uint8Array())).toBeUndefined();
  });
});
