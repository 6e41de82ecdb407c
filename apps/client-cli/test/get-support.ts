/** Servers of HTTP that say exactly what a test has them say. */
import type { Socket } from 'node:net';
import type { TlsServerOptions, TlsSocket } from 'tlskit/node';
import { ca, file, type Outcome, run, tlsServer } from './support.ts';

export interface HttpServer {
  readonly port: number;
  readonly url: string;
  /** What came, each request in one text. */
  readonly requests: string[];
}

type Answering = (request: string, socket: TlsSocket, transport: Socket) => void;

/** @param answer in place of a function: what is said, before the connection is closed in order */
export async function httpServer(
  answer: string | Buffer | Answering,
  options: Omit<TlsServerOptions, 'maxConnections'> = {},
): Promise<HttpServer> {
  const requests: string[] = [];
  const port = await tlsServer((socket, transport) => {
    let heard = '';
    let answered = false;
    socket.on('data', chunk => {
      heard += chunk;
      const end = heard.indexOf('\r\n\r\n') + 4;
      const length = Number(/^content-length: (\d+)/im.exec(heard.slice(0, end))?.[1] ?? 0);
      if (answered || end === 3 || heard.length < end + length) return;
      answered = true;
      requests.push(heard);
      if (typeof answer !== 'function') socket.end(answer);
      else answer(heard, socket, transport);
    });
  }, options);
  return { port, url: `https://localhost:${port}`, requests };
}

/** The program with the test's authority trusted. */
export function get(
  url: string,
  args: readonly string[] = [],
  around: Parameters<typeof run>[1] = {},
): Promise<Outcome> {
  return run(['get', url, '--cacert', file(ca.pem), ...args], around);
}

/** An answer of so many words. */
export function ok(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
