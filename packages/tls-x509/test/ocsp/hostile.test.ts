import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { signatureAlgorithm } from '../../src/checks.ts';
import { parseCertificate, type RevocationQuestion } from '../../src/index.ts';
import { ocsp, parseOcspResponse } from '../../src/ocsp/index.ts';
import { defaultAlgorithms, defaultLimits } from '../../src/policy.ts';
import { noble, TlsError, thrown } from '../support.ts';
import { about, ago, ahead, minute, refusedFor, type Scene, said, scene } from './support.ts';

let here: Scene;
let ask: (staple: Uint8Array) => string;

beforeAll(async () => {
  here = await scene();
  const [certificate, issuer] = [here.leaf, here.ca].map(each => parseCertificate(each.certificate)) as [
    ReturnType<typeof parseCertificate>,
    ReturnType<typeof parseCertificate>,
  ];
  const algorithms = defaultAlgorithms;
  const purpose = { name: 'serverAuth', keyUsage: [] } as const;
  const question: Omit<RevocationQuestion, 'staple'> = {
    certificate,
    issuer,
    path: [certificate, issuer],
    isLeaf: true,
    mustKnow: false,
    tools: {
      policy: { profile: 'path', purpose, algorithms, limits: defaultLimits, time: Date.now() },
      key: ({ spki }) => {
        try {
          return noble.importPublicKey(spki);
        } catch (cause) {
          throw new TlsError('ERR_TLS_CERT_KEY', 'no key', { cause });
        }
      },
      named: () => [],
      trace: () => {
        throw new Error('unused');
      },
      algorithm: (identifier, what) => signatureAlgorithm(identifier, what, algorithms),
      // biome-ignore lint/correctness/useYield: the provider is synchronous
      verify: function* (key, algorithm, data, signature) {
        return key.verify(algorithm, data, signature) === true;
      },
      count: () => {},
    },
  };
  const checker = ocsp({ provider: noble });
  // By itself, as a thousand searches for the same path would take long.
  ask = staple => {
    try {
      return (checker.check({ ...question, staple }) as { status: string }).status;
    } catch (error) {
      if (error instanceof TlsError) return error.code;
      throw error;
    }
  };
});

