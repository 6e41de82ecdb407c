/** `tlskit/web` in every runtime, over its own sockets, against OpenSSL in Node; browsers through a gateway. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { createCA } from '@tlskit/tls-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, isAbsent, programs } from '../programs.mjs';
import { Gateway } from '../src/gateway.ts';
import { type Guest, PageGuest, ProcessGuest, WorkerdGuest } from '../src/guests.ts';
import type { Request } from '../src/scenarios.ts';

const { node24, bun, deno, workerd } = programs;

interface Runtime {
  readonly name: string;
  readonly absent: boolean;
  start(): Promise<Guest>;
  /** What of the default provider is not WebCrypto's here, though it might be. */
  readonly lacks: readonly string[];
  readonly listens: boolean;
}

const runtimes: readonly Runtime[] = [
  {
    name: 'Node',
    absent: false,
    start: () => ProcessGuest.start(process.execPath, ['--no-warnings'], 'node'),
    lacks: Number.parseInt(process.versions.node, 10) < 24 ? ['ml-kem-768', 'ml-kem-1024'] : [],
    listens: true,
  },
  {
    name: 'Node 24 (skipped where its package is not for the platform)',
    absent: isAbsent(node24),
    start: () => ProcessGuest.start(node24, ['--no-warnings'], 'node'),
    lacks: [],
    listens: true,
  },
  {
    name: 'Bun (skipped where its package is not for the platform)',
    absent: isAbsent(bun),
    start: () => ProcessGuest.start(bun, ['run'], 'bun'),
    lacks: [],
    listens: true,
  },
  {
    name: 'Deno (skipped where its package is not for the platform)',
    absent: isAbsent(deno),
    start: () => ProcessGuest.start(deno, ['run', '--quiet', '--no-config', '--allow-net=127.0.0.1'], 'deno'),
    lacks: [],
    listens: true,
  },
  {
    name: 'workerd (skipped where its package is not for the platform)',
    absent: isAbsent(workerd),
    start: () => WorkerdGuest.start(workerd),
    lacks: ['ml-kem-768', 'ml-kem-1024'],
    listens: false,
  },
  {
    name: 'Chromium (skipped where there is none: set CHROMIUM_PATH)',
    absent: isAbsent(chromiumPath),
    start: () => PageGuest.start(chromiumPath, address.replace('ws:', 'http:')),
    lacks: [],
    listens: false,
  },
];

/** What WebCrypto may do of the default provider. */
const native = [
  ...['x25519', 'secp256r1', 'secp384r1', 'secp521r1', 'ml-kem-768', 'ml-kem-1024'],
  ...['ecdsa-secp256r1', 'ecdsa-secp384r1', 'ecdsa-secp521r1', 'ed25519', 'rsa-pkcs1', 'rsa-pss'],
];

const ca = await createCA();
const issued = await ca.issue({ names: ['localhost'] });
const identity = { ca: ca.pem, ...issued.pem };
const gateway = new Gateway();
let address = '';

beforeAll(async () => {
  address = await gateway.start();
});
afterAll(() => gateway.close());

