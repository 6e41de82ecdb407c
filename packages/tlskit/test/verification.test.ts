/** How certificates are judged, by the options of both sides. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA, type Issued, toPem } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import { isPublicSuffix, type VerificationOptions } from '../src/index.ts';
import type { TlsError } from '../src/node/index.ts';
import { nodeDefaults } from '../src/node/options.ts';
import { serverConfig } from '../src/options/server-config.ts';
import { ca, credential, failure, memoryPair, openPair, trust } from './support.ts';

/** Certificates that a browser takes, that RFC 5280 §4 allows, and that the rules of paths alone let pass. */
const good = await ca.issue('localhost');
const plain = await ca.issue({ names: ['localhost'], extendedKeyUsage: null });
const lax = await ca.issue({ names: ['localhost'], authorityKeyIdentifier: null });

const own = ({ pem }: Pick<Issued, 'pem'>) => ({ certificate: pem.certificate, key: pem.key });

/** Whether a client takes this server, and a server this client: the code of what it says, or the verdict. */
async function takes(
  side: 'client' | 'server',
  peer: Pick<Issued, 'pem'>,
  verification?: VerificationOptions,
): Promise<unknown> {
  const ends =
    side === 'client'
      ? memoryPair({ trust, verification }, own(peer))
      : memoryPair(own(peer), { clientAuth: 'require', certificateAuthorities: false, trust, verification });
  const sockets = [ends.client, ends.server];
  for (const socket of sockets) socket.on('error', () => undefined);
  const [mine] = await Promise.allSettled([ends[side].opened]);
  for (const socket of sockets) socket.destroy();
  return mine.status === 'fulfilled' ? mine.value.verified : (mine.reason as TlsError).code;
}

it('fetches an issuer that was not sent by the function that was given, and by nothing else', async () => {
  const intermediate = await ca.intermediate();
  const { pem, certificate } = await intermediate.issue({
    names: ['localhost'],
    authorityInfoAccess: { caIssuers: 'http://ca.test/' },
  });
  const lone = { pem: { certificate: toPem('CERTIFICATE', certificate), key: pem.key } };
  expect(await takes('client', lone)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const asked: string[] = [];
  const fetchIssuers = async ({ url }: { readonly url: string }) => {
    asked.push(url);
    return intermediate.certificate;
  };
  expect(await takes('client', lone, { fetchIssuers })).toBe(true);
  expect(await takes('server', lone, { fetchIssuers })).toBe(true);
  expect(asked).toEqual(['http://ca.test/', 'http://ca.test/']);
});

describe('a wildcard below a domain of a registry', () => {
  const refused = { code: 'ERR_TLS_CERT_ALTNAME_INVALID', alert: 'bad_certificate' };
  const credentialFor = async (presented: string) => own(await ca.issue({ names: [presented] }));

  it.each([
    ['*.anything.ck', 'example.anything.ck'],
    ['*.k12.ma.us', 'example.k12.ma.us'],
    ['*.xn--55qx5d.cn', 'example.公司.cn'],
  ])('is refused in tlskit/node, which goes by the list: %s for %s', async (presented, servername) => {
    const server = await credentialFor(presented);
    const ends = memoryPair({ servername, trust }, server);
    const [mine, theirs] = await Promise.all([failure(ends.client), failure(ends.server)]);
    expect(mine).toMatchObject(refused);
    expect(theirs).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: refused.alert });
    const lax = await openPair({ servername, trust, verification: { isPublicSuffix: () => false } }, server);
    expect((await lax.client.opened).verified).toBe(true);
    for (const socket of [lax.client, lax.server]) socket.destroy();
  });

  it('is not one below what a company has: *.github.io', async () => {
    const { client, server } = await openPair(
      { servername: 'someone.github.io', trust },
      await credentialFor('*.github.io'),
    );
    expect((await client.opened).verified).toBe(true);
    for (const socket of [client, server]) socket.destroy();
  });

  it('counts by the list for the roots of Node, and for clients, too', () => {
    const provider = createNodeProvider();
    expect(nodeDefaults.verifier?.(provider, {}).trust).toContain('suffixes by list');
    expect(nodeDefaults.verifier?.(provider, { verification: { profile: 'path' } }).trust).toContain(
      'suffixes by list',
    );
    const { clientAuth } = serverConfig({ ...credential, clientAuth: 'request', trust }, nodeDefaults);
    expect(clientAuth?.verifier.trust).toContain('suffixes by list');
  });

  it('is guessed by engines, which go by the list where it is passed in', async () => {
    const server = await credentialFor('*.k12.ma.us');
    const verdict = (verification?: VerificationOptions) => {
      const errors: (string | undefined)[] = [];
      const a = createClientEngine(
        { servername: 'example.k12.ma.us', trust, verification },
        { closed: error => errors.push(error?.code) },
      );
      const b = createServerEngine(server);
      b.start();
      a.start();
      for (let i = 0; i < 5; i++) {
        for (const part of a.takeOutput()) b.receive(part);
        for (const part of b.takeOutput()) a.receive(part);
      }
      return [a.state, ...errors];
    };
    expect(verdict()).toEqual(['CONNECTED']);
    expect(verdict({ isPublicSuffix })).toEqual([expect.anything(), refused.code]);
  });
});

describe('the profile', () => {
  const refused = 'ERR_TLS_CERT_REFUSED';

  it('of servers is webpki unless it is said', async () => {
    expect(await takes('client', good)).toBe(true);
    expect(await takes('client', plain)).toBe(refused);
    expect(await takes('client', plain, { profile: 'rfc5280' })).toBe(true);
    expect(await takes('client', lax, { profile: 'rfc5280' })).toBe(refused);
    expect(await takes('client', lax, { profile: 'path' })).toBe(true);
  });

  it('of clients is rfc5280 unless it is said', async () => {
    expect(await takes('server', plain)).toBe(true);
    expect(await takes('server', plain, { profile: 'webpki' })).toBe(refused);
    expect(await takes('server', lax)).toBe(refused);
    expect(await takes('server', lax, { profile: 'path' })).toBe(true);
  });

  it('lets a server be that is trusted by its very certificate', async () => {
    const self = await createCA({ subject: 'localhost', names: ['localhost'], keyUsage: null });
    const ends = await openPair(
      { trust: { roots: [self.pem] } },
      { certificate: self.pem, key: toPem('PRIVATE KEY', self.key) },
    );
    expect((await ends.client.opened).verified).toBe(true);
    ends.client.destroy();
    ends.server.destroy();
  });
});
