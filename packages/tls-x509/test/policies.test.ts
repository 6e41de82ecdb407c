/** Certificate policies: the cases of NIST's PKITS §4.8 to §4.12, rebuilt, and what RFC 9618 is about. */
import type { CertificateOptions } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyRules, VerifierOptions } from '../src/index.ts';
import { createCA, judge, type TestCA, TlsError } from './support.ts';

const [p1, p2, p3, p4] = [1, 2, 3, 4].map(number => `2.16.840.1.101.3.2.1.48.${number}`) as [
  string,
  string,
  string,
  string,
];
const any = '2.5.29.32.0';
const short = new Map([p1, p2, p3, p4].map((oid, i) => [oid, `p${i + 1}`])).set(any, 'any');

let root: TestCA;

beforeAll(async () => {
  root = await createCA();
});

interface Link extends CertificateOptions {
  /** With the name of the authority above it, and another key. */
  readonly selfIssued?: true;
}

/** The chain of certificates from below the root to the leaf. */
async function chainOf(links: readonly Link[], top = root): Promise<readonly Uint8Array[]> {
  let ca = top;
  for (const { selfIssued, ...options } of links.slice(0, -1)) {
    ca = await ca.intermediate({ ...options, ...(selfIssued ? { subject: ca.subject } : {}) });
  }
  const { selfIssued, ...options } = links.at(-1) as Link;
  const own = selfIssued ? { subject: ca.subject, names: ['localhost'] } : { names: ['localhost'] };
  return (await ca.issue({ ...own, ...options })).chain;
}

function under(
  chain: readonly Uint8Array[],
  policies: PolicyRules = {},
  options: Partial<VerifierOptions> = {},
): string {
  const { provider: _, ...rest } = options;
  const trust = { roots: root.certificate };
  // A leaf with the name of its issuer has no alternative name by it.
  const verdict = judge({ trust, profile: 'rfc5280', policies, ...rest }, { chain });
  return verdict instanceof TlsError ? verdict.code : verdict.policies.map(oid => short.get(oid) ?? oid).join();
}

const refused = 'ERR_TLS_CERT_POLICY';
const explicit = { requireExplicit: true };
const only = (...acceptable: string[]): PolicyRules => ({ acceptable });

describe('certificate policies (PKITS §4.8)', () => {
  it('all certificates have the same', async () => {
    const chain = await chainOf([{ policies: [p1] }, { policies: [p1] }]);
    expect(under(chain)).toBe('p1');
    expect(under(chain, explicit)).toBe('p1');
    expect(under(chain, only(p1))).toBe('p1');
    expect(under(chain, only(p2))).toBe(refused);
    expect(under(chain, only(p1, p2))).toBe('p1');
    expect(under(chain, only(any, p2))).toBe('p1');
    expect(under(chain, { acceptable: [p2], requireExplicit: false })).toBe('');
  });

  it('none has any', async () => {
    const chain = await chainOf([{}, {}]);
    expect(under(chain)).toBe('');
    expect(under(chain, explicit)).toBe(refused);
  });

  it('they differ, at the end and before it', async () => {
    const atEnd = await chainOf([{ policies: [p1] }, { policies: [p2] }]);
    const before = await chainOf([{ policies: [p1] }, { policies: [p2] }, { policies: [p1] }]);
    const missing = await chainOf([{ policies: [p1] }, {}, { policies: [p1] }]);
    for (const chain of [atEnd, before, missing]) {
      expect(under(chain)).toBe('');
      expect(under(chain, explicit)).toBe(refused);
    }
  });

  it('they overlap', async () => {
    const policies = [[p1, p2, p3], [p1, p2], [p1], [p1]];
    const chain = await chainOf(policies.map(each => ({ policies: each })));
    expect(under(chain, explicit)).toBe('p1');
    expect(under(chain, only(p2))).toBe(refused);
    const both = await chainOf([{ policies: [p1, p2] }, { policies: [p2, p1] }]);
    expect(under(both, explicit)).toBe('p1,p2');
    expect(under(both, only(p2))).toBe('p2');
  });

  it('anyPolicy, everywhere and at some places', async () => {
    const all = await chainOf([{ policies: [any] }, { policies: [any] }]);
    expect(under(all, explicit)).toBe('any');
    expect(under(all, only(p1))).toBe('p1');
    expect(under(all, { ...explicit, inhibitAny: true })).toBe(refused);
    const above = await chainOf([{ policies: [any] }, { policies: [p1] }]);
    expect(under(above, only(p1))).toBe('p1');
    expect(under(above, only(p2))).toBe(refused);
    const below = await chainOf([{ policies: [p1, p2] }, { policies: [any] }]);
    expect(under(below, explicit)).toBe('p1,p2');
    const beside = await chainOf([{ policies: [any, p1] }, { policies: [p2, any] }]);
    expect(under(beside, explicit)).toBe('p1,p2,any');
    expect(under(beside, only(p3))).toBe('p3');
  });

  it('qualifiers are passed over', async () => {
    const chain = await chainOf([
      { policies: [{ oid: p1, cps: 'http://cps.test' }] },
      { policies: [{ oid: p1, notice: 'as you were' }] },
    ]);
    expect(under(chain, explicit)).toBe('p1');
  });
});

