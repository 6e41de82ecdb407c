/**
 * Path validation held against properties: whatever the bag, the order and the damage. `TLSKIT_PROPERTY_RUNS=20` runs twenty times as
 * many; a failure prints its seed, which `TLSKIT_PROPERTY_SEED` takes.
 */
import type { CertificateOptions } from '@tlskit/tls-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Limits, noWork, type PathRequest, type VerifiedPeer } from '../src/index.ts';
import { codeOf, createCA, day, type Issued, judge, noble, type TestCA, TlsError } from './support.ts';

const factor = Number(process.env.TLSKIT_PROPERTY_RUNS ?? 1);
const seed = process.env.TLSKIT_PROPERTY_SEED;

function runs(numRuns: number): fc.Parameters<unknown> {
  return { numRuns: numRuns * factor, ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

const timeout = 60_000 * factor;

/** The portable provider, which remembers: the same signatures are met again and again here. */
const remembered = new Map<string, ReturnType<ReturnType<typeof noble.importPublicKey>['verify']>>();
const provider: PathRequest['provider'] & typeof noble = {
  ...noble,
  importPublicKey: spki => {
    const key = noble.importPublicKey(spki);
    return {
      algorithm: key.algorithm,
      spki: key.spki,
      verify: (algorithm, data, signature) => {
        const id = [key.spki, data, signature].map(bytes => Buffer.from(bytes).toString('base64')).join();
        const known = remembered.get(id) ?? key.verify(algorithm, data, signature);
        if (remembered.size < 20_000) remembered.set(id, known);
        return known;
      },
    };
  },
};

describe('in a maze of authorities that have signed one another', () => {
  const names = ['A', 'B', 'C', 'D', 'E'];

  /** What may be wrong with a certificate that one authority issues to another. */
  const kinds = {
    good: {},
    'of yesterday': { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - 2 * day) },
    'of tomorrow': { notBefore: new Date(Date.now() + 2 * day), notAfter: new Date(Date.now() + 9 * day) },
    'of no authority': { ca: false },
    'that may not sign': { keyUsage: ['cRLSign'] },
    'for others': { nameConstraints: { permitted: ['example.com'] } },
    'above leaves alone': { pathLength: 0 },
    forged: { forged: true },
  } as const satisfies Record<string, CertificateOptions>;

  interface Edge {
    readonly kind: keyof typeof kinds;
    readonly subject: number;
    readonly issuer: number;
    readonly der: Uint8Array;
  }

  const edges: Edge[] = [];
  let roots: TestCA[];
  let leaf: Issued;

  beforeAll(async () => {
    roots = await Promise.all(names.map(name => createCA({ key: 'ed25519', subject: { O: 'Maze', CN: name } })));
    for (const [subject, { key, subject: name }] of roots.entries()) {
      for (const [issuer, ca] of roots.entries()) {
        for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
          const { certificate: der } = await ca.intermediate({ key, subject: name, ...kinds[kind] });
          edges.push({ kind, subject, issuer, der });
        }
      }
    }
    leaf = await (roots[0] as TestCA).issue({ names: ['localhost'], key: 'ed25519' });
  });

  /** Whether a path exists, by looking at every one: certificates with this subject, below an anchor. */
  function leadsTo(
    anchors: ReadonlySet<number>,
    bag: readonly Edge[],
    subject: number,
    below: readonly number[],
  ): boolean {
    if (anchors.has(subject)) return true;
    if (below.includes(subject)) return false;
    return bag.some(edge => {
      if (edge.subject !== subject || !isUsable(edge, below.length)) return false;
      return leadsTo(anchors, bag, edge.issuer, [...below, subject]);
    });
  }

  function isUsable({ kind }: Edge, below: number): boolean {
    return kind === 'good' || (kind === 'above leaves alone' && below === 0);
  }

  const order = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });

  /** Some of them twice, in an order that the numbers make. */
  function bagOf(ders: readonly Uint8Array[], numbers: readonly number[]): Uint8Array[] {
    const twice = ders.filter((_, i) => (numbers[i % numbers.length] as number) % 3 === 0);
    const bag = [...ders, ...twice].map((der, i) => ({ der, at: (numbers[i % numbers.length] as number) % (97 + i) }));
    return bag.sort((a, b) => a.at - b.at).map(({ der }) => der);
  }

  it(
    'a path is found exactly when there is one, in whatever order, and nothing is in it that is not good',
    () => {
      const indices = fc.uniqueArray(fc.nat(names.length * names.length * Object.keys(kinds).length - 1), {
        maxLength: 24,
      });
      const anchors = fc.uniqueArray(fc.nat(names.length - 1), { minLength: 1, maxLength: 2 });
      let accepted = 0;
      fc.assert(
        fc.property(indices, anchors, order, (chosen, trusted, numbers) => {
          const bag = chosen.map(i => edges[i] as Edge);
          const expected = leadsTo(new Set(trusted), bag, 0, []);
          if (expected) accepted++;
          const trust = { roots: trusted.map(i => (roots[i] as TestCA).certificate) };
          const chain = [
            leaf.certificate,
            ...bagOf(
              bag.map(({ der }) => der),
              numbers,
            ),
          ];
          const limits: Partial<Limits> = { candidates: 1_000_000 };
          const verdict = judge({ provider, trust, profile: 'path', limits }, { chain });
          expect(codeOf(verdict) === 'accepted', codeOf(verdict)).toBe(expected);
          if (!(verdict instanceof TlsError)) checkPath(verdict, bag, trust.roots);
        }),
        runs(1500),
      );
      expect(accepted).toBeGreaterThan(20);
    },
    timeout,
  );

  function checkPath({ path }: VerifiedPeer, bag: readonly Edge[], anchors: readonly Uint8Array[]): void {
    expect(anchors.some(der => Buffer.compare(der, path.at(-1)?.der as Uint8Array) === 0)).toBe(true);
    for (const [i, certificate] of path.slice(1, -1).entries()) {
      const edge = bag.find(({ der }) => Buffer.compare(der, certificate.der) === 0) as Edge;
      expect(isUsable(edge, i)).toBe(true);
      expect(path[i]?.issuer.equals(certificate.subject)).toBe(true);
    }
  }

  it(
    'the work is bounded, whatever the bag',
    () => {
      const indices = fc.uniqueArray(fc.nat(names.length * names.length * Object.keys(kinds).length - 1), {
        minLength: 60,
        maxLength: 99,
      });
      const limits = { candidates: 60, signatures: 20, nameComparisons: 20 };
      fc.assert(
        fc.property(indices, order, (chosen, numbers) => {
          const ders = chosen.map(i => (edges[i] as Edge).der);
          const work = noWork();
          const trust = { roots: [(roots[4] as TestCA).certificate] };
          const chain = [leaf.certificate, ...bagOf(ders, numbers)].slice(0, 100);
          const verdict = judge({ provider, trust, profile: 'path', limits }, { chain, work });
          for (const [name, limit] of Object.entries(limits)) {
            expect(work[name as keyof typeof limits], `${name}, ${codeOf(verdict)}`).toBeLessThanOrEqual(limit);
          }
        }),
        runs(300),
      );
    },
    timeout,
  );
});

