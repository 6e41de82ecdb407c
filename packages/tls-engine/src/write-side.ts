/** The writing half of a connection: flights of messages, alerts and data become records, in order. */
import { type AlertName, alert, alertNamed, endingAlert, TlsError } from '@tlskit/tls-alerts';
import type { Epoch, RecordLimit } from '@tlskit/tls-handshake';
import {
  ContentType,
  MAX_PLAINTEXT,
  noPadding,
  type PaddingPolicy,
  plaintextSealer,
  type RecordSealer,
  RecordSizer,
} from '@tlskit/tls-record';
import { concat, encode } from '@tlskit/tls-wire';
import type { ClientEngineConfig, ServerEngineConfig } from './config.ts';
import type { EngineHandlers } from './handlers.ts';
import { observation } from './observation.ts';
import type { WriteLimit } from './record-limits.ts';

interface WriteSideOptions {
  readonly recordSize: number;
  readonly padding: PaddingPolicy;
  /** Where records of data are short at times. */
  readonly sizer: RecordSizer | undefined;
  /** Where records may be limited. */
  readonly limit: WriteLimit | undefined;
  /** Who looks on: at records, messages, alerts. */
  readonly handlers: EngineHandlers;
}

export class WriteSide {
  readonly #options: WriteSideOptions;
  #epoch: Epoch = 'plaintext';
  #sealer: RecordSealer;
  #protectsAll = false;
  /** Handshake messages that share records until the flight is flushed. */
  #flight: Uint8Array[] = [];
  #output: Uint8Array[] = [];
  #outputLength = 0;
  /**
   * All that there is to send is a change_cipher_spec, which goes out with the record behind it: until that is ready a handshake may
   * wait for others' work, and a write of its own costs more than all else about it.
   */
  #waits = false;
  #begun = false;
  #closed = false;

  /** @param firstVersion legacy_record_version of the first flight (RFC 9846 §5.1) */
  constructor(options: WriteSideOptions, firstVersion: number) {
    this.#options = options;
    this.#sealer = plaintextSealer(firstVersion);
  }

