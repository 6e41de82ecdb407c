/** Which CRLs are for which certificates (RFC 5280 §6.3.3 (b) to (d)), and what deltas change (§5.2.4). */
import type { CrlOptions, DistributionPoint, IssuingDistributionPoint } from '@tlskit/tls-testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { der, status, verdict } from './crl-support.ts';
import { createCA, day, type TestCA, TlsError } from './support.ts';

let root: TestCA;

beforeAll(async () => {
  root = await createCA({ key: 'ed25519', subject: { O: 'Example', CN: 'root' } });
});

const issue = (crlDistributionPoints: readonly DistributionPoint[] = []) =>
  root.issue({
    names: ['localhost'],
    key: 'ed25519',
    ...(crlDistributionPoints.length === 0 ? {} : { crlDistributionPoints }),
  });

describe('the name of a distribution point', () => {
  const here = 'http://a.test/1.crl';
  const there = 'http://a.test/2.crl';
  const relative = { relative: { CN: 'part 1' } };
  const whole = [{ directoryName: { O: 'Example', CN: 'root', OU: 'part' } }];

  it.each<[string, DistributionPoint[], IssuingDistributionPoint | undefined, string]>([
    ['any CRL without one is for all certificates', [here], undefined, 'good'],
    ['the same', [here], { name: here }, 'good'],
    ['another', [here], { name: there }, 'ERR_TLS_CRL_SCOPE'],
    ['one of several, in the CRL', [here], { name: [{ uri: there }, { uri: here }] }, 'good'],
    ['one of several, in the certificate', [{ name: [{ uri: there }, { uri: here }] }], { name: here }, 'good'],
    ['one of several points', [there, here], { name: here }, 'good'],
    ['in another writing', [here], { name: 'http://A.test/1.crl' }, 'ERR_TLS_CRL_SCOPE'],
    ['of another kind', [{ name: [{ dns: 'a.test' }] }], { name: [{ uri: 'a.test' }] }, 'ERR_TLS_CRL_SCOPE'],
    ['relative, both', [{ name: relative }], { name: relative }, 'good'],
    ['relative, another', [{ name: relative }], { name: { relative: { CN: 'part 2' } } }, 'ERR_TLS_CRL_SCOPE'],
    ['relative and whole', [{ name: { relative: { OU: 'part' } } }], { name: whole }, 'good'],
    ['whole and relative, in other case', [{ name: whole }], { name: { relative: { OU: 'PART' } } }, 'good'],
    ['none in the certificate, and one in the CRL', [], { name: here }, 'ERR_TLS_CRL_SCOPE'],
    [
      "none in the certificate, and the issuer's in the CRL",
      [],
      { name: [{ directoryName: { O: 'Example', CN: 'root' } }] },
      'good',
    ],
  ])('%s', async (_, points, issuingDistributionPoint, expected) => {
    const { certificate, chain } = await issue(points);
    const scope = issuingDistributionPoint === undefined ? {} : { issuingDistributionPoint };
    expect(status({ root, chain, crls: await der(root, scope) })).toBe(expected);
    const revoking = await der(root, { ...scope, revoked: [{ certificate }] });
    expect(status({ root, chain, crls: revoking })).toBe(expected === 'good' ? 'revoked' : expected);
  });

  it('may be an alternative name of the issuer', async () => {
    const issuerAltName = { oid: '2.5.29.18', value: Uint8Array.of(0x30, 8, 0x86, 6, ...Buffer.from('http:x')) };
    const { chain } = await root.issue({ names: ['localhost'], key: 'ed25519', extensions: [issuerAltName] });
    const crl = await der(root, { issuingDistributionPoint: { name: 'http:x' } });
    expect(status({ root, chain, crls: crl })).toBe('good');
    expect(status({ root, chain: (await issue()).chain, crls: crl })).toBe('ERR_TLS_CRL_SCOPE');
  });

  it('that is malformed hides nothing: other CRLs are looked at', async () => {
    const extensions = [{ oid: '2.5.29.31', value: Uint8Array.of(0x30, 2, 0x30, 0) }];
    const { certificate, chain } = await root.issue({ names: ['localhost'], key: 'ed25519', extensions });
    expect(status({ root, chain, crls: await der(root, { revoked: [{ certificate }] }) })).toBe('revoked');
    expect(status({ root, chain, crls: [] })).toBe('ERR_TLS_CERT_MALFORMED');
  });
});

