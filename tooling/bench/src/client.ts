/** What a TLS client must be able to do to be measured here. */

export interface Target {
  readonly host: string;
  readonly port: number;
  /** The root that signed the server's certificate. */
  readonly ca: { readonly pem: string; readonly der: Uint8Array };
}

export interface BenchConnection {
  /** Sends all of it; resolves when it was taken. */
  write(data: Uint8Array): Promise<void>;
  /** Waits until this many bytes have come in all since the connection stood. */
  received(bytes: number): Promise<void>;
  close(): void;
}

export interface BenchClient {
  readonly name: string;
  /** What it does its cryptography with. */
  readonly crypto: string;
  /** Connects, verifies chain and name against `target.ca`, and resolves when data may be sent. */
  connect(target: Target): Promise<BenchConnection>;
}

/** Counts bytes, and wakes who waits for a number of them. */
export class Counter {
  #count = 0;
  #waiting: { readonly bytes: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #error: Error | undefined;

  add(bytes: number): void {
    this.#count += bytes;
    for (const waiter of this.#waiting) if (waiter.bytes <= this.#count) waiter.resolve();
    this.#waiting = this.#waiting.filter(waiter => waiter.bytes > this.#count);
  }

  fail(error: Error): void {
    this.#error ??= error;
    for (const waiter of this.#waiting) waiter.reject(error);
    this.#waiting = [];
  }

  reached(bytes: number): Promise<void> {
    if (this.#count >= bytes) return Promise.resolve();
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => this.#waiting.push({ bytes, resolve, reject }));
  }
}
