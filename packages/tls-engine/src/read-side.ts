/** The reading half of a connection: bytes become records, records lose their protection. */
import { TlsError } from '@tlskit/tls-alerts';
import type { EarlyDataMark, Epoch, RecordLimit } from '@tlskit/tls-handshake';
import {
  ContentType,
  Deframer,
  HEADER_LENGTH,
  MAX_PLAINTEXT,
  type OpenedRecord,
  openChangeCipherSpec,
  plaintextOpener,
  type RecordObservation,
  type RecordOpener,
  type WireRecord,
} from '@tlskit/tls-record';
import type { RecordRules } from './version.ts';

const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;

/**
 * Bytes by which protection makes a record longer, at most: in TLS 1.2 an IV, a MAC of SHA-384 and padding (RFC 5246 §6.2.3.2); in
 * TLS 1.3 less (RFC 9846 §5.2).
 */
const MAX_EXPANSION = 16 + 48 + 256;

export class ReadSide {
  readonly #deframer = new Deframer({ maxFragment: MAX_PLAINTEXT, reuse: true });
  readonly #role: 'client' | 'server';
  readonly #observe: ((record: RecordObservation) => void) | undefined;
  #epoch: Epoch = 'plaintext';
  #opener: RecordOpener = plaintextOpener();
  #protectsAll = false;
  /** Whether a change_cipher_spec changes keys: then it waits for its turn like everything else. */
  #ccsCounts = false;
  /** A record that was looked at and found to have to wait. */
  #held: WireRecord | undefined;
  /** `#held`, where it is a copy already. */
  #kept: WireRecord | undefined;

  /** What the peer was told of the length of records. */
  #limit: RecordLimit | undefined;
  /** That of the keys to come, while TLS 1.2 renegotiates: limits are those "set in the handshake that produces the keys" (RFC 8449 §4). */
  #nextLimit: RecordLimit | undefined;
  /** The longest record that came under the keys of the handshake: the one that told of the limit may have broken it. */
  #longest = 0;

  /** How early data is known, while some may come that nobody takes. */
  #skip: EarlyDataMark | undefined;
  /** Bytes of early data that may still be skipped. */
  #mayBeSkipped: number;

  /**
   * @param role whose side this is: not the peer's
   * @param maxSkipped bytes of early data to skip at most, once {@link skipEarlyData} is called
   */
  constructor(
    role: 'client' | 'server',
    maxSkipped: number,
    observe: ((record: RecordObservation) => void) | undefined,
  ) {
    this.#role = role;
    this.#mayBeSkipped = maxSkipped;
    this.#observe = observe;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** Bytes that were received and not read. */
  get buffered(): number {
    return this.#deframer.buffered + (this.#held?.bytes.length ?? 0);
  }

  /** Whether a whole record has to wait: not the part of one, which more input may turn into an alert. */
  get holds(): boolean {
    return this.#held !== undefined;
  }

  /** Takes bytes, which are borrowed until {@link keep}. */
  push(bytes: Uint8Array): void {
    this.#deframer.push(bytes);
  }

  /** Copies what was pushed and has to wait: the memory is its owner's again. */
  keep(): void {
    this.#deframer.keep();
    if (this.#held !== undefined && this.#held !== this.#kept) {
      const bytes = this.#held.bytes.slice();
      this.#held = { ...this.#held, bytes, fragment: bytes.subarray(HEADER_LENGTH) };
    }
    this.#kept = this.#held;
  }

  /**
   * The next record, opened, or undefined.
   * @param settled whether the keys in force are those of the next record; while they may still change,
   *   only alerts are read, and change_cipher_specs that mean nothing
   * @param mayChangeKeys whether a change_cipher_spec that counts is read: not while its turn has not come
   */
  next(settled: boolean, mayChangeKeys: boolean): OpenedRecord | undefined {
    for (;;) {
      const record = this.#held ?? this.#deframer.next();
      this.#held = undefined;
      if (record === undefined) return undefined;
      const changesKeys = record.type === change_cipher_spec && this.#ccsCounts;
      const waits = changesKeys
        ? !mayChangeKeys
        : !settled && record.type !== alert && record.type !== change_cipher_spec;
      if (waits) {
        this.#held = record;
        return undefined;
      }
      const opened = this.#skips(record) ? undefined : this.#openUnlessEarly(record);
      if (opened === undefined) {
        this.#countSkipped(record);
        continue;
      }
      this.#report(record, opened);
      this.#measure(opened);
      return opened;
    }
  }

  /** From here on a change_cipher_spec is a message (RFC 5246 §7.1). */
  countChangeCipherSpecs(): void {
    this.#ccsCounts = true;
  }

  /** From here on application data may come under the keys in force. */
  open(): void {
    this.#epoch = 'application';
  }

  /** From here on early data is skipped (RFC 9846 §4.3.10): where the next keys do not open it, or up to the second ClientHello. */
  skipEarlyData(by: EarlyDataMark): void {
    this.#skip = by;
  }

  /** From here on no record is longer, nor was one before under the keys of the handshake. @throws TlsError `ERR_TLS_RECORD_OVERFLOW` */
  limitRecords(limit: RecordLimit): void {
    if (this.#renegotiates) {
      this.#nextLimit = limit;
      return;
    }
    this.#limit = limit;
    this.#checkLength(this.#longest);
  }

  changeKeys(epoch: Epoch, opener: RecordOpener, rules: RecordRules): void {
    this.#opener.wipe();
    if (this.#renegotiates) {
      this.#limit = this.#nextLimit;
      this.#nextLimit = undefined;
    }
    if (epoch !== 'handshake' || this.#skip === 'type') this.#skip = undefined;
    this.#epoch = epoch;
    this.#opener = opener;
    this.#protectsAll = rules.protectsAll;
    this.#deframer.maxFragment = rules.maxCiphertext;
    this.#deframer.heartbeats = rules.protectsAll;
  }

  wipe(): void {
    this.#opener.wipe();
    this.#held = undefined;
    this.#kept = undefined;
  }

  /** Only TLS 1.2 makes handshakes under the keys of data. */
  get #renegotiates(): boolean {
    return this.#protectsAll && this.#epoch === 'application';
  }

  /** After a HelloRetryRequest: "skipping all records with an external content type of "application_data"" (RFC 9846 §4.3.10). */
  #skips({ type }: WireRecord): boolean {
    if (this.#skip !== 'type') return false;
    // The second ClientHello begins: what is protected from here on is out of place.
    if (type === handshake) this.#skip = undefined;
    return type === application_data;
  }

  /** The record, or undefined for one that is taken for early data since it does not open (RFC 9846 §4.3.10). */
  #openUnlessEarly(record: WireRecord): OpenedRecord | undefined {
    this.#checkWire(record);
    try {
      const opened = this.#open(record);
      // "Once a record is deprotected successfully, it is treated as the start of the client's second flight".
      if (opened.encrypted) this.#skip = undefined;
      return opened;
    } catch (error) {
      const early = this.#skip === 'trial' && error instanceof TlsError && error.code === 'ERR_TLS_BAD_RECORD_MAC';
      if (early) return undefined;
      throw error;
    }
  }

