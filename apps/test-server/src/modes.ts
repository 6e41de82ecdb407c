/** What is done with a client once it is connected. Whatever it sends, and however it leaves, is its own affair. */

import { printable } from '@tlskit/cli-kit';
import type { ConnectionInfo, Named } from 'tlskit';
import type { TlsSocket } from 'tlskit/node';
import { type HttpRefusal, type HttpRequest, preferredType, RequestReader, response } from './http.ts';
import type { Mode } from './options.ts';
import { type Facts, htmlPage, textPage } from './page.ts';

/** Milliseconds that a client has to close its side once we have closed ours. */
const LINGER = 5000;

export const modes: Readonly<Record<Mode, (socket: TlsSocket, info: ConnectionInfo) => void>> = {
  www: serveWww,
  echo(socket) {
    socket.pipe(socket);
  },
  discard(socket) {
    socket.resume();
  },
};

/** One request, one page, close_notify and the end. */
function serveWww(socket: TlsSocket, info: ConnectionInfo): void {
  const reader = new RequestReader();
  const onData = (chunk: Buffer): void => {
    const request = reader.push(chunk);
    if (request === undefined) return;
    socket.off('data', onData);
    // What comes behind the request is thrown away.
    socket.resume();
    // The page is one write, and so, as far as it fits, one record.
    socket.end(answer(request, facts(info, socket)));
    const timer = setTimeout(() => socket.destroy(), LINGER);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  };
  socket.on('data', onData);
}

function answer(request: HttpRequest | HttpRefusal, known: Facts): string {
  if ('status' in request) return response(request.status, 'text/plain', `${request.status}\n`);
  const type = preferredType(request);
  const page = [...known, ['request', printable(`${request.method} ${request.target} ${request.version}`)]] as const;
  const head = request.method === 'HEAD';
  return response(200, type, type === 'text/html' ? htmlPage(page) : textPage(page), { head });
}

/** What was negotiated, in order; texts of the peer's are safe to print. */
export function facts(info: ConnectionInfo, { remoteAddress = '?', remotePort = 0 }: TlsSocket): Facts {
  return [
    ['client', `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`],
    ['protocol', info.protocol],
    ['cipher suite', numbered(info.cipherSuite)],
    ['group', info.group === undefined ? 'none' : numbered(info.group)],
    ['signature scheme', info.signatureScheme === undefined ? 'none' : numbered(info.signatureScheme)],
    ['HelloRetryRequest', info.helloRetry ? 'yes' : 'no'],
    ['server name', info.serverName === undefined ? 'none' : printable(info.serverName)],
    ['ALPN', info.alpn === undefined ? 'none' : printable(info.alpn)],
  ];
}

function numbered({ name, code }: Named): string {
  return `${name} (0x${code.toString(16).padStart(4, '0')})`;
}
