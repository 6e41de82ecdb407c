/** A process of the bench, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Tasks } from './tasks.ts';

const program = fileURLToPath(new URL('./child.js', import.meta.url));

/** Milliseconds after which a task is given up: a peer that hangs must not hold up the rest. */
const PATIENCE = 60_000;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface ProcessOptions {
  readonly nodeOptions?: readonly string[];
  /** The Node that runs it; the one that runs the bench where it is not said. */
  readonly node?: string;
}

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #gone: Error | undefined;
  #stderr = '';

  constructor({ nodeOptions = [], node = process.execPath }: ProcessOptions = {}) {
    this.#child = fork(program, {
      execPath: node,
      serialization: 'advanced',
      execArgv: [...nodeOptions],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderr = (this.#stderr + data).slice(-2000);
    });
    this.#child.on('message', answer => this.#settle(answer as Answer));
    this.#child.on('error', error => this.#end(error));
    this.#child.on('exit', (code, signal) => this.#end(new Error(`the process ended: ${this.#reason(code, signal)}`)));
  }

  /** @throws what the task threw, and where the process ends before it answers */
  ask<Name extends keyof Tasks>(
    task: Name,
    input: Parameters<Tasks[Name]>[0],
  ): Promise<Awaited<ReturnType<Tasks[Name]>>> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new Error(`${task}: no answer in ${PATIENCE / 1000} s`));
        this.stop();
      }, PATIENCE);
      const settled = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve(result) {
          settled();
          resolve(result as Awaited<ReturnType<Tasks[Name]>>);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      this.#child.send({ id, task, input });
    });
  }

  get alive(): boolean {
    return this.#gone === undefined;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(Object.assign(new Error(error.message), { name: error.name, stack: error.stack }));
  }

  #end(error: Error): void {
    this.#gone ??= error;
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error);
  }

  #reason(code: number | null, signal: string | null): string {
    const told = this.#stderr.match(/^\w*Error.*$/m)?.[0];
    return told ?? (signal === null ? `code ${code}` : signal);
  }
}
