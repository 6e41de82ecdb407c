/** One request and its answer over a connection of ours (RFC 9112), by Node's own client and its parser. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { TlsError } from 'tlskit';
import type { TlsSocket } from 'tlskit/node';
import { failureOf } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import type { HttpRequest } from './options.ts';

/** Bytes of an answer's head. */
export const MAX_HEAD = 65_536;

/** How the end of a body is known (RFC 9112 §6.3). */
export type Framing = 'none' | 'chunked' | 'length' | 'close';

/** Bytes of a body that wait to be taken, before the connection waits too. */
const HIGH_WATER = 262_144;

/** An answer whose head is there. */
export class Answer {
  readonly message: IncomingMessage;
  readonly framing: Framing;
  readonly #socket: TlsSocket;
  readonly #expected: number | undefined;
  /** What came and was not taken. Node would throw it away when a message breaks off: so it is taken from there at once. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isOver = false;
  #wake = (): void => {};
  #received = 0;
  #trouble: Error | undefined;

  /** Made when the head is there, and at once. */
  constructor(message: IncomingMessage, socket: TlsSocket, method: string) {
    this.message = message;
    this.#socket = socket;
    this.framing = framingOf(message, method);
    this.#expected = this.framing === 'length' ? Number(message.headers['content-length']) : undefined;
    // By itself a message that is read has the connection resume: who waits here is who writes.
    message._read = () => {};
    message.on('data', (chunk: Buffer) => {
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
      if (this.#waitingBytes >= HIGH_WATER) socket.pause();
      this.#wake();
    });
    // Of a message that breaks off: the connection knows why.
    message.on('error', () => {});
    message.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  get status(): number {
    return this.message.statusCode ?? 0;
  }

  /** As they came. */
  get headers(): readonly (readonly [name: string, value: string])[] {
    const { rawHeaders } = this.message;
    return rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] as string] as const] : []));
  }

  /** Bytes of the body that came. */
  get received(): number {
    return this.#received;
  }

  /** What went wrong with the connection, or with what it says. */
  fail(error: Error): void {
    this.#trouble ??= error;
  }

  /** Gives the body away as it comes, and no faster than it is taken. @param take false for enough. @returns what is wrong with its end */
  async body(take: (chunk: Buffer) => Promise<boolean>): Promise<Failure | undefined> {
    for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) {
      this.#received += chunk.length;
      if (!(await take(chunk))) return undefined;
    }
    if (this.message.complete && this.framing !== 'close') return undefined;
    // What the parser takes for an end may be none: only close_notify says that (RFC 9112 §9.8).
    const trouble = this.#trouble ?? this.#socket.errored ?? undefined;
    if (trouble instanceof TlsError && trouble.kind !== 'transport') return failureOf(trouble, true);
    if (isUnreadable(trouble)) return notHttp(trouble);
    if (this.message.complete && trouble === undefined) return undefined;
    return { outcome: 'uncleanClose', code: codeOf(trouble), message: this.#cutOff(trouble) };
  }

  /** Nobody wants the rest. */
  abandon(): void {
    this.message.destroy();
    this.#socket.destroy();
  }

  async #next(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        this.#waitingBytes -= chunk.length;
        if (this.#waitingBytes < HIGH_WATER && this.#socket.isPaused()) this.#socket.resume();
        return chunk;
      }
      if (this.#isOver) return undefined;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  #cutOff(trouble: Error | undefined): string {
    const of = this.#expected === undefined ? '' : ` of ${this.#expected}`;
    const how = trouble === undefined ? 'the peer closed the connection' : trouble.message;
    return `the body was cut off after ${this.#received}${of} bytes: ${how}`;
  }
}

/**
 * Sends the request, and waits for the head of the answer; what is on the way before it (1xx) is passed over.
 * @param host for the header
 * @throws Error of the connection, or of Node's parser (`HPE_…`)
 */
export function exchange(
  socket: TlsSocket,
  { host, path }: { readonly host: string; readonly path: string },
  { method, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void socket.destroy();
    const settle = (): void => signal.removeEventListener('abort', stop);
    let answer: Answer | undefined;
    const fail = (error: Error): void => {
      if (answer !== undefined) return answer.fail(error);
      settle();
      socket.destroy();
      reject(error);
    };
    signal.addEventListener('abort', stop);
    const own = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['Host', host];
    const outgoing = httpRequest({
      method,
      path,
      headers: [
        ...own,
        ...headers.flat(),
        ...lengthOf(method, body),
        'Connection',
        'close',
      ] as unknown as NodeJS.Dict<string>,
      setHost: false,
      createConnection: () => socket,
      maxHeaderSize: MAX_HEAD,
      insecureHTTPParser: false,
    });
    outgoing.once('response', message => {
      settle();
      answer = new Answer(message, socket, method);
      resolve(answer);
    });
    outgoing.on('error', fail);
    // Nobody asked for another protocol.
    outgoing.once('upgrade', () => fail(new Error('the server changes to another protocol, which nobody asked for')));
    outgoing.once('close', () => {
      if (answer === undefined) fail(new Error('the server closed the connection without an answer'));
    });
    outgoing.end(body);
  });
}

function lengthOf(method: string, body: Uint8Array | undefined): readonly string[] {
  if (body !== undefined) return ['Content-Length', String(body.length)];
  // Who asks for something to be done with a body says that there is none (RFC 9110 §8.6).
  return ['POST', 'PUT', 'PATCH'].includes(method) ? ['Content-Length', '0'] : [];
}

function framingOf({ statusCode = 0, headers }: IncomingMessage, method: string): Framing {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return 'none';
  if (headers['transfer-encoding'] !== undefined) {
    return /(?:^|,)\s*chunked\s*$/i.test(headers['transfer-encoding']) ? 'chunked' : 'close';
  }
  return headers['content-length'] === undefined ? 'close' : 'length';
}

/** Whether it is the parser's, and not the connection's. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && /^HPE_/.test(codeOf(error) ?? '');
}

export function notHttp(error: Error): Failure {
  return { outcome: 'handshake', code: codeOf(error), message: `the answer is not HTTP/1.1: ${error.message}` };
}

function codeOf(error: Error | undefined): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? 'ERR_HTTP_INCOMPLETE';
}
