/** The reading half of a connection: bytes become records, records lose their protection. */
import type { Epoch } from '@tlskit/tls-handshake';
import {
  ContentType,
  Deframer,
  MAX_CIPHERTEXT,
  MAX_PLAINTEXT,
  type OpenedRecord,
  openChangeCipherSpec,
  plaintextOpener,
  type RecordObservation,
  type RecordOpener,
  type WireRecord,
} from '@tlskit/tls-record';

const { alert, change_cipher_spec } = ContentType.values;

export class ReadSide {
  readonly #deframer = new Deframer({ maxFragment: MAX_PLAINTEXT });
  readonly #role: 'client' | 'server';
  readonly #observe: ((record: RecordObservation) => void) | undefined;
  #epoch: Epoch = 'plaintext';
  #opener: RecordOpener = plaintextOpener();
  /** A record that was looked at and found to have to wait. */
  #held: WireRecord | undefined;

  /** @param role whose side this is: not the peer's */
  constructor(role: 'client' | 'server', observe: ((record: RecordObservation) => void) | undefined) {
    this.#role = role;
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

  push(bytes: Uint8Array): void {
    this.#deframer.push(bytes);
  }

  /**
   * The next record, opened, or undefined.
   * @param settled whether the keys in force are those of the next record; while they may still change,
   *   only plaintext alerts and change_cipher_spec are read, which no keys concern
   */
  next(settled: boolean): OpenedRecord | undefined {
    const record = this.#held ?? this.#deframer.next();
    this.#held = undefined;
    if (record === undefined) return undefined;
    if (!settled && record.type !== alert && record.type !== change_cipher_spec) {
      this.#held = record;
      return undefined;
    }
    const opened = this.#open(record);
    this.#report(record, opened);
    return opened;
  }

  changeKeys(epoch: Epoch, opener: RecordOpener): void {
    this.#opener.wipe();
    this.#epoch = epoch;
    this.#opener = opener;
    this.#deframer.maxFragment = MAX_CIPHERTEXT;
  }

  wipe(): void {
    this.#opener.wipe();
    this.#held = undefined;
  }

  #open(record: WireRecord): OpenedRecord {
    // RFC 9846 §5: change_cipher_spec is plaintext in every epoch, and found before anything is deprotected.
    if (record.type === change_cipher_spec) return openChangeCipherSpec(record);
    // RFC 9846 §A.1: a client that refuses our ServerHello may have no keys to say so with. Believing such an alert costs
    // nothing: who can insert one can also cut the connection. Once the client has shown keys, all is protected.
    if (
      record.type === alert &&
      this.#role === 'server' &&
      this.#epoch === 'handshake' &&
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
