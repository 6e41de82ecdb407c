/** CRLs that are fetched from where certificates say they are (RFC 5280 §4.2.1.13, §4.2.1.15), and kept. */
import type { CertificateOptions, CrlOptions } from '@tlskit/tls-testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Crl, type CrlCheckerOptions, crls } from '../src/crl/index.ts';
import { FetchedCrls } from '../src/crl/source.ts';
import { createCertificateVerifier, type Limits, type RevocationPolicy, type VerifiedPeer } from '../src/index.ts';
import { run } from '../src/step.ts';
import { reasonOf, wordFor } from './crl-support.ts';
import { createCA, day, noble, type TestCA, TlsError } from './support.ts';

const url = 'http://crl.test/1.crl';
const other = 'http://crl.test/2.crl';
const deltaUrl = 'http://crl.test/delta.crl';
const start = Date.UTC(2026, 5, 1);

let root: TestCA;
/** What is where, and what was asked for. */
let web: Map<string, Uint8Array | Error>;
let asked: string[];
let now: number;

beforeEach(async () => {
  root = await createCA({ key: 'ed25519', notBefore: new Date(start - day), notAfter: new Date(start + 999 * day) });
  web = new Map();
  asked = [];
  now = start;
});

async function fetch(address: string): Promise<Uint8Array> {
  asked.push(address);
  await new Promise(resolve => setTimeout(resolve, 0));
  const found = web.get(address) ?? new Error('there is nothing');
  if (found instanceof Error) throw found;
  return found;
}

async function issue(options: CertificateOptions = { crlDistributionPoints: [url] }) {
  const times = { notBefore: new Date(start - day), notAfter: new Date(start + 999 * day) };
  return root.issue({ names: ['localhost'], key: 'ed25519', ...times, ...options });
}

async function publish(address: string, options: CrlOptions = {}): Promise<Uint8Array> {
  const times = { thisUpdate: new Date(now), nextUpdate: new Date(now + day) };
  const { der } = await root.crl({ ...times, ...options });
  web.set(address, der);
  return der;
}

interface More extends CrlCheckerOptions {
  readonly limits?: Partial<Limits>;
  readonly policy?: Partial<RevocationPolicy>;
}

/** A verifier whose checker lives on from one verdict to the next. */
function client({ limits = {}, policy, ...options }: More = {}) {
  const verifier = createCertificateVerifier({
    provider: noble,
    trust: { roots: root.certificate },
    profile: 'path',
    time: () => now,
    limits,
    revocation: { by: [crls({ fetch, ...options })], unknown: 'refuse', ...policy },
  });
  return async (chain: readonly Uint8Array[]): Promise<VerifiedPeer | TlsError> => {
    try {
      return await verifier.verify({ role: 'server', name: 'localhost', chain });
    } catch (error) {
      if (error instanceof TlsError) return error;
      throw error;
    }
  };
}

async function status(chain: readonly Uint8Array[], more?: More): Promise<string> {
  return wordFor(await client(more)(chain));
}

