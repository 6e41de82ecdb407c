/** 0-RTT (RFC 9846 §2.3) with OpenSSL, either end ours. */
import { readFileSync } from 'node:fs';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { type ClientSession, MemorySessionStore, TicketKeys } from 'tlskit';
import type { ConnectOptions, TlsServerOptions } from 'tlskit/node';
import { beforeAll, expect, it } from 'vitest';
import { goodIdentity, type Identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { opensslClient, opensslServer } from '../src/openssl.ts';
import { type OurClient, OurServer, ourClient } from '../src/ours.ts';
import { forPeer, keyLogLines, stopAfterTest } from './support.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await goodIdentity('ecdsa-p256');
});

const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
const words = Buffer.from('early words\n');

forPeer('openssl', 'our client’s early data at openssl s_server', () => {
  const stopping = stopAfterTest();

  /** A server that takes early data, and a store with a ticket of it. */
  async function prepared(args: readonly string[], options: ConnectOptions = {}) {
    const { port, child } = await opensslServer(identity, ['-early_data', ...args]);
    stopping(child);
    const sessions = new MemorySessionStore();
    const kept = new Promise<void>(resolve => {
      const put = sessions.put.bind(sessions);
      sessions.put = (server, session) => {
        put(server, session);
        resolve();
      };
    });
    await leave(await ourClient(port, identity, { sessions, ...options }), kept);
    return { port, child, sessions };
  }

  async function leave({ socket, inbox }: OurClient, kept?: Promise<void>): Promise<void> {
    await kept;
    socket.end();
    await inbox.closed();
  }

  it.each(suites)('is accepted: %s', async suite => {
    const { port, child, sessions } = await prepared(['-ciphersuites', suite]);
    const client = await ourClient(port, identity, { sessions, earlyData: words });
    expect(client.info).toMatchObject({ resumed: true, earlyData: { accepted: true }, cipherSuite: { name: suite } });
    expect(client.socket.earlyDataSent).toBe(true);
    expect(client.watch.messages).toEqual(expect.arrayContaining(['> end_of_early_data']));
    await child.saying(/^early words$/m);
    // What comes later is other data.
    client.socket.write('late words\n');
    await child.saying(/^late words$/m);
    expect(child.text).toMatch(/^Early data received:$/m);
    await leave(client);
  });

  it('is accepted under the protocol of the session', async () => {
    const alpn = ['b', 'a'];
    const { port, child, sessions } = await prepared(['-alpn', 'a'], { alpn });
    const client = await ourClient(port, identity, { sessions, alpn, earlyData: words });
    expect(client.info).toMatchObject({ alpn: 'a', earlyData: { accepted: true } });
    await child.saying(/^early words$/m);
    await leave(client);
  });

  it('is rejected after a HelloRetryRequest', async () => {
    const { port, child, sessions } = await prepared(['-groups', 'P-384']);
    const client = await ourClient(port, identity, { sessions, earlyData: words });
    // OpenSSL lets a ticket be used once, and the first ClientHello has used it.
    expect(client.info).toMatchObject({
      resumed: false,
      helloRetry: true,
      earlyData: { accepted: false, refusal: 'hello-retry' },
    });
    expect(client.socket.earlyDataSent).toBe(false);
    client.socket.write('late words\n');
    await child.saying(/^late words$/m);
    expect(child.text).not.toContain('early words');
    await leave(client);
  });

  it('is rejected where the ticket was used before, and sent late if that is wanted', async () => {
    const { port, child, sessions } = await prepared([]);
    const name = `127.0.0.1:${port}`;
    const session = sessions.take(name, () => true) as ClientSession;
    const again = { ...session, psk: session.psk.slice() };
    sessions.put(name, session);
    await leave(await ourClient(port, identity, { sessions, earlyData: words }));
    const store = new MemorySessionStore();
    store.put(name, again);
    const client = await ourClient(port, identity, { sessions: store, earlyData: words, resendEarlyData: true });
    expect(client.info).toMatchObject({ resumed: false, earlyData: { accepted: false, refusal: 'not-resumed' } });
    expect(client.socket.earlyDataSent).toBe(true);
    await child.saying(/^early words$[\s\S]*^early words$/m);
    await leave(client);
  });

  it('is not sent where the ticket allows less', async () => {
    const { port, sessions } = await prepared(['-max_early_data', String(words.length - 1)]);
    const client = await ourClient(port, identity, { sessions, earlyData: words });
    expect(client.info).toMatchObject({ resumed: true, earlyData: undefined });
    await leave(client);
  });
});

