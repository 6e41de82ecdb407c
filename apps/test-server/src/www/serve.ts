/** One request, one answer, close_notify and the end. */
import type { Client } from '../observe/client.ts';
import { type HttpRefusal, type HttpRequest, RequestReader, response } from './http.ts';
import type { Answer, Site } from './site.ts';

/** Milliseconds that a client has to close its side once we have closed ours. */
const LINGER = 5000;

export function serveWww(client: Client, site: Site): void {
  const { socket } = client;
  const reader = new RequestReader();
  /** @returns whether the request is whole, or refused */
  const receive = (chunk: Buffer, early: boolean): boolean => {
    const request = reader.push(chunk);
    if (request === undefined) return false;
    socket.off('data', onData);
    // What comes behind the request is thrown away.
    socket.resume();
    void answer(client, site, request, early);
    return true;
  };
  const onData = (chunk: Buffer): void => {
    receive(chunk, false);
  };
  if (!client.early.some(chunk => receive(chunk, true))) socket.on('data', onData);
}

async function answer(client: Client, site: Site, request: HttpRequest | HttpRefusal, early: boolean): Promise<void> {
  if (client.held !== undefined) await client.held;
  const { socket } = client;
  if (socket.destroyed) return;
  const { bytes, fault }: Answer =
    'status' in request
      ? { bytes: response(request.status, 'text/plain', `${request.status}\n`) }
      : site.answer(request, client, early);
  if (fault !== undefined) client.misbehave?.(fault);
  // One write, and so, as far as it fits, one record.
  socket.end(bytes);
  const timer = setTimeout(() => socket.destroy(), LINGER);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
