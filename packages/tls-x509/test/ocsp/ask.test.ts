import { createHash } from 'node:crypto';
import type { OcspResponderOptions, OcspStatus } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import * as asn1js from 'asn1js';
import { OCSPRequest } from 'pkijs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificateVerifier, parseCertificate, type VerifiedPeer } from '../../src/index.ts';
import { encodeOcspRequest, type OcspOptions, type OcspQuery, ocsp, ocspGetUrl } from '../../src/ocsp/index.ts';
import { createCA, type Issued, noble, type TestCA, TlsError, thrown } from '../support.ts';
import { ago, ahead, byOcsp, judged, minute, type Scene, said } from './support.ts';

const day = 1440 * minute;
const url = 'http://ocsp.test/';
let root: TestCA;
let ca: TestCA;
let leaf: Issued;
let here: Scene;
let queries: OcspQuery[] = [];

beforeAll(async () => {
  root = await createCA();
  ca = await root.intermediate();
  leaf = await ca.issue({ names: ['localhost'], authorityInfoAccess: { ocsp: url } });
  here = { root, ca, leaf, responder: leaf };
});

beforeEach(() => {
  queries = [];
});

/** A responder behind a network that takes its time. */
function responder(options: OcspResponderOptions = {}): NonNullable<OcspOptions['fetch']> {
  return query => {
    queries.push(query);
    return ca.ocspResponder(options)(query.body);
  };
}

/** What comes of asking: the leaf's report, or the code of the error. */
async function asking(
  checker: Partial<OcspOptions>,
  input: { readonly ocsp?: Uint8Array; readonly scope?: 'path' } = {},
) {
  const policy = { scope: input.scope ?? ('leaf' as const) };
  const verifier = createCertificateVerifier(byOcsp(here, { checker, policy }));
  try {
    const evidence = { role: 'server', name: 'localhost', chain: leaf.chain, ocsp: input.ocsp } as const;
    const { revocation, work } = (await verifier.verify(evidence)) as VerifiedPeer;
    const [report] = revocation;
    return {
      status: report?.status,
      why: report?.why?.[0]?.message ?? '',
      fetches: work.fetches,
      until: report?.until,
    };
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    return { status: error.code, why: error.message, fetches: undefined, until: undefined };
  }
}

const status = async (...args: Parameters<typeof asking>) => (await asking(...args)).status;

const read = ({ body }: OcspQuery) => OCSPRequest.fromBER(Uint8Array.from(body)).tbsRequest;
const nonceOf = (query: OcspQuery) => {
  const extension = read(query).requestExtensions?.find(({ extnID }) => extnID === '1.3.6.1.5.5.7.48.1.2');
  if (extension === undefined) return undefined;
  const { result } = asn1js.fromBER(extension.extnValue.getValue());
  return new Uint8Array((result as asn1js.OctetString).getValue());
};