describe('requireExplicitPolicy (PKITS §4.9)', () => {
  const from = (skip: number): Link => ({ policyConstraints: { requireExplicitPolicy: skip } });

  it.each([
    [10, ''],
    [5, ''],
    [4, refused],
    [2, refused],
    [0, refused],
  ])('%i, four authorities above the leaf', async (skip, expected) => {
    expect(under(await chainOf([from(skip), {}, {}, {}, {}]))).toBe(expected);
  });

  it('0, and there is a policy', async () => {
    const policies = [p1];
    const chain = await chainOf([{ ...from(0), policies }, { policies }, { policies }]);
    expect(under(chain)).toBe('p1');
    expect(under(chain, { acceptable: [p2], requireExplicit: false })).toBe(refused);
  });

  it('7, then 2, then 4', async () => {
    expect(under(await chainOf([from(7), from(2), from(4), {}, {}]))).toBe(refused);
  });

  it('counts no self-issued authorities', async () => {
    const self = { selfIssued: true } as const;
    expect(under(await chainOf([from(2), self, {}]))).toBe('');
    expect(under(await chainOf([from(2), self, {}, {}]))).toBe(refused);
    expect(under(await chainOf([from(2), self, {}, self, {}]))).toBe(refused);
  });

  it('0 in the leaf counts (RFC 5280 §6.1.5 (b)), and so does that of the anchor', async () => {
    expect(under(await chainOf([{}, from(0)]))).toBe(refused);
    expect(under(await chainOf([{}, from(1)]))).toBe('');
    const strict = await createCA(from(0));
    const options = { trust: { roots: strict.certificate } };
    expect(under(await chainOf([{}], strict), {}, options)).toBe(refused);
    expect(under(await chainOf([{ policies: [p1] }], strict), {}, options)).toBe('p1');
  });
});

