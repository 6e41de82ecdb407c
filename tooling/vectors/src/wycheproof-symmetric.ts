/** Wycheproof cases about AEAD, block ciphers, HMAC and HKDF. */
import { type Aead, CryptoError, type CryptoProvider, type Hash } from '@tlskit/tls-crypto';
import { hkdfExpand, hkdfExtract } from '@tlskit/tls-keyschedule';
import { concat, equalBytes, fromHex } from '@tlskit/tls-wire';
import type { Check } from './wycheproof.ts';
import type { TestCase, TestGroup } from './wycheproof-data.ts';

/** @param algorithm of the file, such as `AES-GCM`, `HMACSHA256` or `HKDF-SHA-256` */
export function symmetricChecks(algorithm: string, provider: CryptoProvider): Record<string, Check> {
  const hash = () => {
    const name = `sha${algorithm.replace(/^(HMACSHA|HKDF-SHA-)/, '')}` as keyof CryptoProvider['hashes'];
    return provider.hashes[name] as Hash;
  };
  return {
    AeadTest: (test, group) => checkAead(findAead(algorithm, group, provider), test, group),
    IndCpaTest: (test, group) => checkCbc(provider, test, group),
    MacTest: (test, group) => checkMac(hash(), test, group),
    HkdfTest: test => checkHkdf(hash(), test),
  };
}

export function bytes(test: TestCase, field: string): Uint8Array {
  return fromHex(test[field] as string);
}

function findAead(algorithm: string, group: TestGroup, provider: CryptoProvider): Aead | undefined {
  if (algorithm === 'CHACHA20-POLY1305') return provider.aeads['chacha20-poly1305'];
  if (algorithm === 'AES-CCM') return findCcm(group, provider);
  return provider.aeads[`aes-${group.keySize}-gcm` as 'aes-128-gcm'];
}

/** TLS has CCM with keys of 128 and 256 bits, and tags of 128 and 64. */
function findCcm(group: TestGroup, provider: CryptoProvider): Aead | undefined {
  const name = `aes-${group.keySize}-ccm` as 'aes-128-ccm';
  if (group.tagSize === 128) return provider.aeads[name];
  return group.tagSize === 64 ? provider.aeads[`${name}-8`] : undefined;
}

function checkAead(aead: Aead | undefined, test: TestCase, group: TestGroup): ReturnType<Check> {
  if (aead === undefined) {
    return group.keySize !== 192 ? `tags of ${group.tagSize} bits` : `AES keys of ${group.keySize} bits`;
  }
  // GCM and CCM take nonces of any length, TLS and this interface take 12 bytes.
  if (group.ivSize !== 8 * aead.nonceLength && test.result === 'valid') return `nonces of ${group.ivSize} bits`;
  const key = aead.create(bytes(test, 'key'));
  const [nonce, aad, message] = [bytes(test, 'iv'), bytes(test, 'aad'), bytes(test, 'msg')];
  const sealed = concat(bytes(test, 'ct'), bytes(test, 'tag'));

  const opened = key.open(nonce, aad, sealed);
  if (test.result === 'invalid') {
    if (opened !== undefined) return false;
    if (nonce.length === aead.nonceLength) return undefined;
    try {
      key.seal(nonce, aad, message);
      return false;
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      return undefined;
    }
  }
  if (opened === undefined) return undefined;
  return equalBytes(opened, message) && equalBytes(concat(...key.seal(nonce, aad, message)), sealed);
}

/** PKCS #7 padding is put on and taken off here: the interface has none. */
function checkCbc(provider: CryptoProvider, test: TestCase, group: TestGroup): ReturnType<Check> {
  const cipher = provider.blockCiphers?.[`aes-${group.keySize}-cbc` as 'aes-128-cbc'];
  if (cipher === undefined) return `AES keys of ${group.keySize} bits`;
  const key = cipher.create(bytes(test, 'key'));
  const [iv, message, ciphertext] = [bytes(test, 'iv'), bytes(test, 'msg'), bytes(test, 'ct')];
  if (ciphertext.length === 0 || ciphertext.length % 16 !== 0) return undefined;
  const padded = key.decrypt(iv, ciphertext);
  const padding = padded.at(-1) as number;
  const pads = padded.subarray(-padding);
  if (padding < 1 || padding > 16 || pads.some(octet => octet !== padding)) return undefined;
  const fill = 16 - (message.length % 16);
  const sealed = key.encrypt(iv, concat(message, new Uint8Array(fill).fill(fill)));
  return equalBytes(padded.subarray(0, -padding), message) && equalBytes(sealed, ciphertext);
}

/** An invalid MAC is one that must not come out; short tags are the beginning of long ones. */
function checkMac(hash: Hash, test: TestCase, group: TestGroup): ReturnType<Check> {
  const mac = hash.hmac(bytes(test, 'key'), bytes(test, 'msg')).subarray(0, (group.tagSize as number) / 8);
  return equalBytes(mac, bytes(test, 'tag')) || (test.result === 'invalid' ? undefined : false);
}

function checkHkdf(hash: Hash, test: TestCase): ReturnType<Check> {
  const prk = hkdfExtract(hash, bytes(test, 'salt'), bytes(test, 'ikm'));
  try {
    return equalBytes(hkdfExpand(hash, prk, bytes(test, 'info'), test.size as number), bytes(test, 'okm'));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