describe('a responder is asked', () => {
  it('about the certificate, at the address that its certificate names [6960:3.1:1] [6960:3.1:2]', async () => {
    expect(await asking({ fetch: responder() })).toMatchObject({ status: 'good', fetches: 1 });
    expect(queries.map(query => query.url)).toEqual([url]);
    const [request, ...others] = read(queries[0] as OcspQuery).requestList;
    expect(others).toEqual([]);
    const { serialNumber } = parseCertificate(leaf.certificate);
    const { reqCert } = request as NonNullable<typeof request>;
    expect(new Uint8Array(reqCert.serialNumber.valueBlock.valueHexView)).toEqual(Uint8Array.from(serialNumber));
    expect(reqCert.hashAlgorithm.algorithmId).toBe('1.3.14.3.2.26');
    expect(toHex(new Uint8Array(reqCert.issuerNameHash.getValue()))).toBe(
      createHash('sha1').update(ca.subject).digest('hex'),
    );
  });

  it('unsigned, without a name, and without preferences [6960:4.1.2:2] [6960:4.4.7.1:1] [6960:5.1.1:4]', async () => {
    await asking({ fetch: responder() });
    const body = (queries[0] as OcspQuery).body;
    expect(OCSPRequest.fromBER(Uint8Array.from(body)).optionalSignature).toBeUndefined();
    const { requestorName, requestExtensions } = read(queries[0] as OcspQuery);
    expect(requestorName).toBeUndefined();
    expect(requestExtensions?.map(({ extnID }) => extnID)).toEqual(['1.3.6.1.5.5.7.48.1.2']);
  });

  it.each<[string, OcspStatus, string]>([
    ['good', 'good', 'good'],
    ['revoked', { revokedAt: ago(day), reason: 4 }, 'CERT_REVOKED'],
    ['unknown', 'unknown', 'unknown'],
  ])('and says %s', async (_, statusOf, expected) => {
    expect(await status({ fetch: responder({ statusOf: () => statusOf }) })).toBe(expected);
  });

  it('without waiting where there is nothing to wait for', async () => {
    const response = await ca.ocsp(leaf.certificate);
    expect(said(here, undefined, { checker: { fetch: () => response } })).toBe('good');
  });

  it('by the next address where the first does not know, and by none of another kind [6960:3.1:2]', async () => {
    const asked: string[] = [];
    const split = 'http://split.test/ HTTP/1.1\r\nHost: other.test';
    const ocspUrls = ['ldap://ocsp.test/', split, 'http://one.test/', 'HTTPS://two.test/', 'http://three.test/'];
    const issued = await ca.issue({ names: ['localhost'], authorityInfoAccess: { ocsp: ocspUrls, caIssuers: url } });
    const good = await ca.ocsp(issued.certificate);
    const fetch = (query: OcspQuery) => {
      asked.push(query.url);
      if (query.url === 'http://one.test/') throw new Error('nobody is there');
      return good;
    };
    expect(said({ ...here, leaf: issued }, undefined, { checker: { fetch } })).toBe('good');
    expect(asked).toEqual(['http://one.test/', 'HTTPS://two.test/']);
  });

  it('of no certificate that names none [6960:3.1:2]', async () => {
    const issued = await ca.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers: url } });
    const verdict = judged({ ...here, leaf: issued }, undefined, { checker: { fetch: responder() } });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation[0]?.why?.[0]?.message).toContain('it names no responder');
    expect(queries).toEqual([]);
  });

  it('of intermediates too, unless the policy is about leaves', async () => {
    const upper = await root.intermediate({ authorityInfoAccess: { ocsp: 'http://upper.test/' } });
    const issued = await upper.issue({ names: ['localhost'], authorityInfoAccess: { ocsp: url } });
    const responses = new Map([
      [url, await upper.ocsp(issued.certificate)],
      ['http://upper.test/', await root.ocsp(upper.certificate)],
    ]);
    const fetch = (query: OcspQuery) => responses.get(query.url) as Uint8Array;
    const verdict = judged({ root, ca: upper, leaf: issued, responder: issued }, undefined, { checker: { fetch } });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.revocation.map(({ status: each }) => each)).toEqual(['good', 'good']);
    expect(verdict.work.fetches).toBe(2);
  });

  it('no more often than the policy allows', async () => {
    const fetch = responder();
    const verifier = createCertificateVerifier(byOcsp(here, { checker: { fetch }, limits: { fetches: 0 } }));
    const evidence = { role: 'server', name: 'localhost', chain: leaf.chain } as const;
    expect(() => verifier.verify(evidence)).toThrow(expect.objectContaining({ code: 'ERR_TLS_CERT_WORK_LIMIT' }));
    expect(queries).toEqual([]);
  });
});

