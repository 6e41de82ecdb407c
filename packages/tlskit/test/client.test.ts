/** A client of many connections. */
import { once } from 'node:events';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { MemorySessionStore } from '@tlskit/tls-session';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient, createServer, type TlsClientOptions, type TlsServer } from '../src/node/index.ts';
import { ca, credential } from './support.ts';

describe('a client', () => {
  let server: TlsServer;
  let port: number;
  const trust = { roots: [ca.pem] };

  beforeAll(async () => {
    server = createServer({ ...credential, alpn: ['a', 'b'] }, socket => socket.on('error', () => {}).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('connects many times by options that are read once', async () => {
    const provider = createNodeProvider();
    const importPublicKey = vi.fn(provider.importPublicKey);
    const client = createClient({ trust, alpn: ['b'], provider: { ...provider, importPublicKey } });
    for (let i = 0; i < 3; i++) {
      const socket = client.connect({ host: '127.0.0.1', port, servername: 'localhost' });
      const info = await socket.opened;
      expect(info).toMatchObject({ alpn: 'b', verified: true, serverName: 'localhost' });
      socket.destroy();
    }
    // The root's and the leaf's.
    expect(importPublicKey).toHaveBeenCalledTimes(2);
  });

  it('expects whom each connection names, and takes the host for it', async () => {
    const client = createClient({ trust });
    const stranger = client.connect({ host: '127.0.0.1', port, verifyName: 'example.com' });
    const [error] = (await once(stranger, 'error')) as [unknown];
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    const socket = client.connect({ host: 'localhost', port, servername: undefined, tcp: { family: 4 } });
    expect(await socket.opened).toMatchObject({ serverName: 'localhost' });
    socket.destroy();
  });

  it('has sessions, names and settings in common, which a connection may say otherwise', async () => {
    const sessions = new MemorySessionStore();
    const client = createClient({ trust, servername: 'localhost', sessions });
    const first = client.connect({ host: '127.0.0.1', port });
    const [info] = await Promise.all([first.opened, once(first, 'session')]);
    expect(info).toMatchObject({ resumed: false });
    first.destroy();
    const second = client.connect({ host: '127.0.0.1', port });
    expect(await second.opened).toMatchObject({ resumed: true });
    second.destroy();
    const third = client.connect({ host: '127.0.0.1', port, sessions: false });
    expect(await third.opened).toMatchObject({ resumed: false });
    third.destroy();
  });

  it('is refused for options that are none, as a connection is', () => {
    const make = (options: object) => () => createClient(options as TlsClientOptions);
    const invalid = expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' });
    expect(make({ trust, port })).toThrow(invalid);
    expect(make({ trust, alpn: 'h2' })).toThrow(invalid);
    expect(make({ trust, handshakeTimeout: -1 })).toThrow(invalid);
    const client = createClient({ trust });
    expect(() => client.connect({ host: 'localhost' })).toThrow(invalid);
    expect(() => client.connect({ host: 'localhost', port, trust } as never)).toThrow(invalid);
    expect(() => client.connect({ host: 'localhost', port, servername: '127.0.0.1' })).toThrow(invalid);
  });
});