  /** Whether any message was put into records. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether our close_notify went out: nothing follows it. */
  get closed(): boolean {
    return this.#closed;
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  /** Bytes that {@link takeOutput} would give. */
  get outputLength(): number {
    return this.#waits ? 0 : this.#outputLength;
  }

  /** The most bytes of content in a record, padding included, by our own wish and by the peer's. */
  get recordSize(): number {
    const { recordSize, limit } = this.#options;
    return limit === undefined ? recordSize : Math.min(recordSize, limit.size(this.#epoch));
  }

  /** The least bytes of content in a record of data that has another behind it. */
  get leastRecordSize(): number {
    return Math.min(this.recordSize, this.#options.sizer?.least ?? this.recordSize);
  }

  /** Records until the keys are used up. */
  get remaining(): number {
    return this.#sealer.remaining;
  }

  /** Everything to send, in parts, in order; it is the caller's. */
  takeOutput(): Uint8Array[] {
    if (this.#output.length === 0 || this.#waits) return [];
    const output = gather(this.#output);
    this.#output = [];
    this.#outputLength = 0;
    return output;
  }

  /** Adds a handshake message to the flight; behind our close_notify none goes out. */
  message(raw: Uint8Array): void {
    if (this.#closed) return;
    this.#options.handlers.message?.({ direction: 'out', epoch: this.#epoch, bytes: raw });
    this.#flight.push(raw);
  }

  /** Puts the flight into records. A change of keys, another content type, or a pause ends a flight. */
  flush(): void {
    if (this.#flight.length === 0) return;
    const [first, ...others] = this.#flight;
    const content = others.length === 0 ? (first as Uint8Array) : concat(...this.#flight);
    this.#flight = [];
    this.#begun = true;
    this.#fragments(ContentType.values.handshake, content, noPadding);
    // RFC 9846 §5.1: 0x0301 is for the initial ClientHello alone.
    if (this.#epoch === 'plaintext') this.#sealer = plaintextSealer();
  }

  /** From here on no record is longer. */
  limitRecords(limit: RecordLimit): void {
    this.#options.limit?.set(limit, this.#renegotiates);
  }

  /** From here on application data goes under the keys in force. */
  open(): void {
    this.flush();
    this.#epoch = 'application';
  }

  changeKeys(epoch: Epoch, sealer: RecordSealer, protectsAll: boolean): void {
    this.flush();
    this.#sealer.wipe();
    if (this.#renegotiates) this.#options.limit?.renew();
    this.#epoch = epoch;
    this.#sealer = sealer;
    this.#protectsAll = protectsAll;
  }

  /** Records are in the clear again: a second ClientHello follows early data that was not accepted. */
  changeToPlaintext(): void {
    this.changeKeys('plaintext', plaintextSealer(), false);
  }

  /**
   * A change_cipher_spec record: never protected in TLS 1.3 (RFC 9846 §5), like any other before (RFC 5246 §7.1).
   * @param isDummy whether it means nothing of its own, so that it may wait for the record behind it
   */
  changeCipherSpec(isDummy: boolean): void {
    if (this.#closed) return;
    this.flush();
    const alone = this.#output.length === 0;
    const sealer = this.#protectsAll ? this.#sealer : plaintextSealer();
    this.#emit(
      sealer,
      this.#protectsAll ? this.#epoch : 'plaintext',
      ContentType.values.change_cipher_spec,
      Uint8Array.of(1),
      0,
    );
    this.#waits = isDummy && alone && this.#epoch === 'plaintext';
  }

  /** What is not in records yet is not said any more: it may be the first half of a change of keys. @param ends whether the connection ends by it */
  alert(name: AlertName, ends = false): void {
    this.#flight = [];
    const content = ends ? endingAlert(name) : alertNamed(name);
    this.#emit(this.#sealer, this.#epoch, ContentType.values.alert, encode(alert, content), 0);
    this.#options.handlers.alert?.({ direction: 'out', ...content, name });
  }

  /** A message of the Heartbeat protocol, in one record (RFC 6520 §4). */
  heartbeat(message: Uint8Array): void {
    this.flush();
    this.#emit(this.#sealer, this.#epoch, ContentType.values.heartbeat, message, 0);
  }

  /** Application data; under the keys of the application epoch, or the early one, which is the caller's to know. */
  data(content: Uint8Array): void {
    this.flush();
    const { padding, sizer } = this.#options;
    sizer?.begin();
    this.#fragments(ContentType.values.application_data, content, padding, sizer);
  }

  /** Ends our side in order (RFC 9846 §6.1). */
  close(): void {
    this.#closed = true;
    this.alert('close_notify');
    this.wipe();
  }

  /** Forgets the keys and what was not sealed; what is sealed may still be taken. */
  wipe(): void {
    this.#flight = [];
    this.#sealer.wipe();
  }

  /** Only TLS 1.2 makes handshakes under the keys of data. */
  get #renegotiates(): boolean {
    return this.#protectsAll && this.#epoch === 'application';
  }

  #fragments(type: number, content: Uint8Array, padding: PaddingPolicy, sizer?: RecordSizer): void {
    const most = this.recordSize;
    for (let at = 0; at < content.length; ) {
      const size = sizer === undefined ? most : Math.min(most, sizer.size);
      const part = at === 0 && content.length <= size ? content : content.subarray(at, at + size);
      at += part.length;
      const room = this.#epoch === 'plaintext' || this.#protectsAll ? 0 : size - part.length;
      this.#emit(this.#sealer, this.#epoch, type, part, room === 0 ? 0 : padding(part.length, room));
      sizer?.sent(part.length);
    }
  }

  #emit(sealer: RecordSealer, epoch: Epoch, type: number, content: Uint8Array, padding: number): void {
    const parts = sealer.seal(type, content, padding);
    this.#waits = false;
    for (const part of parts) {
      this.#output.push(part);
      this.#outputLength += part.length;
    }
    this.#options.handlers.record?.(
      observation('out', epoch, concat(...parts), { type, content, padding }, sealer.describe()),
    );
  }
}

/** What a configuration says of writing. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function writeOptions(
  config: ClientEngineConfig | ServerEngineConfig,
  handlers: EngineHandlers,
  limit: WriteLimit | undefined,
): WriteSideOptions {
  const { recordSize = MAX_PLAINTEXT, padding = noPadding, recordSizing, now } = config;
  if (!Number.isInteger(recordSize) || recordSize < 1 || recordSize > MAX_PLAINTEXT) {
    throw new TlsError('ERR_TLS_INVALID_OPTION', `recordSize is 1 to ${MAX_PLAINTEXT} bytes, not ${recordSize}`);
  }
  return {
    recordSize,
    padding,
    sizer: recordSizing && new RecordSizer(recordSizing, now),
    limit,
    handlers,
  };
}

/** Parts of fewer bytes are copied into one: to write each apart takes longer. */
const SMALL = 4096;

/**
 * Joins small parts that stand together: a small record becomes one part, and a tag shares one with the header behind it. What is
 * large is not copied.
 */
function gather(parts: readonly Uint8Array[]): Uint8Array[] {
  let length = 0;
  for (const part of parts) if (part.length < SMALL) length += part.length;
  const small = new Uint8Array(length);
  const gathered: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (const part of parts) {
    if (part.length < SMALL) {
      small.set(part, end);
      end += part.length;
      continue;
    }
    if (end > start) gathered.push(small.subarray(start, end));
    gathered.push(part);
    start = end;
  }
  if (end > start) gathered.push(small.subarray(start, end));
  return gathered;
}