describe.each(runtimes)('$name', ({ absent, start, lacks, listens }) => {
  let guest: Guest;
  let server: Server | undefined;

  beforeAll(async () => {
    if (!absent) guest = await start();
  });
  afterAll(() => guest?.close());

  /** A server that does this with each connection. @returns its port */
  async function serving(serve: (socket: TLSSocket) => void, versions = {}): Promise<number> {
    const { certificate: cert, key } = issued.pem;
    server = createServer({ cert, key, allowHalfOpen: true, ...versions }, socket => {
      socket.on('error', () => {});
      serve(socket);
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** @param port of a server, which is closed afterwards */
  async function ask(request: Omit<Request, 'identity' | 'peer'>, port = 0): Promise<unknown> {
    const { result, error } = await guest.ask({ ...request, identity, peer: { port, gateway: `${address}/${port}` } });
    server?.close();
    server = undefined;
    expect(error).toBeUndefined();
    return result;
  }

  const check = it.skipIf(absent);

  check.each(['TLSv1.3', 'TLSv1.2'] as const)('client and server in memory, twice at once: %s', async version => {
    const suite = version === 'TLSv1.3' ? 'TLS_CHACHA20' : 'TLS_ECDHE_ECDSA_WITH_CHACHA20';
    const info = {
      protocol: version,
      cipherSuite: `${suite}_POLY1305_SHA256`,
      group: version === 'TLSv1.3' ? 'X25519MLKEM768' : 'x25519',
    };
    const pair = {
      infos: [
        { ...info, verified: true },
        { ...info, verified: false },
      ],
      same: true,
    };
    expect(await ask({ scenario: 'memory', version, size: 200_000 })).toEqual([pair, pair]);
  });

  check('public-key work is WebCrypto’s, as far as it has it, and the rest in JavaScript', async () => {
    const described = Object.entries((await ask({ scenario: 'describe' })) as Record<string, string>);
    const web = described.filter(([, who]) => who === 'web').map(([name]) => name);
    expect(web.sort()).toEqual(native.filter(name => !lacks.includes(name)).sort());
    expect(described.filter(([, who]) => who === 'noble').length).toBeGreaterThan(5);
  });

  check.each(['TLSv1.3', 'TLSv1.2'] as const)('to a server over TCP, there and back: %s', async version => {
    const port = await serving(socket => socket.pipe(socket), { maxVersion: version });
    const told = await ask({ scenario: 'echo', size: 1_000_000 }, port);
    expect(told).toMatchObject({
      protocol: version,
      group: expect.stringContaining('25519'),
      verified: true,
      same: true,
    });
  });

  check('a server with a certificate for somebody else is refused, and hears why', async () => {
    const port = await serving(socket => socket.end());
    const refused = once(server as Server, 'tlsClientError');
    const code = 'ERR_TLS_CERT_ALTNAME_INVALID';
    const told = await ask({ scenario: 'refused', servername: 'other.example', version: 'TLSv1.2' }, port);
    expect(told).toEqual({ opened: code, closed: code, read: code, write: code });
    expect(((await refused) as [NodeJS.ErrnoException])[0].code).toBe('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE');
  });

  check('an abort ends the connection', async () => {
    const port = await serving(socket => socket.resume());
    expect(await ask({ scenario: 'aborted' }, port)).toEqual(['ABORT_ERR', 'ABORT_ERR']);
  });

  check('an end without close_notify is told from a whole one, behind what came before', async () => {
    const port = await serving(socket => {
      const { _parent: tcp } = socket as unknown as { _parent: { end(): void } };
      socket.write('all', () => setTimeout(() => tcp.end(), 100));
    });
    expect(await ask({ scenario: 'cut' }, port)).toEqual(['all', 'ERR_TLS_TRUNCATED', 'ERR_TLS_TRUNCATED']);
  });

  check('who writes to a server that does not read is held up', async () => {
    const port = await serving(socket => socket.pause());
    const size = 100_000_000;
    const [taken, code] = (await ask({ scenario: 'stuffed', size }, port)) as [number, string];
    expect(code).toBe('ABORT_ERR');
    expect(taken).toBeLessThan(size / 2);
  });

  it.skipIf(absent || !listens)(
    `a server of ours for a client over TCP${listens ? '' : ' (skipped: it does not listen)'}`,
    async () => {
      const port = (await ask({ scenario: 'listen' })) as number;
      const client = connect({ port, host: '127.0.0.1', ca: ca.pem, servername: 'localhost' });
      await once(client, 'secureConnect');
      client.end('there and back');
      let heard = '';
      for await (const chunk of client) heard += chunk;
      expect(heard).toBe('there and back');
      expect(await ask({ scenario: 'accepted' })).toMatchObject({ protocol: 'TLSv1.3', verified: false });
    },
  );
});
