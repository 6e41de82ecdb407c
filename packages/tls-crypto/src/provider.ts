/**
 * What tlskit asks of cryptography: a plain object of primitives, passed in. Spread one and replace a part to override it.
 *
 * Hashes, HMAC, HKDF and AEAD are synchronous, so that the key schedule and the record path are plain code;
 * public-key work may be asynchronous. Names are those of the field; TLS code points live in `@tlskit/tls-messages`.
 */

/** A value, or a promise of it. Callers never make a promise of a value that is there. */
export type MaybePromise<T> = T | Promise<T>;

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** The AEADs of RFC 9846 §B.4; and CCM with keys of 256 bits, which is TLS 1.2's alone (RFC 6655). */
export type AeadName =
  | 'aes-128-gcm'
  | 'aes-256-gcm'
  | 'chacha20-poly1305'
  | 'aes-128-ccm'
  | 'aes-128-ccm-8'
  | 'aes-256-ccm'
  | 'aes-256-ccm-8';

/** Block ciphers in CBC mode, for the older suites of TLS 1.2 (RFC 5246 §6.2.3.2). */
export type BlockCipherName = 'aes-128-cbc' | 'aes-256-cbc' | '3des-ede-cbc';

/**
 * Groups for key exchange: elliptic curve, finite field, ML-KEM, and hybrids of the first and the last (RFC 9846 §4.3.7);
 * secp224r1 is TLS 1.2's alone (RFC 8422 §5.1.1 deprecates it).
 */
export type GroupName =
  | 'x25519'
  | 'x448'
  | 'secp224r1'
  | 'secp256r1'
  | 'secp384r1'
  | 'secp521r1'
  | 'ffdhe2048'
  | 'ffdhe3072'
  | 'ffdhe4096'
  | 'ffdhe6144'
  | 'ffdhe8192'
  | 'MLKEM768'
  | 'MLKEM1024'
  | 'X25519MLKEM768'
  | 'SecP256r1MLKEM768'
  | 'SecP384r1MLKEM1024';

export type CurveName = 'secp256r1' | 'secp384r1' | 'secp521r1';

/** Parameter sets of ML-DSA (FIPS 204 §4). */
export type MlDsaSet = 44 | 65 | 87;

/** Kinds of keys that sign and verify, those of elliptic curves and of ML-DSA one by one. */
export type KeyName = 'rsa' | 'dsa' | 'dh' | `ecdsa-${CurveName}` | 'ed25519' | 'ed448' | `ml-dsa-${MlDsaSet}`;

/** How a signature is made. What a key is asked to do, apart from any code point. */
export type SignatureAlgorithm =
  | { readonly type: 'ecdsa'; readonly hash: HashName }
  /** DER like those of ECDSA. Of TLS 1.2 alone (RFC 5246 §4.7, FIPS 186-4 §4). */
  | { readonly type: 'dsa'; readonly hash: HashName }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' }
  /** Pure ML-DSA with an empty context string, hedged (FIPS 204 §5.2). */
  | { readonly type: 'ml-dsa'; readonly set: MlDsaSet }
  | { readonly type: 'rsa-pkcs1'; readonly hash: HashName }
  | {
      readonly type: 'rsa-pss';
      readonly hash: HashName;
      /** Hash of the mask generation function; TLS has it equal to `hash`. */
      readonly mgfHash: HashName;
      /** Bytes of salt; TLS has it equal to the hash's output. */
      readonly saltLength: number;
    };

/** What a public key is. */
export type KeyAlgorithm =
  | { readonly type: 'ec'; readonly curve: CurveName }
  /** Bits of the prime p. */
  | { readonly type: 'dsa'; readonly bits: number }
  /** Agrees and never signs: for certificates with a static key (RFC 5246 §7.4.2). Bits of the prime p. */
  | { readonly type: 'dh'; readonly bits: number; readonly parameters: DhParameters }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ed448' }
  | { readonly type: 'ml-dsa'; readonly set: MlDsaSet }
  /** `id-RSASSA-PSS` keys (RFC 4055 §3.1) say `pssOnly`, with their restriction if they bear one. */
  | {
      readonly type: 'rsa';
      readonly bits: number;
      readonly pssOnly?: { readonly hash?: HashName; readonly mgfHash?: HashName; readonly minSaltLength?: number };
    };

