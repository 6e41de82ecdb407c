import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';

const { aeads } = createNobleProvider();

describe('AEADs', () => {
  it.each([
    {
      // RFC 8439 §2.8.2
      name: 'chacha20-poly1305',
      key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
      nonce: '070000004041424344454647',
      aad: '50515253c0c1c2c3c4c5c6c7',
      plaintext: toHex(
        new TextEncoder().encode(
          "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
        ),
      ),
      sealed:
        'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
    },
    {
      // The GCM specification of McGrew and Viega, appendix B, test case 4
      name: 'aes-128-gcm',
      key: 'feffe9928665731c6d6a8f9467308308',
      nonce: 'cafebabefacedbaddecaf888',
      aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      plaintext:
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      sealed:
        '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
    },
    {
      // the same, test case 16
      name: 'aes-256-gcm',
      key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
      nonce: 'cafebabefacedbaddecaf888',
      aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      plaintext:
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      sealed:
        '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
    },
  ] as const)('$name: known answer', ({ name, key, nonce, aad, plaintext, sealed }) => {
    const aead = aeads[name]!.create(fromHex(key));
    expect(toHex(concat(...aead.seal(fromHex(nonce), fromHex(aad), fromHex(plaintext))))).toBe(sealed);
    expect(toHex(aead.open(fromHex(nonce), fromHex(aad), fromHex(sealed))!)).toBe(plaintext);
    expect(aead.open(fromHex(nonce), fromHex(''), fromHex(sealed))).toBeUndefined();
  });

  it.each(Object.values(aeads))('$name: keeps a copy of the key, until wipe()', aead => {
    const key = new Uint8Array(aead.keyLength).fill(7);
    const live = aead.create(key);
    key.fill(0);
    const nonce = new Uint8Array(12);
    const sealed = concat(...live.seal(nonce, nonce, nonce));
    expect(aead.create(new Uint8Array(aead.keyLength).fill(7)).open(nonce, nonce, sealed)).toEqual(nonce);
    live.wipe();
    const wiped = expect.objectContaining({ name: 'CryptoError', code: 'misuse' });
    expect(() => live.seal(nonce, nonce, nonce)).toThrow(wiped);
    expect(() => live.open(nonce, nonce, sealed)).toThrow(wiped);
  });

  it('does not know CCM', () => {
    expect(Object.keys(aeads)).toEqual(['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305']);
  });
});
