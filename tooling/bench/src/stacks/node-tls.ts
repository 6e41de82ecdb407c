/** `node:tls`, the peer that all are measured against: OpenSSL, with a context that is made once. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createSecureContext, createServer, type TLSSocket } from 'node:tls';
import { overDuplex } from './duplex.ts';
import { address, type Group, host, Lacking, type Stack, type Suite } from './stack.ts';

const curves: Readonly<Record<Group, string>> = {
  x25519: 'X25519',
  secp256r1: 'P-256',
  X25519MLKEM768: 'X25519MLKEM768',
};

/**
 * OpenSSL's name for the suite of TLS 1.2, in TLS 1.1 too for peers that have no better; of TLS 1.3 the names are IANA's. Where none
 * is said the client's order decides.
 */
function versions(suite: Suite | undefined) {
  if (suite === undefined) return { minVersion: 'TLSv1.3', honorCipherOrder: false } as const;
  if (suite === 'TLS_RSA_WITH_AES_128_CBC_SHA')
    return { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:@SECLEVEL=0' } as const;
  return { minVersion: 'TLSv1.3', ciphers: suite } as const;
}

/** OpenSSL before 3.5 has no ML-KEM. */
function curve(group: Group | undefined): { readonly ecdhCurve?: string } {
  if (group === undefined) return {};
  const [major = 0, minor = 0] = process.versions.openssl.split('.').map(Number);
  if (group === 'X25519MLKEM768' && (major < 3 || (major === 3 && minor < 5)))
    throw new Lacking(`node:tls of OpenSSL ${process.versions.openssl} has no ML-KEM`);
  return { ecdhCurve: curves[group] };
}

export const nodeTls: Stack = {
  name: 'node:tls',
  crypto: 'OpenSSL',
  async listen({ identity, group, suite }, serve) {
    const { key, certificate: cert } = identity;
    const server = createServer({ key, cert, noDelay: true, ...versions(suite), ...curve(group) }, serve);
    server.on('tlsClientError', () => {});
    server.listen({ port: 0, host: address, backlog: 4096 });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  client({ port, identity, group, suite, sessions }) {
    const secureContext = createSecureContext({ ca: identity.root, ...versions(suite) });
    const options = { host: address, port, servername: host, secureContext, ...curve(group) };
    let session: Buffer | undefined;
    return {
      async connect(beginning) {
        if (beginning === 'early') throw new Lacking('node:tls has no early data');
        const resumed = beginning === 'resumed';
        const socket: TLSSocket = connect({ ...options, ...(resumed && session !== undefined ? { session } : {}) });
        socket.setNoDelay(true);
        if (sessions) socket.on('session', given => (session = given));
        const connection = await overDuplex(socket, 'secureConnect');
        if (resumed !== socket.isSessionReused()) throw new Error(`resumed: ${socket.isSessionReused()}`);
        return {
          ...connection,
          // It comes behind the first data.
          async session() {
            if (session === undefined) await once(socket, 'session');
          },
        };
      },
    };
  },
};
