/** Proxies that do what the RFCs say, and say what they were asked. */
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { accept } from 'tlskit/node';
import { localhost, tcpServer } from './support.ts';

export interface FakeProxy {
  readonly port: number;
  /** What clients said to it, each in one text: the head of a request, or bytes in hexadecimal digits. */
  readonly asked: string[];
}

/** Takes so many bytes, or up to a mark, and leaves the rest in the stream. */
async function take(stream: Duplex, until: number | string): Promise<Buffer> {
  let buffer = Buffer.alloc(0);
  for (;;) {
    const end = typeof until === 'number' ? until : buffer.indexOf(until) + until.length;
    const whole = typeof until === 'number' ? buffer.length >= until : buffer.includes(until);
    if (whole) {
      if (end < buffer.length) stream.unshift(buffer.subarray(end));
      return buffer.subarray(0, end);
    }
    const chunk = (await new Promise(resolve => stream.once('data', resolve).resume())) as Buffer;
    stream.pause();
    buffer = Buffer.concat([buffer, chunk]);
  }
}

/** Moves bytes both ways; whatever ends on one side ends on the other. */
function join(client: Duplex, host: string, port: number, ready: (server: Socket) => void): void {
  const server = connect({ host, port, allowHalfOpen: true }, () => ready(server));
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
}

/** CONNECT, with `user:password` asked for where it is given, and by TLS where it is told to. */
export async function httpProxy({
  auth,
  secure = false,
  status = '200 Connection established\r\nContent-Length: 5\r\nVia: test',
}: {
  readonly auth?: string;
  readonly secure?: boolean;
  readonly status?: string;
} = {}): Promise<FakeProxy> {
  const asked: string[] = [];
  const { certificate, key } = localhost.pem;
  const port = await tcpServer(async socket => {
    const client = secure ? accept(socket, { certificate, key, alpn: ['http/1.1'] }) : socket;
    client.on('error', () => {});
    const head = String(await take(client, '\r\n\r\n'));
    asked.push(head);
    const wanted = auth && `Proxy-Authorization: Basic ${Buffer.from(auth).toString('base64')}\r\n`;
    if (wanted !== undefined && !head.includes(wanted)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
      return;
    }
    const [, host = '', to = ''] = /^CONNECT \[?([^ \]]+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    join(client, host, Number(to), server => {
      client.write(`HTTP/1.1 ${status}\r\n\r\n`);
      server.pipe(client).pipe(server);
    });
  });
  return { port, asked };
}

/** SOCKS 5 (RFC 1928, RFC 1929). */
export async function socksProxy({
  auth,
  reply = 0,
}: {
  readonly auth?: string;
  readonly reply?: number;
} = {}): Promise<FakeProxy> {
  const asked: string[] = [];
  const port = await tcpServer(async client => {
    const hear = async (length: number): Promise<Buffer> => {
      const bytes = await take(client, length);
      asked.push(bytes.toString('hex'));
      return bytes;
    };
    const [, count = 0] = await hear(2);
    const methods = await hear(count);
    const method = auth === undefined ? 0 : 2;
    if (!methods.includes(method)) {
      client.end(Uint8Array.of(5, 0xff));
      return;
    }
    client.write(Uint8Array.of(5, method));
    if (auth !== undefined) {
      const [, user = 0] = await hear(2);
      const name = await hear(user);
      const password = await hear((await hear(1))[0] as number);
      const good = `${name}:${password}` === auth;
      client.write(Uint8Array.of(1, good ? 0 : 1));
      if (!good) {
        client.end();
        return;
      }
    }
    const [, , , kind] = await hear(4);
    const address = await hear(kind === 1 ? 4 : kind === 4 ? 16 : ((await hear(1))[0] as number));
    const to = (await hear(2)).readUInt16BE(0);
    const host = kind === 3 ? String(address) : kind === 1 ? address.join('.') : '::1';
    if (reply !== 0) {
      client.end(Uint8Array.of(5, reply, 0, 1, 0, 0, 0, 0, 0, 0));
      return;
    }
    join(client, host, to, server => {
      // Bound to a name, which is as good as an address.
      client.write(Buffer.concat([Uint8Array.of(5, 0, 0, 3, 5), Buffer.from('bound'), Uint8Array.of(1, 2)]));
      server.pipe(client).pipe(server);
    });
  });
  return { port, asked };
}
