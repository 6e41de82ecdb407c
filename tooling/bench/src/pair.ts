/** A client and a server, each in a process of its own, over loopback. */
import type { Sample } from './contest.ts';
import { PeerProcess, type ProcessOptions } from './process/peer-process.ts';
import type { Turn } from './process/turns.ts';
import type { StackName } from './stacks/all.ts';
import type { ServerSettings } from './stacks/stack.ts';

export class Pair {
  readonly server: PeerProcess;
  readonly client: PeerProcess;
  readonly #stack: StackName;
  readonly #ports = new Map<string, Promise<number>>();

  /** @param stack the server's @param server a process of its own unless it is given */
  constructor(stack: StackName, options: ProcessOptions = {}, server = new PeerProcess(options)) {
    this.#stack = stack;
    this.server = server;
    this.client = new PeerProcess(options);
  }

  get alive(): boolean {
    return this.client.alive && this.server.alive;
  }

  /** The port of a server with these settings, which listens from the first time on. */
  listen(settings: ServerSettings): Promise<number> {
    const key = JSON.stringify(settings);
    let port = this.#ports.get(key);
    if (port === undefined) {
      port = this.server.ask('listen', { stack: this.#stack, settings });
      this.#ports.set(key, port);
    }
    return port;
  }

  /** Runs a turn, and sees what CPU time both processes spend on it. */
  async measured(turn: () => Promise<Turn>): Promise<Sample> {
    const before = await this.#usage();
    const { units, milliseconds } = await turn();
    const after = await this.#usage();
    return { units, milliseconds, clientCpu: after.client - before.client, serverCpu: after.server - before.server };
  }

  stop(): void {
    this.client.stop();
    this.server.stop();
  }

  async #usage(): Promise<{ client: number; server: number }> {
    const [client, server] = await Promise.all([
      this.client.ask('usage', undefined),
      this.server.ask('usage', undefined),
    ]);
    return { client: client.cpu, server: server.cpu };
  }
}
