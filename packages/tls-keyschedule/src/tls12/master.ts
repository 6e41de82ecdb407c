/**
 * The master secret of TLS 1.2 (RFC 5246 §8.1, RFC 7627 §4) and what is made of it:
 *
 *   premaster secret --> MasterSecret12 +--> keyBlock    (RFC 5246 §6.3)
 *                                       +--> verifyData  (RFC 5246 §7.4.9)
 *                                       +--> exporter    (RFC 5705 §4)
 *
 * After `wipe()` every use of it throws.
 */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { checkTranscriptHash } from '../hkdf.ts';
import { OwnedSecret } from '../owned.ts';
import { ExporterSecret12 } from './exporter12.ts';
import { SECRET_LENGTH } from './premaster.ts';
import { prf12 } from './prf.ts';

/** Bytes of verify_data (RFC 5246 §7.4.9): no suite has other than twelve. */
export const VERIFY_DATA_LENGTH = 12;

/** Lengths of the parts of a key block, in bytes (RFC 5246 §6.3): `createProtection12` of `@tlskit/tls-record/tls12` tells them. */
export interface KeyBlockLengths {
  readonly macKeyLength: number;
  readonly keyLength: number;
  /** `fixed_iv_length`: what the keys bring of an AEAD's nonce. */
  readonly ivLength: number;
}

/** The keys of one direction. */
export interface DirectionKeys {
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** The keys of both directions, views of one buffer. */
export interface KeyBlock {
  /** client_write_… */
  readonly client: DirectionKeys;
  /** server_write_… */
  readonly server: DirectionKeys;
  /** Overwrites all of them. */
  wipe(): void;
}

export class MasterSecret12 {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** Of a session that is resumed, or by one of the functions below. @param secret 48 bytes, taken over: wiped with this object */
  constructor(hash: Hash, secret: Uint8Array) {
    if (secret.length !== SECRET_LENGTH) throw new RangeError(`a master secret has ${SECRET_LENGTH} bytes`);
    this.hash = hash;
    this.#secret = new OwnedSecret('the master secret', secret);
  }

  /**
   * PRF(pre_master_secret, "master secret", ClientHello.random + ServerHello.random) (RFC 5246 §8.1).
   * @param premaster wiped, whatever happens
   */
  static derive(hash: Hash, premaster: Uint8Array, clientRandom: Uint8Array, serverRandom: Uint8Array): MasterSecret12 {
    return derived(hash, premaster, 'master secret', [clientRandom, serverRandom]);
  }

  /**
   * PRF(pre_master_secret, "extended master secret", session_hash) (RFC 7627 §4).
   * @param premaster wiped, whatever happens
   * @param sessionHash hash of all messages up to and including ClientKeyExchange (RFC 7627 §3)
   */
  static deriveExtended(hash: Hash, premaster: Uint8Array, sessionHash: Uint8Array): MasterSecret12 {
    checkTranscriptHash(hash, sessionHash);
    return derived(hash, premaster, 'extended master secret', [sessionHash]);
  }

  /** The secret itself, for a session or a key log (`CLIENT_RANDOM`). Not a copy: it becomes zeros with {@link wipe}. */
  get secret(): Uint8Array {
    return this.#secret.bytes;
  }

  /** The keys of a connection (RFC 5246 §6.3), in the order of that section. The caller wipes them. */
  keyBlock(lengths: KeyBlockLengths, clientRandom: Uint8Array, serverRandom: Uint8Array): KeyBlock {
    const { macKeyLength, keyLength, ivLength } = lengths;
    const length = 2 * (macKeyLength + keyLength + ivLength);
    // The randoms stand the other way round than in the master secret.
    const block = prf12(this.hash, this.#secret.bytes, 'key expansion', [serverRandom, clientRandom], length);
    let at = 0;
    const take = (bytes: number) => {
      at += bytes;
      return block.subarray(at - bytes, at);
    };
    const [clientMac, serverMac] = [take(macKeyLength), take(macKeyLength)];
    const [clientKey, serverKey] = [take(keyLength), take(keyLength)];
    const [clientIv, serverIv] = [take(ivLength), take(ivLength)];
    return {
      client: { macKey: clientMac, key: clientKey, iv: clientIv },
      server: { macKey: serverMac, key: serverKey, iv: serverIv },
      wipe: () => wipe(block),
    };
  }

  /**
   * verify_data of a Finished (RFC 5246 §7.4.9): 12 bytes. The first of a connection is its `tls-unique` (RFC 5929 §3).
   * @param transcriptHash of all messages up to, and not including, this Finished
   */
  verifyData(sender: 'client' | 'server', transcriptHash: Uint8Array): Uint8Array {
    checkTranscriptHash(this.hash, transcriptHash);
    return prf12(this.hash, this.#secret.bytes, `${sender} finished`, [transcriptHash], VERIFY_DATA_LENGTH);
  }

  /** Keying material for others (RFC 5705 §4), of a copy of the secret: it outlives this object. */
  exporter(clientRandom: Uint8Array, serverRandom: Uint8Array): ExporterSecret12 {
    return new ExporterSecret12(this.hash, new Uint8Array(this.#secret.bytes), clientRandom, serverRandom);
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

function derived(hash: Hash, premaster: Uint8Array, label: string, seed: readonly Uint8Array[]): MasterSecret12 {
  try {
    return new MasterSecret12(hash, prf12(hash, premaster, label, seed, SECRET_LENGTH));
  } finally {
    wipe(premaster);
  }
}
