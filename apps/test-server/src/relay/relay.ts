/**
 * A WebSocket relay (RFC 6455): `ws://relay/HOST:PORT` carries the bytes of a TCP connection to there, so that a page can speak TLS
 * by `tlskit/web`. What passes is never looked at; the page has the keys.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { lookedUp } from '@tlskit/cli-kit';
import type { Gate } from '../net/limits.ts';
import { binaryFrame, closeFrame, FrameError, FrameReader, pongFrame } from './frames.ts';
import { mayAsk, mayConnect, parseTarget, type Target } from './targets.ts';

export interface RelayOptions {
  /** Where it may connect to; undefined for loopback. */
  readonly targets: readonly Target[] | undefined;
  /** Origins of pages that may use it, beside those of this machine. */
  readonly origins: readonly string[];
  /** Where a path without a target leads to. */
  readonly own: () => Target;
  /** How many connections it carries. */
  readonly gate: Gate;
  /** Milliseconds without a byte either way, after which a connection is closed. */
  readonly idle: number;
  readonly log: (line: string) => void;
  /** What answers requests for pages; without it they are told that there are none. */
  readonly pages?: RequestListener | undefined;
}

/**
 * A subprotocol (RFC 6455 §1.9) by which a page asks to be told why it is turned away: scripts never see the status of an opening
 * handshake. The WebSocket opens then, and is closed at once with 4000 and that status.
 */
const TELLING = 'tlskit-relay';

/** What the key of an opening handshake is hashed with (RFC 6455 §1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Milliseconds that a target may take to answer. */
const CONNECT_TIMEOUT = 10_000;

/** Milliseconds that a client has to answer our close frame. */
const LINGER = 1000;

/** A server of HTTP, for the caller to listen with. */
export function createRelay(options: RelayOptions): Server {
  const server = createServer(options.pages ?? noPages);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const wrong = wrongWith(request, options);
    if (wrong !== undefined) return refuse(socket, wrong);
    const refusal = refusalOf(request, options);
    if (refusal !== undefined) return turnAway(request, socket, refusal);
    if (options.gate.enter() !== undefined) return turnAway(request, socket, [503, 'Service Unavailable']);
    socket.once('close', () => options.gate.leave());
    void open(request, socket, head, options);
  });
  server.on('clientError', (_, socket) => socket.destroy());
  return server;
}

const noPages: RequestListener = (_, response) => {
  response.writeHead(426, { upgrade: 'websocket', connection: 'upgrade', 'content-type': 'text/plain' });
  response.end('a WebSocket is wanted here\n');
};

/** A status code with its reason. */
type Refusal = readonly [status: number, reason: string];

/** What is no opening handshake of a page that may ask: strangers learn nothing of what is here. */
function wrongWith({ method, headers }: IncomingMessage, { origins }: RelayOptions): Refusal | undefined {
  const key = headers['sec-websocket-key'] ?? '';
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket' || !/^[A-Za-z0-9+/]{22}==$/.test(key)) {
    return [400, 'Bad Request'];
  }
  if (headers['sec-websocket-version'] !== '13') return [426, 'Upgrade Required'];
  return mayAsk(headers.origin, origins) ? undefined : [403, 'Forbidden'];
}

function refusalOf({ url = '' }: IncomingMessage, { targets, own }: RelayOptions): Refusal | undefined {
  const target = targetOf(url, own);
  if (target === undefined) return [404, 'Not Found'];
  return target.isOwn || mayConnect(target, targets) ? undefined : [403, 'Forbidden'];
}

function targetOf(url: string, own: () => Target): (Target & { readonly isOwn: boolean }) | undefined {
  const path = url.replace(/[?#].*$/s, '').slice(1);
  if (path === '') return { ...own(), isOwn: true };
  let text: string;
  try {
    text = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const target = parseTarget(text);
  return target && { ...target, isOwn: false };
}

function refuse(socket: Duplex, [status, reason]: Refusal): void {
  const version = status === 426 ? 'sec-websocket-version: 13\r\n' : '';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${version}content-length: 0\r\nconnection: close\r\n\r\n`);
}

/** By a status, or by a close code where that is asked for. */
function turnAway(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
  if (!wantsTelling(request)) return refuse(socket, refusal);
  const [status, reason] = refusal;
  socket.resume();
  socket.write(accepted(request));
  end(socket, 4000 + status, reason);
}

function wantsTelling({ headers }: IncomingMessage): boolean {
  return (headers['sec-websocket-protocol'] ?? '').split(',').some(name => name.trim() === TELLING);
}

/** Our half of the opening handshake. */
function accepted(request: IncomingMessage): string {
  const key = request.headers['sec-websocket-key'] as string;
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  const protocol = wantsTelling(request) ? `sec-websocket-protocol: ${TELLING}\r\n` : '';
  return `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n${protocol}\r\n`;
}

/** The WebSocket stands when the target does: who cannot be reached is told of by 502. */
async function open(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { own, idle, log }: RelayOptions,
): Promise<void> {
  const { host, port } = targetOf(request.url ?? '', own) as Target;
  const target = connect({ host: lookedUp(host), port, allowHalfOpen: true, noDelay: true });
  socket.once('close', () => target.destroy());
  try {
    await connected(target);
  } catch (error) {
    target.destroy();
    log(`relay: ${host}:${port} cannot be reached: ${(error as Error).message}`);
    return turnAway(request, socket, [502, 'Bad Gateway']);
  }
  if (socket.destroyed) return void target.destroy();
  socket.write(accepted(request));
  log(`relay: to ${host}:${port}`);
  carry(socket, target, head);
  // Bytes of the target's go both ways too: by one socket of the two it is known that nothing moves.
  (socket as Socket).setTimeout(idle, () => socket.destroy());
}

function connected(target: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${CONNECT_TIMEOUT} ms`)), CONNECT_TIMEOUT);
    target.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
    target.once('error', error => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Our close frame, and a while for the client's. */
function end(socket: Duplex, code: number, reason?: string): void {
  for (const part of closeFrame(code, reason)) socket.write(part);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Both ways, each as quickly as the other end takes it. */
function carry(socket: Duplex, target: Socket, head: Buffer): void {
  const reader = new FrameReader();
  let closing = false;
  const close = (code: number): void => {
    if (closing) return;
    closing = true;
    end(socket, code);
  };
  const receive = (bytes: Buffer): void => {
    if (closing) return;
    try {
      for (const event of reader.push(bytes)) {
        if (event.type === 'data' && !target.write(event.bytes)) socket.pause();
        // RFC 6455 §5.5.3: not each ping needs its own answer; who reads none has none kept for it.
        else if (event.type === 'ping' && !socket.writableNeedDrain)
          for (const part of pongFrame(event.bytes)) socket.write(part);
        else if (event.type === 'close') {
          target.end();
          return close(1000);
        }
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      target.destroy();
      close(error.code);
    }
  };
  socket.on('data', receive);
  socket.on('end', () => target.end());
  socket.on('drain', () => target.resume());
  target.on('drain', () => socket.resume());
  target.on('data', bytes => {
    let more = true;
    for (const part of binaryFrame(bytes)) more = socket.write(part);
    if (!more) target.pause();
  });
  // There is no half of a WebSocket to close: the end of the target is the end of it.
  target.on('end', () => close(1000));
  target.on('error', () => close(1011));
  if (head.length > 0) receive(head);
}
