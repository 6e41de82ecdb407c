/** The sessions of one server: those that it gives, and the one that the user brought along. */
import type { ClientSession, ClientSessionStore } from 'tlskit';
import { losePatience } from '../patience.ts';

/** Takes every server for the same: there is one for each that is visited. */
export class SessionShelf implements ClientSessionStore {
  readonly #sessions: ClientSession[] = [];
  readonly #mayUse: (session: ClientSession) => boolean;
  readonly #onSession: (session: ClientSession) => void;
  readonly #waiting = new Set<() => void>();
  /** How many came. */
  count = 0;
  /** Whether one was offered since somebody last looked. */
  offered = false;

  /**
   * @param brought what is there from the beginning
   * @param mayUse a last word on each that is about to be offered
   * @param onSession is told of each that comes, whose key it must not keep
   */
  constructor(
    brought: ClientSession | undefined,
    mayUse: (session: ClientSession) => boolean,
    onSession: (session: ClientSession) => void,
  ) {
    if (brought !== undefined) this.#sessions.push(brought);
    this.#mayUse = mayUse;
    this.#onSession = onSession;
  }

  put(_server: string, session: ClientSession): void {
    this.count++;
    this.#sessions.push(session);
    this.#onSession(session);
    for (const wake of [...this.#waiting]) wake();
  }

  take(_server: string, usable: (session: ClientSession) => boolean): ClientSession | undefined {
    const at = this.#sessions.findLastIndex(session => usable(session) && this.#mayUse(session));
    this.offered = at >= 0;
    return at < 0 ? undefined : this.#sessions.splice(at, 1)[0];
  }

  /** Whether there is a session, or one comes within so many milliseconds. */
  waitForOne(patience: number, signal: AbortSignal): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (): void => {
        stopWaiting();
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', settle);
        resolve(this.#sessions.length > 0);
      };
      const stopWaiting = losePatience(patience, settle);
      this.#waiting.add(settle);
      signal.addEventListener('abort', settle);
      if (this.#sessions.length > 0 || signal.aborted) settle();
    });
  }
}
