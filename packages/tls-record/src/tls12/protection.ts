/** From a cipher suite's protection to the openers and sealers of a connection of TLS 1.2 (RFC 5246 §6.2.3). */
import type { Aead, AeadName, BlockCipher, BlockCipherName, CryptoProvider, Hash, HashName } from '@tlskit/tls-crypto';
import { recordLimits } from '../limits.ts';
import type { RecordOpener, RecordSealer } from '../protection.ts';
import { createAeadOpener12, createAeadSealer12, fixedIvLength } from './aead.ts';
import { createCbcOpener12, createCbcSealer12 } from './cbc.ts';
import { createNullOpener12, createNullSealer12 } from './null.ts';

/** What protects records, as `cipherSuiteInfo12` of `@tlskit/tls-messages/tls12` has it. */
export type CipherProtection12 =
  | { readonly type: 'aead'; readonly aead: AeadName }
  | { readonly type: 'cbc'; readonly cipher: BlockCipherName; readonly mac: HashName }
  | { readonly type: 'null'; readonly mac: HashName };

/** The keys of one direction, as a key block has them. They are copied; the caller wipes his. */
export interface Keys12 {
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface Protection12Options {
  /** encrypt_then_mac was negotiated (RFC 7366): block ciphers alone heed it, for which alone it may be. Default: false. */
  readonly encryptThenMac?: boolean | undefined;
  /** truncated_hmac was negotiated (RFC 6066 §7): AEADs do not heed it. Default: false. */
  readonly truncatedHmac?: boolean | undefined;
  /** Most bytes of content: 2^14, or less by max_fragment_length (RFC 6066 §4) or record_size_limit (RFC 8449 §4). */
  readonly maxPlaintext?: number | undefined;
  /** Records that the key may protect; {@link recordLimits12} unless given. Only sealers heed it. */
  readonly recordLimit?: number | undefined;
}

/** The protection of a cipher suite. Its lengths, in bytes, are those of the parts of a key block (RFC 5246 §6.3). */
export interface Protection12 {
  readonly macKeyLength: number;
  readonly keyLength: number;
  readonly ivLength: number;
  /** Opens the records of one direction. @throws RangeError for keys of other lengths */
  opener(keys: Keys12, options?: Protection12Options): RecordOpener;
  /** Seals the records of one direction. @throws RangeError for keys of other lengths */
  sealer(keys: Keys12, options?: Protection12Options): RecordSealer;
}

/**
 * Records that a key may protect. TLS 1.2 has no limits of its own, and a connection ends at them: they are where the ciphers'
 * are (RFC 9846 §5.5). With 3DES 2^18 records of full size are 4 GiB: two of its blocks collide there with
 * a probability of 1 in 64 (Sweet32, CVE-2016-2183).
 */
export const recordLimits12: { readonly [K in AeadName | BlockCipherName | 'null']: number } = {
  ...recordLimits,
  'aes-128-cbc': Math.floor(2 ** 24.5),
  'aes-256-cbc': Math.floor(2 ** 24.5),
  '3des-ede-cbc': 2 ** 18,
  null: Number.MAX_SAFE_INTEGER,
};

/** The protection with the provider's primitives, or undefined where it lacks one. */
export function protection12(provider: CryptoProvider, protection: CipherProtection12): Protection12 | undefined {
  if (protection.type === 'aead') {
    const aead = provider.aeads[protection.aead];
    return aead && withAead(aead);
  }
  const hash = provider.hashes[protection.mac];
  if (protection.type === 'null') return hash && withNull(hash);
  const cipher = provider.blockCiphers?.[protection.cipher];
  return hash && cipher && withCbc(cipher, hash, provider.random);
}

function withAead(aead: Aead): Protection12 {
  const lengths = { macKeyLength: 0, keyLength: aead.keyLength, ivLength: fixedIvLength(aead) };
  const limit = recordLimits12[aead.name];
  return {
    ...lengths,
    opener: (keys, options = {}) => createAeadOpener12(aead, checked(keys, lengths), options),
    sealer: (keys, options = {}) => createAeadSealer12(aead, checked(keys, lengths), limited(options, limit)),
  };
}

function withCbc(cipher: BlockCipher, hash: Hash, random: CryptoProvider['random']): Protection12 {
  // RFC 5246 §6.3: in TLS 1.2 no IV comes of the key block.
  const lengths = { macKeyLength: hash.outputLength, keyLength: cipher.keyLength, ivLength: 0 };
  const limit = recordLimits12[cipher.name];
  return {
    ...lengths,
    opener: (keys, options = {}) => createCbcOpener12(cipher, hash, checked(keys, lengths), options),
    sealer: (keys, options = {}) =>
      createCbcSealer12(cipher, hash, checked(keys, lengths), random, limited(options, limit)),
  };
}

function withNull(hash: Hash): Protection12 {
  const lengths = { macKeyLength: hash.outputLength, keyLength: 0, ivLength: 0 };
  return {
    ...lengths,
    opener: (keys, options = {}) => createNullOpener12(hash, checked(keys, lengths), options),
    sealer: (keys, options = {}) =>
      createNullSealer12(hash, checked(keys, lengths), limited(options, recordLimits12.null)),
  };
}

type Lengths = Pick<Protection12, 'macKeyLength' | 'keyLength' | 'ivLength'>;

function checked(keys: Keys12, { macKeyLength, keyLength, ivLength }: Lengths): Keys12 {
  const { macKey, key, iv } = keys;
  if (macKey.length !== macKeyLength || key.length !== keyLength || iv.length !== ivLength) {
    const expected = `${macKeyLength}, ${keyLength} and ${ivLength}`;
    throw new RangeError(`keys of ${expected} bytes, got ${macKey.length}, ${key.length} and ${iv.length}`);
  }
  return keys;
}

function limited(options: Protection12Options, limit: number): Protection12Options & { readonly recordLimit: number } {
  return { ...options, recordLimit: options.recordLimit ?? limit };
}
