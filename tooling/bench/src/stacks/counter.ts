/** Counts bytes, and wakes who waits for a number of them. */
export class Counter {
  #count = 0;
  #waiting: { readonly bytes: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #error: Error | undefined;

  add(bytes: number): void {
    this.#count += bytes;
    if (this.#waiting.length === 0) return;
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
