/** The outer form of a ClientHello, and a server's answers to it, by options. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  ExtensionType,
  encodeMessage,
  isGrease,
} from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { type ClientOptions, CookieKeys, type ServerOptions } from '../src/index.ts';
import { connect, createServer } from '../src/node/index.ts';
import { credential, listening, readAll, stop, trust } from './support.ts';

const greet = (socket: { end(text: string): unknown }) => void socket.end('hello');

async function hello(client: ClientOptions, options: ServerOptions = {}): Promise<ClientHello> {
  const { server, port } = await listening({ ...credential, ...options }, greet);
  let raw = new Uint8Array(0);
  const message = ({ bytes }: { readonly bytes: Uint8Array }) => {
    if (bytes[0] === clientHello.type) raw = new Uint8Array(bytes);
  };
  expect(String(await readAll(connect({ port, trust, ...client, inspect: { message } })))).toBe('hello');
  await stop(server);
  return decodeMessage(clientHello, raw);
}

const types = (of: ClientHello) => of.extensions.map(each => each.extension_type);

describe('a ClientHello', () => {
  it('has reserved values where they are wanted', async () => {
    expect(types(await hello({})).some(isGrease)).toBe(false);
    const greased = await hello({ grease: true }, { grease: true });
    expect(types(greased).filter(isGrease)).toHaveLength(2);
    expect(isGrease(greased.cipher_suites[0] ?? 0)).toBe(true);
  });

  it('has its extensions in the order that is said', async () => {
    const { key_share, supported_versions } = ExtensionType.values;
    const ordered = types(await hello({ grease: true, extensionOrder: ['key_share', 'GREASE', 'supported_versions'] }));
    expect([ordered[0], isGrease(ordered[1] ?? 0), ordered[2]]).toEqual([key_share, true, supported_versions]);
    const orders = await Promise.all(
      [1, 2, 3].map(async () => types(await hello({ extensionOrder: 'random' })).join()),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  it.each([{ helloPadding: { size: 2000 } }, { helloPadding: { multipleOf: 2000 } }, { helloPadding: () => 2000 }])(
    'is padded: %j',
    async ({ helloPadding }) => {
      expect(encodeMessage(clientHello, await hello({ helloPadding }))).toHaveLength(2000);
    },
  );
});

it('a server may ask for the group that it likes best', async () => {
  const groups = { groups: ['secp256r1', 'x25519'] };
  const { server, port } = await listening(
    { ...credential, ...groups, retryForBestGroup: true, alwaysChangeCipherSpec: true },
    greet,
  );
  const client = connect({ port, trust, groups: ['x25519', 'secp256r1'], compatibilityMode: false });
  expect(String(await readAll(client))).toBe('hello');
  expect(client.info).toMatchObject({ helloRetry: true, group: { name: 'secp256r1' } });
  await stop(server);
});

it('a server may ask every client to say hello again, by a cookie', async () => {
  const cookies = new CookieKeys({ provider: createNodeProvider(), now: Date.now });
  const statelessRetry = { cookies, context: '127.0.0.1', always: true };
  const { server, port } = await listening({ ...credential, statelessRetry }, greet);
  const client = connect({ port, trust });
  expect(String(await readAll(client))).toBe('hello');
  expect(client.info?.helloRetry).toBe(true);
  await stop(server);
});

it('tickets come in the number that is asked for', async () => {
  const { server, port } = await listening({ ...credential, ticketCount: 4 }, greet);
  const client = connect({ port, trust, ticketRequest: { newSession: 3, resumption: 1 } });
  let sessions = 0;
  client.on('session', () => sessions++);
  expect(String(await readAll(client))).toBe('hello');
  expect([client.info?.expectedTickets, sessions]).toEqual([3, 3]);
  await stop(server);
});

describe('options', () => {
  const client = (options: object) => () => connect({ port: 1, trust, ...options });
  const server = (options: object) => () => createServer({ ...credential, ...options });
  const cases: [what: string, make: () => unknown][] = [
    ['grease that is no boolean', client({ grease: 'yes' })],
    ['an order that is a name', client({ extensionOrder: 'key_share' })],
    ['an extension that nobody knows', client({ extensionOrder: ['key_shares'] })],
    ['an extension twice', client({ extensionOrder: ['key_share', 'key_share'] })],
    ['pre_shared_key that is not last', client({ extensionOrder: ['pre_shared_key', 'key_share'] })],
    ['padding without end', client({ helloPadding: { size: 1 << 20 } })],
    ['padding by two rules', client({ helloPadding: { size: 512, multipleOf: 512 } })],
    ['padding by none', client({ helloPadding: {} })],
    ['padding that is a number', client({ helloPadding: 512 })],
    ['tickets beyond 255', client({ ticketRequest: { newSession: 256, resumption: 0 } })],
    ['half a request for tickets', client({ ticketRequest: { newSession: 1 } })],
    ['cookies that nobody makes', server({ statelessRetry: {} })],
    ['a context that is no text', server({ statelessRetry: { cookies: { seal() {}, open() {} }, context: 7 } })],
    ['a retry that is no boolean', server({ retryForBestGroup: 1 })],
    ['a change_cipher_spec that is no boolean', server({ alwaysChangeCipherSpec: 1 })],
  ];
  it.each(cases)('%s is refused', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
  });
});
