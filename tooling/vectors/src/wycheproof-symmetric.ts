/** Wycheproof cases about AEAD, HMAC and HKDF. */
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

/** TLS has CCM with keys of 128 bits, and tags of 128 and 64. */
function findCcm(group: TestGroup, provider: CryptoProvider): Aead | undefined {
  if (group.keySize !== 128) return undefined;
  return group.tagSize === 128
    ? provider.aeads['aes-128-ccm']
    : group.tagSize === 64
      ? provider.aeads['aes-128-ccm-8']
      : undefined;
}

function checkAead(aead: Aead | undefined, test: TestCase, group: TestGroup): ReturnType<Check> {
  if (aead === undefined) {
    return group.keySize === 128 ? `tags of ${group.tagSize} bits` : `AES keys of ${group.keySize} bits`;
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
