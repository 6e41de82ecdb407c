/** Revocation by CRLs over sockets: servers judged by clients, clients by servers. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCA, type Issued } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { crls, loadCrls, MemorySessionStore, parseCrl, tls12, tls13 } from '../src/index.ts';
import { type ConnectOptions, connect, type TlsServerOptions } from '../src/node/index.ts';
import { ca, clientError, closed, dial, failure, listening, localhost, stop, trust } from './support.ts';

const own = ({ pem }: Issued) => ({ certificate: pem.certificate, key: pem.key });
const clients = await createCA();
const alice = await clients.issue({ subject: 'alice' });
const mallory = await clients.issue({ subject: 'mallory' });

let good: string;
let revoking: string;
let ofClients: string;

beforeAll(async () => {
  good = (await ca.crl()).pem;
  revoking = (await ca.crl({ number: 2, revoked: [{ certificate: localhost.certificate, reason: 'keyCompromise' }] }))
    .pem;
  ofClients = (await clients.crl({ revoked: [{ certificate: mallory.certificate }] })).pem;
});

const by = (pem: string) => ({ by: [crls({ crls: pem })] });

/** How both ends of a connection over TCP fail. */
async function refused(client: Partial<ConnectOptions>, options: Partial<TlsServerOptions> = {}) {
  const { server, port } = await listening(options);
  const atServer = clientError(server);
  const socket = dial(port, client);
  const errors = [await failure(socket), await atServer];
  await stop(server);
  return errors;
}

async function info(client: Partial<ConnectOptions>, options: Partial<TlsServerOptions> = {}) {
  const { server, port } = await listening(options);
  const socket = dial(port, client);
  const description = await socket.opened;
  socket.destroy();
  await stop(server);
  return description;
}

describe.each([tls13, tls12])('a server ($name)', version => {
  const versions = [version];

  it('that was revoked is refused, and told so', async () => {
    expect(await refused({ versions, revocation: by(revoking) })).toMatchObject([
      { code: 'CERT_REVOKED', alert: 'certificate_revoked' },
      { code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_revoked' },
    ]);
  });

  it('that was not is accepted, and the description says who knew it', async () => {
    const { verified, revocation } = await info({ versions, revocation: by(good) });
    expect(verified).toBe(true);
    expect(revocation).toMatchObject([{ status: 'good', by: 'CRL' }]);
    expect((await info({ versions, revocation: { by: [] } })).revocation).toBeUndefined();
  });

  it('of which nobody knows is refused by those who must know', async () => {
    expect((await info({ versions, revocation: by(ofClients) })).revocation).toMatchObject([{ status: 'unknown' }]);
    const must = { ...by(ofClients), unknown: 'refuse' } as const;
    expect(await refused({ versions, revocation: must })).toMatchObject([
      { code: 'ERR_TLS_CERT_STATUS_UNKNOWN' },
      { code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_unknown' },
    ]);
  });
});

describe('a client', () => {
  const judging: Partial<TlsServerOptions> = { clientAuth: 'require', trust: { roots: [clients.pem] } };

  it.each([tls13, tls12])('that was revoked is refused, and told so ($name)', async version => {
    const client = { ...own(mallory), versions: [version] };
    expect(await refused(client, { ...judging, revocation: by(ofClients) })).toMatchObject([
      { code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_revoked' },
      { code: 'CERT_REVOKED', alert: 'certificate_revoked' },
    ]);
  });

  it('that was not is accepted', async () => {
    const { server, port } = await listening(
      { ...judging, revocation: { ...by(ofClients), unknown: 'refuse' } },
      socket => {
        expect(socket.info?.revocation).toMatchObject([{ status: 'good', by: 'CRL' }]);
        socket.end('hello');
      },
    );
    const socket = dial(port, own(alice));
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(String(data)).toBe('hello');
    await closed(socket);
    await stop(server);
  });

  it('that is revoked later does not resume', async () => {
    let current = loadCrls((await clients.crl()).pem).map(parseCrl);
    const revocation = { by: [crls({ crls: () => current })] };
    const { server, port } = await listening({ ...judging, revocation }, socket => socket.end('x'));
    const sessions = new MemorySessionStore();
    const again = async () => {
      const socket = dial(port, { ...own(mallory), sessions });
      socket.resume();
      const { resumed } = await socket.opened;
      await closed(socket);
      return resumed;
    };
    expect(await again()).toBe(false);
    expect(await again()).toBe(true);
    current = loadCrls(ofClients).map(parseCrl);
    const told = clientError(server);
    const socket = dial(port, { ...own(mallory), sessions });
    expect(await failure(socket)).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_revoked' });
    expect(await told).toMatchObject({ code: 'CERT_REVOKED' });
    await stop(server);
  });
});

describe('a CRL on a web server', () => {
  it('is fetched amid the handshake, and kept', async () => {
    let crl: Uint8Array = new Uint8Array();
    let requests = 0;
    const web = createHttpServer((_, response) => {
      requests++;
      response.setHeader('Content-Type', 'application/pkix-crl').end(crl);
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/root.crl`;
    const issued = await ca.issue({ names: ['localhost'], crlDistributionPoints: [url] });
    const fetchCrl = async (address: string) => new Uint8Array(await (await fetch(address)).arrayBuffer());
    const policy = () => ({ by: [crls({ fetch: fetchCrl })], unknown: 'refuse' }) as const;

    crl = (await ca.crl()).der;
    const revocation = policy();
    for (const _ of [1, 2]) {
      expect((await info({ revocation }, own(issued))).revocation).toMatchObject([{ status: 'good' }]);
    }
    expect(requests).toBe(1);
    crl = (await ca.crl({ number: 2, revoked: [{ certificate: issued.certificate }] })).der;
    expect(await refused({ revocation: policy() }, own(issued))).toMatchObject([
      { code: 'CERT_REVOKED' },
      { alert: 'certificate_revoked' },
    ]);
    web.close();
    await once(web, 'close');
    expect(await refused({ revocation: policy() }, own(issued))).toMatchObject([
      { code: 'ERR_TLS_CERT_STATUS_UNKNOWN' },
      { alert: 'certificate_unknown' },
    ]);
  });
});

it('the roots that Node brings along are judged by these rules too', async () => {
  const { server, port } = await listening();
  const client = connect({ host: 'localhost', port, tcp: { family: 4 }, revocation: by(revoking) });
  // It is no root of Node's: that is said first.
  expect(await failure(client)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  const anybody = { insecure: 'accept any certificate', ...trust } as const;
  const open = dial(port, { trust: anybody, revocation: by(revoking) });
  expect(await open.opened).toMatchObject({ verified: false, problem: { code: 'CERT_REVOKED' } });
  open.destroy();
  await stop(server);
});
