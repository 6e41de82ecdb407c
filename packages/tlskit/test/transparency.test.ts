/** Timestamps of certificate logs (RFC 6962) over sockets, with both versions. */
import { clientHello, decodeMessage, ExtensionType } from '@tlskit/tls-messages';
import { createLog, type Issued, ocspSctExtension, type TestLog } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientEngine } from '../src/engine.ts';
import { type CtLog, MemorySessionStore, reportTransparency, requireTransparency } from '../src/index.ts';
import { type ConnectOptions, type TlsError, type TlsServerOptions, tls12, tls13 } from '../src/node/index.ts';
import { ca, clientError, closed, dial, failure, listening, localhost, stop, trust } from './support.ts';

let one: TestLog;
let two: TestLog;
let logs: readonly CtLog[];
let embedded: Issued;
let forged: Issued;

beforeAll(async () => {
  [one, two] = [await createLog(), await createLog({ key: 'rsa-2048' })];
  logs = [
    { key: one.spki, description: 'one', operator: 'A' },
    { key: two.spki, description: 'two', operator: 'B' },
  ];
  embedded = await ca.issue({ names: ['localhost'], scts: [one, two] });
  forged = await ca.issue({ names: ['localhost'], scts: [{ log: one, forged: true }, two] });
});

const credentialOf = ({ pem }: Issued, scts?: () => Promise<readonly Uint8Array[]>) => [
  { certificate: pem.certificate, key: pem.key, ...(scts === undefined ? {} : { scts }) },
];

const stapled = (...of: TestLog[]) =>
  credentialOf(localhost, () => Promise.all(of.map(log => log.addChain(localhost.chain))));

/** What a client that gets through sees. */
async function info(credentials: TlsServerOptions['credentials'], options: Partial<ConnectOptions>) {
  const { server, port } = await listening({ credentials });
  const client = dial(port, options);
  const description = await client.opened;
  client.destroy();
  await stop(server);
  return description;
}

/** How a client that does not get through fails, and what the server hears of it. */
async function refusals(credentials: TlsServerOptions['credentials'], options: Partial<ConnectOptions>) {
  const { server, port } = await listening({ credentials });
  const atServer = clientError(server);
  const atClient = await failure(dial(port, options));
  const result: readonly [TlsError, TlsError] = [atClient, await atServer];
  await stop(server);
  return result;
}

describe.each([
  ['TLS 1.3', tls13],
  ['TLS 1.2', tls12],
] as const)('with %s', (_, version) => {
  const options = (): Partial<ConnectOptions> => ({ versions: [version], transparency: requireTransparency({ logs }) });

  it('SCTs beside the certificate are asked for, and are enough', async () => {
    const { transparency, scts } = await info(stapled(one, two), options());
    expect(scts).toHaveLength(2);
    expect(transparency).toMatchObject({
      satisfied: true,
      scts: [
        { delivery: 'tls', status: 'valid', log: { description: 'one', operator: 'A' } },
        { delivery: 'tls', status: 'valid', log: { description: 'two', operator: 'B' } },
      ],
    });
  });

  it('SCTs of a stapled OCSP response are enough', async () => {
    const scts = await Promise.all([one, two].map(log => log.addChain(localhost.chain)));
    const extensions = [ocspSctExtension(scts)];
    const ocspResponse = await ca.ocsp({ responses: [{ certificate: localhost.certificate, extensions }] });
    const [own] = credentialOf(localhost);
    for (const revocation of [undefined, { by: [] }]) {
      const { transparency } = await info([{ ...own, ocspResponse }] as never, { ...options(), revocation });
      expect(transparency?.scts.map(({ delivery, status }) => [delivery, status])).toEqual([
        ['ocsp', 'valid'],
        ['ocsp', 'valid'],
      ]);
    }
  });

  it('SCTs in the certificate are enough', async () => {
    const { transparency, verified } = await info(credentialOf(embedded), options());
    expect(verified).toBe(true);
    expect(transparency?.scts.map(({ delivery, status }) => [delivery, status])).toEqual([
      ['embedded', 'valid'],
      ['embedded', 'valid'],
    ]);
  });

  it.each([
    ['none', () => credentialOf(localhost)],
    ['too few', () => stapled(one)],
    ['forged ones', () => credentialOf(forged)],
    [
      'those of another certificate',
      () => credentialOf(localhost, () => Promise.all([one, two].map(log => log.addChain(embedded.chain)))),
    ],
    ['noise', () => credentialOf(localhost, async () => [Uint8Array.of(0), new Uint8Array(3000).fill(1)])],
  ])('a server with %s is refused, and told', async (_what, credentials) => {
    const [atClient, atServer] = await refusals(credentials(), options());
    expect(atClient).toMatchObject({
      code: 'ERR_TLS_CERT_TRANSPARENCY',
      alert: 'certificate_unknown',
      sentBy: 'us',
      rfc: 'RFC 6962 §5.2',
    });
    expect(atServer).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_unknown', sentBy: 'peer' });
  });

  it('a policy that reports refuses nobody', async () => {
    const transparency = reportTransparency({ logs });
    const report = (await info(credentialOf(forged), { versions: [version], transparency })).transparency;
    expect(report).toMatchObject({ satisfied: false, scts: [{ status: 'invalid' }, { status: 'valid' }] });
    expect((await info(credentialOf(localhost), { versions: [version] })).transparency).toBeUndefined();
  });

  it('a session is resumed without, and judged again where the options say so', async () => {
    const { server, port } = await listening({ credentials: stapled(one, two) }, socket => socket.end('hello'));
    const sessions = new MemorySessionStore();
    const seen: unknown[] = [];
    const transparency = requireTransparency({ logs });
    for (const verifyResumed of [false, false, true]) {
      const client = dial(port, { versions: [version], transparency, sessions, verifyResumed });
      client.resume();
      await closed(client);
      seen.push([client.info?.resumed, client.info?.transparency?.satisfied]);
    }
    expect(seen).toEqual([
      [false, true],
      [true, undefined],
      [true, true],
    ]);
    // Under another policy the session is not good.
    const strict = dial(port, {
      versions: [version],
      transparency: requireTransparency({ logs, minimum: 1 }),
      sessions,
    });
    strict.resume();
    await closed(strict);
    expect(strict.info?.resumed).toBe(false);
    await stop(server);
  });
});