/** A hash of bytes that arrive in parts. */
export interface HashContext {
  update(data: Uint8Array): this;
  /** The digest of what was put in so far; the context goes on and may be updated after. */
  digest(): Uint8Array;
  /** An independent copy of the state. */
  clone(): HashContext;
}

export interface Hash {
  readonly name: HashName;
  /** Bytes of output. */
  readonly outputLength: number;
  /** Bytes of a block. */
  readonly blockLength: number;
  create(): HashContext;
  digest(...parts: readonly Uint8Array[]): Uint8Array;
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
}

/** An AEAD under one key. */
export interface AeadKey {
  /**
   * Seals `plaintext`; the ciphertext with the tag behind it, in one or more parts that the caller joins or writes in turn.
   * The parts belong to the caller. `nonce`, `aad` and `plaintext` are not kept.
   * @throws CryptoError `misuse` for a nonce of wrong length, for more plaintext than the AEAD takes (16 MiB less a byte with
   *   CCM), and after `wipe()`
   */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[];
  /**
   * Opens ciphertext with the tag behind it: the plaintext, or undefined when it is not authentic.
   * Never throws for input of any length.
   * @throws CryptoError `misuse` after `wipe()`
   */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
  /** Forgets the key, as far as the platform lets it. The key is of no use afterwards: `seal` and `open` throw. */
  wipe(): void;
}

export interface Aead {
  readonly name: AeadName;
  /** Bytes. */
  readonly keyLength: number;
  readonly nonceLength: number;
  readonly tagLength: number;
  /** Copies what it needs of `key`: the caller may wipe it. @throws CryptoError `misuse` for a key of wrong length */
  create(key: Uint8Array): AeadKey;
}

/** A block cipher in CBC mode under one key, without padding: a block of plaintext is a block of ciphertext. */
export interface BlockCipherKey {
  /** @throws CryptoError `misuse` for an IV or input that is no block, or no blocks, and after `wipe()` */
  encrypt(iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @throws CryptoError `misuse`, as `encrypt` */
  decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** Forgets the key, as far as the platform lets it. */
  wipe(): void;
}

export interface BlockCipher {
  readonly name: BlockCipherName;
  /** Bytes. */
  readonly keyLength: number;
  readonly blockLength: number;
  /** Copies what it needs of `key`. @throws CryptoError `misuse` for a key of wrong length */
  create(key: Uint8Array): BlockCipherKey;
}

/** A finite-field group by its numbers, big-endian, as a server of TLS 1.2 sends it (RFC 5246 §7.4.3). */
export interface DhParameters {
  /** The prime modulus. */
  readonly p: Uint8Array;
  /** The generator. */
  readonly g: Uint8Array;
}

/**
 * Key exchange in the form of a KEM: one side offers, the other responds, the first completes.
 * Diffie-Hellman fits it, and so do ML-KEM and the hybrids.
 */
export interface KeyExchange {
  readonly name: GroupName;
  offer(): MaybePromise<KeyOffer>;
  /**
   * Answers a peer's offered share.
   * @throws CryptoError `invalid-share` for a share of wrong length, off the curve, out of range, of low order, giving an
   *   all-zero secret, or with an ML-KEM key that is not reduced (RFC 9846 §4.3.8, §7.4; FIPS 203 §7.2)
   */
  respond(peerShare: Uint8Array): MaybePromise<{ readonly share: Uint8Array; readonly sharedSecret: Uint8Array }>;
}

/** The half of a key exchange that waits for the peer. */
export interface KeyOffer {
  readonly share: Uint8Array;
  /**
   * Finishes with the peer's answer, once: the private key is wiped, whatever comes of it.
   * @throws CryptoError `invalid-share`; `misuse` the second time, and after `wipe()`
   */
  complete(peerShare: Uint8Array): MaybePromise<Uint8Array>;
  /** Forgets the private key. */
  wipe(): void;
}

/** A public key that verifies. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /**
   * Whether the signature is good. An algorithm that the key cannot do, or a malformed signature, is `false`, never a throw.
   * ECDSA signatures are DER (RFC 9846 §4.3.3).
   */
  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /**
   * RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1), by which a client of TLS 1.2 sends its premaster secret (RFC 5246 §7.4.7.1); absent
   * where the key, or the provider, does not do it.
   * @throws CryptoError `misuse` for a message that does not fit: it has 11 bytes less than the modulus at most
   */
  encryptPkcs1?(message: Uint8Array): MaybePromise<Uint8Array>;
  /**
   * Of a `dh` key, what it is as a share: Ys (RFC 5246 §7.4.2), as long as p, and found to be in the group; that may be looked at
   * here and not before, for it takes long.
   * @throws CryptoError `invalid-share`
   */
  readonly share?: Uint8Array;
}

