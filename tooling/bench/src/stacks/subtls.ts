/** `subtls`: a client alone, on WebCrypto. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { SocketReadQueue, startTls, TrustedCert } from 'subtls';
import { Counter } from './counter.ts';
import { address, host, Lacking, type Stack } from './stack.ts';

export const subtls: Stack = {
  name: 'subtls',
  crypto: 'WebCrypto',
  async client({ port, identity, suite, group }) {
    const roots = await TrustedCert.databaseFromPEM(identity.root);
    // It offers one of each, and nothing else.
    if ((suite ?? 'TLS_AES_128_GCM_SHA256') !== 'TLS_AES_128_GCM_SHA256') throw new Lacking(`no ${suite}`);
    if ((group ?? 'secp256r1') !== 'secp256r1') throw new Lacking(`no ${group}`);
    return {
      async connect(beginning) {
        if (beginning !== 'full') throw new Lacking('it resumes nothing');
        const socket = connect(port, address);
        socket.setNoDelay(true);
        await once(socket, 'connect');
        const queue = new SocketReadQueue(socket);
        const counter = new Counter();
        const tls = await startTls(host, roots, queue.read.bind(queue), data => socket.write(data));
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
  },
};
