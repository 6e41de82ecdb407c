/** Application data on its way out: what waits for the handshake, keys that are renewed in time, and what goes before it (RFC 9846 §4.7.3, §5.5). */
import type { Connected, Driver, HandshakeEvent } from '@tlskit/tls-handshake';
import type { Heartbeats } from './heartbeat.ts';
import { KeyUpdateDebt } from './key-updates.ts';
import { TLS13 } from './version.ts';
import type { WriteSide } from './write-side.ts';

/** New keys are asked for while this many records are left: data that is being written meanwhile needs some. */
export const KEY_UPDATE_MARGIN = 1 << 10;

export class Sending {
  readonly #driver: Driver;
  readonly #write: WriteSide;
  readonly #heartbeats: Heartbeats | undefined;
  readonly #keyUpdates = new KeyUpdateDebt();
  /** Application data that was written when it could not be sent. */
  #unsent: Uint8Array[] = [];
  #unsentLength = 0;

  constructor(driver: Driver, write: WriteSide, heartbeats: Heartbeats | undefined) {
    this.#driver = driver;
    this.#write = write;
    this.#heartbeats = heartbeats;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#unsentLength;
  }

  /** Takes data, which is borrowed if it is sent `now`. */
  push(data: Uint8Array, now: boolean): void {
    // A copy by constructor: `slice` of a Buffer is a view.
    this.#unsent.push(now ? data : new Uint8Array(data));
    this.#unsentLength += data.length;
  }

  /** Sends what was put off, in the order that it was asked for. @param connection once the handshake is complete */
  settle(connection: Connected | undefined): void {
    if (this.#keyUpdates.due) this.#answerKeyUpdate();
    if (this.#heartbeats !== undefined) for (const beat of this.#heartbeats.take()) this.#sendBeat(beat, connection);
    // Handlers that are called meanwhile may add to it.
    for (let data = this.#unsent.shift(); data !== undefined; data = this.#unsent.shift()) {
      this.#unsentLength -= data.length;
      this.#sendData(data, connection);
    }
  }

  /** Keys were updated: ours, or the peer's. */
  keysUpdated(event: Extract<HandshakeEvent, { type: 'key-update' }>): void {
    this.#keyUpdates.happened(event);
  }

  /** The output has left. */
  taken(): void {
    this.#keyUpdates.taken();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#unsent = [];
    this.#unsentLength = 0;
  }

  #sendData(data: Uint8Array, connection: Connected | undefined): void {
    if (this.#keyUpdates.owed) this.#answerKeyUpdate();
    // Data of any length is cut into steps that the margin covers, so that no key is used to its limit (RFC 9846 §5.5).
    const step = this.#write.leastRecordSize * (KEY_UPDATE_MARGIN / 2);
    for (let at = 0; at < data.length; at += step) {
      this.#renewKeys(connection);
      this.#write.data(data.subarray(at, at + step));
      this.#keyUpdates.sent();
    }
  }

  #sendBeat(beat: Uint8Array, connection: Connected | undefined): void {
    if (this.#write.closed) return;
    this.#renewKeys(connection);
    this.#write.heartbeat(beat);
    this.#keyUpdates.sent();
  }

  #renewKeys(connection: Connected | undefined): void {
    if (this.#write.remaining <= KEY_UPDATE_MARGIN && connection?.version === TLS13) this.#updateKeys();
  }

  #answerKeyUpdate(): void {
    this.#keyUpdates.pay();
    if (!this.#write.closed) this.#updateKeys();
  }

  #updateKeys(): void {
    this.#driver.command({ type: 'key-update', requestPeer: false });
  }
}