describe('a CRL is fetched', () => {
  it('from the distribution point, and decides', async () => {
    const { certificate, chain } = await issue();
    await publish(url);
    expect(await status(chain)).toBe('good');
    await publish(url, { revoked: [{ certificate }] });
    expect(await status(chain)).toBe('revoked');
    expect(asked).toEqual([url, url]);
  });

  it('from nowhere while one at hand decides', async () => {
    const { certificate, chain } = await issue();
    expect(await status(chain, { crls: await publish(url) })).toBe('good');
    expect(await status(chain, { crls: await publish(url, { revoked: [{ certificate }] }) })).toBe('revoked');
    expect(asked).toEqual([]);
  });

  it('from the next address where the first fails, and from no more than it takes', async () => {
    const points = [{ name: [{ uri: 'http://crl.test/none' }, { uri: url }, { uri: other }] }];
    const { chain } = await issue({ crlDistributionPoints: points });
    await publish(url);
    await publish(other);
    expect(await status(chain)).toBe('good');
    expect(asked).toEqual(['http://crl.test/none', url]);
  });

  it('from each point that has other reasons', async () => {
    const points = [
      { name: [{ uri: url }], reasons: ['keyCompromise', 'cACompromise'] as const },
      {
        name: [{ uri: other }],
        reasons: [
          'affiliationChanged',
          'superseded',
          'cessationOfOperation',
          'certificateHold',
          'privilegeWithdrawn',
          'aACompromise',
        ] as const,
      },
    ];
    const { chain } = await issue({ crlDistributionPoints: points });
    await publish(url, { issuingDistributionPoint: { name: url } });
    expect(await status(chain)).toBe('UNABLE_TO_GET_CRL');
    await publish(other, { issuingDistributionPoint: { name: other } });
    expect(await status(chain)).toBe('good');
  });

  it('and its entries are read when it is known whose they are, and not before', async () => {
    const { certificate, chain } = await issue();
    const revoked = [{ certificate, reason: 'removeFromCRL' as const }];
    await publish(url, { revoked, forged: true });
    expect(await status(chain)).toBe('CRL_SIGNATURE_FAILURE');
    await publish(url, { revoked });
    expect(await status(chain)).toBe('ERR_TLS_CRL_MALFORMED');
  });

  it('by HTTP alone', async () => {
    const names = [
      'https://crl.test/1',
      'ldap://crl.test/1',
      'file:///etc/passwd',
      'ftp://crl.test/1',
      '//crl.test/1',
      'http://crl.test/\u0001',
      'http://crl.test/ x',
      'http://crl.test/\u00e9',
      'http://',
      'javascript:alert(1)',
    ];
    const { chain } = await issue({ crlDistributionPoints: names });
    expect(await status(chain)).toBe('UNABLE_TO_GET_CRL');
    expect(asked).toEqual([]);
    const upper = await issue({ crlDistributionPoints: ['HTTP://CRL.test/1'] });
    expect(await status(upper.chain)).toBe('UNABLE_TO_GET_CRL');
    expect(asked).toEqual(['HTTP://CRL.test/1']);
  });

  it('only for paths that lead to an anchor, and where it is said that CRLs may be fetched', async () => {
    const { chain } = await issue();
    const stranger = await createCA();
    const forged = await root.issue({ names: ['localhost'], forged: true, crlDistributionPoints: [url] });
    for (const bag of [forged.chain, [...(await stranger.issue('localhost')).chain]]) {
      const found = (await client()(bag)) as TlsError;
      expect(['CERT_SIGNATURE_FAILURE', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_NOT_YET_VALID']).toContain(found.code);
    }
    expect(await status(chain, { fetch: undefined, crls: [] })).toBe('UNABLE_TO_GET_CRL');
    expect(asked).toEqual([]);
  });
});

describe('what comes', () => {
  it.each<[string, () => Promise<unknown> | unknown, string]>([
    ['is an error', () => new Error('no route'), 'UNABLE_TO_GET_CRL'],
    ['is no CRL', () => Uint8Array.of(1, 2, 3), 'ERR_TLS_CRL_MALFORMED'],
    ['is PEM', async () => new TextEncoder().encode((await root.crl()).pem), 'ERR_TLS_CRL_MALFORMED'],
    ['is a text', () => 'CRL', 'UNABLE_TO_GET_CRL'],
    ['is of somebody else', async () => (await (await createCA()).crl()).der, 'ERR_TLS_CRL_SCOPE'],
    ['is forged', () => publish(url, { forged: true }), 'CRL_SIGNATURE_FAILURE'],
    ['is outdated', () => publish(url, { nextUpdate: new Date(now - 1000) }), 'CRL_HAS_EXPIRED'],
    ['is a delta', () => publish(url, { deltaBase: 1, number: 2 }), 'ERR_TLS_CRL_SCOPE'],
    ['is of another point', () => publish(url, { issuingDistributionPoint: { name: other } }), 'ERR_TLS_CRL_SCOPE'],
  ])('%s: then nobody knows, or who need not know goes on', async (_, make, code) => {
    const { chain } = await issue();
    web.set(url, (await make()) as Uint8Array);
    expect(await status(chain)).toBe(code);
    const peer = (await client({ policy: { unknown: 'accept' } })(chain)) as VerifiedPeer;
    expect(peer.revocation).toMatchObject([{ status: 'unknown', why: [{ code }] }]);
  });

  it('is too long: it is not read', async () => {
    const { chain } = await issue();
    const { length } = await publish(url);
    expect(await status(chain, { maximumSize: length })).toBe('good');
    expect(await status(chain, { maximumSize: length - 1 })).toBe('UNABLE_TO_GET_CRL');
    const sizes: number[] = [];
    const seeing = async (address: string, size: number) => {
      sizes.push(size);
      return fetch(address);
    };
    await status(chain, { fetch: seeing, maximumSize: 5000 });
    await status(chain, { fetch: seeing });
    expect(sizes).toEqual([5000, 10 * 1024 * 1024]);
  });

  it('may come at once, and then no promise is made', async () => {
    const { chain } = await issue();
    const der = await publish(url);
    const verifier = createCertificateVerifier({
      provider: noble,
      trust: { roots: root.certificate },
      time: () => now,
      profile: 'path',
      revocation: { by: [crls({ fetch: () => der })] },
    });
    const peer = verifier.verify({ role: 'server', name: 'localhost', chain });
    expect(peer).not.toBeInstanceOf(Promise);
    expect((peer as VerifiedPeer).revocation).toMatchObject([{ status: 'good' }]);
  });

  it('tells which address gave nothing, and why', async () => {
    const { chain } = await issue();
    web.set(url, new Error('no route'));
    const found = reasonOf((await client()(chain)) as TlsError);
    expect(found.message).toBe(`${url} could not be asked: no route (RFC 5280 §6.3.3 (a))`);
    expect(found.cause).toMatchObject({ message: 'no route' });
  });

  it('is asked for no oftener than the limit says', async () => {
    const names = Array.from({ length: 30 }, (_, i) => ({ uri: `http://crl.test/${i}` }));
    const { chain } = await issue({ crlDistributionPoints: [{ name: names }] });
    expect(await client({ limits: { fetches: 7 } })(chain)).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
    expect(asked).toHaveLength(7);
    // It is a bound on what peers make us do, whatever is made of not knowing.
    expect(await client({ policy: { unknown: 'accept' } })(chain)).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
  });
});

describe('a delta CRL is fetched', () => {
  it('from where the certificate, or the complete CRL, says', async () => {
    const { certificate, chain } = await issue();
    const freshestCrl = [deltaUrl];
    const revoked = [{ certificate }];
    const complete = await publish(url, { number: 5, freshestCrl });
    await publish(deltaUrl, { number: 6, deltaBase: 5, revoked });
    expect(await status(chain)).toBe('revoked');
    expect(await status(chain, { deltas: false })).toBe('good');
    expect(await status(chain, { crls: complete })).toBe('revoked');
    const own = await issue({ crlDistributionPoints: [url], freshestCrl });
    await publish(url, { number: 5 });
    await publish(deltaUrl, { number: 6, deltaBase: 5, revoked: [{ certificate: own.certificate }] });
    expect(await status(own.chain)).toBe('revoked');
    expect(asked).toEqual([url, deltaUrl, url, deltaUrl, url, deltaUrl]);
  });

  it('and if that fails, a complete one that is current counts alone', async () => {
    const { chain } = await issue();
    await publish(url, { number: 5, freshestCrl: [deltaUrl] });
    expect(await status(chain)).toBe('good');
    await publish(deltaUrl, { number: 6, deltaBase: 5, forged: true });
    expect(await status(chain)).toBe('good');
    await publish(url, { number: 5, freshestCrl: [deltaUrl], nextUpdate: new Date(now - 1000) });
    expect(await status(chain)).toBe('CRL_HAS_EXPIRED');
    await publish(deltaUrl, { number: 6, deltaBase: 5 });
    expect(await status(chain)).toBe('good');
  });

  it('from nowhere that a CRL names which nobody has signed', async () => {
    const { chain } = await issue();
    await publish(url, { freshestCrl: [deltaUrl], forged: true });
    expect(await status(chain)).toBe('CRL_SIGNATURE_FAILURE');
    expect(asked).toEqual([url]);
  });
});

describe('a CRL that was fetched and found good', () => {
  it('is kept until the next is due', async () => {
    const { chain } = await issue();
    const verify = client();
    await publish(url);
    for (const later of [0, 1000, day]) {
      now = start + later;
      expect(wordFor(await verify(chain))).toBe('good');
    }
    expect(asked).toEqual([url]);
    now = start + day + 1000;
    expect(wordFor(await verify(chain))).toBe('CRL_HAS_EXPIRED');
    await publish(url, { number: 2 });
    expect(wordFor(await verify(chain))).toBe('good');
    expect(asked).toEqual([url, url, url]);
  });

  it('is verified once', async () => {
    const { chain } = await issue();
    const verify = client();
    await publish(url);
    const work = async () => ((await verify(chain)) as VerifiedPeer).work;
    expect(await work()).toMatchObject({ signatures: 2, fetches: 1 });
    expect(await work()).toMatchObject({ signatures: 1, fetches: 0 });
  });

  it('is never replaced by one that is older: who is on the way could show it for ever [5280:5.2.3]', async () => {
    const { certificate, chain } = await issue();
    const verify = client();
    const old = await publish(url, { number: 1, nextUpdate: new Date(start + 99 * day) });
    await publish(url, { number: 2, revoked: [{ certificate }] });
    expect(wordFor(await verify(chain))).toBe('revoked');
    now = start + 2 * day;
    web.set(url, old);
    expect(wordFor(await verify(chain))).toBe('ERR_TLS_CRL_REFUSED');
    await publish(url, { number: 3 });
    expect(wordFor(await verify(chain))).toBe('good');
  });

  it('is never replaced by one that is older, and was found good later: two may be judged at once [5280:5.2.3]', async () => {
    const numbers = [1, 2, 3];
    const bytes = await Promise.all(numbers.map(async number => (await root.crl({ number })).der));
    const fetched = new FetchedCrls({
      fetch: () => bytes.shift() as Uint8Array,
      fetchTimeout: 1000,
      maximumSize: 1 << 20,
      cacheSize: 1 << 20,
    });
    const place = { url, issuerKey: Uint8Array.of(1) };
    const get = () =>
      run(
        fetched.get(
          place,
          () => true,
          () => {},
        ),
      ) as Crl;
    const [first, second, third] = [get(), get(), get()] as const;
    fetched.keep(place, second);
    fetched.keep(place, first);
    expect(get()).toBe(second);
    fetched.keep(place, third);
    expect(get()).toBe(third);
  });

  it('is kept no longer than its age allows', async () => {
    const { chain } = await issue();
    await publish(url, { nextUpdate: new Date(start + 30 * day) });
    const judge = client({ maximumAge: day });
    expect(wordFor(await judge(chain))).toBe('good');
    now += 2 * day;
    expect(wordFor(await judge(chain))).toBe('CRL_HAS_EXPIRED');
    await publish(url, { number: 2, nextUpdate: new Date(start + 30 * day) });
    expect(wordFor(await judge(chain))).toBe('good');
    expect(asked).toEqual([url, url, url]);
  });

  it('is kept for its issuer alone: another of the same address cannot put it in the way', async () => {
    const times = { notBefore: new Date(start - day), notAfter: new Date(start + 999 * day) };
    const evil = await root.intermediate({ key: 'ed25519', ...times });
    const own = await evil.issue({ names: ['localhost'], key: 'ed25519', ...times, crlDistributionPoints: [url] });
    const { certificate, chain } = await issue();
    const judge = client({ policy: { scope: 'leaf' } });
    const mine = { thisUpdate: new Date(now), nextUpdate: new Date(now + 900 * day), number: 2n ** 150n };
    web.set(url, (await evil.crl(mine)).der);
    expect(wordFor(await judge(own.chain))).toBe('good');
    await publish(url, { revoked: [{ certificate }] });
    expect(wordFor(await judge(chain))).toBe('revoked');
    expect(wordFor(await judge(own.chain))).toBe('good');
  });

  it('is the only sort that is kept: what is forged is asked for again', async () => {
    const { chain } = await issue();
    const verify = client();
    await publish(url, { number: 99, forged: true });
    expect(wordFor(await verify(chain))).toBe('CRL_SIGNATURE_FAILURE');
    await publish(url, { number: 1 });
    expect(wordFor(await verify(chain))).toBe('good');
  });

  it('makes room for others, the least used first', async () => {
    const addresses = ['http://crl.test/a', 'http://crl.test/b', 'http://crl.test/c'];
    const chains = await Promise.all(
      addresses.map(async address => {
        await publish(address);
        return (await issue({ crlDistributionPoints: [address] })).chain;
      }),
    );
    const [a, b, c] = chains as [Uint8Array[], Uint8Array[], Uint8Array[]];
    const { length } = web.get(addresses[0] as string) as Uint8Array;
    const verify = client({ cacheSize: 2 * length + 10 });
    for (const chain of [a, b, a, c, a, b]) expect(wordFor(await verify(chain))).toBe('good');
    expect(asked.map(address => address.at(-1)).join('')).toBe('abcb');
    const without = client({ cacheSize: 0 });
    for (const chain of [a, a]) expect(wordFor(await without(chain))).toBe('good');
    expect(asked).toHaveLength(6);
  });

  it('is asked for once by all who wait for it', async () => {
    const { chain } = await issue();
    await publish(url);
    const verify = client();
    const all = await Promise.all(Array.from({ length: 5 }, () => verify(chain)));
    expect(all.map(wordFor)).toEqual(Array(5).fill('good'));
    expect(asked).toEqual([url]);
  });
});
