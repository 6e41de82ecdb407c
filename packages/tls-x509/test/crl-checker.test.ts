/** The flow of RFC 5280 §6.3.3, step by step, by CRLs at hand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type CrlCheckerOptions, type CrlSource, crls, parseCrl } from '../src/crl/index.ts';
import { createCertificateVerifier, type VerifiedPeer } from '../src/index.ts';
import { type Asked, der, verdict as verdictOf, wordFor } from './crl-support.ts';
import { asynchronous, createCA, day, type Issued, judge, noble, type TestCA, TlsError, thrown } from './support.ts';

let root: TestCA;
let leaf: Issued;

beforeAll(async () => {
  root = await createCA({ key: 'ed25519' });
  leaf = await root.issue({ names: ['localhost'], key: 'ed25519' });
});

type Given = CrlSource | readonly CrlSource[];

/** On this leaf below this root, unless others are said. */
const verdict = (given: Given, asked: Partial<Asked> = {}) =>
  verdictOf({ root, chain: leaf.chain, crls: given, ...asked });
const status = (...asked: Parameters<typeof verdict>) => wordFor(verdict(...asked));
const revoking = ({ certificate }: Pick<Issued, 'certificate'>, reason?: 'keyCompromise' | 'certificateHold') => [
  { certificate, ...(reason === undefined ? {} : { reason }) },
];

describe('a certificate', () => {
  it('that the CRL of its issuer does not have is good, for as long as the CRL is', async () => {
    const nextUpdate = new Date(Math.floor(Date.now() / 1000) * 1000 + day);
    const peer = verdict(await der(root, { nextUpdate, revoked: [{ serial: Uint8Array.of(5) }] })) as VerifiedPeer;
    expect(peer.revocation).toMatchObject([{ status: 'good', by: 'CRL', until: +nextUpdate }]);
  });

  it('that it has is revoked, and the error says since when and why', async () => {
    const date = new Date('2026-01-02T03:04:05Z');
    const crl = await der(root, { revoked: [{ certificate: leaf.certificate, date, reason: 'keyCompromise' }] });
    const error = verdict(crl) as TlsError;
    expect(error).toMatchObject({ code: 'CERT_REVOKED', alert: 'certificate_revoked', rfc: 'RFC 5280 §6.3' });
    expect(error.message).toContain('revoked at 2026-01-02T03:04:05Z (keyCompromise), says CRL');
    expect(status(await der(root, { revoked: revoking(leaf) }))).toBe('revoked');
    expect(status(await der(root, { revoked: revoking(leaf, 'certificateHold') }))).toBe('revoked');
  });

  it('of which there is no CRL is refused by those who must know, and by others not', async () => {
    const other = await createCA();
    expect(status(await der(other))).toBe('UNABLE_TO_GET_CRL');
    const peer = verdict(await der(other), { policy: { unknown: 'accept' } }) as VerifiedPeer;
    expect(peer.revocation).toMatchObject([{ status: 'unknown', why: [{ code: 'UNABLE_TO_GET_CRL' }] }]);
  });

  it('is judged by promises where the provider makes them, and else by none', async () => {
    const crl = await der(root, { revoked: revoking(leaf) });
    const revocation = { by: [crls({ crls: crl })] };
    const trust = { roots: root.certificate };
    const verifier = createCertificateVerifier({ provider: asynchronous(noble), trust, revocation });
    await expect(verifier.verify({ role: 'server', name: 'localhost', chain: leaf.chain })).rejects.toMatchObject({
      code: 'CERT_REVOKED',
    });
  });

  it('of an authority is looked up in the CRL of the one above', async () => {
    const authority = await root.intermediate();
    const { chain } = await authority.issue('localhost');
    const below = await der(authority);
    expect(status([below, await der(root)], { chain })).toBe('good');
    expect(status([below, await der(root, { revoked: revoking(authority) })], { chain })).toBe('revoked');
    expect(status([below], { chain })).toBe('UNABLE_TO_GET_CRL');
    expect(status([below], { chain, policy: { scope: 'leaf' } })).toBe('good');
  });

  it('that has a revoked issuer is good by way of another that has signed for the same key', async () => {
    const [one, other] = [await createCA(), await createCA()];
    const authority = await one.intermediate();
    const cross = await other.intermediate({ key: authority.key, subject: authority.subject });
    const { certificate } = await authority.issue('localhost');
    const lists = [await der(authority), await der(one, { revoked: revoking(authority) }), await der(other)];
    const verify = (given: readonly Uint8Array[], chain: readonly Uint8Array[]) =>
      judge(
        {
          trust: { roots: [one.certificate, other.certificate] },
          revocation: { by: [crls({ crls: given })], unknown: 'refuse' },
        },
        { chain },
      );
    for (const bag of [
      [authority.certificate, cross.certificate],
      [cross.certificate, authority.certificate],
    ]) {
      const peer = verify(lists, [certificate, ...bag]) as VerifiedPeer;
      expect(peer.path.map(each => each.der)).toEqual([certificate, cross.certificate, other.certificate]);
    }
    expect(verify(lists, [certificate, authority.certificate])).toMatchObject({ code: 'CERT_REVOKED' });
    const both = [...lists, await der(other, { number: 2, thisUpdate: new Date(), revoked: revoking(cross) })];
    expect(verify(both, [certificate, cross.certificate, authority.certificate])).toMatchObject({
      code: 'CERT_REVOKED',
    });
  });
});

