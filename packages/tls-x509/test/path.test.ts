import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateVerifier, type VerifiedPeer } from '../src/index.ts';
import {
  asynchronous,
  codeOf,
  createCA,
  type Issued,
  judge,
  noble,
  type TestCA,
  TlsError,
  verdictOn,
} from './support.ts';

let root: TestCA;
let upper: TestCA;
let lower: TestCA;
let leaf: Issued;

beforeAll(async () => {
  root = await createCA();
  upper = await root.intermediate();
  lower = await upper.intermediate();
  leaf = await lower.issue('localhost');
});

function subjects(verdict: VerifiedPeer | TlsError): string[] {
  if (verdict instanceof TlsError) throw verdict;
  return verdict.path.map(({ subject }) => subject.toString());
}

describe('a path is found', () => {
  it('whatever the order, and with anything else in the bag', async () => {
    const decoys: Uint8Array[] = [
      (await createCA({ subject: upper.subject })).certificate,
      (await createCA({ subject: lower.subject })).certificate,
      (await (await createCA()).issue('localhost')).certificate,
      (await root.intermediate({ subject: upper.subject, forged: true })).certificate,
      Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00),
      new Uint8Array(),
    ];
    const [first, ...needed] = leaf.chain as [Uint8Array, ...Uint8Array[]];
    const expected = subjects(judge({ trust: { roots: [root.certificate] } }, { chain: leaf.chain }));
    const bags = fc.tuple(
      fc.shuffledSubarray([...needed, ...needed, root.certificate, ...decoys], { minLength: 0 }),
      fc.shuffledSubarray(needed, { minLength: needed.length }),
      fc.nat(),
    );
    fc.assert(
      fc.property(bags, ([extra, all, seed]) => {
        const bag = [...extra, ...all];
        const at = seed % (bag.length + 1);
        const chain = [first, ...bag.slice(at), ...bag.slice(0, at)];
        expect(subjects(judge({ trust: { roots: [root.certificate] } }, { chain }))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('to the anchor that is trusted, when authorities have signed one another', async () => {
    const other = await createCA();
    const cross = await other.intermediate({ key: root.key, subject: root.subject });
    const back = await root.intermediate({ key: other.key, subject: other.subject });
    const chain = [...leaf.chain, root.certificate, cross.certificate, back.certificate, other.certificate];
    const byOther = subjects(judge({ trust: { roots: [other.certificate] } }, { chain }));
    expect(byOther).toHaveLength(5);
    expect(byOther.slice(-2)).toEqual([`${subjectOf(root)}`, `${subjectOf(other)}`]);
    expect(subjects(judge({ trust: { roots: [root.certificate] } }, { chain }))).toHaveLength(4);
  });

  it('around an authority that has expired, in a cross-signed pair', async () => {
    const times = { notBefore: new Date('2001-01-01'), notAfter: new Date('2002-01-01') };
    const expired = await root.intermediate({ ...times, key: upper.key, subject: upper.subject });
    for (const bag of [
      [expired.certificate, upper.certificate],
      [upper.certificate, expired.certificate],
    ]) {
      const chain = [leaf.certificate, lower.certificate, ...bag];
      expect(verdictOn(root, { chain })).toBe('accepted');
    }
  });

  it('back from a wrong turn: an authority with the right key that no anchor vouches for', async () => {
    const stranger = await createCA();
    const wrong = await stranger.intermediate({ key: lower.key, subject: lower.subject });
    const chain = [leaf.certificate, wrong.certificate, stranger.certificate, lower.certificate, upper.certificate];
    expect(subjects(judge({ trust: { roots: [root.certificate] } }, { chain }))).toHaveLength(4);
  });

  it('by names that RFC 5280 §7.1 calls equal', async () => {
    const ca = await createCA({ subject: { O: 'Example  Trust', CN: { printable: 'ROOT one' } } });
    const sameName = await createCA({ key: ca.key, subject: { O: { printable: 'example trust ' }, CN: 'Root One' } });
    expect(verdictOn(ca, await sameName.issue('localhost'))).toBe('accepted');
    const otherName = await createCA({ key: ca.key, subject: { O: 'exampletrust', CN: 'Root One' } });
    expect(verdictOn(ca, await otherName.issue('localhost'))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('though key identifiers are missing or wrong', async () => {
    const ca = await createCA({ subjectKeyIdentifier: null });
    expect(verdictOn(ca, await ca.issue('localhost'), {}, { profile: 'path' })).toBe('accepted');
    const misled = await root.issue({ names: ['localhost'], authorityKeyIdentifier: Uint8Array.of(1, 2, 3) });
    expect(verdictOn(root, misled)).toBe('accepted');
  });
});

describe('the search ends', () => {
  it('in a cycle of authorities that signed one another', async () => {
    const [a, b] = [await createCA(), await createCA()];
    const ab = await b.intermediate({ key: a.key, subject: a.subject });
    const ba = await a.intermediate({ key: b.key, subject: b.subject });
    const { certificate } = await a.issue('localhost');
    expect(verdictOn(root, { chain: [certificate, ab.certificate, ba.certificate] })).toBe(
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    );
  });

  it('at the bound of candidates and of signatures, and says which', async () => {
    // Five keys of one name, each signed by every other: factorially many ways, and none to an anchor.
    const { subject } = await createCA();
    const family = await Promise.all(Array.from({ length: 5 }, () => createCA({ subject })));
    const web = await Promise.all(
      family.flatMap(one =>
        family.filter(other => other !== one).map(other => one.intermediate({ subject, key: other.key })),
      ),
    );
    const issued = await (family[0] as TestCA).issue('localhost');
    const chain = [issued.certificate, ...web.map(({ certificate }) => certificate)];
    const trust = { roots: [root.certificate] };
    const byCandidates = judge({ trust, limits: { candidates: 50 } }, { chain }) as TlsError;
    expect(byCandidates).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
    expect(byCandidates.message).toContain('more than 50 candidates');
    const bySignatures = judge({ trust, limits: { signatures: 5 } }, { chain }) as TlsError;
    expect(bySignatures).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
    expect(bySignatures.message).toContain('more than 5 signatures');
  });

  it('at the bound of depth, where self-issued certificates do not count', async () => {
    expect(verdictOn(root, leaf, {}, { limits: { depth: 2 } })).toBe('accepted');
    expect(verdictOn(root, leaf, {}, { limits: { depth: 1 } })).toBe('ERR_TLS_CERT_WORK_LIMIT');
    const renewed = await lower.intermediate({ subject: lower.subject });
    expect(verdictOn(root, await renewed.issue('localhost'), {}, { limits: { depth: 2 } })).toBe('accepted');
  });

  it('before it begins, when too much was sent', () => {
    const code = 'ERR_TLS_CERT_WORK_LIMIT';
    expect(verdictOn(root, leaf, {}, { limits: { certificates: 2 } })).toBe(code);
    expect(verdictOn(root, leaf, {}, { limits: { certificateSize: 100 } })).toBe(code);
    const size = leaf.chain.reduce((sum, der) => sum + der.length, 0);
    expect(verdictOn(root, leaf, {}, { limits: { chainSize: size - 1 } })).toBe(code);
    expect(verdictOn(root, leaf, {}, { limits: { chainSize: size } })).toBe('accepted');
    expect(verdictOn(root, { chain: Array(101).fill(leaf.certificate) })).toBe(code);
    expect(verdictOn(root, { chain: [] })).toBe('ERR_TLS_NO_CERTIFICATE');
  });

  it('at the bound of name comparisons', async () => {
    const excluded = Array.from({ length: 40 }, (_, i) => `x${i}.test`);
    const ca = await createCA({ nameConstraints: { excluded } });
    const many = await ca.issue({ names: ['localhost', ...Array.from({ length: 40 }, (_, i) => `y${i}.test`)] });
    expect(verdictOn(ca, many)).toBe('accepted');
    expect(verdictOn(ca, many, {}, { limits: { nameComparisons: 1000 } })).toBe('ERR_TLS_CERT_WORK_LIMIT');
  });

  it('verifies no signature twice', async () => {
    let verified = 0;
    const counting = {
      ...noble,
      importPublicKey: (spki: Uint8Array) => {
        const key = noble.importPublicKey(spki);
        return {
          ...key,
          verify: (...parameters: Parameters<typeof key.verify>) => {
            verified++;
            return key.verify(...parameters);
          },
        };
      },
    };
    // Four certificates for one key and name, so that each way above them is met four times.
    const twins = await Promise.all(
      Array.from({ length: 3 }, () => upper.intermediate({ key: lower.key, subject: lower.subject })),
    );
    const stranger = await createCA();
    const chain = [...leaf.chain, ...twins.map(({ certificate }) => certificate)];
    const verdict = judge({ provider: counting, trust: { roots: [stranger.certificate] } }, { chain });
    expect(codeOf(verdict)).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    // The leaf by their one key, and each of the four by the key above.
    expect(verified).toBe(5);
  });
});

describe('promises', () => {
  it('are made only where the provider makes them', async () => {
    const options = { trust: { roots: [root.certificate] } } as const;
    const input = { role: 'server', chain: leaf.chain, name: 'localhost' } as const;
    const direct = createCertificateVerifier({ provider: noble, ...options }).verify(input);
    expect(direct).not.toBeInstanceOf(Promise);
    const waited = createCertificateVerifier({ provider: asynchronous(noble), ...options }).verify(input);
    expect(waited).toBeInstanceOf(Promise);
    expect((await waited).path.map(({ der }) => der)).toEqual((direct as VerifiedPeer).path.map(({ der }) => der));
  });

  it('are rejected with the same errors', async () => {
    const stranger = await createCA({ subject: root.subject });
    const verifier = createCertificateVerifier({
      provider: asynchronous(noble),
      trust: { roots: [stranger.certificate] },
    });
    await expect(verifier.verify({ role: 'server', chain: leaf.chain, name: 'localhost' })).rejects.toMatchObject({
      name: 'TlsError',
      code: 'CERT_SIGNATURE_FAILURE',
    });
  });

  it.each([[{ valid: false }], ['no'], [1]])('of which a provider says %o, and not true, are none', verdict => {
    const importPublicKey = (spki: Uint8Array) => {
      const { algorithm } = noble.importPublicKey(spki);
      return { algorithm, spki, verify: () => verdict as never };
    };
    const provider = { ...noble, importPublicKey };
    const answer = judge({ provider, trust: { roots: [root.certificate] } }, { chain: leaf.chain });
    expect(codeOf(answer)).toBe('CERT_SIGNATURE_FAILURE');
  });

  it('that a provider breaks are told as internal errors', async () => {
    const broken = {
      ...noble,
      importPublicKey: (spki: Uint8Array) => ({
        ...noble.importPublicKey(spki),
        verify: () => Promise.reject(new Error('the module is gone')),
      }),
    };
    const verifier = createCertificateVerifier({ provider: broken, trust: { roots: [root.certificate] } });
    await expect(verifier.verify({ role: 'server', chain: leaf.chain, name: 'localhost' })).rejects.toMatchObject({
      code: 'ERR_TLS_INTERNAL',
      message: 'the module is gone',
    });
  });
});

function subjectOf(ca: TestCA): string {
  const peer = judge({ trust: { insecure: 'accept any certificate' } }, { chain: [ca.certificate] });
  return subjects(peer)[0] as string;
}