describe('of a chain that is damaged', () => {
  let root: TestCA;
  const chains: { readonly name: string; readonly chain: readonly Uint8Array[]; readonly good: boolean }[] = [];

  beforeAll(async () => {
    root = await createCA();
    const upper = await root.intermediate();
    const add = async (
      name: string,
      above: CertificateOptions,
      own: CertificateOptions,
      good = false,
    ): Promise<void> => {
      const lower = await upper.intermediate({ key: 'rsa-2048', ...above });
      const { chain } = await lower.issue({ names: ['localhost'], key: 'ed25519', ...own });
      chains.push({ name, chain, good });
    };
    const past = { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() - 2 * day) };
    await add('good', {}, {}, true);
    await add('expired', {}, past);
    await add('expired above', past, {});
    await add('another name', {}, { names: ['localhosu'] });
    await add('forged', {}, { forged: true });
    await add('forged above', { forged: true }, {});
    await add('no authority', { ca: false }, {});
    await add('no signing of certificates', { keyUsage: ['cRLSign'] }, {});
    await add('another purpose', {}, { extendedKeyUsage: ['clientAuth'] });
    await add('excluded', { nameConstraints: { excluded: ['localhost'] } }, {});
    await add(
      'unknown critical extension',
      {},
      { extensions: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }] },
    );
  }, 60_000);

  const anyChain = fc.nat();

  it('the verdict is what the defect says', () => {
    for (const { name, chain, good } of chains) {
      const code = codeOf(judge({ provider, trust: { roots: [root.certificate] }, profile: 'path' }, { chain }));
      expect(code === 'accepted', `${name}: ${code}`).toBe(good);
    }
  });

  it(
    'no bit that is turned in it makes it good',
    () => {
      fc.assert(
        fc.property(anyChain, fc.nat(), fc.nat(), (which, certificate, bit) => {
          const { chain } = chains[which % chains.length] as (typeof chains)[number];
          const at = certificate % chain.length;
          const damaged = chain.map((der, i) => (i === at ? flipped(der, bit % (der.length * 8)) : der));
          const verdict = judge(
            { provider, trust: { roots: [root.certificate] }, profile: 'path' },
            { chain: damaged },
          );
          expect(codeOf(verdict)).not.toBe('accepted');
        }),
        runs(1500),
      );
    },
    timeout,
  );

  it(
    'nothing that is done to its bytes escapes the type of error, or the bounds',
    () => {
      // What is done, and where, each a share of the length.
      const edit = fc.record({
        what: fc.constantFrom('set', 'cut', 'insert', 'repeat', 'length', 'swap'),
        at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        byte: fc.nat(255),
      });
      const limits = { candidates: 30, signatures: 8, nameComparisons: 50 };
      fc.assert(
        fc.property(anyChain, fc.array(edit, { minLength: 1, maxLength: 6 }), fc.nat(), (which, edits, certificate) => {
          const { chain } = chains[which % chains.length] as (typeof chains)[number];
          const at = certificate % chain.length;
          const damaged = chain.map((der, i) => (i === at ? edits.reduce(edited, der) : der));
          const work = noWork();
          const verdict = judge(
            { provider, trust: { roots: [root.certificate] }, profile: 'webpki', limits },
            { chain: damaged, work },
          );
          expect(['ERR_TLS_INTERNAL', 'ERR_TLS_DECODE', 'ERR_TLS_INVALID_OPTION']).not.toContain(codeOf(verdict));
          for (const [name, limit] of Object.entries(limits)) {
            expect(work[name as keyof typeof limits]).toBeLessThanOrEqual(limit);
          }
        }),
        runs(1500),
      );
    },
    timeout,
  );

  interface Edit {
    readonly what: string;
    readonly at: number;
    readonly to: number;
    readonly byte: number;
  }

  function edited(bytes: Uint8Array, { what, at, to, byte }: Edit): Uint8Array {
    const [from, until] = [Math.floor(Math.min(at, to) * bytes.length), Math.floor(Math.max(at, to) * bytes.length)];
    const [before, middle, after] = [bytes.subarray(0, from), bytes.subarray(from, until), bytes.subarray(until)];
    switch (what) {
      case 'cut':
        return Uint8Array.from([...before, ...after]);
      case 'insert':
        return Uint8Array.from([...before, byte, ...middle, ...after]);
      case 'repeat':
        return Uint8Array.from([...before, ...middle, ...middle, ...after]);
      case 'swap':
        return Uint8Array.from([...middle, ...before, ...after]);
      default: {
        // Lengths are small numbers, and near to what they were.
        const copy = Uint8Array.from(bytes);
        if (copy.length > 0) copy[from] = what === 'set' ? byte : (copy[from] as number) + (byte % 5) - 2;
        return copy;
      }
    }
  }
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return copy;
}
