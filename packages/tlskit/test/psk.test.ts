/** Pre-shared keys by the options of the Node face. */
import { describe, expect, it } from 'vitest';
import type { PskSource } from '../src/index.ts';
import { type ConnectOptions, connect, createServer, type TlsServerOptions } from '../src/node/index.ts';
import { credential, failure, listening, readAll, stop, trust } from './support.ts';

const key = new Uint8Array(32).fill(7);
const greet = (socket: { end(text: string): unknown }) => void socket.end('hello');
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const known: PskSource = identity => (text(identity) === 'alice' ? { key } : undefined);

async function server(options: TlsServerOptions) {
  const { server, port } = await listening({ credentials: undefined, ...options }, greet);
  const identities: (string | undefined)[] = [];
  server.on('secureConnection', socket => identities.push(text(socket.info?.pskIdentity)));
  const dial = (options: Partial<ConnectOptions>) => connect({ host: '127.0.0.1', port, ...options });
  return { server, identities, dial };
}

describe('a pre-shared key', () => {
  it.each([known, async (...asked: Parameters<PskSource>) => known(...asked)])(
    'is all that is needed',
    async pskLookup => {
      const { server: own, identities, dial } = await server({ pskLookup });
      const client = dial({ psk: [{ identity: 'alice', key }] });
      expect(String(await readAll(client))).toBe('hello');
      expect(client.info).toMatchObject({ resumed: false, verified: false, peerCertificates: [] });
      expect([text(client.info?.pskIdentity), ...identities]).toEqual(['alice', 'alice']);
      await stop(own);
    },
  );

  it('stands beside certificates, where they are trusted by name', async () => {
    const { server: own, identities, dial } = await server({ ...credential, pskLookup: known });
    const bob = { psk: [{ identity: 'bob', key }] };
    const trusting = dial({ ...bob, trust });
    expect(String(await readAll(trusting))).toBe('hello');
    expect(trusting.info).toMatchObject({ verified: true, pskIdentity: undefined });
    expect(await failure(dial(bob))).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    expect(identities).toEqual([undefined]);
    await stop(own);
  });

  it('must be the right one', async () => {
    const { server: own, dial } = await server({ pskLookup: known });
    const wrong = await failure(dial({ psk: [{ identity: 'alice', key: key.with(0, 1) }] }));
    expect(wrong).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'decrypt_error' });
    const unknown = await failure(dial({ psk: [{ identity: 'bob', key }] }));
    expect(unknown).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    await stop(own);
  });
});

describe('a key of zeros, as one that was wiped', () => {
  const zeros = new Uint8Array(32);

  it('lets nobody in', async () => {
    const { server: own, identities, dial } = await server({ pskLookup: () => ({ key }) });
    expect(() => dial({ psk: [{ identity: 'alice', key: zeros }] })).toThrow('all zeros');
    await stop(own);
    const wiped = await server({ pskLookup: () => ({ key: zeros }) });
    const refused = await failure(wiped.dial({ psk: [{ identity: 'alice', key }] }));
    expect(refused).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
    expect([...identities, ...wiped.identities]).toEqual([]);
    await stop(wiped.server);
  });
});

