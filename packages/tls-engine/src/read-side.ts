/** The reading half of a connection: bytes become records, records lose their protection. */
import type { Epoch, RecordLimit } from '@tlskit/tls-handshake';
import {
  ContentType,
  Deframer,
  HEADER_LENGTH,
  MAX_PLAINTEXT,
  type OpenedRecord,
  openChangeCipherSpec,
  plaintextOpener,
  type RecordOpener,
  type WireRecord,
} from '@tlskit/tls-record';
import type { EngineHandlers } from './handlers.ts';
import { observation } from './observation.ts';
import type { ReadLimit } from './record-limits.ts';
import type { SkippedEarlyData } from './skipped-early-data.ts';
import type { RecordRules } from './version.ts';

const { alert, change_cipher_spec } = ContentType.values;

interface ReadSideOptions {
  /** Where records may be limited. */
  readonly limit: ReadLimit | undefined;
  /** Where early data may come that nobody takes. */
  readonly skipped: SkippedEarlyData | undefined;
  /** Who looks on at records. */
  readonly handlers: EngineHandlers;
}

export class ReadSide {
  readonly #deframer = new Deframer({ maxFragment: MAX_PLAINTEXT, reuse: true });
  readonly #role: 'client' | 'server';
  readonly #handlers: EngineHandlers;
  #epoch: Epoch = 'plaintext';
  #opener: RecordOpener = plaintextOpener();
  #protectsAll = false;
  /** Whether a change_cipher_spec changes keys: then it waits for its turn like everything else. */
  #ccsCounts = false;
  /** A record that was looked at and found to have to wait. */
  #held: WireRecord | undefined;
  /** `#held`, where it is a copy already. */
  #kept: WireRecord | undefined;

  readonly #limit: ReadLimit | undefined;
  /** A server's. */
  readonly #skipped: SkippedEarlyData | undefined;

  /** @param role whose side this is: not the peer's */
  constructor(role: 'client' | 'server', { limit, skipped, handlers }: ReadSideOptions) {
    this.#role = role;
    this.#limit = limit;
    this.#skipped = skipped;
    this.#handlers = handlers;
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
      const skipped = this.#skipped?.expected ? this.#skipped : undefined;
      const opened = skipped === undefined ? this.#open(record) : skipped.open(record, () => this.#open(record));
      if (opened === undefined) continue;
      if (this.#handlers.record !== undefined) this.#report(record, opened);
      this.#limit?.measure(opened, this.#epoch);
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

  /** From here on no record is longer, nor was one before under the keys of the handshake. @throws TlsError `ERR_TLS_RECORD_OVERFLOW` */
  limitRecords(limit: RecordLimit): void {
    this.#limit?.set(limit, this.#renegotiates);
  }

  changeKeys(epoch: Epoch, opener: RecordOpener, rules: RecordRules): void {
    this.#opener.wipe();
    if (this.#renegotiates) this.#limit?.renew();
    this.#skipped?.keysChanged(epoch);
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

  #open(record: WireRecord): OpenedRecord {
    if (!this.#skipped?.expected) this.#limit?.checkWire(record.fragment.length, this.#epoch);
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

  #report(record: WireRecord, opened: OpenedRecord): void {
    const protection = opened.encrypted ? this.#opener.describe() : undefined;
    // A copy by constructor: `slice` of a Buffer is a view.
    const bytes = new Uint8Array(record.bytes);
    this.#handlers.record?.(observation('in', this.#epoch, bytes, opened, protection));
  }
}