describe('policy mappings (PKITS §4.10)', () => {
  it('from one to one', async () => {
    const chain = await chainOf([{ policies: [p1], policyMappings: [[p1, p2]] }, { policies: [p2] }]);
    expect(under(chain, only(p1))).toBe('p1');
    expect(under(chain, only(p2))).toBe(refused);
    expect(under(chain, { ...explicit, inhibitMapping: true })).toBe(refused);
    expect(under(await chainOf([{ policies: [p1], policyMappings: [[p1, p2]] }, { policies: [p1] }]), explicit)).toBe(
      refused,
    );
  });

  it('from one to several, from several to one, and on', async () => {
    const toSeveral: Link = {
      policies: [p1],
      policyMappings: [
        [p1, p2],
        [p1, p3],
      ],
    };
    expect(under(await chainOf([toSeveral, { policies: [p3] }]), explicit)).toBe('p1');
    expect(under(await chainOf([toSeveral, { policies: [p4] }]), explicit)).toBe(refused);
    const toOne: Link = {
      policies: [p1, p2],
      policyMappings: [
        [p1, p3],
        [p2, p3],
      ],
    };
    expect(under(await chainOf([toOne, { policies: [p3] }]), explicit)).toBe('p1,p2');
    const on: Link = { policies: [p3], policyMappings: [[p3, p4]] };
    expect(under(await chainOf([toOne, on, { policies: [p4] }]), only(p2))).toBe('p2');
    expect(under(await chainOf([toOne, on, { policies: [p3] }]), explicit)).toBe(refused);
  });

  it.each([
    ['from anyPolicy', [any, p1]],
    ['to anyPolicy', [p1, any]],
  ] as const)('%s', async (_, mapping) => {
    const chain = await chainOf([{ policies: [p1, any], policyMappings: [mapping] }, { policies: [p1] }]);
    const verdict = judge({ trust: { roots: root.certificate } }, { chain });
    expect(verdict).toMatchObject({ code: refused, alert: 'bad_certificate', rfc: 'RFC 5280 §6.1.4 (a)' });
  });

  it('under anyPolicy', async () => {
    const mapping: Link = { policies: [any], policyMappings: [[p1, p2]] };
    expect(under(await chainOf([mapping, { policies: [p1] }]), only(p1))).toBe('p1');
    expect(under(await chainOf([mapping, { policies: [p2] }]), only(p1))).toBe('p1');
    expect(under(await chainOf([mapping, { policies: [p2] }]), only(p2))).toBe(refused);
    expect(under(await chainOf([{ policies: [p1] }, mapping, { policies: [p1] }]), explicit)).toBe(refused);
    expect(under(await chainOf([{ policies: [p1] }, mapping, { policies: [p2] }]), explicit)).toBe('p1');
  });
});

describe('inhibitPolicyMapping (PKITS §4.11)', () => {
  const from = (skip: number): Link => ({ policies: [p1], policyConstraints: { inhibitPolicyMapping: skip } });
  const first: Link = { policies: [p1], policyMappings: [[p1, p2]] };
  const second: Link = { policies: [p2], policyMappings: [[p2, p3]] };
  const self: Link = { policies: [p1], selfIssued: true };

  it.each([
    ['0', [from(0), first, { policies: [p2] }], refused],
    ['0, and the policy is also without mapping', [from(0), first, { policies: [p1] }], refused],
    ['1', [from(1), first, { policies: [p2] }], 'p1'],
    ['1, and two mappings', [from(1), first, second, { policies: [p3] }], refused],
    ['2, and two mappings', [from(2), first, second, { policies: [p3] }], 'p1'],
    ['5, then 1', [from(5), from(1), first, second, { policies: [p3] }], refused],
    ['1, and a self-issued authority', [from(1), self, first, { policies: [p2] }], 'p1'],
    ['1, and a self-issued one before two mappings', [from(1), self, first, second, { policies: [p3] }], refused],
  ] as readonly [string, Link[], string][])('%s', async (_, links, expected) => {
    expect(under(await chainOf(links), explicit)).toBe(expected);
  });
});

describe('inhibitAnyPolicy (PKITS §4.12)', () => {
  const from = (skip: number): Link => ({ policies: [p1], inhibitAnyPolicy: skip });
  const anything: Link = { policies: [any] };
  const self: Link = { policies: [any], selfIssued: true };

  it.each([
    ['0', [from(0), anything], refused],
    ['0, and the policy beside it', [from(0), { policies: [any, p1] }], 'p1'],
    ['1', [from(1), anything, { policies: [p1] }], 'p1'],
    ['1, and again', [from(1), anything, anything], refused],
    ['5, then 1', [from(5), from(1), anything, anything], refused],
    ['0, and a self-issued authority', [from(0), self, { policies: [p1] }], 'p1'],
    ['1, and one that does not count', [from(1), self, anything, { policies: [p1] }], 'p1'],
    ['0, and a leaf that is self-issued', [from(0), { ...self, names: ['localhost'] }], refused],
  ] as readonly [string, Link[], string][])('%s', async (_, links, expected) => {
    expect(under(await chainOf(links), explicit)).toBe(expected);
  });
});

