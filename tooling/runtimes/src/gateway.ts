/** A gateway from WebSockets to TCP on the loopback: what comes in binary messages goes on as it is, and back (RFC 6455 §4.2.2, §5). */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

const [BINARY, CLOSE] = [2, 8];

/** To `ws://127.0.0.1:<port>/<port of the server>`; and an empty page, which may go there. */
export class Gateway {
  readonly #server: Server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
  );

  async start(): Promise<string> {
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      relay(socket, Number((request.url ?? '').slice(1)));
    });
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function relay(socket: Duplex, port: number): void {
  const tcp = connect(port, '127.0.0.1');
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (let message = parsed(buffered); message !== undefined; message = parsed(buffered)) {
      buffered = buffered.subarray(message.length);
      if (message.opcode === CLOSE) {
        socket.end(framed(CLOSE, message.payload));
        tcp.end();
      } else if (!tcp.write(message.payload)) {
        socket.pause();
        tcp.once('drain', () => socket.resume());
      }
    }
  });
  tcp.on('data', (chunk: Buffer) => {
    if (socket.write(framed(BINARY, chunk))) return;
    tcp.pause();
    socket.once('drain', () => tcp.resume());
  });
  // 1000: whoever was behind it has no more to say.
  tcp.on('end', () => socket.end(framed(CLOSE, Buffer.from([0x03, 0xe8]))));
  for (const stream of [socket, tcp]) {
    stream.on('error', () => {});
    stream.on('close', () => {
      socket.destroy();
      tcp.destroy();
    });
  }
}

/** The first frame of a client, which is masked; undefined as long as it is not whole. */
function parsed(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 6 + extra;
  if (bytes.length < start) return undefined;
  const size = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + size) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = bytes.subarray(start, start + size).map((octet, i) => octet ^ (mask[i & 3] as number));
  return { opcode: (bytes[0] as number) & 15, payload: Buffer.from(payload), length: start + size };
}

function framed(opcode: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (payload.length < 126) head[1] = payload.length;
  else if (payload.length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}
