import { once } from 'node:events';
import { connect } from 'node:net';
import { type crypto, loadX509FromPem, makeTLSClient, setCryptoImplementation } from '@reclaimprotocol/tls';
import { type BenchClient, Counter } from '../client.ts';

const silent = { info() {}, debug() {}, trace() {}, warn() {}, error() {} };

export function reclaimClient(name: string, implementation: typeof crypto): BenchClient {
  return {
    name: '@reclaimprotocol/tls',
    crypto: name,
    async connect({ host, port, ca }) {
      // One implementation for the whole process: clients are measured one at a time.
      setCryptoImplementation(implementation);
      const socket = connect(port, host);
      await once(socket, 'connect');
      const counter = new Counter();
      let ready = () => {};
      let failed = (_: Error) => {};
      const handshake = new Promise<void>((resolve, reject) => {
        ready = resolve;
        failed = reject;
      });
      const tls = makeTLSClient({
        host: 'localhost',
        verifyServerCertificate: true,
        rootCAs: [await loadX509FromPem(ca.pem)],
        supportedProtocolVersions: ['TLS1_3'],
        logger: silent,
        write({ header, content }) {
          socket.write(header);
          socket.write(content);
        },
        onHandshake: () => ready(),
        onApplicationData: plaintext => counter.add(plaintext.length),
        onTlsEnd: error => {
          const reason = error ?? new Error('the connection ended');
          failed(reason);
          counter.fail(reason);
        },
      });
      socket.on('data', chunk => tls.handleReceivedBytes(chunk));
      await tls.startHandshake();
      await handshake;
      return {
        received: bytes => counter.reached(bytes),
        async write(data) {
          for (let at = 0; at < data.length; at += 16_384) {
            await tls.write(data.subarray(at, at + 16_384));
            if (socket.writableNeedDrain) await once(socket, 'drain');
          }
        },
        close: () => socket.destroy(),
      };
    },
  };
}
