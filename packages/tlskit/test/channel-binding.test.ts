/** Channel bindings (RFC 9266, RFC 5929 §4). */
import { createHash } from 'node:crypto';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { type ChannelBindingType, channelBinding, createClientEngine, createServerEngine } from '../src/engine.ts';
import { MemorySessionStore } from '../src/index.ts';
import { type ConnectOptions, connect, type TlsServerOptions, type TlsSocket } from '../src/node/index.ts';
import { credential, listening, localhost, readAll, stop, trust } from './support.ts';

/** Both ends of a connection, asked before anybody closes. */
async function asked<T>(
  ask: (socket: TlsSocket) => T,
  { server = {}, ...options }: { readonly server?: Partial<TlsServerOptions> } & Partial<ConnectOptions> = {},
): Promise<{ client: T; server: T }> {
  let answer: T | undefined;
  const own = await listening({ ...credential, ...server }, socket => {
    answer = ask(socket);
    socket.end();
  });
  const client = connect({ host: '127.0.0.1', servername: 'localhost', port: own.port, trust, ...options });
  await client.opened;
  const result = ask(client);
  await readAll(client);
  await stop(own.server);
  return { client: result, server: answer as T };
}

/** The error of a call, by code and message. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
    return (error as Error).message;
  }
  throw new Error('no complaint');
}

const binding = (type: ChannelBindingType) => (socket: TlsSocket) => socket.channelBinding(type).toString('hex');

describe('tls-exporter', () => {
  it('is the same at both ends, and the exporter of RFC 9266 §2', async () => {
    const ask = (socket: TlsSocket) => [
      binding('tls-exporter')(socket),
      socket.exportKeyingMaterial('EXPORTER-Channel-Binding', new Uint8Array(0), 32).toString('hex'),
    ];
    const { client, server } = await asked(ask);
    expect(client[0]).toMatch(/^[0-9a-f]{64}$/);
    expect([client[1], ...server]).toEqual([client[0], client[0], client[0]]);
  });

  it('is another for every connection', async () => {
    const [one, two] = [await asked(binding('tls-exporter')), await asked(binding('tls-exporter'))];
    expect(one.client).not.toBe(two.client);
  });
});

it('is none of a connection whose master secret somebody between may share (RFC 7627 §5.4)', () => {
  const connection = (extendedMasterSecret: boolean) =>
    ({ tls12: { extendedMasterSecret }, exportKeyingMaterial: () => Uint8Array.of(1) }) as never;
  const ask = (extendedMasterSecret: boolean) => () =>
    channelBinding(
      { role: 'client', connection: connection(extendedMasterSecret), closed: false },
      'tls-exporter',
      createNodeProvider(),
    );
  expect(ask(true)()).toEqual(Uint8Array.of(1));
  expect(complaint(ask(false))).toContain('extended_master_secret');
});

describe('tls-server-end-point', () => {
  it('is none of a raw public key', async () => {
    const { client, server } = await asked(socket => complaint(() => socket.channelBinding('tls-server-end-point')), {
      server: { certificate: undefined, key: undefined, credentials: [{ key: credential.key, rawPublicKey: true }] },
      trust: { rawPublicKeys: localhost.spki },
    });
    expect([client, server]).toEqual([
      'the server showed no X.509 certificate',
      'the server showed no X.509 certificate',
    ]);
  });

  it.each([
    ['ecdsa-p256', 'sha256'],
    ['ecdsa-p384', 'sha384'],
    ['rsa-2048', 'sha256'],
  ] as const)('is the hash of a certificate of a CA of %s, by its signature: %s', async (key, hash) => {
    const ca = await createCA({ key });
    const issued = await ca.issue('localhost');
    const { client, server } = await asked(binding('tls-server-end-point'), {
      server: { certificate: issued.pem.certificate, key: issued.pem.key },
      trust: { roots: [ca.pem] },
    });
    const expected = createHash(hash)
      .update(issued.chain[0] as Uint8Array)
      .digest('hex');
    expect([client, server]).toEqual([expected, expected]);
  });

  it('is not there where the signature has no hash of its own', async () => {
    const ca = await createCA({ key: 'ed25519' });
    const issued = await ca.issue('localhost');
    const ask = (socket: TlsSocket) => complaint(() => socket.channelBinding('tls-server-end-point'));
    const { client, server } = await asked(ask, {
      server: { certificate: issued.pem.certificate, key: issued.pem.key },
      trust: { roots: [ca.pem] },
    });
    expect(client).toContain('is signed');
    expect(server).toContain('is signed');
  });

  it('is not there for a server of keys alone', async () => {
    const key = new Uint8Array(32).fill(7);
    const ask = (socket: TlsSocket) => complaint(() => socket.channelBinding('tls-server-end-point'));
    const { client, server } = await asked(ask, {
      server: { certificate: undefined, key: undefined, pskLookup: () => ({ key }) },
      trust: undefined,
      psk: [{ identity: 'alice', key }],
    });
    expect(client).toContain('no certificate');
    expect(server).toContain('no certificate');
  });

  it('in a resumed connection is what the client remembers', async () => {
    const sessions = new MemorySessionStore();
    const own = await listening(credential, socket => void socket.end('x'));
    const bindings: string[] = [];
    for (let i = 0; i < 2; i++) {
      const client = connect({ host: '127.0.0.1', port: own.port, trust, sessions });
      await client.opened;
      expect(client.info?.resumed).toBe(i === 1);
      bindings.push(binding('tls-server-end-point')(client));
      await readAll(client);
    }
    expect(bindings[0]).toBe(bindings[1]);
    await stop(own.server);
  });
});

describe('refused', () => {
  it('is tls-unique in TLS 1.3', async () => {
    const { client } = await asked(socket => complaint(() => socket.channelBinding('tls-unique')));
    expect(client).toContain('tls-exporter');
  });

  it('is a type that there is not', async () => {
    const { client } = await asked(socket => {
      expect(() => socket.channelBinding('tls-telnet' as never)).toThrow(
        expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
      );
      return true;
    });
    expect(client).toBe(true);
  });

  it('is any before the handshake is complete, and after the end', () => {
    const client = createClientEngine({ trust, servername: 'localhost' });
    const server = createServerEngine(credential);
    const hashes = { hashes: {} };
    expect(complaint(() => channelBinding(client, 'tls-exporter', hashes))).toContain('open connection');
    client.start();
    server.start();
    for (let i = 0; i < 4; i++) {
      for (const part of client.takeOutput()) server.receive(part);
      for (const part of server.takeOutput()) client.receive(part);
    }
    expect(channelBinding(client, 'tls-exporter', hashes)).toEqual(channelBinding(server, 'tls-exporter', hashes));
    client.abort();
    expect(complaint(() => channelBinding(client, 'tls-exporter', hashes))).toContain('open connection');
  });
});
