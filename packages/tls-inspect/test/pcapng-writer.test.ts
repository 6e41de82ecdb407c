/** Captures as they are written: the order of secrets and packets, and what is refused. */
import { concat, Reader } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { type ConnectionOptions, createCaptureWriter, encodeCapture } from '../src/pcapng/index.ts';

const random = '00'.repeat(32);
const line = (label: string): string => `${label} ${random} ${'11'.repeat(32)}`;

/** What stands in a file, in order: the labels of secrets, the payloads of packets; those without one are left out. */
function contents(file: Uint8Array): string[] {
  const reader = new Reader(file);
  const told: string[] = [];
  while (reader.remaining > 0) {
    const type = reader.uint32();
    const length = reader.uint32();
    const body = reader.sub(length - 12);
    expect(reader.uint32()).toBe(length);
    if (type === 10) {
      body.take(4);
      const lines = new TextDecoder().decode(body.take(body.uint32()));
      told.push(...lines.split('\n').flatMap(each => (each === '' ? [] : [each.split(' ')[0] as string])));
    } else if (type === 6) {
      body.take(12);
      const captured = body.uint32();
      body.take(4);
      const frame = body.take(captured);
      const payload = new TextDecoder().decode(frame.subarray(14 + 20 + ((frame[46] as number) >> 4) * 4));
      if (payload !== '') told.push(payload);
    }
  }
  return told;
}

function start(options: Partial<ConnectionOptions> = {}) {
  const parts: Uint8Array[] = [];
  const writer = createCaptureWriter({ write: bytes => parts.push(bytes) });
  const connection = writer.connection({ openedAt: 0, ...options });
  return {
    bytes: (sender: 'client' | 'server', text: string) => connection.bytes(sender, new TextEncoder().encode(text), 0),
    connection,
    told: () => contents(concat(...parts)),
  };
}

describe('a capture with its secrets', () => {
  it('waits until what TLS 1.3 needs is there, and has it before the packets', () => {
    const { bytes, connection, told } = start();
    bytes('client', 'hello');
    bytes('server', 'hello');
    connection.secret(line('CLIENT_HANDSHAKE_TRAFFIC_SECRET'));
    connection.secret(line('CLIENT_TRAFFIC_SECRET_0'));
    bytes('client', 'more');
    expect(told()).toEqual([]);
    connection.secret(line('SERVER_TRAFFIC_SECRET_0'));
    const all = ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'];
    expect(told()).toEqual([...all, 'hello', 'hello', 'more']);
  });

  it('of TLS 1.2 waits for one secret', () => {
    const { bytes, connection, told } = start();
    bytes('client', 'hello');
    connection.secret(line('CLIENT_RANDOM'));
    expect(told()).toEqual(['CLIENT_RANDOM', 'hello']);
  });

  it('has secrets of later before the bytes that brought them about', () => {
    const { bytes, connection, told } = start();
    connection.secret(line('CLIENT_RANDOM'));
    bytes('server', 'data');
    bytes('server', 'rekey');
    expect(told()).toEqual(['CLIENT_RANDOM', 'data']);
    connection.secret(line('SERVER_TRAFFIC_SECRET_1'));
    bytes('server', 'after');
    connection.flush();
    expect(told()).toEqual(['CLIENT_RANDOM', 'data', 'SERVER_TRAFFIC_SECRET_1', 'rekey', 'after']);
  });

  it('waits with no more than it may', () => {
    const { bytes, told } = start({ maxHeld: 1000 });
    bytes('client', 'x'.repeat(600));
    expect(told()).toEqual([]);
    bytes('client', 'y'.repeat(600));
    expect(told()).toEqual(['x'.repeat(600)]);
  });

  it('has nothing of a direction behind its end', () => {
    const { bytes, connection, told } = start();
    connection.end('client', 0);
    connection.end('client', 0);
    bytes('client', 'late');
    bytes('server', 'not late');
    connection.reset('server', 0);
    bytes('server', 'late');
    connection.flush();
    expect(told()).toEqual(['not late']);
  });

  it('is made at once of what is over, by segments', () => {
    const text = 'a'.repeat(1460) + 'b'.repeat(40);
    const chunks = [{ sender: 'client', bytes: new TextEncoder().encode(text), time: 1 }] as const;
    const file = encodeCapture({ chunks, keyLog: `# mine\n${line('CLIENT_RANDOM')}\n` });
    expect(contents(file)).toEqual(['#', 'CLIENT_RANDOM', 'a'.repeat(1460), 'b'.repeat(40)]);
  });

  it.each([
    [{ client: { address: 'localhost', port: 1 } }, '"localhost" is no IP address'],
    [{ server: { address: '::1', port: 65536 } }, 'port 65536 is not 0 to 65535'],
    [{ server: { address: '::1', port: 1.5 } }, 'port 1.5 is not 0 to 65535'],
  ])('refuses %j', (options, message) => {
    expect(() => start(options)).toThrow(new RangeError(message));
  });
});
