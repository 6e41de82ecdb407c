/** SSL 2.0, which nobody may speak any more (RFC 6176): a CLIENT-HELLO of its own form, and whether a SERVER-HELLO answers it. */
import { randomBytes } from 'node:crypto';
import { type Connections, Late } from './connections.ts';

/** The seven cipher kinds that there were, three bytes each. */
const ciphers = [0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700c0];

const SERVER_HELLO = 4;

/** Whether the server speaks it. @throws ScanOver */
export async function speaksSsl2(connections: Connections): Promise<boolean> {
  try {
    return await connections.use(
      (transport, signal) =>
        new Promise<boolean>((resolve, reject) => {
          let seen = Buffer.alloc(0);
          const refused = () => resolve(false);
          signal.addEventListener('abort', () => (signal.reason instanceof Late ? refused() : reject(signal.reason)), {
            once: true,
          });
          transport.on('data', (chunk: Buffer) => {
            seen = Buffer.concat([seen, chunk.subarray(0, 16)]);
            if (seen.length < 8) return;
            resolve(isServerHello(seen));
          });
          for (const event of ['error', 'end', 'close']) transport.on(event, refused);
          transport.write(clientHello2());
        }),
    );
  } catch (error) {
    if (error instanceof Late) return false;
    throw error;
  }
}

/** A header of two bytes, its first bit set; type, version 0x0002, three lengths, and what they are of. */
function clientHello2(): Uint8Array {
  const challenge = randomBytes(16);
  const specs = Buffer.concat(ciphers.map(code => Buffer.from([code >> 16, (code >> 8) & 0xff, code & 0xff])));
  const body = Buffer.concat([
    Buffer.from([1, 0, 2, 0, specs.length, 0, 0, 0, challenge.length]),
    Buffer.concat([specs, challenge]),
  ]);
  return Buffer.concat([Buffer.from([0x80, body.length]), body]);
}

/** Header of two or three bytes, type, session-id-hit, certificate type, version 0x0002. */
function isServerHello(bytes: Buffer): boolean {
  const header = ((bytes[0] as number) & 0x80) === 0 ? 3 : 2;
  return bytes[header] === SERVER_HELLO && bytes[header + 3] === 0 && bytes[header + 4] === 2;
}
