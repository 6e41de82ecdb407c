/** When a peer's request for a key update is answered (RFC 9846 §4.7.3): before the next data, and not twice for one silence. */
import type { HandshakeEvent } from '@tlskit/tls-handshake';

export class KeyUpdateDebt {
  #owed = false;
  #inOutput = false;
  #endsWithAnswer = false;

  /** Whether the peer asked for an update that was not sent: it comes before any more data. */
  get owed(): boolean {
    return this.#owed;
  }

  /** Whether it may be paid before there is data: several requests while we are silent are answered by one update. */
  get due(): boolean {
    return this.#owed && !this.#inOutput;
  }

  /** Keys were updated: ours, which is in the output now, or the peer's. */
  happened(event: Extract<HandshakeEvent, { type: 'key-update' }>): void {
    if (event.direction === 'write') this.#inOutput = true;
    // An answer that has not left yet, and has no data behind it, answers this request too.
    else this.#owed ||= event.requested && !this.#endsWithAnswer;
  }

  /** An answer is about to be sent: told before it is, since a handler that hears of it may take the output. */
  pay(): void {
    this.#owed = false;
    this.#endsWithAnswer = true;
  }

  /** Something else went into the output behind it. */
  sent(): void {
    this.#endsWithAnswer = false;
  }

  /** The output has left. */
  taken(): void {
    this.#inOutput = this.#endsWithAnswer = false;
  }
}
