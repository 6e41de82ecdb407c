import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net';
import { createCA } from '@tlskit/tls-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type TlsError, type TlsSocket } from '../src/node/index.ts';
import {
  ca,
  clientError,
  closed,
  dial,
  failure,
  listening,
  memoryPair,
  openPair,
  type Pass,
  readAll,
  stop,
  ticks,
  trust,
  until,
} from './support.ts';

const DAY = 86_400_000;

describe('a certificate that is not good', () => {
  const cases = [
    {
      what: 'for another host',
      issue: () => ca.issue('example.org'),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      alert: 'bad_certificate',
    },
    {
      what: 'expired',
      issue: () =>
        ca.issue({
          names: ['localhost'],
          notBefore: new Date(Date.now() - 3 * DAY),
          notAfter: new Date(Date.now() - DAY),
        }),
      code: 'CERT_HAS_EXPIRED',
      alert: 'certificate_expired',
    },
    {
      what: 'of tomorrow',
      issue: () => ca.issue({ names: ['localhost'], notBefore: new Date(Date.now() + DAY) }),
      code: 'CERT_NOT_YET_VALID',
      alert: 'certificate_expired',
    },
    {
      what: 'of an authority that nobody knows',
      issue: async () => (await createCA()).issue('localhost'),
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      alert: 'unknown_ca',
    },
    {
      what: 'signed by itself',
      issue: async () => {
        const keyUsage = ['digitalSignature', 'keyCertSign'] as const;
        const self = await createCA({ subject: 'localhost', names: ['localhost'], ca: false, keyUsage });
        return { pem: { certificate: self.pem, key: pemOfKey(self.key) } };
      },
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      alert: 'unknown_ca',
    },
    {
      what: "with a signature that is not its issuer's",
      issue: () => ca.issue({ names: ['localhost'], forged: true }),
      code: 'CERT_SIGNATURE_FAILURE',
      alert: 'bad_certificate',
    },
    {
      what: 'for clients only',
      issue: () => ca.issue({ names: ['localhost'], extendedKeyUsage: ['clientAuth'] }),
      code: 'INVALID_PURPOSE',
      alert: 'unsupported_certificate',
    },
  ];

  it.each(cases)('$what is refused, and the server is told $alert', async ({ issue, code, alert }) => {
    const { pem } = await issue();
    const { server, port } = await listening({ certificate: pem.certificate, key: pem.key });
    const told = clientError(server);
    const client = dial(port);
    const error = await failure(client);
    expect(error).toMatchObject({ code, alert, sentBy: 'us' });
    await expect(client.opened).rejects.toBe(error);
    expect(await told).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert, sentBy: 'peer' });
    expect(client.info).toBe(undefined);
    await stop(server);
  });

  it('is taken where anybody is believed, and the problem is told', async () => {
    const { pem } = await ca.issue('example.org');
    const { server, port } = await listening({ certificate: pem.certificate, key: pem.key });
    const client = dial(port, { trust: { insecure: 'accept any certificate', roots: [ca.pem] } });
    const info = await client.opened;
    expect(client.authorized).toBe(false);
    expect(info).toMatchObject({ verified: false, problem: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
    client.destroy();
    await stop(server);
  });

  it('may be replaced by a pin', async () => {
    const { pem, spki } = await (await createCA()).issue('localhost');
    const { server, port } = await listening({ certificate: pem.certificate, key: pem.key });
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Uint8Array.from(spki))).toString('base64');
    const client = dial(port, { trust: { pins: [`sha256/${digest}`] } });
    expect((await client.opened).verified).toBe(true);
    client.destroy();
    const other = dial(port, { trust: { pins: [`sha256/${Buffer.alloc(32).toString('base64')}`] } });
    expect(await failure(other)).toMatchObject({ code: 'ERR_TLS_CERT_PIN' });
    await stop(server);
  });

  it('of the test authority is unknown to the roots of Node, which are the default', async () => {
    const { server, port } = await listening();
    const error = await failure(dial(port, { trust: undefined }));
    expect(error.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    await stop(server);
  });
});

