/** How far a long run has come, on a terminal: one line that is written over, and is gone at the end. */
import type { Io } from './io.ts';

const WIDTH = 24;

export class Progress {
  readonly #stderr: Io['stderr'];
  readonly #steps: number;
  readonly #isShown: boolean;
  #step = 0;
  #title = '';
  #count = 0;

  /** Nothing is shown where standard error is no terminal. */
  constructor({ stderr, env }: Pick<Io, 'stderr' | 'env'>, steps: number) {
    this.#stderr = stderr;
    this.#steps = steps;
    this.#isShown = stderr.isTTY === true && env.TERM !== 'dumb';
  }

  step(title: string): void {
    this.#step++;
    this.#title = title;
    this.#draw();
  }

  connections(count: number): void {
    this.#count = count;
    this.#draw();
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#stderr.write('\r\x1b[K');
  }

  #draw(): void {
    if (!this.#isShown) return;
    const done = Math.round((WIDTH * Math.max(0, this.#step - 1)) / this.#steps);
    const bar = '#'.repeat(done).padEnd(WIDTH, '.');
    this.#stderr.write(`\r\x1b[K[${bar}] ${this.#title}, ${this.#count} connections`);
  }
}
