import { once } from 'node:events';
import { connect } from 'node:net';
import { SocketReadQueue, startTls, TrustedCert } from 'subtls';
import { type BenchClient, Counter } from '../client.ts';

let roots: Promise<Awaited<ReturnType<typeof TrustedCert.databaseFromPEM>>> | undefined;

export const subtlsClient: BenchClient = {
  name: 'subtls',
  crypto: 'WebCrypto',
  async connect({ host, port, ca }) {
    roots ??= TrustedCert.databaseFromPEM(ca.pem);
    const socket = connect(port, host);
    await once(socket, 'connect');
    const queue = new SocketReadQueue(socket);
    const counter = new Counter();
    const tls = await startTls('localhost', await roots, queue.read.bind(queue), data => socket.write(data));
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