describe('names', () => {
  it('an IP address is not sent, and is looked for among the addresses of the certificate', async () => {
    const { server, port } = await listening();
    const accepted = once(server, 'secureConnection');
    const client = dial(port, { host: '127.0.0.1' });
    const info = await client.opened;
    const [socket] = await accepted;
    expect(info).toMatchObject({ serverName: undefined, verified: true });
    expect(socket.info.serverName).toBe(undefined);
    client.destroy();
    await stop(server);
  });

  it('an IP address that the certificate lacks is refused', async () => {
    const { pem } = await ca.issue('localhost');
    const { server, port } = await listening({ certificate: pem.certificate, key: pem.key });
    expect((await failure(dial(port, { host: '127.0.0.1' }))).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await stop(server);
  });

  it('SNI may be left out, and another name be verified', async () => {
    const { client, server } = memoryPair({ servername: false, verifyName: '127.0.0.1' });
    expect((await client.opened).serverName).toBe(undefined);
    expect((await server.opened).serverName).toBe(undefined);
    client.destroy();
    const other = memoryPair({ servername: 'localhost', verifyName: 'example.net' });
    other.server.on('error', () => {});
    expect((await failure(other.client)).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

describe('a transport', () => {
  it('that nobody answers on is told with the error of TCP as cause', async () => {
    const { server, port } = await listening();
    await stop(server);
    const error = await failure(dial(port));
    expect(error).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause: { code: 'ECONNREFUSED' } });
  });

  it('whose host does not exist likewise', async () => {
    const lookup = (
      host: string,
      _: unknown,
      done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
    ) => done(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }), '', 4);
    const error = await failure(connect({ host: 'nowhere.test', port: 443, trust, tcp: { lookup: lookup as never } }));
    expect(error).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause: { code: 'ENOTFOUND' } });
  });

  it('that fails in the middle is told once', async () => {
    const { client, server, below } = await openPair();
    const cause = new Error('cable on fire');
    below.client.destroy(cause);
    const [ours, theirs] = await Promise.all([failure(client), failure(server)]);
    expect(ours).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause });
    expect(theirs.code).toBe('ERR_TLS_TRUNCATED');
  });

  it('that was destroyed before it was given is told', async () => {
    const { client, server, below } = await openPair();
    for (const each of [client, server]) each.on('error', () => {});
    below.client.destroy();
    await closed(client);
    const error = await failure(connect({ transport: below.client, servername: 'localhost', trust }));
    expect(error.code).toBe('ERR_TLS_TRANSPORT');
  });
});

describe('truncation', () => {
  it('is an error, behind the data that came before', async () => {
    const { client, server, below } = await openPair({ highWaterMark: 1 << 20 });
    server.on('error', () => {});
    server.write('half a sen');
    await once(client, 'readable');
    const seen: string[] = [];
    client.on('error', error => seen.push((error as TlsError).code));
    below.client.push(null);
    await ticks();
    expect(seen).toEqual([]);
    client.on('data', chunk => seen.push(String(chunk)));
    client.on('end', () => seen.push('end'));
    await closed(client);
    expect(seen).toEqual(['half a sen', 'ERR_TLS_TRUNCATED']);
  });

  it('reaches whoever iterates', async () => {
    const { client, server, below } = await openPair();
    server.write('x'.repeat(1000));
    server.on('error', () => {});
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of client) {
        seen.push(String(chunk));
        below.client.push(null);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_TLS_TRUNCATED' });
    expect(seen.join('')).toBe('x'.repeat(1000));
  });

  it('of the transport does not pass for having been written', async () => {
    const { client, server, below } = await openPair();
    server.on('error', () => {});
    client.on('data', () => {});
    client.pause();
    server.write('to be read first');
    await until(() => client.readableLength > 0);
    below.client.destroy(new Error('cable on fire'));
    await ticks();
    const written: unknown[] = [];
    const ended = failure(client);
    client.write('too late', error => written.push((error as TlsError).code));
    await ticks();
    expect(written).toEqual([]);
    client.resume();
    expect((await ended).code).toBe('ERR_TLS_TRANSPORT');
    await new Promise(resolve => setImmediate(resolve));
    expect(written).toEqual(['ERR_TLS_TRANSPORT']);
  });

  it('reaches whoever only writes', async () => {
    const { client, server, below } = await openPair();
    server.write('unread');
    server.on('error', () => {});
    await until(() => client.readableLength === 6);
    below.client.push(null);
    const ended = failure(client);
    await ticks();
    expect(client.destroyed).toBe(false);
    client.write('anybody there?');
    expect((await ended).code).toBe('ERR_TLS_TRUNCATED');
  });
});