describe('policies and the search', () => {
  it('go on for a path that is valid under one', async () => {
    const bare = await root.intermediate({ subject: 'twice' });
    const named = await root.intermediate({ subject: 'twice', key: bare.key, policies: [p1] });
    const { certificate } = await bare.issue({ names: ['localhost'], policies: [p1] });
    for (const order of [
      [bare, named],
      [named, bare],
    ]) {
      expect(under([certificate, ...order.map(each => each.certificate)], only(p1))).toBe('p1');
    }
    const error = judge(
      { trust: { roots: root.certificate }, policies: only(p1) },
      { chain: [certificate, bare.certificate] },
    );
    expect(error).toMatchObject({ code: refused, rfc: 'RFC 5280 §6.1.3 (f)' });
  });

  it('take work that grows with the certificates, not with the product of their mappings (RFC 9618)', async () => {
    const policies = Array.from({ length: 25 }, (_, i) => `1.3.6.1.4.1.55738.1.${i}`);
    const policyMappings = policies.flatMap(from => policies.map(to => [from, to] as const));
    const chain = await chainOf([...Array.from({ length: 9 }, () => ({ policies, policyMappings })), { policies }]);
    const verdict = judge({ trust: { roots: root.certificate }, policies: explicit }, { chain });
    if (verdict instanceof TlsError) throw verdict;
    expect(verdict.policies).toEqual([...policies].sort());
    expect(verdict.work.policies).toBeLessThan(7000);
    const limits = { policies: 1000 };
    expect(judge({ trust: { roots: root.certificate }, limits }, { chain })).toMatchObject({
      code: 'ERR_TLS_CERT_WORK_LIMIT',
      message: expect.stringContaining('1000 policies'),
    });
  });

  it('judge a leaf that is an anchor by its own', async () => {
    const own = await createCA({ names: ['localhost'], subject: 'localhost', keyUsage: null, policies: [p1] });
    const options = { trust: { roots: own.certificate } };
    expect(under([own.certificate], only(p1), options)).toBe('p1');
    expect(under([own.certificate], only(p2), options)).toBe(refused);
  });
});

describe('extensions of policies', () => {
  const raw = (oid: string, ...value: number[]): Link => ({ extensions: [{ oid, value: Uint8Array.from(value) }] });

  it.each([
    ['empty constraints', raw('2.5.29.36', 0x30, 0)],
    ['a negative number', raw('2.5.29.36', 0x30, 3, 0x80, 1, 0xff)],
    ['a padded number', raw('2.5.29.36', 0x30, 4, 0x80, 2, 0, 1)],
    ['no mappings', raw('2.5.29.33', 0x30, 0)],
    ['anyPolicy inhibited by no number', raw('2.5.29.54', 0x05, 0)],
    ['no policies', raw('2.5.29.32', 0x30, 0)],
    ['one twice', raw('2.5.29.32', 0x30, 10, 0x30, 3, 6, 1, 0x2a, 0x30, 3, 6, 1, 0x2a)],
  ] as const)('are malformed: %s', async (_, link) => {
    expect(under(await chainOf([link, {}]))).toBe('ERR_TLS_CERT_MALFORMED');
  });

  it.each([
    ['policyConstraints', raw('2.5.29.36', 0x30, 3, 0x80, 1, 5)],
    ['inhibitAnyPolicy', raw('2.5.29.54', 2, 1, 5)],
  ] as const)('must be critical by their section: %s', async (_, link) => {
    const chain = await chainOf([link, {}]);
    expect(under(chain, {}, { profile: 'path' })).toBe('');
    expect(under(chain)).toBe('ERR_TLS_CERT_REFUSED');
  });

  it.each([
    { acceptable: [] },
    { acceptable: ['p1'] },
    { acceptable: p1 },
    { requireExplicit: 'yes' },
    { explicit: true },
  ])('rules that are none: %j', async policies => {
    const options = { trust: { roots: root.certificate }, policies: policies as PolicyRules };
    expect(() => judge(options, { chain: [] })).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
  });

  it('are part of what a session is bound to', async () => {
    const chain = await chainOf([{ policies: [p1] }, { policies: [p1] }]);
    const ids = [{}, only(p1), { inhibitAny: true }, { inhibitMapping: true }, explicit].map(policies => {
      const verdict = judge({ trust: { roots: root.certificate }, policies }, { chain });
      return verdict instanceof TlsError ? verdict.code : verdict.trust;
    });
    expect(new Set(ids).size).toBe(ids.length);
  });
});
