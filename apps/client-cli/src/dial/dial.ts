/** From a route to the stream on which TLS begins: look-up, TCP, the proxy, STARTTLS. */
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { DialError, type DialStep } from './error.ts';
import { throughProxy } from './proxy/proxy.ts';
import type { Route } from './route.ts';
import { startTls } from './starttls/starttls.ts';
import { connectTcp } from './tcp.ts';
import type { Overhear } from './wire.ts';

/** What TLS begins on. It is the caller's from here on. */
export interface Dialed {
  /** Nothing of what comes under TLS was read, and its errors need no listener: what fails is destroyed. */
  readonly transport: Duplex;
  readonly remote: Remote;
  readonly times: DialTimes;
}

/** What TCP reached: the proxy, where there is one. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds; undefined for what there was no need of. */
export interface DialTimes {
  readonly lookup: number | undefined;
  readonly tcp: number;
  readonly proxy: number | undefined;
  readonly startTls: number | undefined;
  /** All of it together. */
  readonly total: number;
}

/**
 * Connects. What comes to nothing leaves nothing open.
 * @param signal ends it at any step; once the transport is there, it means nothing to it
 * @param overhear hears what is said for STARTTLS, both ways
 * @throws DialError whatever goes wrong, with the step that failed; `ABORT_ERR` where it was the signal
 */
export function dial(route: Route, signal: AbortSignal, overhear?: Overhear): Promise<Dialed> {
  return new Dialing(route, signal, overhear).run();
}

class Dialing {
  readonly #route: Route;
  readonly #signal: AbortSignal;
  readonly #overhear: Overhear | undefined;
  readonly #start = performance.now();
  #step: DialStep = 'tcp';
  /** The streams that have been made, each over the one before. */
  readonly #streams: Duplex[] = [];

  constructor(route: Route, signal: AbortSignal, overhear: Overhear | undefined) {
    this.#route = route;
    this.#signal = signal;
    this.#overhear = overhear;
  }

  async run(): Promise<Dialed> {
    let onAbort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.#signal.reason);
    });
    this.#signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([this.#dial(), aborted]);
    } catch (error) {
      for (const stream of this.#streams.reverse()) stream.destroy();
      if (this.#signal.aborted) throw new DialError(this.#step, 'ABORT_ERR', 'the connection was aborted');
      throw DialError.from(this.#step, error);
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  async #dial(): Promise<Dialed> {
    const { destination, proxy } = this.#route;
    const { socket, lookupTime, tcpTime } = await connectTcp(proxy?.address ?? destination, this.#route, this.#signal);
    this.#hold(socket);
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const connected = performance.now();
    const transport = await this.#throughProxy(socket);
    const ready = performance.now();
    await this.#startTls(transport, socket);
    const now = performance.now();
    const times = {
      lookup: lookupTime,
      tcp: tcpTime,
      proxy: proxy && ready - connected,
      startTls: this.#route.startTls && now - ready,
      total: now - this.#start,
    };
    return { transport, remote, times };
  }

  async #throughProxy(socket: Socket): Promise<Duplex> {
    const { proxy } = this.#route;
    if (proxy === undefined) return socket;
    this.#step = 'proxy';
    return throughProxy(socket, proxy, this.#route, stream => this.#hold(stream));
  }

  async #startTls(transport: Duplex, { localAddress = '127.0.0.1' }: Socket): Promise<void> {
    const { address, startTls: asked } = this.#route;
    if (asked === undefined) return;
    this.#step = 'starttls';
    const own = isIPv6(localAddress) ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
    const names = { host: asked.name ?? address.host, own: asked.name ?? own };
    await startTls(transport, asked.protocol, names, this.#overhear);
  }

  /** Whoever comes too late finds that nobody waits. */
  #hold(stream: Duplex): void {
    this.#streams.push(stream);
    if (this.#signal.aborted) stream.destroy();
  }
}
