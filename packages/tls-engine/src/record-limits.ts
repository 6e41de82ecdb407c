/** How long records may be where the two sides agreed on less than the protocol allows (RFC 8449, RFC 6066 §4): what each direction holds to. */
import { TlsError } from '@tlskit/tls-alerts';
import type { Epoch, RecordLimit } from '@tlskit/tls-handshake';
import type { OpenedRecord } from '@tlskit/tls-record';

/** Makes the limits of a connection, of which there are none yet. */
export type MakeRecordLimits = () => { readonly read: ReadLimit; readonly write: WriteLimit };

export const makeRecordLimits: MakeRecordLimits = () => ({ read: new ReadLimit(), write: new WriteLimit() });

/** The limit in force, and the one to come while TLS 1.2 renegotiates: limits are those "set in the handshake that produces the keys" (RFC 8449 §4). */
class Limit {
  protected limit: RecordLimit | undefined;
  #next: RecordLimit | undefined;

  /** @param renegotiates whether it is for the keys to come */
  set(limit: RecordLimit, renegotiates: boolean): void {
    if (renegotiates) this.#next = limit;
    else this.limit = limit;
  }

  /** The keys of a renegotiation are in force from here on. */
  renew(): void {
    this.limit = this.#next;
    this.#next = undefined;
  }
}

export class WriteLimit extends Limit {
  /** The most bytes of content in a record of this epoch, padding included. */
  size(epoch: Epoch): number {
    return this.limit !== undefined && (epoch !== 'plaintext' || this.limit.plaintext)
      ? this.limit.size
      : Number.POSITIVE_INFINITY;
  }
}

/**
 * Bytes by which protection makes a record longer, at most: in TLS 1.2 an IV, a MAC of SHA-384 and padding (RFC 5246 §6.2.3.2); in
 * TLS 1.3 less (RFC 9846 §5.2).
 */
const MAX_EXPANSION = 16 + 48 + 256;

/** What the peer was told of the length of records. */
export class ReadLimit extends Limit {
  /** The longest record that came under the keys of the handshake: the one that told of the limit may have broken it. */
  #longest = 0;

  /** From here on no record is longer, nor was one before under the keys of the handshake. @throws TlsError `ERR_TLS_RECORD_OVERFLOW` */
  override set(limit: RecordLimit, renegotiates: boolean): void {
    super.set(limit, renegotiates);
    if (!renegotiates) this.#checkLength(this.#longest);
  }

  /**
   * RFC 6066 §4: what no content within the limit comes to is a `record_overflow` "without decrypting the message". Early data is
   * under no limit, be it skipped. @throws TlsError
   */
  checkWire(length: number, epoch: Epoch): void {
    if (this.limit === undefined || epoch === 'early') return;
    if (epoch === 'plaintext' && !this.limit.plaintext) return;
    if (length > this.limit.size + MAX_EXPANSION) this.#refuse(`a record of ${length} bytes`, this.limit);
  }

  /** Early data is under no limit: the client sends it before it knows of one. @throws TlsError */
  measure({ content, padding, encrypted }: OpenedRecord, epoch: Epoch): void {
    if (epoch === 'early' || !(encrypted || this.limit?.plaintext)) return;
    const length = content.length + padding;
    if (epoch === 'handshake') this.#longest = Math.max(this.#longest, length);
    this.#checkLength(length);
  }

  #checkLength(length: number): void {
    if (this.limit === undefined || length <= this.limit.size) return;
    this.#refuse(`${length} bytes in a record`, this.limit);
  }

  #refuse(what: string, { size, rfc }: RecordLimit): never {
    throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `${what}, where ${size} were agreed on`, { rfc });
  }
}