  /**
   * RFC 6066 §4: what no content within the limit comes to is a `record_overflow` "without decrypting the message". Early data is
   * under no limit, be it skipped.
   */
  #checkWire({ fragment }: WireRecord): void {
    if (this.#limit === undefined || this.#epoch === 'early' || this.#skip !== undefined) return;
    if (this.#epoch === 'plaintext' && !this.#limit.plaintext) return;
    if (fragment.length <= this.#limit.size + MAX_EXPANSION) return;
    this.#refuse(`a record of ${fragment.length} bytes`, this.#limit);
  }

  /** Early data is under no limit: the client sends it before it knows of one. */
  #measure({ content, padding, encrypted }: OpenedRecord): void {
    if (this.#epoch === 'early' || !(encrypted || this.#limit?.plaintext)) return;
    const length = content.length + padding;
    if (this.#epoch === 'handshake') this.#longest = Math.max(this.#longest, length);
    this.#checkLength(length);
  }

  #checkLength(length: number): void {
    if (this.#limit === undefined || length <= this.#limit.size) return;
    this.#refuse(`${length} bytes in a record`, this.#limit);
  }

  #refuse(what: string, { size, rfc }: RecordLimit): never {
    throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `${what}, where ${size} were agreed on`, { rfc });
  }

  #countSkipped({ bytes }: WireRecord): void {
    this.#mayBeSkipped -= bytes.length;
    if (this.#mayBeSkipped >= 0) return;
    throw new TlsError('ERR_TLS_FLOOD', 'more early data than is skipped', { rfc: 'RFC 9846 §4.3.10, §4.7.1' });
  }

  #open(record: WireRecord): OpenedRecord {
    if (this.#protectsAll) return this.#opener.open(record);
    // RFC 9846 §5: change_cipher_spec is plaintext in every epoch, and found before anything is deprotected.
    if (record.type === change_cipher_spec) return openChangeCipherSpec(record);
    // RFC 9846 §A.1: a client that refuses our ServerHello may have no keys to say so with. Believing such an alert costs
    // nothing: who can insert one can also cut the connection. Once the client has shown keys, all is protected.
    if (
      record.type === alert &&
      this.#role === 'server' &&
      (this.#epoch === 'handshake' || this.#epoch === 'early') &&
      this.#opener.sequence === 0
    ) {
      return { type: alert, content: record.fragment, padding: 0, encrypted: false };
    }
    return this.#opener.open(record);
  }

  #report(record: WireRecord, { type: innerType, content, padding, encrypted }: OpenedRecord): void {
    if (this.#observe === undefined) return;
    const common = { direction: 'in', epoch: this.#epoch, type: record.type } as const;
    // Copies by constructor: `slice` of a Buffer is a view.
    const bytes = new Uint8Array(record.bytes);
    const protection = encrypted ? this.#opener.describe() : undefined;
    this.#observe(
      protection === undefined
        ? { ...common, epoch: 'plaintext', bytes, content: new Uint8Array(content) }
        : {
            ...common,
            bytes,
            content: new Uint8Array(content),
            innerType,
            padding,
            ...protection,
            aad: bytes.subarray(0, 5),
          },
    );
  }
}
