/** Certificates that are made to cost: mazes, crowds and giants. Work is counted, and stays within its bounds; what is good is found. */
import { der, derOid, Tag } from '@tlskit/tls-wire/der';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits, noWork, type VerifierOptions, type Work } from '../src/index.ts';
import { codeOf, createCA, judge, type TestCA, TlsError } from './support.ts';

let stranger: TestCA;

beforeAll(async () => {
  stranger = await createCA({ key: 'ed25519' });
});

interface Cost {
  readonly code: string;
  readonly work: Work;
  readonly message: string;
}

/** What it takes to come to a verdict, which is within the default limits. */
function costOf(root: TestCA, chain: readonly Uint8Array[], options: Partial<VerifierOptions> = {}): Cost {
  const work = noWork();
  const { provider: _, ...rest } = options;
  const verdict = judge({ trust: { roots: [root.certificate] }, profile: 'path', ...rest }, { chain, work });
  for (const [what, amount] of Object.entries(work)) {
    expect(amount, what).toBeLessThanOrEqual(defaultLimits[what as keyof Work]);
  }
  const message = verdict instanceof TlsError ? verdict.message : '';
  // Names in messages are strangers': they are shortened.
  expect(message.length).toBeLessThan(1000);
  return { code: codeOf(verdict), work, message };
}

const all = (cas: readonly TestCA[]) => cas.map(({ certificate }) => certificate);

describe('a maze', () => {
  it('of authorities that have all signed one another, and that no anchor vouches for, ends at the bound of candidates', async () => {
    const cas = await Promise.all(
      Array.from({ length: 9 }, (_, i) => createCA({ key: 'ed25519', subject: { CN: `G${i}` } })),
    );
    const [first, last] = [cas[0] as TestCA, cas[8] as TestCA];
    const crossed: Uint8Array[] = [];
    for (const issuer of cas) {
      for (const { key, subject } of cas.filter(ca => ca !== issuer)) {
        crossed.push((await issuer.intermediate({ key, subject })).certificate);
      }
    }
    const { certificate } = await first.issue({ key: 'ed25519', names: ['localhost'] });
    const lost = costOf(stranger, [certificate, ...crossed]);
    expect(lost.code).toBe('ERR_TLS_CERT_WORK_LIMIT');
    // Every signature is looked at once.
    expect(lost.work.signatures).toBeLessThanOrEqual(crossed.length + 1);
    // The way out is found from anywhere.
    const found = costOf(last, [certificate, ...crossed]);
    expect(found.code).toBe('accepted');
    expect(found.work.candidates).toBeLessThan(100);
  });

  it('of floors, on each of which three authorities have one name, ends at a bound', async () => {
    const floors = await Promise.all(
      Array.from({ length: 9 }, (_, floor) =>
        Promise.all(Array.from({ length: 3 }, () => createCA({ key: 'ed25519', subject: { CN: `F${floor}` } }))),
      ),
    );
    const stairs: Uint8Array[] = [];
    for (const [i, floor] of floors.slice(1).entries()) {
      for (const issuer of floor) {
        for (const { key, subject } of floors[i] as TestCA[]) {
          stairs.push((await issuer.intermediate({ key, subject })).certificate);
        }
      }
    }
    const [[lowest]] = floors as [[TestCA]];
    const { certificate } = await lowest.issue({ key: 'ed25519', names: ['localhost'] });
    expect(costOf(stranger, [certificate, ...stairs]).code).toBe('ERR_TLS_CERT_WORK_LIMIT');
  });

  it.each([true, false])('without branches, too long to be walked; self-issued: %s', async selfIssued => {
    const chain: TestCA[] = [await createCA({ key: 'ed25519', subject: { CN: 'S' } })];
    while (chain.length < 98) {
      const subject = { CN: selfIssued ? 'S' : `S${chain.length}` };
      chain.push(await (chain.at(-1) as TestCA).intermediate({ key: 'ed25519', subject }));
    }
    const { certificate } = await (chain.at(-1) as TestCA).issue({ key: 'ed25519', names: ['localhost'] });
    const sent = [certificate, ...all(chain.slice(1))];
    // Self-issued certificates do not count for depth; signatures do.
    const { code, message } = costOf(chain[0] as TestCA, sent);
    expect(code).toBe('ERR_TLS_CERT_WORK_LIMIT');
    expect(message).toContain(selfIssued ? 'signatures' : 'the limit is 10');
  });
});

