import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateVerifier, type VerifiedPeer, type VerifierOptions, type VerifyInput } from '../src/index.ts';
import { asynchronous, createCA, day, type Issued, noble, type TestCA, thrown } from './support.ts';

let root: TestCA;
let leaf: Issued;
const now = Math.floor(Date.now() / 1000) * 1000;
const notAfter = new Date(now + 10 * day);

beforeAll(async () => {
  root = await createCA();
  const intermediate = await root.intermediate({ notAfter });
  leaf = await intermediate.issue({ names: ['localhost', 'other.test'] });
});

/** A verifier that remembers, and what each verdict took: 2 signatures where it was made, none where it was given again. */
function remembering(options: Partial<VerifierOptions> = {}) {
  const verifier = createCertificateVerifier({
    provider: noble,
    trust: { roots: root.certificate },
    cache: 10,
    ...options,
  });
  const input = { role: 'server', name: 'localhost', chain: leaf.chain } as const;
  return (asked: Partial<VerifyInput> = {}) => verifier.verify({ ...input, ...asked }) as VerifiedPeer;
}

const signatures = ({ work }: VerifiedPeer): number => work.signatures;

describe('a verdict that is kept', () => {
  it('is given again for the same question, and takes no work', () => {
    const verify = remembering();
    const first = verify();
    const again = verify({ chain: leaf.chain.map(der => Uint8Array.from(der)) });
    expect([first, again].map(signatures)).toEqual([2, 0]);
    expect(again).toEqual({ ...first, work: again.work });
    const work = { candidates: 0, signatures: 0, nameComparisons: 0, policies: 0, fetches: 0 };
    expect(verify({ work }).work).toBe(work);
  });

  it('is none by default', () => {
    const verify = remembering({ cache: undefined });
    expect([verify(), verify()].map(signatures)).toEqual([2, 2]);
  });

  it.each([
    ['name', { name: 'other.test' }],
    ['no name', { name: null }],
    ['role', { role: 'client' }],
    ['key usage', { keyUsage: [] }],
    ['staple', { ocsp: Uint8Array.of(1) }],
    ['staple of another', { staples: [undefined, Uint8Array.of(1)] }],
    ['SCT', { scts: [Uint8Array.of(1)] }],
    ['question for staples', { ocspAsked: true }],
  ] as readonly [string, Partial<VerifyInput>][])('is for no other %s', (_, asked) => {
    const verify = remembering();
    expect([verify(), verify(asked), verify(asked)].map(signatures)).toEqual([2, 2, 0]);
  });

  it('is for no other bytes', () => {
    const verify = remembering();
    verify();
    for (let at = 0; at < 2; at++) {
      const chain = leaf.chain.map((der, i) =>
        Uint8Array.from(der, (byte, j) => (i === at && j === der.length - 1 ? byte ^ 1 : byte)),
      );
      expect(thrown(() => verify({ chain })).code).toBe('CERT_SIGNATURE_FAILURE');
    }
    expect(signatures(verify({ chain: [...leaf.chain, root.certificate] }))).toBe(2);
  });

  it('is for no name that was refused, and no refusal is kept', () => {
    const verify = remembering();
    for (const _ of [1, 2])
      expect(thrown(() => verify({ name: 'evil.test' })).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    verify();
    expect(thrown(() => verify({ name: 'evil.test' })).code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('holds while every certificate of the path is valid, and no second longer', () => {
    let time = now;
    const verify = remembering({ time: () => time });
    verify();
    time = notAfter.getTime() + 999;
    expect(signatures(verify())).toBe(0);
    time++;
    expect(thrown(() => verify()).code).toBe('CERT_HAS_EXPIRED');
    time = now - 2 * day;
    expect(thrown(() => verify()).code).toBe('CERT_NOT_YET_VALID');
    time = Number.NaN;
    expect(thrown(() => verify()).code).toBe('ERR_TLS_INVALID_OPTION');
  });

  it('makes room for others, the least recently used first', () => {
    const verify = remembering({ cache: 2 });
    const ask = (name: string | null) => signatures(verify({ name }));
    expect([ask('localhost'), ask('other.test'), ask('localhost'), ask(null)]).toEqual([2, 2, 0, 2]);
    expect([ask('localhost'), ask('other.test')]).toEqual([0, 2]);
  });

  it('may have been waited for', async () => {
    const verify = remembering({ provider: asynchronous(noble) });
    expect([await verify(), await verify()].map(signatures)).toEqual([2, 0]);
  });
});

it.each([
  { cache: -1 },
  { cache: 1.5 },
  { cache: true },
  { cache: 1_000_000 },
  { cache: 1, trust: { insecure: 'accept any certificate' } },
  {
    cache: 1,
    revocation: { by: [{ name: 'x', id: 'x', check: () => ({ status: 'unknown' }) }] },
  },
])('a cache that is none, or would outlive the news: %j', options => {
  expect(thrown(() => remembering(options as Partial<VerifierOptions>)).code).toBe('ERR_TLS_INVALID_OPTION');
});
