import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createCredential, createNobleProvider, MemorySessionStore } from '../src/index.ts';
import { connect, createServer, type TlsError, TlsSocket } from '../src/node/index.ts';
import {
  ca,
  clientError,
  closed,
  credential,
  dial,
  duplexPair,
  failure,
  listening,
  openPair,
  readAll,
  stop,
  trust,
} from './support.ts';

describe('a server', () => {
  it('talks to 200 clients at once', async () => {
    const { server, port } = await listening({}, socket => {
      socket.pipe(socket);
    });
    const talk = async (i: number) => {
      const client = dial(port);
      client.end(`client ${i}`);
      const text = (await readAll(client)).toString();
      await closed(client);
      return text;
    };
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => talk(i)));
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => `client ${i}`));
    server.close();
    await once(server, 'close');
    expect(server.connections.size).toBe(0);
  });

  const garbage: [string, Buffer, string, RegExp][] = [
    [
      'a plain HTTP request',
      Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      'ERR_TLS_RECORD_VERSION',
      /plain HTTP request/,
    ],
    ['an SSL 2.0 hello', Buffer.from('802e0100020015000000100100800200', 'hex'), 'ERR_TLS_RECORD_VERSION', /SSL 2.0/],
    ['zeros', Buffer.alloc(100), 'ERR_TLS_RECORD_VERSION', /not a TLS record/],
    ['application data', Buffer.from('170303000100', 'hex'), 'ERR_TLS_RECORD_TYPE', /application/],
    ['a length beyond all bounds', Buffer.from('160301ffff', 'hex'), 'ERR_TLS_RECORD_OVERFLOW', /65535/],
  ];

  it.each(garbage)('survives %s, and says what it was', async (_, bytes, code, message) => {
    const { server, port } = await listening();
    const told = once(server, 'tlsClientError');
    const stranger = connectTcp(port, '127.0.0.1');
    stranger.on('error', () => {});
    stranger.write(bytes);
    const [error, remote] = (await told) as [TlsError, { address: string; port: number; family: string }];
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(remote).toEqual({ address: '127.0.0.1', port: stranger.localPort, family: 'IPv4' });
    stranger.destroy();
    const client = dial(port);
    expect((await client.opened).verified).toBe(true);
    client.destroy();
    await stop(server);
  });

  it('chooses its certificate by SNI, wildcards included, and takes the first for other names', async () => {
    const [a, b, other] = await Promise.all([
      ca.issue({ names: ['a.test', '*.a.test'] }),
      ca.issue({ names: ['b.test'], key: 'ed25519' }),
      ca.issue({ names: ['other.test', '127.0.0.1'] }),
    ]);
    const credentials = [other, a, b].map(({ pem }) => ({ certificate: pem.certificate, key: pem.key }));
    const { server, port } = await listening({ credentials });
    const subject = async (servername: string | false, verifyName?: string) => {
      const client = dial(port, { servername, verifyName, host: '127.0.0.1' });
      const { peerCertificate, signatureScheme } = await client.opened;
      client.destroy();
      return [peerCertificate?.names[0], signatureScheme?.name];
    };
    expect(await subject('a.test')).toEqual(['dns:a.test', 'ecdsa_secp256r1_sha256']);
    expect(await subject('deep.a.test')).toEqual(['dns:a.test', 'ecdsa_secp256r1_sha256']);
    expect(await subject('b.test')).toEqual(['dns:b.test', 'ed25519']);
    expect(await subject(false, '127.0.0.1')).toEqual(['dns:other.test', 'ecdsa_secp256r1_sha256']);
    expect(await subject('unknown.test', 'other.test')).toEqual(['dns:other.test', 'ecdsa_secp256r1_sha256']);
    await stop(server);
  });

  it('chooses among certificates for one name by what the client can verify', async () => {
    const [ec, rsa] = await Promise.all([ca.issue('localhost'), ca.issue({ names: ['localhost'], key: 'rsa-2048' })]);
    const credentials = [ec, rsa].map(({ pem }) => ({ certificate: pem.certificate, key: pem.key }));
    const { server, port } = await listening({ credentials });
    const client = dial(port, { signatureSchemes: ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256'] });
    expect((await client.opened).signatureScheme).toEqual({ name: 'rsa_pss_rsae_sha256', code: 0x0804 });
    client.destroy();
    const nothing = dial(port, { signatureSchemes: ['ed25519'] });
    expect(await failure(nothing)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    await stop(server);
  });

  it('takes names that were said over those in the certificate', async () => {
    const issued = await ca.issue({ names: ['x.test', 'y.test'] });
    const one = { certificate: issued.pem.certificate, key: issued.pem.key };
    const { server, port } = await listening({ credentials: [credential, { ...one, names: ['*.example', 'Y.test'] }] });
    for (const servername of ['y.test', 'www.example']) {
      const client = dial(port, { servername, verifyName: 'x.test' });
      expect((await client.opened).verified).toBe(true);
      client.destroy();
    }
    expect((await failure(dial(port, { servername: 'x.test' }))).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await stop(server);
  });

  it('asks for a certificate, and may wait for it', async () => {
    const provider = createNobleProvider();
    const late = createCredential({ provider, ...credential });
    const asked: unknown[] = [];
    const { server, port } = await listening({
      selectCredential: async query => {
        asked.push(query.serverName);
        await new Promise(resolve => setTimeout(resolve, 20));
        return query.serverName === 'localhost' ? late : undefined;
      },
    });
    const client = dial(port);
    expect((await client.opened).verified).toBe(true);
    client.destroy();
    const other = dial(port, { servername: 'elsewhere.test' });
    expect(await failure(other)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    expect(asked).toEqual(['localhost', 'elsewhere.test']);
    await stop(server);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no database'))],
    ['gives what is no credential', async () => ({ cert: 'x' }) as never],
  ])('refuses the client when that %s', async (_, selectCredential) => {
    const { server, port } = await listening({ selectCredential });
    const told = clientError(server);
    const [theirs, ours] = await Promise.all([failure(dial(port)), told]);
    expect(theirs).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
    expect(['ERR_TLS_INTERNAL', 'ERR_TLS_INVALID_OPTION']).toContain(ours.code);
    await stop(server);
  });

  it('asks again for the share that it wants', async () => {
    const { server, port } = await listening({ groups: ['secp384r1'] });
    const client = dial(port);
    const info = await client.opened;
    expect(info).toMatchObject({ helloRetry: true, group: { name: 'secp384r1', code: 24 } });
    client.destroy();
    const without = dial(port, { keyShares: [] });
    expect((await without.opened).helloRetry).toBe(true);
    without.destroy();
    await stop(server);
  });

  it('agrees on an application protocol, or refuses', async () => {
    const { server, port } = await listening({ alpn: ['h2', 'http/1.1'] });
    const client = dial(port, { alpn: ['http/1.1', 'h2'] });
    await client.opened;
    expect(client.alpn).toBe('h2');
    client.destroy();
    const told = clientError(server);
    expect(await failure(dial(port, { alpn: ['imap'] }))).toMatchObject({ alert: 'no_application_protocol' });
    expect((await told).code).toBe('ERR_TLS_NO_APPLICATION_PROTOCOL');
    await stop(server);
    const lenient = await listening({ alpn: ['h2'], alpnMismatch: 'ignore' });
    const other = dial(lenient.port, { alpn: ['imap'] });
    expect((await other.opened).alpn).toBe(undefined);
    other.destroy();
    await stop(lenient.server);
  });

  it('drops connections beyond its maximum', async () => {
    const { server, port } = await listening({ maxConnections: 1 });
    const first = dial(port);
    await first.opened;
    const second = dial(port);
    expect(['ERR_TLS_TRUNCATED', 'ERR_TLS_TRANSPORT']).toContain((await failure(second)).code);
    first.destroy();
    await stop(server);
  });

  it('ends all connections when it is told to, and is then closed', async () => {
    const { server, port } = await listening({}, socket => socket.resume());
    const client = dial(port).resume();
    const accepted = once(server, 'secureConnection');
    await client.opened;
    const [socket] = await accepted;
    expect(socket).toBeInstanceOf(TlsSocket);
    expect([...server.connections]).toEqual([socket]);
    server.closeAllConnections();
    await closed(client);
    expect(client.errored).toBe(null);
    server.close();
    await once(server, 'close');
    expect(server.listening).toBe(false);
  });

  it('does not die of a client whose connection breaks, though nobody listens', async () => {
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const raw = connectTcp(port, '127.0.0.1');
    const { connect } = await import('../src/node/index.ts');
    const client = connect({ transport: raw, servername: 'localhost', trust: { roots: [ca.pem] } });
    client.on('error', () => {});
    const [socket] = await accepted;
    raw.resetAndDestroy();
    await closed(socket);
    expect(socket.errored.code).toBe('ERR_TLS_TRANSPORT');
    await stop(server);
  });
});

describe('a connection', () => {
  it('tells what was agreed on', async () => {
    const { client, server } = await openPair({ alpn: ['echo'] }, { alpn: ['echo'] });
    expect(client.info).toMatchObject({
      protocol: 'TLSv1.3',
      protocolCode: 0x0304,
      cipherSuite: { name: 'TLS_AES_128_GCM_SHA256', code: 0x1301 },
      group: { name: 'X25519MLKEM768', code: 0x11ec },
      signatureScheme: { name: 'ecdsa_secp256r1_sha256', code: 0x0403 },
      alpn: 'echo',
      serverName: 'localhost',
      helloRetry: false,
      resumed: false,
      verified: true,
      peerCertificate: { names: ['dns:localhost', 'ip:127.0.0.1'], key: 'ECDSA P-256' },
    });
    expect(client.info?.peerCertificates).toHaveLength(1);
    expect(client.info?.peerCertificate?.fingerprint256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(server.info).toMatchObject({ serverName: 'localhost', verified: false, peerCertificate: undefined });
    expect([client.authorized, server.authorized]).toEqual([true, false]);
    expect(client.info).not.toHaveProperty('problem');
  });

  it('exports the same keying material at both ends', async () => {
    const { client, server } = await openPair();
    const context = Buffer.from('context');
    const material = client.exportKeyingMaterial('EXPERIMENTAL label', context, 48);
    expect(material).toHaveLength(48);
    expect(server.exportKeyingMaterial('EXPERIMENTAL label', context, 48)).toEqual(material);
    expect(server.exportKeyingMaterial('EXPERIMENTAL label')).toHaveLength(32);
    client.destroy();
    expect(() => client.exportKeyingMaterial('EXPERIMENTAL label')).toThrow(/open connection/);
  });

  it('updates its keys, and asks the peer to', async () => {
    const lines: string[] = [];
    const { client, server } = await openPair({ keyLog: line => lines.push(line) });
    const updates: unknown[] = [];
    client.on('keyUpdate', update => updates.push(update));
    client.updateKeys({ requestPeer: true });
    client.write('under new keys');
    expect(String((await once(server, 'data'))[0])).toBe('under new keys');
    server.write('likewise');
    expect(String((await once(client, 'data'))[0])).toBe('likewise');
    expect(updates).toEqual([{ direction: 'write' }, { direction: 'read', requested: false, answers: true }]);
    const labels = lines.map(line => line.split(' ')[0]);
    expect(labels).toContain('CLIENT_TRAFFIC_SECRET_1');
    expect(labels).toContain('SERVER_TRAFFIC_SECRET_1');
    client.destroy();
    expect(() => client.updateKeys()).toThrow(/open connection/);
  });

  it('logs keys for those who ask, and alike at both ends', async () => {
    const seen: Record<string, string[]> = { client: [], event: [], server: [] };
    const { server, port } = await listening({}, socket => socket.resume());
    server.on('keylog', (line, socket) => {
      expect(socket).toBeInstanceOf(TlsSocket);
      seen.server?.push(line);
    });
    const client = dial(port, { keyLog: line => seen.client?.push(line) });
    client.on('keylog', line => seen.event?.push(line));
    await client.opened;
    client.end();
    client.resume();
    await closed(client);
    expect(seen.client).toHaveLength(5);
    expect(seen.event).toEqual(seen.client);
    expect(seen.server?.sort()).toEqual(seen.client?.sort());
    expect(seen.client?.[0]).toMatch(/^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]{64}$/);
    await stop(server);
  });

  it('shows records and messages to an inspector, and no secrets to anybody else', async () => {
    const messages: string[] = [];
    const epochs = new Set<string>();
    const { client } = await openPair({
      certificateCompression: false,
      inspect: {
        message: ({ direction, bytes }) => messages.push(`${direction} ${bytes[0]}`),
        record: ({ epoch }) => epochs.add(epoch),
      },
    });
    expect(messages).toEqual(['out 1', 'in 2', 'in 8', 'in 11', 'in 15', 'in 20', 'out 20']);
    expect([...epochs]).toEqual(['plaintext', 'handshake']);
    const keylog: string[] = [];
    client.on('keylog', line => keylog.push(line));
    client.updateKeys();
    expect(keylog).toEqual([]);
  });

  it('makes an inspector for each connection, and knows whose it is', async () => {
    const seen = new Map<TlsSocket, number[]>();
    const { server, port } = await listening(
      {
        inspectConnection: socket => {
          const types: number[] = [];
          seen.set(socket, types);
          return { message: ({ direction, bytes }) => direction === 'in' && types.push(bytes[0]!) };
        },
      },
      socket => socket.end(`${seen.get(socket)}`),
    );
    for (const client of [dial(port), dial(port)]) expect(String(await readAll(client))).toBe('1,20');
    expect(seen.size).toBe(2);
    await stop(server);
  });

  it('serves what others accepted', async () => {
    const server = createServer(credential, socket => socket.end('hello'));
    const [near, far] = duplexPair();
    const socket = server.accept(far);
    expect(server.connections.has(socket)).toBe(true);
    const client = connect({ transport: near, servername: 'localhost', trust });
    expect(String(await readAll(client))).toBe('hello');
    expect(() => server.accept({} as Duplex)).toThrow('transport is a Duplex stream');
  });

  it('takes other options for the connections to come, to whom earlier tickets are as good', async () => {
    const { server, port } = await listening({}, socket => socket.end('hello'));
    const sessions = new MemorySessionStore();
    await readAll(dial(port, { sessions }));
    const other = await ca.issue('localhost');
    const renewed = { certificate: other.pem.certificate, key: other.pem.key };
    expect(() => server.setOptions({ ...credential, key: other.pem.key })).toThrow('key');
    expect(() => server.setOptions({ ...renewed, maxConnections: 0 })).toThrow('maxConnections');
    const still = dial(port);
    expect((await still.opened).peerCertificates[0]).not.toEqual(new Uint8Array(other.certificate));
    still.destroy();
    server.setOptions(renewed);
    const fresh = dial(port);
    expect((await fresh.opened).peerCertificates[0]).toEqual(new Uint8Array(other.certificate));
    fresh.destroy();
    const resumed = dial(port, { sessions });
    expect((await resumed.opened).resumed).toBe(true);
    resumed.destroy();
    await stop(server);
  });

  it('has suites of old alone where the others are an empty list', async () => {
    const legacy = ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'];
    const { server, port } = await listening({ cipherSuites: [], legacy });
    const client = dial(port, { legacy });
    expect((await client.opened).cipherSuite.name).toBe(legacy[0]);
    client.destroy();
    const other = dial(port);
    expect((await failure(other)).alert).toBe('handshake_failure');
    await stop(server);
  });
});
