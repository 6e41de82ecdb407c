/** `node-forge`: TLS 1.1 at most, RSA, CBC; pure JavaScript. Strings of bytes go in and out. */
import { once } from 'node:events';
import { connect } from 'node:net';
import forge from 'node-forge';
import { Counter } from './counter.ts';
import { address, host, Lacking, type Stack } from './stack.ts';

export const nodeForge: Stack = {
  name: 'node-forge',
  crypto: 'pure JavaScript',
  client({ port, identity, suite }) {
    if (suite !== 'TLS_RSA_WITH_AES_128_CBC_SHA') throw new Lacking('TLS 1.1 at most');
    const caStore = forge.pki.createCaStore([identity.root]);
    return {
      async connect(beginning) {
        if (beginning !== 'full') throw new Lacking('not tried');
        const socket = connect(port, address);
        socket.setNoDelay(true);
        await once(socket, 'connect');
        const counter = new Counter();
        await new Promise<void>((resolve, reject) => {
          const tls = forge.tls.createConnection({
            server: false,
            caStore,
            virtualHost: host,
            cipherSuites: [forge.tls.CipherSuites[suite] as forge.tls.CipherSuite],
            // The chain is judged before this is called; the name is left to it.
            verify: (_, verified, depth, certificates) =>
              verified === true && (depth > 0 || named(certificates[0])) ? true : { alert: 42, message: 'refused' },
            connected: () => resolve(),
            tlsDataReady: ({ tlsData }) => socket.write(Buffer.from(tlsData.getBytes(), 'binary')),
            dataReady: ({ data }) => counter.add(data.getBytes().length),
            closed: () => counter.fail(new Error('the connection ended')),
            error: (_, error) => reject(new Error(error.message)),
          });
          connections.set(socket, tls);
          socket.on('data', chunk => tls.process(chunk.toString('binary')));
          socket.on('error', reject);
          socket.on('close', () => reject(new Error('the connection ended')));
          tls.handshake();
        });
        return {
          received: bytes => counter.reached(bytes),
          async write(data) {
            for (let at = 0; at < data.length; at += 16_384) {
              connections.get(socket)?.prepare(Buffer.from(data.subarray(at, at + 16_384)).toString('binary'));
              if (socket.writableNeedDrain) await once(socket, 'drain');
            }
          },
          close: () => socket.destroy(),
        };
      },
    };
  },
};

const connections = new WeakMap<object, forge.tls.Connection>();

function named(certificate: forge.pki.Certificate | undefined): boolean {
  const extension = certificate?.getExtension('subjectAltName') as { altNames?: { value: string }[] } | undefined;
  return extension?.altNames?.some(({ value }) => value === host) ?? false;
}
