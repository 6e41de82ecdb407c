/** When a peer's request for a key update is answered (RFC 9846 §4.7.3): before the next data, and not twice for one silence. */

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

  /** The peer updated its keys. An answer that has not left yet, and has no data behind it, answers this request too. */
  received(requested: boolean): void {
    this.#owed ||= requested && !this.#endsWithAnswer;
  }

  /** An answer is about to be sent: told before it is, since a handler that hears of it may take the output. */
  pay(): void {
    this.#owed = false;
    this.#endsWithAnswer = true;
  }

  /** An update of ours went into the output. */
  updated(): void {
    this.#inOutput = true;
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