describe('beside a staple, a responder is', () => {
  it('not asked when the staple is good, or revokes', async () => {
    const good = await ca.ocsp(leaf.certificate);
    expect(await asking({ fetch: responder() }, { ocsp: good })).toMatchObject({ status: 'good', fetches: 0 });
    const revoked = await ca.ocsp({ responses: [{ certificate: leaf.certificate, status: { revokedAt: ago(day) } }] });
    expect(await status({ fetch: responder() }, { ocsp: revoked })).toBe('CERT_REVOKED');
    expect(queries).toEqual([]);
  });

  it('not asked when the staple is false', async () => {
    expect(await status({ fetch: responder() }, { ocsp: Uint8Array.of(0x30, 0) })).toBe('ERR_TLS_CERT_STATUS');
    expect(queries).toEqual([]);
  });

  it('asked when the staple is out of date, and only then believed', async () => {
    const single = { certificate: leaf.certificate, thisUpdate: ago(3 * day), nextUpdate: ago(2 * day) };
    const old = await ca.ocsp({ responses: [single] });
    expect(await status({ fetch: responder() }, { ocsp: old })).toBe('good');
    const away = () => Promise.reject(new Error('nobody is there'));
    expect(await status({ fetch: away }, { ocsp: old })).toBe('ERR_TLS_CERT_STATUS');
    expect(await status({ fetch: away, stale: 'ignore' }, { ocsp: old })).toBe('unknown');
  });

  it('asked when the staple is an error', async () => {
    const tryLater = await ca.ocsp({ responses: [], responseStatus: 3 });
    expect(await status({ fetch: responder() }, { ocsp: tryLater })).toBe('good');
  });
});

describe('what a network brings is no more than news', () => {
  it.each<[string, () => unknown, string]>([
    ['an error', () => Promise.reject(new Error('ECONNREFUSED')), 'ECONNREFUSED'],
    [
      'a throw of anything',
      () => {
        throw 'no';
      },
      'no',
    ],
    ['a page of HTML', () => '<html>', 'is no bytes'],
    ['nothing', () => undefined, 'is no bytes'],
    ['no response', () => new Uint8Array(), 'does not parse'],
    ['a long response', () => new Uint8Array(65_537), 'the limit is 65536'],
    ['an error status', () => ca.ocsp({ responses: [], responseStatus: 6 }), 'unauthorized'],
    ['another certificate', () => root.ocsp(leaf.certificate), 'about other certificates'],
    [
      'a stranger',
      async () => ca.ocsp({ responses: [{ certificate: leaf.certificate }], signer: await createCA() }),
      'did not certify',
    ],
    [
      'an old response',
      () =>
        ca.ocsp({ responses: [{ certificate: leaf.certificate, thisUpdate: ago(3 * day), nextUpdate: ago(2 * day) }] }),
      'was good until',
    ],
  ])('%s is told', async (_, fetch, message) => {
    const answer = await asking({ fetch: fetch as never });
    expect(answer).toMatchObject({ status: 'unknown', fetches: 1 });
    expect(answer.why).toContain(message);
  });
});

