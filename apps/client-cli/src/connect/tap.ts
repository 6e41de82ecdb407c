/** `--pcap`: what goes over a transport, written to a capture with the secrets that open it. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CapturedConnection, CaptureWriter } from '@tlskit/tls-inspect/pcapng';
import type { Dialed } from '../dial/dial.ts';

/** Milliseconds since 1970, with fractions. */
const now = (): number => performance.timeOrigin + performance.now();

/** Sees what is read and written from here on, TLS alone: what went before it, to a proxy say, is not in the capture. */
export function tap({ transport, remote }: Dialed, capture: CaptureWriter): CapturedConnection {
  const connection = capture.connection({ client: localEnd(transport), server: remote, openedAt: now() });
  // Before whoever answers, and without making the stream flow.
  transport.prependListener('data', (bytes: Uint8Array) => connection.bytes('server', bytes, now()));
  transport.prependListener('end', () => connection.end('server', now()));
  transport.prependListener('finish', () => connection.end('client', now()));
  const write = transport.write.bind(transport) as (...args: unknown[]) => boolean;
  transport.write = (chunk: Uint8Array, ...rest: unknown[]) => {
    connection.bytes('client', chunk, now());
    return write(chunk, ...rest);
  };
  return connection;
}

function localEnd(transport: Duplex): { address: string; port: number } | undefined {
  const { localAddress: address, localPort: port } = transport as Partial<Socket>;
  return address === undefined || port === undefined ? undefined : { address, port };
}
