/** The nonces of TLS 1.3: the write IV with the record's number XORed in (RFC 9846 §5.3). */
import { TlsError } from '@tlskit/tls-alerts';
import { wipe } from '@tlskit/tls-crypto';

/** The nonce that is in use: encryption is synchronous, so that one is enough for all connections. */
const shared = new Uint8Array(12);

/**
 * Counts records and makes their nonces, in a buffer that is used again and again, by others too.
 *
 * The RFC's number has 64 bits; here it is a JavaScript number and ends at 2^53 - 1, some 10^15 records before which any key
 * update must have come. It never wraps.
 */
export class NonceSequence {
  /** The number of the next record. */
  sequence = 0;
  /** Records that may be numbered. */
  readonly limit: number;
  readonly #iv: Uint8Array;
  readonly #nonce: Uint8Array;
  #wiped = false;

  /** @param iv copied, so that the caller may wipe it */
  constructor(iv: Uint8Array, limit: number) {
    // RFC 9846 §5.3: iv_length is the larger of 8 bytes and N_MIN.
    if (iv.length < 8) throw new RangeError(`an IV has at least 8 bytes, got ${iv.length}`);
    // Copies by constructor: `slice` of a Buffer is a view, which the caller wipes.
    this.#iv = new Uint8Array(iv);
    this.#nonce = iv.length === shared.length ? shared : new Uint8Array(iv.length);
    this.limit = Math.min(limit, Number.MAX_SAFE_INTEGER);
  }

  /** The nonce of the next record, in the shared buffer: to be used at once. @throws TlsError ERR_TLS_KEY_LIMIT when the numbers are used up */
  current(): Uint8Array {
    if (this.#wiped) throw new TlsError('ERR_TLS_INTERNAL', 'the keys of this epoch were wiped');
    if (this.sequence >= this.limit) {
      throw new TlsError('ERR_TLS_KEY_LIMIT', `${this.limit} records were protected with one key`);
    }
    return this.#write(this.sequence, this.#nonce);
  }

  /** Number and nonce of the record before, in a buffer of its own; undefined when there is none, or no keys any more. */
  last(): { readonly sequence: number; readonly nonce: Uint8Array } | undefined {
    if (this.sequence === 0 || this.#wiped) return undefined;
    const sequence = this.sequence - 1;
    return { sequence, nonce: this.#write(sequence, new Uint8Array(this.#iv.length)) };
  }

  wipe(): void {
    wipe(this.#iv, this.#nonce);
    this.#wiped = true;
  }

  #write(sequence: number, nonce: Uint8Array): Uint8Array {
    const iv = this.#iv;
    const end = nonce.length - 8;
    for (let i = 0; i < end; i++) nonce[i] = iv[i] as number;
    const high = Math.floor(sequence / 2 ** 32);
    const low = sequence >>> 0;
    for (let i = 0; i < 4; i++) {
      nonce[end + i] = (iv[end + i] as number) ^ (high >>> (24 - 8 * i));
      nonce[end + 4 + i] = (iv[end + 4 + i] as number) ^ (low >>> (24 - 8 * i));
    }
    return nonce;
  }
}