it("a server asks for SCTs of its clients' certificates", async () => {
  const own = await ca.issue({ subject: 'client', scts: [one, two] });
  const asking = { clientAuth: 'require', trust, transparency: requireTransparency({ logs }) } as const;
  const { server, port } = await listening(asking, socket => socket.end(String(socket.info?.transparency?.satisfied)));
  const known = dial(port, { certificate: own.pem.certificate, key: own.pem.key });
  const [answer] = await new Promise<[Buffer]>(resolve => known.once('data', data => resolve([data as Buffer])));
  expect(String(answer)).toBe('true');
  const refused = clientError(server);
  const plain = await ca.issue({ subject: 'client' });
  const unknown = dial(port, { certificate: plain.pem.certificate, key: plain.pem.key });
  unknown.resume();
  expect(await failure(unknown)).toMatchObject({ alert: 'certificate_unknown', sentBy: 'peer' });
  expect(await refused).toMatchObject({ code: 'ERR_TLS_CERT_TRANSPARENCY', sentBy: 'us' });
  known.destroy();
  await stop(server);
});

it('SCTs are asked for unless the options say otherwise', () => {
  const asks = (options: object): boolean => {
    let hello: Uint8Array = new Uint8Array(0);
    const base = { servername: 'localhost', trust, ...options };
    const engine = createClientEngine(base, { message: ({ bytes }) => (hello = bytes) });
    engine.start();
    const types = decodeMessage(clientHello, hello).extensions.map(({ extension_type }) => extension_type);
    return types.includes(ExtensionType.values.signed_certificate_timestamp);
  };
  const transparency = requireTransparency({ logs });
  expect([asks({}), asks({ transparency }), asks({ transparency, scts: false })]).toEqual([false, true, false]);
});

it.each([
  ['what is no policy', { transparency: { logs: [] } }, 'transparency'],
  [
    'one beside a verifier',
    { trust: undefined, verifier: { trust: 'x', verify() {} }, transparency: {} },
    'transparency',
  ],
  ['one for raw public keys', { trust: { rawPublicKeys: [localhost.spki] }, transparency: {} }, 'transparency'],
])('an option that makes no sense: %s', (_, options, message) => {
  expect(() => createClientEngine({ servername: 'localhost', trust, ...(options as object) })).toThrow(
    expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION', message: expect.stringContaining(message) }),
  );
});