forPeer('openssl', 'early data of openssl s_client at our server', () => {
  const stopping = stopAfterTest();

  /** The server, the file of a session that it gave, and what it reads early. */
  async function prepared(options: TlsServerOptions = {}) {
    const tickets = new TicketKeys({ provider: createNodeProvider(), now: Date.now });
    const session = file('');
    const first = stopping(new OurServer(identity, { earlyData: {}, tickets, ...options }));
    const coming = first.accept();
    const client = stopping(opensslClient(await first.listen(), identity.files.root, ['-sess_out', session]));
    const { socket, inbox } = await coming;
    client.write('hello\n');
    await inbox.including('hello\n');
    socket.end('bye\n');
    await client.exit();
    return { tickets, session };
  }

  /** Another server with the same tickets, and a client that has early data for it. */
  async function visit(session: string, options: TlsServerOptions, args: readonly string[] = []) {
    const server = stopping(new OurServer(identity, options));
    const early: string[] = [];
    server.early((chunk, socket) => {
      early.push(String(chunk));
      if (socket.info === undefined) socket.write('half-RTT\n');
    });
    const port = await server.listen();
    const coming = server.accept();
    const sent = file(words);
    const client = stopping(
      opensslClient(port, identity.files.root, ['-sess_in', session, '-early_data', sent, ...args]),
    );
    const { socket, inbox } = await coming;
    client.write('late words\n');
    await inbox.including('late words\n');
    socket.end('bye\n');
    await client.exit();
    return { info: socket.info, text: client.text, early, received: inbox.text, server };
  }

  const guard = () => ({ window: 60_000, firstTime: () => true });

  it.each(suites)('is accepted, and answered before the handshake is complete: %s', async suite => {
    const { tickets, session } = await prepared({ cipherSuites: [suite] });
    const log = file('');
    const options = { tickets, cipherSuites: [suite], earlyData: { guard: guard() } };
    const { info, text, early, server } = await visit(session, options, ['-keylogfile', log]);
    expect(info).toMatchObject({ resumed: true, earlyData: { accepted: true } });
    expect(early.join('')).toBe(String(words));
    expect(text).toMatch(/^Early data was accepted$/m);
    expect(text).toContain('half-RTT\n');
    const theirs = keyLogLines(readFileSync(log, 'utf8').split('\n'));
    expect(keyLogLines(server.keyLog)).toEqual(theirs);
    expect(theirs.map(line => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['client_early_traffic_secret', 'early_exporter_secret']),
    );
  });

  it.each<[what: string, refusal: string, options: TlsServerOptions, args?: string[]]>([
    ['a server that takes none', 'disabled', {}],
    ['a guard that has seen it', 'replay', { earlyData: { guard: { window: 60_000, firstTime: () => false } } }],
    [
      'a HelloRetryRequest',
      'hello-retry',
      { earlyData: { guard: guard() }, groups: ['secp384r1'] },
      ['-groups', 'X25519:P-384'],
    ],
  ])('is rejected by %s', async (_what, refusal, options, args) => {
    const { tickets, session } = await prepared();
    const { info, text, early, received } = await visit(session, { tickets, ...options }, args);
    expect(info).toMatchObject({ resumed: true, earlyData: { accepted: false, refusal } });
    expect(text).toMatch(/^Early data was rejected$/m);
    expect([early, received]).toEqual([[], 'late words\n']);
  });
});
