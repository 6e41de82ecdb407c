/**
 * AES-CCM (NIST SP 800-38C; RFC 3610) with 12-byte nonces, and so messages below 2^24 bytes, as TLS has it (RFC 6655 §3,
 * RFC 5116 §5.3). The modes it is made of, CBC and CTR, are noble's; the formatting of their input is here.
 */
import { cbc, ctr } from '@noble/ciphers/aes.js';
import { CryptoError, constantTimeEqual, type ProviderPart, wipe } from '@tlskit/tls-crypto';
import { aeadOf, type NobleCipher } from '../aead.ts';

const blockLength = 16;
/** Bytes in which the length of the message is written: `q` of SP 800-38C, 15 less the nonce. */
const lengthOctets = 3;

/** Adds the AEADs `aes-128-ccm` and `aes-256-ccm`, with a tag of 16 bytes, and `aes-128-ccm-8` and `aes-256-ccm-8`, with one of 8. */
export const ccm: ProviderPart = () => ({
  aeads: {
    'aes-128-ccm': aeadOf('aes-128-ccm', ccmCipher(16)),
    'aes-128-ccm-8': aeadOf('aes-128-ccm-8', ccmCipher(8)),
    'aes-256-ccm': aeadOf('aes-256-ccm', ccmCipher(16)),
    'aes-256-ccm-8': aeadOf('aes-256-ccm-8', ccmCipher(8)),
  },
});

function ccmCipher(tagLength: number): NobleCipher {
  return (key, nonce, aad) => ({
    encrypt(plaintext) {
      if (plaintext.length >= 2 ** (8 * lengthOctets)) throw new CryptoError('misuse', 'CCM takes less than 16 MiB');
      const mac = cbcMac(key, nonce, aad, plaintext, tagLength);
      const encrypted = counterMode(key, nonce, mac, plaintext);
      const sealed = new Uint8Array(plaintext.length + tagLength);
      sealed.set(encrypted.message);
      sealed.set(encrypted.mac.subarray(0, tagLength), plaintext.length);
      return sealed;
    },
    decrypt(sealed) {
      const length = sealed.length - tagLength;
      if (length >= 2 ** (8 * lengthOctets)) throw new CryptoError('misuse', 'CCM takes less than 16 MiB');
      const { mac, message } = counterMode(key, nonce, sealed.subarray(length), sealed.subarray(0, length));
      const expected = cbcMac(key, nonce, aad, message, tagLength);
      if (!constantTimeEqual(mac.subarray(0, tagLength), expected.subarray(0, tagLength))) {
        wipe(message, expected);
        throw new CryptoError('misuse', 'CCM: not authentic');
      }
      return message;
    },
  });
}

/** The CBC-MAC of the formatted input (SP 800-38C §A.2): B0, the associated data with its length, the message; each filled up. */
function cbcMac(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  message: Uint8Array,
  tagLength: number,
): Uint8Array {
  // §A.2.2: two octets of length below 2^16 - 2^8, else FF FE and four.
  const aadHead = aad.length === 0 ? 0 : aad.length < 0xff00 ? 2 : 6;
  const messageAt = blockLength + toBlocks(aadHead + aad.length);
  const blocks = new Uint8Array(messageAt + toBlocks(message.length));
  const view = new DataView(blocks.buffer);

  // §A.2.1: flags, nonce, length of the message, of which the octet above the last three is the nonce's.
  view.setUint32(blockLength - 4, message.length);
  blocks.set(nonce, 1);
  blocks[0] = (aad.length > 0 ? 0x40 : 0) | (((tagLength - 2) / 2) << 3) | (lengthOctets - 1);

  if (aadHead === 2) view.setUint16(blockLength, aad.length);
  else if (aadHead === 6) {
    view.setUint16(blockLength, 0xfffe);
    view.setUint32(blockLength + 2, aad.length);
  }
  blocks.set(aad, blockLength + aadHead);
  blocks.set(message, messageAt);

  const chain = cbc(key, new Uint8Array(blockLength), { disablePadding: true }).encrypt(blocks);
  const mac = chain.slice(-blockLength);
  wipe(blocks, chain);
  return mac;
}

/** Encrypts or decrypts: the MAC under counter block 0, the message under those from 1 on (SP 800-38C §6, §A.3). */
function counterMode(
  key: Uint8Array,
  nonce: Uint8Array,
  mac: Uint8Array,
  message: Uint8Array,
): { mac: Uint8Array; message: Uint8Array } {
  const input = new Uint8Array(blockLength + message.length);
  input.set(mac);
  input.set(message, blockLength);
  const counter = new Uint8Array(blockLength);
  counter[0] = lengthOctets - 1;
  counter.set(nonce, 1);
  const output = ctr(key, counter).encrypt(input);
  wipe(input);
  // Memory of its own, so that the caller may do with it as he likes.
  return { mac: output.slice(0, blockLength), message: output.slice(blockLength) };
}

function toBlocks(length: number): number {
  return Math.ceil(length / blockLength) * blockLength;
}
