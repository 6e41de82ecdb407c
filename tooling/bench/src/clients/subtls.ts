import { once } from 'node:events';
import { connect } from 'node:net';
import { startTls, TrustedCert } from 'subtls';
import { type BenchClient, Counter } from '../client.ts';

/** Reads the exact numbers of bytes that subtls asks for from a socket. */
class SocketReader {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async read(bytes: number): Promise<Uint8Array | undefined> {
    while (this.#length < bytes) {
      if (this.#ended) return undefined;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    const out = new Uint8Array(bytes);
    for (let at = 0; at < bytes; ) {
      const chunk = this.#chunks[0] as Uint8Array;
      const part = chunk.subarray(0, bytes - at);
      out.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#length -= bytes;
    return out;
  }
}

let roots: Promise<Awaited<ReturnType<typeof TrustedCert.databaseFromPEM>>> | undefined;

export const subtlsClient: BenchClient = {
  name: 'subtls',
  crypto: 'WebCrypto',
  async connect({ host, port, ca }) {
    roots ??= TrustedCert.databaseFromPEM(ca.pem);
    const socket = connect(port, host);
    await once(socket, 'connect');
    const reader = new SocketReader();
    socket.on('data', chunk => reader.push(chunk));
    socket.on('close', () => reader.end());
    const counter = new Counter();
    const tls = await startTls(
      'localhost',
      await roots,
      bytes => reader.read(bytes),
      data => socket.write(data),
    );
    const pump = async () => {
      for (let data = await tls.read(); data !== undefined; data = await tls.read()) counter.add(data.length);
    };
    pump().catch(error => counter.fail(error as Error));
    return {
      received: bytes => counter.reached(bytes),
      async write(data) {
        // Its records are as long as what it is given; the protocol allows 16 KiB.
        for (let at = 0; at < data.length; at += 16_384) {
          await tls.write(data.subarray(at, at + 16_384));
          if (socket.writableNeedDrain) await once(socket, 'drain');
        }
      },
      close: () => socket.destroy(),
    };
  },
};