/** A private key that signs; it may live elsewhere (an HSM, WebCrypto, a remote service). */
export interface SigningKey {
  readonly algorithm: KeyAlgorithm;
  /** DER SubjectPublicKeyInfo of the public half. */
  readonly spki: Uint8Array;
  /**
   * Whether it signs by an algorithm that fits its kind: a key elsewhere may be bound to one padding or hash, and no other is to be
   * chosen then. Absent where it signs by all that fit.
   */
  signs?(algorithm: SignatureAlgorithm): boolean;
  /** @throws CryptoError `unsupported` for an algorithm that the key cannot do */
  sign(algorithm: SignatureAlgorithm, data: Uint8Array): MaybePromise<Uint8Array>;
  /**
   * RSADP and EME-PKCS1-v1_5 decoding (RFC 8017 §7.2.2) of a message of known length, so that nobody learns whether the
   * padding was good (RFC 5246 §7.4.7.1): the answer is the message where it was and has as many bytes as `fallback`, and a copy
   * of `fallback`, which is random, where not; in the same time. A ciphertext of wrong length gives the fallback too.
   * Absent where the key, or the provider, cannot do it safely.
   */
  decryptPkcs1?(ciphertext: Uint8Array, fallback: Uint8Array): MaybePromise<Uint8Array>;
  /**
   * Key agreement with the long-term key, for certificates with a static ECDH key (RFC 4492 §2.1, §2.3): X, with its leading
   * zero octets; or with a static DH key (RFC 5246 §8.1.2): Z, as long as p. Only keys on a curve and `dh` keys have it, and
   * only where the provider does it.
   * @throws CryptoError `invalid-share`
   */
  agree?(peerShare: Uint8Array): MaybePromise<Uint8Array>;
}

export interface CryptoProvider {
  readonly name: string;
  /**
   * Where what the platform has is still being found out: fulfilled when that is known, never rejects. It works before, in a slower
   * way: who can wait does.
   */
  readonly ready?: Promise<void>;
  /**
   * Who does what: `node`, `web` or `noble`, by each hash, AEAD, block cipher, group and kind of signature that it has, named as
   * `primitiveNames` names them. What was added to the provider is in it.
   */
  describe?(): Readonly<Record<string, string>>;
  /** Bytes from the platform's CSPRNG, which belong to the caller: who draws a private key wipes it. */
  random(length: number): Uint8Array;
  readonly hashes: { readonly [K in HashName]?: Hash };
  readonly aeads: { readonly [K in AeadName]?: Aead };
  /**
   * The AEADs from the quickest on, where that is other than AES first: cipher suites that nobody named are put into this order. Those
   * that are not in it stay behind, in the order that they had.
   */
  readonly aeadOrder?: readonly AeadName[];
  readonly groups: { readonly [K in GroupName]?: KeyExchange };
  /** The keys that can be imported: what is in here can be offered to peers, who may answer with it. */
  readonly keys: { readonly [K in KeyName]?: true };
  /** For TLS 1.2 alone. */
  readonly blockCiphers?: { readonly [K in BlockCipherName]?: BlockCipher };
  /**
   * Diffie-Hellman in a group that the peer, or a configuration, gives by its numbers (RFC 5246 §7.4.3), with fresh keys for each
   * exchange. Shares and secrets have the length of p, with leading zeros; a peer's share may have fewer bytes.
   * p must be odd, without small factors, of 1024 to 8192 bits; 1 < g < p - 1. That p is prime is not proven, and
   * whether the group is large enough is for the caller to judge.
   * @throws CryptoError `invalid-share` for such parameters
   */
  finiteField?(parameters: DhParameters): Omit<KeyExchange, 'name'>;
  /** @throws CryptoError `malformed-key`, or `unsupported` for a key type that the provider lacks */
  importPublicKey(spki: Uint8Array): PublicKey;
  /** From DER PKCS#8 (RFC 5958), unencrypted. @throws CryptoError `malformed-key`, or `unsupported` */
  importPrivateKey(pkcs8: Uint8Array): SigningKey;
}
