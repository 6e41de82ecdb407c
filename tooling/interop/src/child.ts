/**
 * Programs that are peers: started, listened to, waited for by what they say, and gone when this process is.
 * Nothing here sleeps: every wait is for words or for the end, and every wait has a bound.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** Milliseconds that a peer may take for one thing, on a machine that is busy. */
export const PATIENCE = 20_000;

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const running = new Set<Child>();
// A test that dies must not leave servers behind.
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** Ends every program that is still there, and waits until it is gone. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map(child => child.stop()));
}

export class Child {
  /** How it ended, once its output is complete. */
  readonly ended: Promise<Exit>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #command: string;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #exit: Exit | undefined;
  #listeners = new Set<() => void>();

  /** @param env variables beside those of this process */
  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#command = [command, ...args].join(' ');
    this.#process = spawn(command, args, {
      env: { ...process.env, LC_ALL: 'C', NO_PROXY: '*', no_proxy: '*', ...env },
    });
    running.add(this);
    for (const [stream, parts] of [
      [this.#process.stdout, this.#stdout],
      [this.#process.stderr, this.#stderr],
    ] as const) {
      stream.on('data', (data: Buffer) => {
        parts.push(data);
        this.#changed();
      });
    }
    // A peer that left does not take input; that it left is told by its end.
    this.#process.stdin.on('error', () => {});
    this.ended = new Promise(resolve => {
      const end = (exit: Exit) => {
        this.#exit = exit;
        running.delete(this);
        resolve(exit);
        this.#changed();
      };
      this.#process.once('error', error => {
        this.#stderr.push(Buffer.from(String(error)));
        end({ code: null, signal: null });
      });
      this.#process.once('close', (code, signal) => end({ code, signal }));
    });
  }

  /** Its number; undefined for a program that is not there. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Everything that it said so far. */
  get output(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  get errors(): string {
    return Buffer.concat(this.#stderr).toString('latin1');
  }

  /** Both, in one text: where peers say things differs between their versions. */
  get text(): string {
    return `${this.output.toString('latin1')}\n${this.errors}`;
  }

  /** What it said until now is not looked at any more. */
  forget(): void {
    this.#stdout.length = 0;
    this.#stderr.length = 0;
  }

  write(data: string | Uint8Array): void {
    this.#process.stdin.write(data);
  }

  end(data: string | Uint8Array = ''): void {
    this.#process.stdin.end(data);
  }

  /** Waits until what it said has this in it. @throws Error with all that it said, if it ends or takes too long */
  saying(pattern: RegExp): Promise<RegExpExecArray> {
    return this.until(String(pattern), () => pattern.exec(this.text) ?? undefined);
  }

  /** Waits for its end. @throws Error with all that it said, if that takes too long */
  async exit(): Promise<Exit> {
    await this.until('its end', () => this.#exit);
    return this.ended;
  }

  /** Waits until `found` finds something; it is asked whenever there is more output. */
  until<T>(what: string, found: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        act();
      };
      const look = () => {
        const value = found();
        if (value !== undefined) settle(() => resolve(value));
        else if (this.#exit !== undefined) {
          const { code, signal } = this.#exit;
          settle(() => reject(this.#error(`ended (${signal ?? `code ${code}`}) before ${what}`)));
        }
      };
      const late = () => settle(() => reject(this.#error(`took more than ${PATIENCE} ms for ${what}`)));
      const timer = setTimeout(late, PATIENCE);
      this.#listeners.add(look);
      look();
    });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #error(what: string): Error {
    const said = this.text.length > 4000 ? `…${this.text.slice(-4000)}` : this.text;
    return new Error(`${this.#command}\n${what}; it said:\n${said}`);
  }
}

/** @throws Error when `promise` takes longer than a peer may */
export async function bounded<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
