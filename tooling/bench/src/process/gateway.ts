/** What a page needs: itself by HTTP, and WebSockets to ports of this machine, which their path names. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { address } from '../stacks/stack.ts';
import { accepted, relay } from './websocket.ts';

/** @param script of the page @returns the port on 127.0.0.1 */
export async function gateway(script: string): Promise<number> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? script : '<!doctype html><title>bench</title><script src="/page.js"></script>');
  });
  server.on('upgrade', (request, socket) => {
    const web = socket as Socket;
    web.setNoDelay(true);
    const tcp = connect(Number(request.url?.slice(1)), address);
    tcp.setNoDelay(true);
    web.write(accepted(String(request.headers['sec-websocket-key'])));
    relay(web, tcp);
  });
  await new Promise<void>(resolve => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port;
}
