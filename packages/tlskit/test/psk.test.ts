/** Pre-shared keys by the options of the Node face. */
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, createServer, type TlsServerOptions } from '../src/node/index.ts';
import { credential, failure, listening, readAll, stop, trust } from './support.ts';

const key = new Uint8Array(32).fill(7);
const greet = (socket: { end(text: string): unknown }) => void socket.end('hello');
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const known: TlsServerOptions['pskLookup'] = identity => (text(identity) === 'alice' ? { key } : undefined);

async function server(options: TlsServerOptions) {
  const { server, port } = await listening({ credentials: undefined, ...options }, greet);
  const identities: (string | undefined)[] = [];
  server.on('secureConnection', socket => identities.push(text(socket.info?.pskIdentity)));
  const dial = (options: Partial<ConnectOptions>) => connect({ host: '127.0.0.1', port, ...options });
  return { server, identities, dial };
}

describe('a pre-shared key', () => {
  it.each([known, async (identity: Uint8Array) => known(identity)])('is all that is needed', async pskLookup => {
    const { server: own, identities, dial } = await server({ pskLookup });
    const client = dial({ psk: [{ identity: 'alice', key }] });
    expect(String(await readAll(client))).toBe('hello');
    expect(client.info).toMatchObject({ resumed: false, verified: false, peerCertificates: [] });
    expect([text(client.info?.pskIdentity), ...identities]).toEqual(['alice', 'alice']);
    await stop(own);
  });

  it('stands beside certificates, where they are trusted by name', async () => {
    const { server: own, identities, dial } = await server({ ...credential, pskLookup: known });
    const bob = { psk: [{ identity: 'bob', key }] };
    const trusting = dial({ ...bob, trust });
    expect(String(await readAll(trusting))).toBe('hello');
    expect(trusting.info).toMatchObject({ verified: true, pskIdentity: undefined });
    expect(await failure(dial(bob))).toMatchObject({ code: 'ERR_TLS_CERT_REFUSED' });
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

describe('options', () => {
  const psk = (...psk: object[]) => connect({ port: 1, psk } as ConnectOptions);
  const cases: [what: string, make: () => unknown][] = [
    ['an empty list', () => psk()],
    ['an empty identity', () => psk({ identity: '', key })],
    ['an identity that is too long', () => psk({ identity: 'x'.repeat(65_530), key })],
    ['a short key', () => psk({ identity: 'x', key: key.subarray(0, 15) })],
    ['a key that is a password', () => psk({ identity: 'x', key: 'a password that is long enough' })],
    ['a hash that no suite has', () => psk({ identity: 'x', key, hash: 'sha512' })],
    ['a misspelt name', () => psk({ id: 'x', key })],
    ['no function', () => createServer({ pskLookup: {} } as never)],
    ['neither certificate nor keys', () => createServer({})],
  ];
  it.each(cases)('%s is refused', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
  });
});
