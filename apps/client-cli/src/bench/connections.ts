/** What is measured of a connection: its handshake, or what goes over it. */
import { bracketed } from '@tlskit/cli-kit';
import { MemorySessionStore, TlsError } from 'tlskit';
import type { TlsClient, TlsSocket } from 'tlskit/node';
import { formatAddress } from '../address.ts';
import { failureOf } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import { Deadline } from '../deadline.ts';
import type { Remote } from '../dial/dial.ts';
import { handshakeFailure, leave, type Secured, shakeHands } from '../dial/shake-hands.ts';
import { exchange } from '../get/exchange.ts';
import { losePatience } from '../patience.ts';
import type { Sample } from './measure.ts';
import type { BenchSettings, MeasureName } from './options.ts';

/** Milliseconds to wait for a ticket: most servers send theirs with the end of the handshake. */
const TICKET_PATIENCE = 2000;

/** Bytes that echo writes at once. */
const CHUNK = 65_536;

/** A connection that came to nothing, in the words of the report. */
export class BenchError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export class Connections {
  readonly #settings: BenchSettings;
  readonly #client: TlsClient;
  readonly #signal: AbortSignal;
  /** Of the first that stood. */
  first: { readonly info: Secured['info']; readonly remote: Remote } | undefined;

  constructor(settings: BenchSettings, client: TlsClient, signal: AbortSignal) {
    this.#settings = settings;
    this.#client = client;
    this.#signal = signal;
  }

  /** Makes what makes the samples of a measure, one after the other. */
  worker(name: MeasureName): () => Promise<Sample> {
    if (name === 'get') return () => this.#over((socket, deadline) => this.#get(socket, deadline));
    if (name === 'echo') return () => this.#over((socket, deadline) => this.#echo(socket, deadline));
    if (name === 'full') return () => this.#handshake(undefined);
    const sessions = new MemorySessionStore();
    let isFirst = true;
    return async () => {
      // Who resumes has been there before; that is not measured.
      if (isFirst) await this.#handshake(sessions);
      isFirst = false;
      return this.#handshake(sessions);
    };
  }