describe('a response whose bytes are changed', () => {
  it('is refused when it is cut anywhere, or something follows it', async () => {
    for (const staple of [await about(here), await about(here, {}, { signer: here.responder })]) {
      expect(ask(staple)).toBe('good');
      for (let length = 0; length < staple.length; length++) {
        expect([length, ask(staple.subarray(0, length))]).toEqual([length, 'ERR_TLS_CERT_STATUS']);
      }
      expect(ask(Uint8Array.from([...staple, 0]))).toBe('ERR_TLS_CERT_STATUS');
    }
  });

  it('is refused whichever bit of it is other', async () => {
    const nonce = new Uint8Array(8);
    for (const staple of [await about(here, {}, { nonce }), await about(here, {}, { signer: here.responder })]) {
      for (let at = 0; at < staple.length; at++) {
        const changed = Uint8Array.from(staple);
        changed[at] = (changed[at] as number) ^ (1 << ((at * 5) % 8));
        expect([at, ask(changed)]).toEqual([at, 'ERR_TLS_CERT_STATUS']);
      }
    }
  });

  it('never becomes another error than those of certificates', async () => {
    const staple = await about(here, { status: { revokedAt: ago(minute), reason: 1 } }, { signer: here.responder });
    const codes = ['ERR_TLS_CERT_STATUS', 'unknown', 'revoked'];
    const edits = fc.array(fc.tuple(fc.nat(staple.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, changes => {
        const changed = Uint8Array.from(staple);
        for (const [at, octet] of changes) changed[at] = octet;
        expect(codes).toContain(ask(changed));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        expect(codes).toContain(ask(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a response that is good elsewhere', () => {
  it('is no longer good when it is replayed late', async () => {
    const staple = await about(here, { thisUpdate: ago(minute), nextUpdate: ahead(60 * minute) });
    expect(said(here, staple)).toBe('good');
    expect(said(here, staple, { time: () => Date.now() + 70 * minute })).toBe('ERR_TLS_CERT_STATUS');
  });

  it('does not speak for the next certificate of the same authority, nor for the same serial number of another', async () => {
    const serial = parseCertificate(here.leaf.certificate).serialNumber;
    const next = await here.ca.issue('localhost');
    const other = await here.root.intermediate();
    const same = await other.issue({ names: ['localhost'], serial });
    const staple = await about(here);
    for (const [ca, leaf] of [
      [here.ca, next],
      [other, same],
    ] as const) {
      expect(refusedFor({ ...here, ca, leaf }, staple)).toContain('is about other certificates');
    }
  });

  it('does not speak for a serial number with a zero or a sign more', async () => {
    const { ca, leaf } = here;
    const serial = parseCertificate(leaf.certificate).serialNumber;
    expect(refusedFor(here, await ca.ocsp({ responses: [{ serial: Uint8Array.from([0, ...serial]) }] }))).toMatch(
      /minimal/,
    );
    const negative = Uint8Array.from(serial, (octet, i) => (i === 0 ? octet | 0x80 : octet));
    expect(refusedFor(here, await ca.ocsp({ responses: [{ serial: negative }] }))).toContain(
      'about other certificates',
    );
  });
});

describe('a response that is large', () => {
  it('costs no hashes for a thousand other certificates', async () => {
    const others = Array.from({ length: 600 }, (_, i) => ({ serial: Uint8Array.of(1, i >> 8, i & 255) }));
    const staple = await here.ca.ocsp({ responses: [...others, { certificate: here.leaf.certificate }] });
    let digests = 0;
    const sha1 = noble.hashes.sha1 as NonNullable<typeof noble.hashes.sha1>;
    const counting = {
      ...sha1,
      digest: (...parts: Uint8Array[]) => {
        digests++;
        return sha1.digest(...parts);
      },
    };
    const provider = { ...noble, hashes: { ...noble.hashes, sha1: counting } };
    expect(said(here, staple, { checker: { provider } })).toBe('good');
    expect(digests).toBe(2);
  });

  it('costs no more for a hundred certificates in it', async () => {
    const junk = await Promise.all(
      Array.from({ length: 60 }, () => here.ca.issue({ names: ['a.test'], extendedKeyUsage: ['OCSPSigning'] })),
    );
    const certificates = [...junk.map(each => each.certificate), here.responder.certificate];
    const staple = await about(here, {}, { signer: here.responder, certificates });
    expect(staple.length).toBeLessThan(65_536);
    expect(said(here, staple, { limits: { signatures: 4 } })).toBe('good');
  });

  it('is refused by its length alone', () => {
    expect(refusedFor(here, new Uint8Array(65_537))).toContain('has 65537 bytes, the limit is 65536');
    expect(refusedFor(here, new Uint8Array(101), { checker: { maximumSize: 100 } })).toContain('the limit is 100');
  });

  it('is not read deeper than it is: lengths that promise what is not there', () => {
    const bomb = Uint8Array.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x0a, 1, 0]);
    expect(thrown(() => parseOcspResponse(bomb)).code).toBe('ERR_TLS_CERT_STATUS');
    const nested = Uint8Array.from(Array.from({ length: 20_000 }, () => [0x30, 0x80]).flat());
    expect(thrown(() => parseOcspResponse(nested)).code).toBe('ERR_TLS_CERT_STATUS');
  });
});

describe('bytes that the peer goes on writing to', () => {
  it('do not change what was judged', async () => {
    const staple = await about(here);
    const before = createHash('sha256').update(staple).digest('hex');
    const late: (() => void)[] = [];
    const sha256 = noble.hashes.sha256;
    expect(sha256).toBeDefined();
    const provider = {
      ...noble,
      importPublicKey: (spki: Uint8Array) => {
        const key = noble.importPublicKey(spki);
        // Whoever verifies last sees the staple gone.
        late.push(() => staple.fill(0));
        return {
          ...key,
          algorithm: key.algorithm,
          spki: key.spki,
          verify: (...args: Parameters<typeof key.verify>) => {
            for (const act of late.splice(0)) act();
            return key.verify(...args);
          },
        };
      },
    };
    expect(said(here, staple, { provider })).toBe('good');
    expect(createHash('sha256').update(staple).digest('hex')).not.toBe(before);
  });
});
