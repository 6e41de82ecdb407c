/** `@reclaimprotocol/tls`: a client alone. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { type crypto, loadX509FromPem, makeTLSClient, setCryptoImplementation } from '@reclaimprotocol/tls';
import { Counter } from './counter.ts';
import { address, type Group, host, Lacking, type Stack, type Suite } from './stack.ts';

const silent = { info() {}, debug() {}, trace() {}, warn() {}, error() {} };
const curves: Partial<Record<Group, 'X25519' | 'SECP256R1'>> = { x25519: 'X25519', secp256r1: 'SECP256R1' };
const suites: Partial<Record<Suite, 'TLS_AES_128_GCM_SHA256' | 'TLS_CHACHA20_POLY1305_SHA256'>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
};

/** @param crypto what its cryptography is called; one for the whole process */
export function reclaim(crypto_: string, implementation: typeof crypto): Stack {
  setCryptoImplementation(implementation);
  return {
    name: '@reclaimprotocol/tls',
    crypto: crypto_,
    async client({ port, identity, group, suite }) {
      const rootCAs = [await loadX509FromPem(identity.root)];
      const [curve, cipher] = [group && curves[group], suite && suites[suite]];
      if (suite !== undefined && cipher === undefined) throw new Lacking(`no ${suite}`);
      return {
        async connect(beginning) {
          if (beginning !== 'full') throw new Lacking('not tried');
          const socket = connect(port, address);
          socket.setNoDelay(true);
          await once(socket, 'connect');
          const counter = new Counter();
          let ready = () => {};
          let failed = (_: Error) => {};
          const handshake = new Promise<void>((resolve, reject) => {
            ready = resolve;
            failed = reject;
          });
          const tls = makeTLSClient({
            host,
            verifyServerCertificate: true,
            rootCAs,
            supportedProtocolVersions: ['TLS1_3'],
            ...(curve === undefined ? {} : { namedCurves: [curve] }),
            ...(cipher === undefined ? {} : { cipherSuites: [cipher] }),
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
          socket.on('error', failed);
          socket.on('close', () => failed(new Error('the connection ended')));
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
    },
  };
}
