import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateVerifier, type PeerVerifier, parseCertificate } from '../src/index.ts';
import { createCA, type Issued, noble, type TestCA, TlsError } from './support.ts';

let root: TestCA;
let leaf: Issued;
let verifiers: readonly PeerVerifier[];

beforeAll(async () => {
  root = await createCA({ key: 'ed25519' });
  const constraints = { permitted: ['localhost', '127.0.0.0/8', { email: 'a.test' }, { uri: '.a.test' }] };
  const upper = await root.intermediate({ key: 'ed25519', nameConstraints: constraints, pathLength: 1 });
  const names = ['localhost', '127.0.0.1', { email: 'x@a.test' }, { uri: 'https://x.a.test/' }] as const;
  leaf = await (await upper.intermediate({ key: 'ed25519' })).issue({
    names,
    key: 'ed25519',
    subject: { C: 'DE', O: 'x' },
  });
  verifiers = (['path', 'rfc5280', 'webpki'] as const).map(profile =>
    createCertificateVerifier({ provider: noble, trust: { roots: root.certificate }, profile }),
  );
});

/** Whether it is accepted; an error of any other type fails the test. */
function accepts(verifier: PeerVerifier, chain: readonly Uint8Array[]): boolean {
  try {
    void verifier.verify({ role: 'server', chain, name: 'localhost' });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(TlsError);
    expect(['ERR_TLS_INTERNAL', 'ERR_TLS_DECODE', 'ERR_TLS_INVALID_OPTION']).not.toContain((error as TlsError).code);
    return false;
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return copy;
}

describe('a chain with one bit changed', () => {
  it('is refused, wherever the bit is', () => {
    for (const verifier of verifiers) expect(accepts(verifier, leaf.chain)).toBe(true);
    const [verifier] = verifiers as [PeerVerifier];
    fc.assert(
      fc.property(fc.nat(leaf.chain.length - 1), fc.nat(), (which, seed) => {
        const bit = seed % ((leaf.chain[which] as Uint8Array).length * 8);
        const chain = leaf.chain.map((der, i) => (i === which ? flipped(der, bit) : der));
        expect(accepts(verifier, chain)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('is read or refused, every bit of it', () => {
    const der = leaf.chain[1] as Uint8Array;
    for (let bit = 0; bit < der.length * 8; bit++) {
      try {
        const certificate = parseCertificate(flipped(der, bit));
        for (const name of ['subjectAltName', 'nameConstraints', 'keyUsage', 'authorityKeyIdentifier'] as const) {
          void certificate[name];
        }
        expect(certificate.label.length).toBeLessThan(300);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TlsError', code: 'ERR_TLS_CERT_MALFORMED' });
      }
    }
  });
});

describe('anything', () => {
  // Bytes with the shape of DER get further than random ones.
  const { der } = fc.letrec<{ der: Uint8Array }>(tie => ({
    der: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc
        .tuple(
          fc.constantFrom(1, 2, 3, 4, 5, 6, 12, 19, 22, 23, 24, 0x80, 0x82, 0x87),
          fc.uint8Array({ maxLength: 20 }),
        )
        .map(([tag, value]) => Uint8Array.of(tag, value.length, ...value)),
      fc
        .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa3, 0xa4), fc.array(tie('der'), { maxLength: 8 }))
        .map(([tag, values]) => {
          const value = values.flatMap(bytes => [...bytes]).slice(0, 250);
          return value.length < 128
            ? Uint8Array.of(tag, value.length, ...value)
            : Uint8Array.of(tag, 0x81, value.length, ...value);
        }),
    ),
  }));
  const bytes = fc.oneof(der, fc.uint8Array({ maxLength: 300 }));

  it('in place of a chain is refused by an error of the one type', () => {
    const [verifier] = verifiers as [PeerVerifier];
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), chain => {
        expect(accepts(verifier, chain)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('behind a good leaf changes nothing', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), others => {
        for (const verifier of verifiers) {
          expect(accepts(verifier, [...leaf.chain.slice(0, 1), ...others, ...leaf.chain.slice(1)])).toBe(true);
          expect(accepts(verifier, [...leaf.chain.slice(0, 1), ...others])).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('as an extension that is read makes an error of the one type, at the leaf and above it', async () => {
    const oids = ['14', '15', '17', '19', '30', '32', '35', '37'].map(last => `2.5.29.${last}`);
    const samples = fc.sample(fc.tuple(fc.constantFrom(...oids), fc.boolean(), bytes), 60);
    for (const [oid, critical, value] of samples) {
      const extensions = [{ oid, critical, value }];
      const upper = await root.intermediate({ key: 'ed25519', extensions });
      const below = await upper.issue({ names: ['localhost'], key: 'ed25519' });
      const own = await root.issue({ names: ['localhost'], key: 'ed25519', extensions });
      for (const verifier of verifiers) {
        expect(typeof accepts(verifier, below.chain)).toBe('boolean');
        expect(typeof accepts(verifier, own.chain)).toBe('boolean');
      }
    }
  });
});
