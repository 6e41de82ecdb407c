/**
 * What an engine tells is first noted, and passed on when no call into it is under way: a listener may call into the engine again, or
 * throw, and neither is to happen in the midst of a record.
 */

/** What is done around the calls. */
export interface DispatchHooks {
  /** Moves bytes between the engine and the transport, as far as both take them. */
  flush(): void;
  /** Everything is told: the moment to open or to close the tap. */
  settled(): void;
}

export class Dispatch {
  readonly #hooks: DispatchHooks;
  #tasks: (() => void)[] = [];
  #calls = 0;
  #delivering = false;
  #scheduled = false;

  constructor(hooks: DispatchHooks) {
    this.#hooks = hooks;
  }

  /** For the engine's handlers: `task` tells what happened. */
  note(task: () => void): void {
    this.#tasks.push(task);
    // Outside of any call of ours it is a promise that moved the engine on.
    if (this.#calls > 0 || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.drive();
    });
  }

  /**
   * Calls into the engine, and does what follows from it. What listeners write goes out with what the engine said before they were told:
   * a client's first request with its Finished, a server's first words with its tickets.
   */
  drive(call?: () => void): void {
    this.#calls++;
    try {
      call?.();
    } finally {
      this.#calls--;
      this.#deliver();
    }
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    let thrown = true;
    try {
      for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) task();
      thrown = false;
      this.#hooks.flush();
    } finally {
      this.#delivering = false;
      // A listener threw: that is between it and the platform, and the rest is told, and sent, all the same.
      if (thrown) queueMicrotask(() => this.drive());
      this.#hooks.settled();
    }
  }
}