  /** A handshake. With a store it waits for a ticket too, which is not measured. */
  async #handshake(sessions: MemorySessionStore | undefined): Promise<Sample> {
    const deadline = this.#deadline();
    try {
      const ticket = sessions && new Ticket();
      const { socket, info, handshakeTime } = await this.#connect(deadline, sessions, ticket);
      if (ticket !== undefined && !(await ticket.comes(socket, deadline.signal)) && !this.#signal.aborted) {
        const message = `no ticket came within ${TICKET_PATIENCE / 1000} s: there is nothing to resume`;
        throw new BenchError({ outcome: 'handshake', code: 'ERR_BENCH_NO_TICKET', message });
      }
      await leave(socket);
      return { time: handshakeTime, bytes: 0, resumed: info.resumed };
    } finally {
      deadline.clear();
    }
  }

  async #over(move: (socket: TlsSocket, deadline: Deadline) => Promise<number>): Promise<Sample> {
    const deadline = this.#deadline();
    let socket: TlsSocket | undefined;
    const stop = (): void => void socket?.destroy();
    try {
      const secured = await this.#connect(deadline);
      socket = secured.socket;
      deadline.signal.addEventListener('abort', stop);
      const begin = performance.now();
      const bytes = await move(socket, deadline);
      const time = performance.now() - begin;
      await leave(socket);
      return { time, bytes, resumed: secured.info.resumed };
    } catch (error) {
      throw error instanceof BenchError ? error : new BenchError(this.#movingFailure(error, socket, deadline));
    } finally {
      socket?.destroy();
      deadline.clear();
    }
  }

  /** @returns the bytes of the body */
  async #get(socket: TlsSocket, deadline: Deadline): Promise<number> {
    const { route, path } = this.#settings;
    const { host, port } = route.address;
    const place = { host: port === 443 ? bracketed(host) : formatAddress(route.address), path };
    const request = { method: 'GET', headers: [['Accept', '*/*']] as const, body: undefined };
    const answer = await exchange(socket, place, request, deadline.signal);
    if (answer.status !== 200) {
      answer.abandon();
      const message = `the server answers ${answer.status} to GET ${path}`;
      throw new BenchError({ outcome: 'handshake', code: 'ERR_HTTP_STATUS', message });
    }
    const failure = await answer.body(async () => true);
    if (failure !== undefined) throw new BenchError(failure);
    return answer.received;
  }

  /** @returns the bytes that went there, and came back */
  #echo(socket: TlsSocket, deadline: Deadline): Promise<number> {
    const { size } = this.#settings;
    const sent = Buffer.from(Array.from({ length: CHUNK }, (_, i) => (i * 31) & 0xff));
    return new Promise((resolve, reject) => {
      let [written, received] = [0, 0];
      const write = (): void => {
        while (written < size) {
          const chunk = sent.subarray(0, Math.min(CHUNK, size - written));
          written += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', write);
      socket.on('data', (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; ) {
          const here = (received + at) % CHUNK;
          const length = Math.min(chunk.length - at, CHUNK - here);
          if (received + at + length > size || chunk.compare(sent, here, here + length, at, at + length) !== 0) {
            return reject(noEcho('sends back what was not sent'));
          }
          at += length;
        }
        received += chunk.length;
        if (received === size) resolve(size);
      });
      socket.on('error', reject);
      socket.on('end', () => reject(noEcho(`ends after ${received} of ${size} bytes`)));
      socket.on('close', () => reject(deadline.passed ? new Error('late') : noEcho('is gone')));
      write();
    });
  }

  async #connect(deadline: Deadline, sessions?: MemorySessionStore, ticket?: Ticket): Promise<Secured> {
    const { route, names } = this.#settings;
    try {
      const secured = await shakeHands(route, deadline.signal, ({ transport }) => {
        const socket = this.#client.connect({ ...names, transport, ...(sessions === undefined ? {} : { sessions }) });
        ticket?.watch(socket);
        return socket;
      });
      this.first ??= { info: secured.info, remote: secured.dialed.remote };
      return secured;
    } catch (error) {
      throw new BenchError(handshakeFailure(error, deadline));
    }
  }

  #movingFailure(error: unknown, socket: TlsSocket | undefined, deadline: Deadline): Failure {
    if (deadline.passed) {
      const message = `no end of the data within ${(deadline.timeout ?? 0) / 1000} s`;
      return { outcome: 'timeout', code: 'ETIMEDOUT', message };
    }
    const cause = socket?.errored ?? error;
    if (cause instanceof TlsError) return failureOf(cause, true);
    const { code, message } = cause as NodeJS.ErrnoException;
    return { outcome: 'handshake', code, message };
  }

  #deadline(): Deadline {
    return new Deadline(this.#settings.timeout, this.#signal);
  }
}

/** Whether a connection gave a ticket: with the handshake, or a moment later. */
class Ticket {
  #came = false;
  #wake = (): void => {};

  watch(socket: TlsSocket): void {
    socket.on('session', () => {
      this.#came = true;
      this.#wake();
    });
  }

  comes(socket: TlsSocket, signal: AbortSignal): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (): void => {
        stopWaiting();
        signal.removeEventListener('abort', settle);
        resolve(this.#came);
      };
      const stopWaiting = losePatience(TICKET_PATIENCE, settle);
      signal.addEventListener('abort', settle);
      this.#wake = settle;
      // Tickets come to those who read.
      socket.once('close', settle).resume();
      if (this.#came) settle();
    });
  }
}

function noEcho(what: string): BenchError {
  return new BenchError({ outcome: 'handshake', code: 'ERR_BENCH_ECHO', message: `the server is no echo: it ${what}` });
}