describe('distribution points that are critical', () => {
  // One point with the name http:1.
  const value = Uint8Array.of(0x30, 14, 0x30, 12, 0xa0, 10, 0xa0, 8, 0x86, 6, ...Buffer.from('http:1'));
  const extensions = [{ oid: '2.5.29.31', critical: true, value }];
  const lenient = { unknown: 'accept', scope: 'leaf' } as const;

  it('ask for an answer: not to know is to refuse [5280:4.2]', async () => {
    const { certificate, chain } = await root.issue({ names: ['localhost'], key: 'ed25519', extensions });
    for (const policy of [lenient, {}]) {
      expect(status({ root, chain, policy, crls: await der(root) })).toBe('good');
      expect(status({ root, chain, policy, crls: await der(root, { revoked: [{ certificate }] }) })).toBe('revoked');
      expect(status({ root, chain, policy, crls: [] })).toBe('UNABLE_TO_GET_CRL');
    }
    const unasked = verdict({ root, chain, policy: { by: [], unknown: 'accept' }, crls: [] });
    expect(unasked).toMatchObject({ code: 'UNHANDLED_CRITICAL_EXTENSION' });
  });

  it('ask for it above the leaf too, also where the leaf alone is asked about', async () => {
    const authority = await root.intermediate({ key: 'ed25519', extensions });
    const { chain } = await authority.issue({ names: ['localhost'], key: 'ed25519' });
    expect(status({ root, chain, policy: lenient, crls: [] })).toBe('UNABLE_TO_GET_CRL');
    expect(status({ root, chain, policy: lenient, crls: await der(root) })).toBe('unknown');
    expect(status({ root, chain, policy: lenient, crls: [await der(root), await der(authority)] })).toBe('good');
  });
});

describe('the kind of certificates', () => {
  it.each<[IssuingDistributionPoint, string, string]>([
    [{ onlyContainsUserCerts: true }, 'good', 'ERR_TLS_CRL_SCOPE'],
    [{ onlyContainsCACerts: true }, 'ERR_TLS_CRL_SCOPE', 'good'],
    [{ onlyContainsAttributeCerts: true }, 'ERR_TLS_CRL_SCOPE', 'ERR_TLS_CRL_SCOPE'],
    [{ onlyContainsUserCerts: true, onlyContainsCACerts: true }, 'ERR_TLS_CRL_SCOPE', 'ERR_TLS_CRL_SCOPE'],
  ])('of a CRL with %o', async (issuingDistributionPoint, ofUsers, ofAuthorities) => {
    const user = await issue();
    const authority = await root.intermediate({ key: 'ed25519' });
    const below = await authority.issue({ names: ['localhost'], key: 'ed25519' });
    const revoked = [{ certificate: user.certificate }, { certificate: authority.certificate }];
    for (const [listed, found] of [
      [[], 'good'],
      [revoked, 'revoked'],
    ] as const) {
      const crl = await der(root, { issuingDistributionPoint, revoked: listed });
      expect(status({ root, chain: user.chain, crls: crl })).toBe(ofUsers === 'good' ? found : ofUsers);
      const both = [crl, await der(authority)];
      expect(status({ root, chain: below.chain, crls: both })).toBe(ofAuthorities === 'good' ? found : ofAuthorities);
    }
  });
});