describe('a nonce', () => {
  it('is 32 random octets, others each time, of the provider', async () => {
    const drawn: number[] = [];
    const provider = { ...noble, random: (length: number) => noble.random(drawn.push(length) && length) };
    const checker = { fetch: responder(), cacheEntries: 0, provider };
    for (let i = 0; i < 2; i++) expect(await status(checker)).toBe('good');
    const [one, two] = queries.map(nonceOf);
    expect(one).toHaveLength(32);
    expect(one).not.toEqual(two);
    expect(drawn).toEqual([32, 32]);
  });

  it('is an OCTET STRING in that of its extension, in a request that pkijs reads [6066:8:2]', () => {
    const [certificate, issuer] = [leaf, ca].map(each => parseCertificate(each.certificate));
    const nonce = Uint8Array.of(1, 2, 3);
    const body = encodeOcspRequest({
      certificate: certificate as never,
      issuer: issuer as never,
      provider: noble,
      nonce,
    });
    expect(toHex(body)).toContain('04050403010203');
    expect(nonceOf({ url, body, maximumSize: 0, signal: new AbortController().signal })).toEqual(nonce);
    for (const length of [0, 129]) {
      const wrong = { certificate, issuer, provider: noble, nonce: new Uint8Array(length) };
      expect(thrown(() => encodeOcspRequest(wrong as never)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });

  it('that comes back must be the one that was sent', async () => {
    expect(await status({ fetch: responder({ nonce: new Uint8Array(32) }) })).toBe('unknown');
    expect((await asking({ fetch: responder({ nonce: new Uint8Array(32) }) })).why).toContain('another nonce');
  });

  it('need not come back, unless by option', async () => {
    const fetch = responder({ nonce: 'omit' });
    expect(await status({ fetch })).toBe('good');
    expect(await status({ fetch, nonce: 'require' })).toBe('unknown');
    expect(await status({ fetch: responder(), nonce: 'require' })).toBe('good');
  });

  it('keeps an old answer from being replayed', async () => {
    const old = await ca.ocsp({ responses: [{ certificate: leaf.certificate }], nonce: new Uint8Array(32).fill(7) });
    expect(await status({ fetch: () => old })).toBe('unknown');
    expect(await status({ fetch: () => old, nonce: 'none' })).toBe('good');
  });
});

describe('a GET', () => {
  it('has the request in its path, in base64', async () => {
    await asking({ fetch: responder(), nonce: 'none' });
    const [{ get, body }] = queries as [OcspQuery];
    expect(get?.startsWith(url)).toBe(true);
    const path = decodeURIComponent(get?.slice(url.length) as string);
    expect(Buffer.from(path, 'base64')).toEqual(Buffer.from(body));
    expect(get).not.toMatch(/[+=]/);
    expect(ocspGetUrl('http://ocsp.test/a', Uint8Array.of(0xfb, 0xff))).toBe('http://ocsp.test/a/%2B%2F8%3D');
  });

  it('is not for a request with a nonce, nor a long one', async () => {
    await asking({ fetch: responder() });
    await asking({ fetch: responder(), nonce: 'none', hash: 'sha512' });
    expect(queries.map(({ get }) => get)).toEqual([undefined, undefined]);
  });
});

describe('answers are kept', () => {
  it('until there is newer information, and not longer', async () => {
    const nextUpdate = ahead(60 * minute);
    const fetch = responder({ single: { nextUpdate } });
    let time = Date.now();
    const verifier = createCertificateVerifier(byOcsp(here, { checker: { fetch }, time: () => time }));
    const visit = async () => {
      const evidence = { role: 'server', name: 'localhost', chain: leaf.chain } as const;
      const { revocation, work } = await verifier.verify(evidence);
      return [revocation[0]?.status, work.fetches, queries.length];
    };
    expect(await visit()).toEqual(['good', 1, 1]);
    expect(await visit()).toEqual(['good', 0, 1]);
    time += 64 * minute;
    expect(await visit()).toEqual(['good', 0, 1]);
    time += 2 * minute;
    // It is asked again, and still says what it said.
    expect(await visit()).toEqual(['unknown', 1, 2]);
  });

  it('not of what was revoked once, by an answer that is out of date: it holds, and is asked again', async () => {
    const times = { thisUpdate: ago(30 * day), nextUpdate: ago(20 * day) };
    const fetch = responder({ single: times, statusOf: () => ({ revokedAt: ago(40 * day) }) });
    const verifier = createCertificateVerifier(byOcsp(here, { checker: { fetch } }));
    queries = [];
    for (let i = 0; i < 2; i++) {
      const verdict = async () => verifier.verify({ role: 'server', name: 'localhost', chain: leaf.chain });
      await expect(verdict()).rejects.toMatchObject({ code: 'CERT_REVOKED' });
    }
    expect(queries).toHaveLength(2);
  });

  it('for an authority not as for a leaf, of which news must be newer', async () => {
    const checker = ocsp({ provider: noble, fetch: responder({ single: { nextUpdate: ahead(300 * day) } }) });
    let isLeaf = false;
    const check: typeof checker.check = question => checker.check({ ...question, isLeaf });
    let time = Date.now();
    const verifier = createCertificateVerifier({
      ...byOcsp(here, { time: () => time }),
      revocation: { by: [{ ...checker, check }], scope: 'leaf' },
    });
    const visit = async () => {
      const { revocation } = await verifier.verify({ role: 'server', name: 'localhost', chain: leaf.chain });
      return [revocation[0]?.status, queries.length];
    };
    expect(await visit()).toEqual(['good', 1]);
    time += 11 * day;
    expect(await visit()).toEqual(['good', 1]);
    isLeaf = true;
    expect(await visit()).toEqual(['unknown', 2]);
  });

  it('of what was revoked too, and not of what is unknown', async () => {
    for (const [statusOf, times, expected] of [
      [{ revokedAt: ago(day) }, 1, 'CERT_REVOKED'],
      ['unknown', 2, 'unknown'],
    ] as const) {
      queries = [];
      const verifier = createCertificateVerifier(
        byOcsp(here, { checker: { fetch: responder({ statusOf: () => statusOf }) } }),
      );
      for (let i = 0; i < 2; i++) {
        const verdict = async () => verifier.verify({ role: 'server', name: 'localhost', chain: leaf.chain });
        const what = await verdict().then(
          ({ revocation }) => revocation[0]?.status,
          ({ code }) => code,
        );
        expect(what).toBe(expected);
      }
      expect(queries).toHaveLength(times);
    }
  });

  it('so many, the newest; or none', async () => {
    const leaves = await Promise.all(
      [1, 2, 3].map(() => ca.issue({ names: ['localhost'], authorityInfoAccess: { ocsp: url } })),
    );
    for (const [cacheEntries, expected] of [
      [3, 3],
      [2, 5],
      [0, 6],
    ]) {
      queries = [];
      const checker = ocsp({
        provider: noble,
        fetch: responder(),
        ...(cacheEntries === undefined ? {} : { cacheEntries }),
      });
      const verifier = createCertificateVerifier({ ...byOcsp(here), revocation: { by: [checker], scope: 'leaf' } });
      // With room for two, the third puts out the first, that the second, and that the third; the second is asked at the end.
      for (const { chain } of [...leaves, ...leaves.toReversed().slice(0, cacheEntries === 2 ? 1 : 3)]) {
        await verifier.verify({ role: 'server', name: 'localhost', chain });
      }
      if (cacheEntries === 2)
        for (const i of [0, 1])
          await verifier.verify({ role: 'server', name: 'localhost', chain: leaves[i]?.chain as never });
      expect([cacheEntries, queries.length]).toEqual([cacheEntries, expected]);
    }
  });

  it('under the policy that they were accepted by', async () => {
    const weak = { signature: { type: 'rsa-pkcs1', hash: 'sha1' } } as const;
    const authority = await root.intermediate({ key: 'rsa-2048' });
    const { chain } = await authority.issue({ names: ['localhost'], authorityInfoAccess: { ocsp: url } });
    const checker = ocsp({ provider: noble, fetch: ({ body }) => authority.ocspResponder(weak)(body) });
    const verdict = async (sha1: 'accept' | 'refuse') => {
      const options = { ...byOcsp(here), algorithms: { sha1 }, revocation: { by: [checker], scope: 'leaf' } } as const;
      const { revocation } = await createCertificateVerifier(options).verify({
        role: 'server',
        name: 'localhost',
        chain,
      });
      return revocation[0]?.status;
    };
    expect([await verdict('accept'), await verdict('refuse')]).toEqual(['good', 'unknown']);
  });
});

describe('options', () => {
  it.each<[string, object, string]>([
    ['an unknown one', { fetcher: () => {} }, 'fetcher'],
    ['a nonce', { nonce: true }, 'none, send, require'],
    ['stale', { stale: 'accept' }, "'refuse'"],
    ['a fetch', { fetch: 'http:' }, 'no function'],
    ['a hash', { hash: 'md5' }, 'md5'],
    ['a tolerance', { tolerance: -1 }, 'tolerance'],
    ['an age', { maximumAge: 1.5 }, 'maximumAge'],
    ['a size', { maximumSize: Number.NaN }, 'maximumSize'],
    ['a cache', { cacheEntries: '3' }, 'cacheEntries'],
    ['responders', { responders: 7 }, 'neither PEM text nor DER'],
    ['checkers', { responderRevocation: { by: [7] } }, 'checkers'],
  ])('that are none are told: %s', (_, options, message) => {
    const error = thrown(() => ocsp({ provider: noble, ...(options as object) }));
    expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION', message: expect.stringContaining(message) });
  });

  it('are part of the policy that sessions are bound to', () => {
    const ids = [
      {},
      { tolerance: 0 },
      { maximumAge: 60_000 },
      { stale: 'ignore' as const },
      { fetch: responder() },
      { fetch: responder(), nonce: 'require' as const },
      { responders: ca.pem },
    ];
    const all = ids.map(options => ocsp({ provider: noble, ...options }).id);
    expect(new Set(all).size).toBe(all.length);
  });
});
