/** Resumption by tickets (RFC 9846 §2.2), either end ours. */
import { existsSync } from 'node:fs';
import tls from 'node:tls';
import { MemorySessionStore } from 'tlskit';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { bounded } from '../src/child.ts';
import { file } from '../src/files.ts';
import { opensslClient, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await goodIdentity('ecdsa-p256');
});

const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

forPeer('openssl', 'our server, openssl s_client resumes', () => {
  const stopping = stopAfterTest();

  /** Connects, says a line and leaves. */
  async function visit(server: OurServer, port: number, args: readonly string[]) {
    const coming = server.accept();
    const client = stopping(opensslClient(port, identity.files.root, args));
    const { socket, inbox } = await coming;
    client.write('hello\n');
    await inbox.including('hello\n');
    socket.end('bye\n');
    await client.exit();
    return { info: socket.info, text: client.text };
  }

  it.each(suites.map(suite => [suite, []] as const))('%s', async suite => {
    const server = stopping(new OurServer(identity));
    const port = await server.listen();
    const session = file('');
    const args = ['-ciphersuites', suite];
    const first = await visit(server, port, [...args, '-sess_out', session]);
    expect([first.info?.resumed, /^New, TLSv1\.3/m.test(first.text)]).toEqual([false, true]);
    expect(existsSync(session)).toBe(true);
    const second = await visit(server, port, [...args, '-sess_in', session]);
    expect(second.info).toMatchObject({ resumed: true, cipherSuite: { name: suite } });
    expect(second.text).toMatch(/^Reused, TLSv1\.3/m);
  });

  it('with HelloRetryRequest', async () => {
    const server = stopping(new OurServer(identity, { groups: ['secp384r1'] }));
    const port = await server.listen();
    const session = file('');
    const args = ['-groups', 'X25519:P-384'];
    await visit(server, port, [...args, '-sess_out', session]);
    const { info, text } = await visit(server, port, [...args, '-sess_in', session]);
    expect(info).toMatchObject({ resumed: true, helloRetry: true });
    expect(text).toMatch(/^Reused, TLSv1\.3/m);
  });

  it('not with a ticket of a server that has forgotten its keys', async () => {
    const session = file('');
    const first = stopping(new OurServer(identity));
    await visit(first, await first.listen(), ['-sess_out', session]);
    const second = stopping(new OurServer(identity));
    const { info, text } = await visit(second, await second.listen(), ['-sess_in', session]);
    expect(info?.resumed).toBe(false);
    expect(text).toMatch(/^New, TLSv1\.3/m);
  });
});

forPeer('openssl', 'our client resumes at openssl s_server', () => {
  const stopping = stopAfterTest();

  it.each([
    ...suites.map(suite => [suite, ['-ciphersuites', suite], false] as const),
    ['HelloRetryRequest', ['-groups', 'P-384'], true] as const,
    ['stateful tickets', ['-no_ticket'], false] as const,
  ])('%s', async (_what, args, helloRetry) => {
    const server = await opensslServer(identity, ['-rev', ...args]);
    stopping(server.child);
    const sessions = new MemorySessionStore();
    for (const resumed of [false, true, true]) {
      const client = await ourClient(server.port, identity, { sessions });
      expect(client.info).toMatchObject({ resumed, helloRetry, verified: true });
      expect(client.info.peerCertificate?.subject).toEqual(expect.anything());
      client.socket.write('hello\n');
      await client.inbox.including('olleh\n');
      client.socket.end();
      await client.inbox.closed();
    }
  });
});

describe('Node’s tls', () => {
  const stopping = stopAfterTest();

  it.each(suites)('resumes at our server: %s', async suite => {
    const server = stopping(new OurServer(identity));
    const port = await server.listen();
    const visit = async (session?: Buffer) => {
      const coming = server.accept();
      const client = tls.connect({
        ...{ host: '127.0.0.1', port, servername: HOST, ca: identity.root, minVersion: 'TLSv1.3', ciphers: suite },
        ...(session === undefined ? {} : { session }),
      });
      client.on('error', () => {});
      const ticket = new Promise<Buffer>(resolve => client.once('session', resolve));
      const { socket } = await coming;
      const got = await bounded('a ticket', ticket);
      const reused = client.isSessionReused();
      client.destroy();
      return { got, reused, resumed: socket.info?.resumed };
    };
    const first = await visit();
    expect([first.reused, first.resumed]).toEqual([false, false]);
    const second = await visit(first.got);
    expect([second.reused, second.resumed]).toEqual([true, true]);
  });

  it('takes our client’s ticket', async () => {
    const { certificate: cert, key } = identity;
    const reused: boolean[] = [];
    const server = tls.createServer({ cert, key, minVersion: 'TLSv1.3' }, socket => {
      reused.push(socket.isSessionReused());
      socket.on('error', () => {});
      socket.on('data', data => socket.write(data));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as { port: number };
      const sessions = new MemorySessionStore();
      for (const resumed of [false, true]) {
        const client = await ourClient(port, identity, { sessions });
        expect(client.info).toMatchObject({ resumed, verified: true });
        client.socket.write('echo');
        await client.inbox.including('echo');
        client.socket.destroy();
      }
      expect(reused).toEqual([false, true]);
    } finally {
      server.close();
    }
  });
});