describe('the time', () => {
  const thisUpdate = new Date('2026-06-01T00:00:00Z');
  const nextUpdate = new Date('2026-06-08T00:00:00Z');
  let anchor: TestCA;
  let chain: readonly Uint8Array[];

  beforeAll(async () => {
    anchor = await createCA({ key: 'ed25519', notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') });
    const times = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };
    ({ chain } = await anchor.issue({ names: ['localhost'], key: 'ed25519', ...times }));
  });

  it.each([
    [-1000, 'CRL_NOT_YET_VALID'],
    [0, 'good'],
    [7 * day, 'good'],
    [7 * day + 999, 'good'],
    [7 * day + 1000, 'CRL_HAS_EXPIRED'],
  ])('%i ms after the CRL was issued: %s', async (after, expected) => {
    const crl = await der(anchor, { thisUpdate, nextUpdate });
    expect(status(crl, { root: anchor, chain, time: +thisUpdate + after })).toBe(expected);
  });

  it('at which the next is due must be said, or how old one may be [5280:5.1.2.5]', async () => {
    const crl = await der(anchor, { thisUpdate, nextUpdate: null });
    const asked = { root: anchor, chain, time: +thisUpdate + day };
    expect(status(crl, asked)).toBe('CRL_HAS_EXPIRED');
    expect(status(crl, { ...asked, maximumAge: day })).toBe('good');
    expect(status(crl, { ...asked, maximumAge: day - 1000 })).toBe('CRL_HAS_EXPIRED');
    const dated = await der(anchor, { thisUpdate, nextUpdate });
    expect(status(dated, { ...asked, maximumAge: day - 1000 })).toBe('CRL_HAS_EXPIRED');
  });

  it('does not bring back who was revoked for good: an outdated list is silent of others alone', async () => {
    const [certificate] = chain as [Uint8Array];
    const times = { thisUpdate, nextUpdate };
    const asked = { root: anchor, chain, time: +thisUpdate + 30 * day };
    const crl = await der(anchor, { ...times, revoked: [{ certificate }] });
    expect(status(crl, asked)).toBe('revoked');
    expect(status(crl, { ...asked, policy: { unknown: 'accept' } })).toBe('revoked');
    const onHold = await der(anchor, { ...times, revoked: [{ certificate, reason: 'certificateHold' }] });
    expect(status(onHold, asked)).toBe('CRL_HAS_EXPIRED');
    const forged = await der(anchor, { ...times, revoked: [{ certificate }], forged: true });
    expect(status(forged, asked)).toBe('CRL_SIGNATURE_FAILURE');
    const later = await der(anchor, {
      ...times,
      thisUpdate: new Date(+thisUpdate + 31 * day),
      revoked: [{ certificate }],
    });
    expect(status(later, asked)).toBe('CRL_NOT_YET_VALID');
  });

  it('decides between CRLs: the newest that counts is believed, in whatever order they are', async () => {
    const old = await der(anchor, { thisUpdate, nextUpdate, number: 1 });
    const later = new Date(+thisUpdate + day);
    const revoked = [{ certificate: chain[0] as Uint8Array }];
    const current = await der(anchor, { thisUpdate: later, nextUpdate, number: 2, revoked });
    for (const given of [
      [old, current],
      [current, old],
    ]) {
      expect(status(given, { root: anchor, chain, time: +later + 1000 })).toBe('revoked');
      // Before the newer one was issued the older is the newest.
      expect(status(given, { root: anchor, chain, time: +later - 1000 })).toBe('good');
    }
  });
});

describe('the signature', () => {
  it('of a stranger, or over other bytes, makes a CRL worth nothing', async () => {
    expect(status(await der(root, { forged: true }))).toBe('CRL_SIGNATURE_FAILURE');
    const namesake = await createCA({ subject: root.subject, key: 'ed25519' });
    expect(status(await der(namesake))).toBe('CRL_SIGNATURE_FAILURE');
    expect(status([await der(namesake), await der(root)])).toBe('good');
  });

  it('is checked: no change, wherever it is, ever makes a revoked certificate good', async () => {
    const whole = await der(root, { revoked: [...revoking(leaf), { serial: Uint8Array.of(9) }] });
    for (let bit = 0; bit < whole.length * 8; bit += 11) {
      const changed = Uint8Array.from(whole);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      let found: string;
      try {
        found = status(changed);
      } catch (error) {
        // That it does not parse is said when the checker is made.
        found = error instanceof TlsError ? error.code : 'something else';
      }
      expect(found).not.toBe('good');
      expect(['revoked', 'something else']).not.toContain(found);
    }
  });

  it('by a key that may not sign CRLs does not count [5280:6.3.3 (f)]', async () => {
    const anchor = await createCA({ keyUsage: ['keyCertSign'] });
    const { chain } = await anchor.issue('localhost');
    expect(status(await der(anchor), { root: anchor, chain })).toBe('ERR_TLS_CRL_ISSUER');
    const silent = await createCA({ keyUsage: null });
    const issued = await silent.issue('localhost');
    expect(status(await der(silent), { root: silent, chain: issued.chain })).toBe('good');
  });

  it('by a weak or unknown algorithm does not count', async () => {
    const anchor = await createCA({ key: 'rsa-2048' });
    const { chain } = await anchor.issue('localhost');
    const sha1 = await der(anchor, { signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    expect(status(sha1, { root: anchor, chain })).toBe('ERR_TLS_CERT_WEAK');
    const unknown = await der(anchor, { claimedAlgorithm: '1.2.3.4' });
    expect(status(unknown, { root: anchor, chain })).toBe('ERR_TLS_CERT_KEY');
  });
});

describe('a CRL that is made wrongly', () => {
  const bytes = (...octets: number[]) => Uint8Array.from(octets);
  const critical = { oid: '1.2.3', critical: true, value: bytes(5, 0) };

  it('with a critical extension that is unknown says nothing [5280:5.2]', async () => {
    expect(status(await der(root, { extensions: [critical] }))).toBe('ERR_TLS_CRL_REFUSED');
    expect(status(await der(root, { extensions: [{ ...critical, critical: false }] }))).toBe('good');
  });

  it('with one in any entry says nothing of other certificates either [5280:5.3]', async () => {
    const entry = (extension: typeof critical) => [{ serial: bytes(7), extensions: [extension] }];
    expect(status(await der(root, { revoked: entry(critical) }))).toBe('ERR_TLS_CRL_REFUSED');
    expect(status(await der(root, { revoked: entry({ ...critical, critical: false }) }))).toBe('good');
  });

  it.each([
    ['of version 1', { version: 1 as const }],
    ['without number', { number: null }],
    ['without key identifier', { authorityKeyIdentifier: null }],
    ['with a critical number', { extensions: [{ oid: '2.5.29.20', critical: true, value: bytes(2, 1, 5) }] }],
    [
      'with a critical freshest CRL',
      {
        extensions: [
          { oid: '2.5.29.46', critical: true, value: bytes(0x30, 10, 0x30, 8, 0xa0, 6, 0xa0, 4, 0x86, 2, 0x61, 0x3a) },
        ],
      },
    ],
    ['with a scope that is not critical', { extensions: [{ oid: '2.5.29.28', value: bytes(0x30, 3, 0x81, 1, 0xff) }] }],
  ])('%s is good for path validation, and not for the profiles', async (_, options) => {
    const crl = await der(root, options);
    expect(status(crl)).toBe('good');
    const listing = await der(root, { ...options, revoked: revoking(leaf) });
    const onHold = await der(root, { ...options, revoked: revoking(leaf, 'certificateHold') });
    for (const profile of ['rfc5280', 'webpki'] as const) {
      expect(status(crl, { profile })).toBe('ERR_TLS_CRL_REFUSED');
      // Nobody who was revoked is good because the list was made wrongly.
      if (!('version' in options)) expect(status(onHold, { profile })).toBe('ERR_TLS_CRL_REFUSED');
      expect(status(listing, { profile })).toBe('revoked');
    }
  });

  it.each([
    ['a number', '2.5.29.20', bytes(2, 1, 0xff)],
    ['a scope', '2.5.29.28', bytes(0x30, 0)],
    ['a key identifier', '2.5.29.35', bytes(0x31, 0)],
    ['a freshest CRL', '2.5.29.46', bytes(0x30, 0)],
  ])('with %s that is malformed says nothing', async (_, oid, value) => {
    expect(status(await der(root, { extensions: [{ oid, value }] }))).toBe('ERR_TLS_CRL_MALFORMED');
  });

  it('that removes a certificate, as deltas may, says nothing of it [5280:5.3.1]', async () => {
    const crl = await der(root, { revoked: [{ certificate: leaf.certificate, reason: 'removeFromCRL' }] });
    expect(status(crl)).toBe('ERR_TLS_CRL_MALFORMED');
  });
});

describe('options', () => {
  it.each([
    [{}, 'needs CRLs'],
    [{ crl: [] }, '"crl"'],
    [{ crls: 5 }, 'neither PEM text nor DER'],
    [{ crls: [{}] }, 'neither PEM text nor DER'],
    [{ crls: 'nothing' }, 'no CRL'],
    [{ fetch: 'http://a.test/' }, 'fetch is no function'],
    [{ crls: [], deltas: 'yes' }, 'deltas'],
    [{ crls: [], maximumAge: 0 }, 'maximumAge'],
    [{ crls: [], maximumAge: 'a day' }, 'maximumAge'],
    [{ crls: [], maximumSize: -1 }, 'maximumSize'],
    [{ crls: [], cacheSize: 0.5 }, 'cacheSize'],
    [{ crls: [], issuers: [5] }, 'issuer'],
  ])('%o are refused', (options, words) => {
    const error = thrown(() => crls(options as CrlCheckerOptions));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(words);
  });

  it('with a CRL that does not parse are refused', () => {
    expect(thrown(() => crls({ crls: Uint8Array.of(0x30, 0) }))).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED' });
  });

  it('take CRLs as PEM, DER, parsed, or from a function that may have others later', async () => {
    const good = await root.crl();
    const bad = parseCrl(await der(root, { number: 2, revoked: revoking(leaf) }));
    for (const given of [good.pem, good.der, parseCrl(good.der), [good.pem]]) expect(status(given)).toBe('good');
    let current = [parseCrl(good.der)];
    const checker = crls({ crls: () => current });
    const now = () =>
      judge({ trust: { roots: [root.certificate] }, revocation: { by: [checker] } }, { chain: leaf.chain });
    expect(now()).not.toBeInstanceOf(TlsError);
    current = [bad];
    expect(now()).toMatchObject({ code: 'CERT_REVOKED' });
    const wrong = crls({ crls: () => [good.der] as never });
    expect(
      judge({ trust: { roots: [root.certificate] }, revocation: { by: [wrong] } }, { chain: leaf.chain }),
    ).toMatchObject({
      code: 'ERR_TLS_INVALID_OPTION',
    });
  });

  it('make the policy that sessions are bound to: other CRLs, other policy', async () => {
    const [one, two] = [await der(root), await der(root, { number: 2 })];
    const ids = [crls({ crls: one }), crls({ crls: two }), crls({ crls: [] }), crls({ crls: one, deltas: false })];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(4);
    expect(crls({ crls: one }).id).toBe(crls({ crls: one }).id);
  });
});
