/** `node-forge`: TLS 1.1 at most, RSA, CBC; pure JavaScript. Strings of bytes go in and out. */
import forge from 'node-forge';
import { overChannel } from './channel.ts';
import { Counter } from './counter.ts';
import { host, Lacking, type Stack } from './stack.ts';
import { openTcp, overTcp } from './tcp.ts';

export const nodeForge: Stack = {
  name: 'node-forge',
  crypto: 'pure JavaScript',
  client({ port, identity, suite }) {
    if (suite !== 'TLS_RSA_WITH_AES_128_CBC_SHA') throw new Lacking('TLS 1.1 at most');
    const caStore = forge.pki.createCaStore([identity.root]);
    return {
      async connect(beginning) {
        if (beginning !== 'full') throw new Lacking('not tried');
        const socket = await openTcp(port);
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
        return overChannel(overTcp(socket), counter, data =>
          connections.get(socket)?.prepare(Buffer.from(data).toString('binary')),
        );
      },
    };
  },
};

const connections = new WeakMap<object, forge.tls.Connection>();

function named(certificate: forge.pki.Certificate | undefined): boolean {
  const extension = certificate?.getExtension('subjectAltName') as { altNames?: { value: string }[] } | undefined;
  return extension?.altNames?.some(({ value }) => value === host) ?? false;
}
