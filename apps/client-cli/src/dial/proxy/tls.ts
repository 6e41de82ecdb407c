/** A proxy that is talked to by TLS: ours, below the TLS to the server. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'tlskit/node';
import { peerNames } from '../../tls-options.ts';
import { DialError } from '../error.ts';
import { formatProxy, type ProxyRoute } from './proxy.ts';

/** @param hold told of what is made, before anything is waited for. @throws DialError */
export async function startTlsToProxy(
  transport: Socket,
  proxy: ProxyRoute,
  hold: (stream: Duplex) => void,
): Promise<Duplex> {
  const { host } = proxy.address;
  const socket = connect({
    transport,
    ...peerNames(host),
    trust: { roots: proxy.roots },
    alpn: ['http/1.1'],
    // One deadline is for all, and it is the caller's.
    handshakeTimeout: 0,
  });
  // Whoever reads hears of errors; and an end without close_notify below is for those above to judge.
  socket.on('error', () => {});
  hold(socket);
  try {
    await socket.opened;
    return socket;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DialError('proxy', code, `the proxy ${formatProxy(proxy)}, by TLS: ${message}`, { cause: error });
  }
}
