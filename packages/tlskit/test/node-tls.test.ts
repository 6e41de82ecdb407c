/** Node's own TLS at the other end, in both roles: a look at whether the two understand one another at all. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { connect, createServer, type TlsSocket, tls13 } from '../src/node/index.ts';
import {
  ca,
  clientError,
  closed,
  credential,
  dial,
  failure,
  listening,
  localhost,
  readAll,
  sha256,
  stop,
} from './support.ts';

const { certificate: cert, key } = localhost.pem;

/** A TLSSocket of Node that is ended in the very listener of its handshake sends no close_notify. */
const later = setImmediate;

async function nodeServer(options: tls.TlsOptions, listener: (socket: tls.TLSSocket) => void) {
  const server = tls.createServer({ cert, key, minVersion: 'TLSv1.3', ...options }, listener);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe("with Node's server", () => {
  it('a mebibyte goes each way, with everything negotiated', async () => {
    const data = randomBytes(1 << 20);
    const { server, port } = await nodeServer({ ALPNProtocols: ['echo'] }, socket => socket.pipe(socket));
    const client = dial(port, { alpn: ['echo'] });
    const tickets: unknown[] = [];
    client.on('session', session => tickets.push(session));
    client.end(data);
    expect(sha256(await readAll(client))).toBe(sha256(data));
    expect(client.info).toMatchObject({ alpn: 'echo', verified: true, protocol: 'TLSv1.3' });
    expect(tickets).toHaveLength(2);
    await closed(client);
    expect(client.errored).toBe(null);
    server.close();
    await once(server, 'close');
  });

  it('a HelloRetryRequest is answered', async () => {
    const { server, port } = await nodeServer({ ecdhCurve: 'P-384' }, socket => later(() => socket.end('hi')));
    const client = dial(port);
    expect((await readAll(client)).toString()).toBe('hi');
    expect(client.info).toMatchObject({ helloRetry: true, group: { name: 'secp384r1' } });
    await closed(client);
    server.close();
    await once(server, 'close');
  });

  it('a certificate that is refused is told, and so is an old version', async () => {
    const { server, port } = await nodeServer({}, () => {});
    const told = once(server, 'tlsClientError');
    expect((await failure(dial(port, { servername: 'example.org' }))).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect((await told)[0].code).toBe('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE');
    server.close();
    const old = await nodeServer({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, () => {});
    expect(await failure(dial(old.port, { versions: [tls13] }))).toMatchObject({
      code: 'ERR_TLS_PEER_ALERT',
      alert: 'protocol_version',
    });
    old.server.close();
  });

  it('keying material is the same', async () => {
    const label = 'EXPORTER-test';
    const { server, port } = await nodeServer({}, socket => {
      later(() => socket.end(socket.exportKeyingMaterial(40, label, Buffer.from('context'))));
    });
    const client = dial(port);
    await client.opened;
    const ours = client.exportKeyingMaterial(label, Buffer.from('context'), 40);
    expect(await readAll(client)).toEqual(ours);
    server.close();
  });
});

describe("with Node's client", () => {
  const options = { ca: ca.pem, servername: 'localhost', host: '127.0.0.1' };

  it('a mebibyte goes each way, with everything negotiated', async () => {
    const data = randomBytes(1 << 20);
    const { server, port } = await listening({ alpn: ['echo'] }, socket => socket.pipe(socket));
    const accepted = once(server, 'secureConnection');
    const client = tls.connect({ ...options, port, ALPNProtocols: ['echo'] });
    client.end(data);
    await once(client, 'secureConnect');
    expect([client.authorized, client.getProtocol(), client.alpnProtocol]).toEqual([true, 'TLSv1.3', 'echo']);
    expect(sha256(await readAll(client))).toBe(sha256(data));
    const [socket] = (await accepted) as [TlsSocket];
    await closed(socket);
    expect(socket.errored).toBe(null);
    server.close();
    await once(server, 'close');
  });

  it('a HelloRetryRequest is answered', async () => {
    const { server, port } = await listening({ groups: ['secp384r1'] }, socket => socket.end('hi'));
    const client = tls.connect({ ...options, port, ecdhCurve: 'X25519:P-384' });
    expect((await readAll(client)).toString()).toBe('hi');
    await stop(server);
  });

  it('a client of TLS 1.2 is refused, and a client that refuses is told of', async () => {
    const { server, port } = await listening({ versions: [tls13] });
    const old = tls.connect({ ...options, port, maxVersion: 'TLSv1.2' });
    const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const told = clientError(server);
    const suspicious = tls.connect({ ...options, port, ca: [] });
    await once(suspicious, 'error');
    expect(['ERR_TLS_PEER_ALERT', 'ERR_TLS_TRUNCATED', 'ERR_TLS_TRANSPORT']).toContain((await told).code);
    await stop(server);
  });
});

describe('under HTTP', () => {
  it('the client of Node speaks over our connection', async () => {
    const server = https.createServer({ cert, key }, (request, response) => {
      response.end(`${request.method} ${request.url}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const createConnection = () =>
      connect({ host: '127.0.0.1', port, servername: 'localhost', trust: { roots: [ca.pem] } });
    const agent = new http.Agent({ keepAlive: true });
    Object.assign(agent, { createConnection });
    for (const path of ['/first', '/second']) {
      const request = http.request({ agent, path, method: 'POST', timeout: 5000 });
      request.end('body');
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      expect((await readAll(response as never)).toString()).toBe(`POST ${path}`);
      expect((request.socket as unknown as TlsSocket).authorized).toBe(true);
    }
    agent.destroy();
    server.close();
    await once(server, 'close');
  });

  it('the server of Node speaks over our connections', async () => {
    const web = http.createServer((request, response) => {
      response.end(`${(request.socket as tls.TLSSocket).encrypted} ${request.url}`);
    });
    const server = createServer({ ...credential, alpn: ['http/1.1'] }, socket => web.emit('connection', socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const request = https.get({
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      ca: ca.pem,
      path: '/over',
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    expect((await readAll(response as never)).toString()).toBe('true /over');
    await stop(server);
    web.close();
  });
});
