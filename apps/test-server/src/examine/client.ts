/** The client that is examined: a command, started for each case. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { ClientExit } from './judge.ts';

export interface Placeholders {
  readonly host: string;
  readonly port: number;
  /** The file with the authority to trust. */
  readonly cacert: string;
}

/** Bytes of standard error that are kept. */
const MAX_SAID = 2000;

/** The command with `{host}`, `{port}` and `{cacert}` filled in. */
export function filledIn(command: readonly string[], values: Placeholders): readonly string[] {
  return command.map(word =>
    word.replace(/\{(host|port|cacert)\}/g, (_, name: keyof Placeholders) => String(values[name])),
  );
}

/** @param timeout milliseconds, after which it is ended. @throws Error when it cannot be started */
export function runClient([program = '', ...args]: readonly string[], timeout: number): Promise<ClientExit> {
  return new Promise((resolve, reject) => {
    // In a group of its own: what it starts in turn is ended with it.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: process.platform !== 'win32' });
    let said = '';
    let timedOut = false;
    child.stderr.on('data', chunk => {
      said = `${said}${chunk}`.slice(-MAX_SAID);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      endAll(child);
    }, timeout);
    child.once('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', code => {
      clearTimeout(timer);
      resolve({ code, timedOut, said });
    });
  });
}

function endAll(child: ChildProcess): void {
  const { pid } = child;
  try {
    if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
