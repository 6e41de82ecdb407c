/** The processes of several pairings, kept from one course to the next: what has warmed up stays warm. */
import { Pair } from './pair.ts';
import { PeerProcess, type ProcessOptions } from './process/peer-process.ts';
import type { Pairing } from './scenarios/pairings.ts';

export class Pairs {
  readonly #pairs = new Map<string, Pair>();
  readonly #options: ProcessOptions;
  readonly #shares: boolean;
  #server: PeerProcess | undefined;

  /** @param shares whether one process is the server of all, which then have one stack for it */
  constructor(options: ProcessOptions = {}, shares = false) {
    this.#options = options;
    this.#shares = shares;
  }

  /** A new one where a process has ended: what breaks one course is not to break the next. */
  of({ name, server }: Pairing): Pair {
    let pair = this.#pairs.get(name);
    if (pair?.alive) return pair;
    pair?.client.stop();
    pair = new Pair(server, this.#options, this.#serverProcess());
    this.#pairs.set(name, pair);
    return pair;
  }

  stop(): void {
    for (const pair of this.#pairs.values()) pair.stop();
  }

  #serverProcess(): PeerProcess {
    if (!this.#shares) return new PeerProcess(this.#options);
    if (!this.#server?.alive) this.#server = new PeerProcess(this.#options);
    return this.#server;
  }
}
