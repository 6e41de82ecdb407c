/** As much of a WebSocket's server side (RFC 6455) as a relay of bytes takes: binary messages both ways, and Close. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';

/** The answer to an upgrade (§4.2.2). @param key of Sec-WebSocket-Key */
export function accepted(key: string): string {
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\n\r\n`;
}

const BINARY = 0x82;
const CLOSE = 0x88;

/** The head of a frame (§5.2): final, unmasked. */
function head(type: number, length: number): Buffer {
  if (length < 126) return Buffer.from([type, length]);
  const long = length > 0xffff;
  const bytes = Buffer.alloc(long ? 10 : 4);
  bytes[0] = type;
  bytes[1] = long ? 127 : 126;
  if (long) bytes.writeBigUInt64BE(BigInt(length), 2);
  else bytes.writeUInt16BE(length, 2);
  return bytes;
}

/** Carries bytes between a WebSocket and TCP, both ways, with backpressure. */
export function relay(web: Socket, tcp: Socket): void {
  tcp.on('data', data => {
    web.cork();
    web.write(head(BINARY, data.length));
    const room = web.write(data);
    web.uncork();
    if (!room) tcp.pause();
  });
  web.on('drain', () => tcp.resume());
  tcp.on('drain', () => web.resume());
  let held: Buffer = Buffer.alloc(0);
  web.on('data', data => {
    held = held.length === 0 ? data : Buffer.concat([held, data]);
    for (;;) {
      const frame = readFrame(held);
      if (frame === undefined) return;
      held = held.subarray(frame.end);
      if (frame.type === CLOSE) return void tcp.end();
      if (!tcp.write(frame.data)) web.pause();
    }
  });
  tcp.on('end', () => web.end(Buffer.concat([head(CLOSE, 2), Buffer.from([0x03, 0xe8])])));
  for (const [one, other] of [
    [web, tcp],
    [tcp, web],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

/** A masked frame, unmasked in its place; undefined where it is not all there. */
function readFrame(bytes: Buffer): { type: number; data: Buffer; end: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const at = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < at + 4) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = at + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const data = bytes.subarray(at + 4, end);
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) ^ (mask[i & 3] as number);
  return { type: bytes[0] as number, data, end };
}