describe('a peer that closes at every step', () => {
  /** Bytes of a whole handshake, from each side. */
  const lengths = { client: 0, server: 0 };
  beforeAll(async () => {
    const pair: ReturnType<typeof memoryPair> = memoryPair({}, {}, (from, bytes) => {
      if (pair.server.info === undefined) lengths[from] += bytes.length;
      return { bytes };
    });
    await Promise.all([pair.client.opened, pair.server.opened]);
    pair.server.resume();
    pair.client.destroy();
    await closed(pair.server);
    expect(lengths.client).toBeGreaterThan(250);
    expect(lengths.server).toBeGreaterThan(700);
  });

  /** Ends one direction after so many bytes. */
  function cut(side: 'client' | 'server', after: number): Pass {
    let passed = 0;
    return (from, bytes) => {
      if (from !== side) return { bytes };
      const part = bytes.subarray(0, after - passed);
      passed += part.length;
      return { bytes: part, end: passed === after };
    };
  }

  it('leaves the client with one error, and nothing open', async () => {
    for (let after = 1; after < lengths.server; after += 37) {
      const { client, server } = memoryPair({}, {}, cut('server', after));
      server.on('error', () => {});
      const error = await failure(client);
      expect(error.code).toBe('ERR_TLS_TRUNCATED');
      await expect(client.opened).rejects.toBe(error);
    }
  });

  it('leaves the server with one error, and nothing open', async () => {
    for (let after = 1; after < lengths.client; after += 37) {
      const { client, server } = memoryPair({}, {}, cut('client', after));
      client.on('error', () => {});
      const error = await failure(server);
      expect(error.code).toBe('ERR_TLS_TRUNCATED');
    }
  });

  it('by a reset is an error too', async () => {
    const resetting = createTcpServer(socket => {
      socket.once('data', () => socket.resetAndDestroy());
      socket.on('error', () => {});
    });
    resetting.listen(0, '127.0.0.1');
    await once(resetting, 'listening');
    const error = await failure(dial((resetting.address() as AddressInfo).port));
    expect(error).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause: { code: 'ECONNRESET' } });
    resetting.close();
    await once(resetting, 'close');
  });

  describe('in order, and resets the connection after', () => {
    /** A client whose connection is reset when the server's close_notify was passed on. */
    async function reset(): Promise<{ client: TlsSocket; end: () => Promise<void> }> {
      const { server, port } = await listening({}, socket => socket.end('done'));
      const proxy = createTcpServer(from => {
        const to = connectTcp(port);
        from.pipe(to);
        to.on('data', chunk => from.write(chunk));
        to.on('end', () => setTimeout(() => from.resetAndDestroy(), 5));
        for (const each of [from, to]) each.on('error', () => {});
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const transport = connectTcp((proxy.address() as AddressInfo).port);
      const client = connect({ transport, servername: 'localhost', trust, allowHalfOpen: true });
      expect((await readAll(client)).toString()).toBe('done');
      await until(() => transport.destroyed);
      const end = async () => {
        proxy.close();
        await stop(server);
      };
      return { client, end };
    }

    it('does no harm to whoever has nothing more to say', async () => {
      const { client, end } = await reset();
      client.end();
      await closed(client);
      expect([client.errored, client.writableFinished]).toEqual([null, true]);
      await end();
    });

    it('is told to whoever has', async () => {
      const { client, end } = await reset();
      client.write('one more thing');
      // It was noticed before the write: the transport was read on.
      expect(await failure(client)).toMatchObject({ code: 'ERR_TLS_TRANSPORT', cause: { syscall: 'read' } });
      await end();
    });
  });
});

describe('errors of a listener', () => {
  const caught: unknown[] = [];
  const keep = (error: unknown) => caught.push(error);
  let others: NodeJS.UncaughtExceptionListener[] = [];
  beforeAll(() => {
    others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', keep);
  });
  afterAll(() => {
    process.removeListener('uncaughtException', keep);
    for (const other of others) process.on('uncaughtException', other);
  });

  it("are the process's, and leave the connection as it is", async () => {
    const { client, server } = await openPair();
    server.once('data', () => {
      throw new Error('oops');
    });
    client.write('first');
    await until(() => caught.length > 0);
    expect(caught).toMatchObject([{ message: 'oops' }]);
    client.end('second');
    expect((await readAll(server)).toString()).toBe('second');
    client.resume();
    await Promise.all([closed(client), closed(server)]);
    expect(client.errored).toBe(null);
  });
});

function pemOfKey(der: Uint8Array): string {
  return `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----\n`;
}