describe('reasons', () => {
  const some = ['keyCompromise', 'cACompromise'] as const;
  const others = [
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'privilegeWithdrawn',
    'aACompromise',
  ] as const;

  it('must all be covered, by one CRL or by several', async () => {
    const { chain } = await issue();
    const one = await der(root, { issuingDistributionPoint: { onlySomeReasons: some } });
    const other = await der(root, { issuingDistributionPoint: { onlySomeReasons: others } });
    expect(status({ root, chain, crls: [one, other] })).toBe('good');
    const alone = verdict({ root, chain, crls: one }) as TlsError;
    expect((alone.cause as TlsError).code).toBe('ERR_TLS_CRL_SCOPE');
    expect(alone.message).toContain('these reasons alone: keyCompromise, cACompromise');
    expect(status({ root, chain, crls: [other] })).toBe('ERR_TLS_CRL_SCOPE');
  });

  it('that are covered suffice to be revoked', async () => {
    const { certificate, chain } = await issue();
    const revoked = [{ certificate, reason: 'keyCompromise' as const }];
    const crl = await der(root, { issuingDistributionPoint: { onlySomeReasons: some }, revoked });
    expect(status({ root, chain, crls: crl })).toBe('revoked');
  });

  it('are those of the distribution point too', async () => {
    const name = [{ uri: 'http://a.test/1.crl' }];
    const { certificate, chain } = await issue([{ name, reasons: some }]);
    const issuingDistributionPoint = { name };
    expect(status({ root, chain, crls: await der(root, { issuingDistributionPoint }) })).toBe('ERR_TLS_CRL_SCOPE');
    const disjoint = { name, onlySomeReasons: others };
    expect(status({ root, chain, crls: await der(root, { issuingDistributionPoint: disjoint }) })).toBe(
      'ERR_TLS_CRL_SCOPE',
    );
    // (e): what it says is of none of the reasons that the point is for.
    const listing = await der(root, { issuingDistributionPoint: disjoint, revoked: [{ certificate }] });
    expect(status({ root, chain, crls: listing })).toBe('ERR_TLS_CRL_SCOPE');
    const two = await issue([
      { name, reasons: some },
      { name, reasons: others },
    ]);
    expect(status({ root, chain: two.chain, crls: await der(root, { issuingDistributionPoint }) })).toBe('good');
  });
});

describe('a delta CRL', () => {
  const complete: CrlOptions = { number: 10 };
  const delta: CrlOptions = { number: 12, deltaBase: 9 };
  const state = async (a: CrlOptions, b: CrlOptions, more: object = {}) => {
    const { chain } = await issue();
    return { chain, crls: [await der(root, a), await der(root, b)], root, ...more };
  };

  it.each<[string, CrlOptions, boolean]>([
    ['that begins where the complete one is', { number: 11, deltaBase: 10 }, true],
    ['that begins before it', { number: 12, deltaBase: 9 }, true],
    ['that begins behind it', { number: 12, deltaBase: 11 }, false],
    ['that is not newer', { number: 10, deltaBase: 9 }, false],
    ['without number', { number: null, deltaBase: 9 }, false],
    ['of another scope', { ...delta, issuingDistributionPoint: { onlyContainsUserCerts: true } }, false],
    ['of another key identifier', { ...delta, authorityKeyIdentifier: Uint8Array.of(1, 2, 3) }, false],
    ['that is outdated', { ...delta, thisUpdate: new Date(0), nextUpdate: new Date(1000) }, false],
    ['of tomorrow', { ...delta, thisUpdate: new Date(Date.now() + day) }, false],
    ['that is forged', { ...delta, forged: true }, false],
    [
      'with an extension that is unknown',
      { ...delta, extensions: [{ oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }] },
      false,
    ],
  ])('%s', async (_, options, counts) => {
    const { certificate, chain } = await issue();
    const revoked = [{ certificate }];
    const base = await der(root, complete);
    expect(status({ root, chain, crls: [base, await der(root, { ...options, revoked })] })).toBe(
      counts ? 'revoked' : 'good',
    );
    expect(status({ root, chain, deltas: false, crls: [base, await der(root, { ...options, revoked })] })).toBe('good');
    // And it gives back what was on hold.
    const onHold = await der(root, { ...complete, revoked: [{ certificate, reason: 'certificateHold' }] });
    const removing = await der(root, { ...options, revoked: [{ certificate, reason: 'removeFromCRL' }] });
    expect(status({ root, chain, crls: [onHold, removing] })).toBe(counts ? 'good' : 'revoked');
    expect(status({ root, chain, crls: [onHold, await der(root, options)] })).toBe('revoked');
  });

  it('without a complete one says nothing', async () => {
    const { certificate, chain } = await issue();
    expect(status({ root, chain, crls: await der(root, delta) })).toBe('UNABLE_TO_GET_CRL');
    expect(status({ root, chain, crls: await der(root, { ...delta, revoked: [{ certificate }] }) })).toBe(
      'UNABLE_TO_GET_CRL',
    );
    const asked = await state({ number: null }, delta);
    expect(status(asked)).toBe('good');
  });

  it('brings an outdated complete one up to date', async () => {
    const outdated = { ...complete, thisUpdate: new Date(0), nextUpdate: new Date(1000) };
    expect(status(await state(outdated, delta))).toBe('good');
    expect(status(await state(outdated, { ...delta, deltaBase: 11 }))).toBe('CRL_HAS_EXPIRED');
    expect(status(await state(outdated, delta, { deltas: false }))).toBe('CRL_HAS_EXPIRED');
    expect(status(await state({ ...complete, thisUpdate: new Date(Date.now() + day) }, delta))).toBe(
      'CRL_NOT_YET_VALID',
    );
  });

  it('of several the newest counts, and what it takes back and lists too is listed', async () => {
    const { certificate, chain } = await issue();
    const base = await der(root, { ...complete, revoked: [{ certificate, reason: 'certificateHold' }] });
    const removed = { certificate, reason: 'removeFromCRL' } as const;
    const first = await der(root, { ...delta, revoked: [removed] });
    const second = await der(root, { ...delta, number: 13, thisUpdate: new Date(), revoked: [{ certificate }] });
    expect(status({ root, chain, crls: [base, first] })).toBe('good');
    for (const crls of [
      [base, first, second],
      [second, first, base],
    ]) {
      expect(status({ root, chain, crls })).toBe('revoked');
    }
    const both = await der(root, { ...delta, revoked: [removed, { certificate }] });
    expect(status({ root, chain, crls: [base, both] })).toBe('revoked');
  });
});