describe('a key to import', () => {
  const imported = { context: 'alice and the server' };
  const alice = { identity: 'alice', key, imported };

  it('goes with the suites of every hash, where both say so', async () => {
    const asked: (string | undefined)[] = [];
    const pskLookup: TlsServerOptions['pskLookup'] = (identity, { context, hello }) => {
      asked.push(text(identity), text(context), hello.serverName);
      return { key, imported };
    };
    for (const suite of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']) {
      const { server: own, identities, dial } = await server({ pskLookup, cipherSuites: [suite] });
      const client = dial({ psk: [alice], servername: 'example.com' });
      expect(String(await readAll(client))).toBe('hello');
      expect(identities).toEqual(['alice']);
      await stop(own);
    }
    expect(asked.slice(0, 3)).toEqual(['alice', imported.context, 'example.com']);
  });

  it.each([
    { what: 'another context', found: { key, imported: true } },
    { what: 'no import', found: { key } },
  ] as const)('is not known under $what', async ({ found }) => {
    const pskLookup = (identity: Uint8Array) => (text(identity) === 'alice' ? found : undefined);
    const { server: own, dial } = await server({ pskLookup });
    expect(await failure(dial({ psk: [alice] }))).toMatchObject({ alert: 'handshake_failure' });
    await stop(own);
  });

  it('is no plain key of that name', async () => {
    const pskLookup = () => ({ key, imported: true }) as const;
    const { server: own, dial } = await server({ pskLookup });
    expect(await failure(dial({ psk: [{ identity: 'alice', key }] }))).toMatchObject({ alert: 'handshake_failure' });
    await stop(own);
  });

  it('stands beside plain ones, whose identities may look like imported ones', async () => {
    const identity = Uint8Array.of(0, 1, 0x41, 0, 0, 3, 4, 0, 1);
    const pskLookup = (asked: Uint8Array) => (asked.length === identity.length ? { key } : undefined);
    const { server: own, dial } = await server({ pskLookup });
    expect(String(await readAll(dial({ psk: [{ identity, key }] })))).toBe('hello');
    await stop(own);
  });
});

describe('a key that is found when it is needed', () => {
  it.each([undefined, true] as const)('by a function, imported: %s', async imported => {
    const pskLookup = () => ({ key, imported });
    const { server: own, dial } = await server({ pskLookup });
    const asked: unknown[] = [];
    const psk = async (query: unknown) => {
      asked.push(query);
      return [{ identity: 'alice', key, imported }];
    };
    const client = dial({ psk, servername: 'example.com' });
    expect(String(await readAll(client))).toBe('hello');
    expect(asked).toEqual([{ serverName: 'example.com', peerName: 'example.com' }]);
    expect(await failure(dial({ psk: () => [] }))).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
    expect(await failure(dial({ psk: () => [{}] as never }))).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
    await stop(own);
  });
});

it('psk_ke does without a key exchange, where both name it', async () => {
  const pskModes = ['psk_dhe_ke', 'psk_ke'] as const;
  const { server: own, dial } = await server({ pskLookup: known, pskModes });
  const psk = [{ identity: 'alice', key }];
  const client = dial({ psk, pskModes: ['psk_ke'] });
  expect(String(await readAll(client))).toBe('hello');
  expect(client.info?.group).toBeUndefined();
  const exchanging = dial({ psk, pskModes });
  expect(String(await readAll(exchanging))).toBe('hello');
  expect(exchanging.info?.group?.name).toBe('X25519MLKEM768');
  await stop(own);
});

describe('options', () => {
  const psk = (...psk: object[]) => connect({ port: 1, psk } as ConnectOptions);
  const cases: [what: string, make: () => unknown][] = [
    ['an empty list', () => psk()],
    ['an empty identity', () => psk({ identity: '', key })],
    ['an identity that is too long', () => psk({ identity: 'x'.repeat(65_530), key })],
    ['a short key', () => psk({ identity: 'x', key: key.subarray(0, 15) })],
    ['a key that is a password', () => psk({ identity: 'x', key: 'a password that is long enough' })],
    ['a hash that no suite has', () => psk({ identity: 'x', key, hash: 'sha512' })],
    ['a context that is no text', () => psk({ identity: 'x', key, imported: { context: 7 } })],
    ['a misspelt import', () => psk({ identity: 'x', key, imported: { kontext: 'x' } })],
    ['a mode that does not exist', () => createServer({ pskLookup: known, pskModes: ['psk'] } as never)],
    ['no modes', () => createServer({ pskLookup: known, pskModes: [] })],
    ['a misspelt name', () => psk({ id: 'x', key })],
    ['no function', () => createServer({ pskLookup: {} } as never)],
    ['neither certificate nor keys', () => createServer({})],
  ];
  it.each(cases)('%s is refused', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
  });
});