describe('a crowd', () => {
  it('of authorities of one name, none of which is the issuer, costs the signatures of the bound', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 98 }, () => createCA({ key: 'ed25519', subject: { CN: 'N' } })),
    );
    const issuer = await createCA({ key: 'ed25519', subject: { CN: 'N' } });
    const leaf = await issuer.issue({ key: 'ed25519', names: ['localhost'], authorityKeyIdentifier: null });
    const { code, work } = costOf(stranger, [leaf.certificate, ...all(crowd)]);
    expect(code).toBe('ERR_TLS_CERT_WORK_LIMIT');
    expect(work.signatures).toBe(defaultLimits.signatures);
    // One who says which key it is finds it at once.
    const named = await issuer.issue({ key: 'ed25519', names: ['localhost'] });
    expect(costOf(issuer, [named.certificate, ...all(crowd)])).toMatchObject({
      code: 'accepted',
      work: { signatures: 1 },
    });
  });

  it('of a thousand certificates is not looked at', async () => {
    const leaf = await stranger.issue({ key: 'ed25519', names: ['localhost'] });
    const { code, work } = costOf(stranger, [leaf.certificate, ...Array(1000).fill(stranger.certificate)]);
    expect(code).toBe('ERR_TLS_CERT_WORK_LIMIT');
    expect(work).toEqual(noWork());
  });

  it('of authorities whose constraints each have to be looked at is bounded in comparisons', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `n${i}.example`);
    const root = await createCA({ key: 'ed25519' });
    let issuer = root;
    const crowd: TestCA[] = [];
    while (crowd.length < 8) {
      issuer = await root.intermediate({
        key: 'ed25519',
        subject: { CN: 'NC' },
        nameConstraints: { permitted: names },
      });
      crowd.push(issuer);
    }
    const leaf = await issuer.issue({ key: 'ed25519', subject: {}, names: [...names, 'localhost'] });
    const { code, work } = costOf(root, [leaf.certificate, ...all(crowd)]);
    expect(code).toBe('ERR_TLS_CERT_WORK_LIMIT');
    expect(work).toMatchObject({ nameComparisons: 301 * 300, signatures: 0 });
  });
});

it('policies that authorities map, each to each, are bounded in number', async () => {
  const policies = Array.from({ length: 60 }, (_, i) => derOid(`1.2.${i + 200}`));
  const seq = (...parts: readonly Uint8Array[]) => der(Tag.sequence, ...parts);
  const extensions = [
    { oid: '2.5.29.32', critical: false, value: seq(...policies.map(policy => seq(policy))) },
    { oid: '2.5.29.33', critical: false, value: seq(...policies.flatMap(a => policies.map(b => seq(a, b)))) },
  ];
  const root = await createCA({ key: 'ed25519' });
  let issuer = root;
  for (let depth = 0; depth < 4; depth++) issuer = await issuer.intermediate({ key: 'ed25519', extensions });
  const leaf = await issuer.issue({ key: 'ed25519', names: ['localhost'], extensions: extensions.slice(0, 1) });
  const { code, message } = costOf(root, leaf.chain);
  expect(code).toBe('ERR_TLS_CERT_WORK_LIMIT');
  expect(message).toContain('policies');
});

describe('a giant', () => {
  const text = 'x'.repeat(60_000);
  const oids = Array.from({ length: 8000 }, (_, i) => `1.2.${i + 200}`);

  it('name is compared, and shortened where it is told', async () => {
    const ca = await createCA({ key: 'ed25519', subject: { CN: text } });
    const leaf = await ca.issue({ key: 'ed25519', names: ['localhost'] });
    expect(costOf(ca, leaf.chain).code).toBe('accepted');
    expect(costOf(stranger, leaf.chain)).toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      message: expect.stringContaining('xxx…'),
    });
  });

  it('list of purposes is read', async () => {
    const leaf = await stranger.issue({ key: 'ed25519', names: ['localhost'], extendedKeyUsage: oids });
    expect(costOf(stranger, leaf.chain).code).toBe('INVALID_PURPOSE');
  });

  it('list of TLS features is malformed: each would be looked for in another such list', async () => {
    const features = Array.from({ length: 101 }, (_, i) => i);
    const [most, more] = [features.slice(1), features];
    for (const [tlsFeatures, code] of [
      [most, 'accepted'],
      [more, 'ERR_TLS_CERT_MALFORMED'],
    ] as const) {
      const issuer = await stranger.intermediate({ key: 'ed25519', tlsFeatures });
      const leaf = await issuer.issue({ key: 'ed25519', names: ['localhost'], tlsFeatures });
      expect(costOf(stranger, leaf.chain).code).toBe(code);
    }
  });

  it('heap of combining characters is not put in order, but compared as it is', async () => {
    // Canonically equal (UAX #15): the order of marks above and below does not matter.
    const named = (above: number, below: number, first: 'above' | 'below') => {
      const marks = ['\u0301'.repeat(above), '\u0323'.repeat(below)];
      return { CN: `a${(first === 'above' ? marks : marks.toReversed()).join('')}` };
    };
    const verdictFor = async (above: number, below: number, issuedAs: 'above' | 'below') => {
      const ca = await createCA({ key: 'ed25519', subject: named(above, below, 'below') });
      const issuerName = named(above, below, issuedAs);
      const leaf = await ca.issue({ key: 'ed25519', names: ['localhost'], issuerName });
      return costOf(ca, [leaf.certificate]).code;
    };
    expect(await verdictFor(15, 15, 'above')).toBe('accepted');
    expect(await verdictFor(15_000, 15_000, 'below')).toBe('accepted');
    expect(await verdictFor(15_000, 15_000, 'above')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await verdictFor(16, 15, 'above')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('certificate is not read at all', async () => {
    const leaf = await stranger.issue({ key: 'ed25519', names: ['localhost'], subject: { CN: text + text + text } });
    expect(costOf(stranger, leaf.chain)).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT', work: noWork() });
  });
});