describe('anything', () => {
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom(0x30, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xa0, 0xa1, 0xa2, 0xa4),
          fc.uint8Array({ maxLength: 8 }),
        ),
        { maxLength: 5 },
      )
      .map(parts => {
        const inner = parts.flatMap(([tag, octets]) => [tag, octets.length, ...octets]);
        return Uint8Array.of(0x30, inner.length + 2, 0x30, inner.length, ...inner);
      }),
  );

  it('as an extension of a certificate, or of a CRL, makes no other errors', async () => {
    const oids = ['2.5.29.18', '2.5.29.20', '2.5.29.27', '2.5.29.28', '2.5.29.31', '2.5.29.35', '2.5.29.46'];
    for (const [oid, critical, octets] of fc.sample(fc.tuple(fc.constantFrom(...oids), fc.boolean(), value), 150)) {
      const extensions = [{ oid, value: octets }];
      const { chain } = await root.issue({ names: ['localhost'], key: 'ed25519', extensions });
      const crls = [await der(root, { extensions: [{ oid, value: octets, critical }] }), await der(root)];
      for (const given of [crls, crls.slice(0, 1)]) {
        const found = verdict({ root, chain, crls: given });
        if (!(found instanceof TlsError)) continue;
        expect(['ERR_TLS_CERT_STATUS_UNKNOWN', 'ERR_TLS_CERT_MALFORMED']).toContain(found.code);
      }
    }
  });

  it('in great numbers is bounded: names and points', async () => {
    const names = (from: number) => Array.from({ length: 300 }, (_, i) => ({ uri: `http://a.test/${from + i}` }));
    const { chain } = await issue([{ name: names(0) }]);
    const crls = await der(root, { issuingDistributionPoint: { name: names(1000) } });
    expect(status({ root, chain, crls })).toBe('ERR_TLS_CRL_SCOPE');
    expect(verdict({ root, chain, crls, limits: { nameComparisons: 50_000 } })).toMatchObject({
      code: 'ERR_TLS_CERT_WORK_LIMIT',
    });
    const many = await issue(Array.from({ length: 101 }, () => 'http://a.test/'));
    const scoped = { issuingDistributionPoint: { name: 'http://a.test/' } };
    expect(status({ root, chain: many.chain, crls: await der(root, scoped) })).toBe('ERR_TLS_CERT_MALFORMED');
    expect(status({ root, chain: many.chain, crls: await der(root) })).toBe('good');
  });
});
