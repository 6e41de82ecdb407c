/**
 * Public keys by WebCrypto. The portable provider has read them, strictly, and has the last word wherever WebCrypto throws: both accept
 * the same keys and signatures.
 */
import type { KeyAlgorithm, PublicKey, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { ed25519Kind, encodeSpki, fits, parseSpki } from '@tlskit/tls-crypto-noble/keys';
import { DerReader, Tag } from '@tlskit/tls-wire/der';
import type { Has } from './feature.ts';
import { type Scheme, schemeOf, toWeb } from './scheme.ts';
import type { Subtle } from './subtle.ts';

/** @param portable the same key in JavaScript */
export function webPublicKey(subtle: Subtle, has: Has, portable: PublicKey): PublicKey {
  return new WebPublicKey(subtle, has, portable);
}

class WebPublicKey implements PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  readonly encryptPkcs1?: NonNullable<PublicKey['encryptPkcs1']>;
  readonly #subtle: Subtle;
  readonly #has: Has;
  readonly #portable: PublicKey;
  readonly #modulus: Uint8Array | undefined;
  /** By what they are imported for: a key of RSA is bound to one padding and hash. */
  readonly #keys = new Map<string, Promise<CryptoKey>>();

  constructor(subtle: Subtle, has: Has, portable: PublicKey) {
    this.algorithm = portable.algorithm;
    this.spki = portable.spki;
    this.#subtle = subtle;
    this.#has = has;
    this.#portable = portable;
    this.#modulus = portable.algorithm.type === 'rsa' ? modulusOf(portable.spki) : undefined;
    if (portable.encryptPkcs1) this.encryptPkcs1 = portable.encryptPkcs1.bind(portable);
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array) {
    if (!fits(this.algorithm, algorithm)) return false;
    const scheme = schemeOf(this.#has, this.algorithm, algorithm);
    if (scheme === undefined) return this.#portable.verify(algorithm, data, signature);
    const raw = toWeb(this.algorithm, signature, this.#modulus);
    if (raw === undefined) return false;
    // Copied: the key may have to be imported first, and whose the bytes are may use them for something else by then.
    const [ownData, ownSignature] = [Uint8Array.from(data), Uint8Array.from(signature)];
    return this.#verify(scheme, raw, ownData, () => this.#portable.verify(algorithm, ownData, ownSignature));
  }

  async #verify(
    scheme: Scheme,
    raw: Uint8Array,
    data: Uint8Array,
    portably: () => ReturnType<PublicKey['verify']>,
  ): Promise<boolean> {
    try {
      if (await this.#subtle.verify(scheme.use, await this.#imported(scheme), raw, data)) return true;
    } catch {
      // It does not take this key, or this signature: nobody has said that they are bad.
      return portably();
    }
    // WebCrypto knows DigestInfo with NULL alone; that without is to be taken as well (RFC 5246 §4.7 MUST).
    return scheme.key.name === 'RSASSA-PKCS1-v1_5' ? portably() : false;
  }

  #imported({ key: algorithm }: Scheme): Promise<CryptoKey> {
    const id = `${algorithm.name} ${algorithm.hash}`;
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = importPublicKey(this.#subtle, this.algorithm, this.spki, algorithm);
      this.#keys.set(id, key);
    }
    return key;
  }
}

/** @param spki that a strict reader has read */
export function importPublicKey(
  subtle: Subtle,
  { type }: KeyAlgorithm,
  spki: Uint8Array,
  algorithm: object,
): Promise<CryptoKey> {
  switch (type) {
    case 'rsa':
      // Encoded anew as a plain RSA key: runtimes refuse `id-RSASSA-PSS`.
      return subtle.importKey('spki', encodeSpki(parseSpki(spki, [ed25519Kind])), algorithm, false, ['verify']);
    case 'ml-dsa':
      return subtle.importKey('raw-public', bareKey(spki), algorithm, false, ['verify']);
    default:
      return subtle.importKey('raw', bareKey(spki), algorithm, false, ['verify']);
  }
}

function modulusOf(spki: Uint8Array): Uint8Array | undefined {
  const parts = parseSpki(spki, [ed25519Kind]);
  return parts.type === 'rsa' ? parts.modulus : undefined;
}

/** What is in the BIT STRING of a SubjectPublicKeyInfo. */
export function bareKey(spki: Uint8Array): Uint8Array {
  const reader = new DerReader(spki).enter();
  reader.next(Tag.sequence);
  return reader.bitStringBytes();
}
