import fc from 'fast-check';
import { CertificateRevocationList } from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCrls, parseCrl } from '../src/crl/index.ts';
import { createCA, type TestCA, TlsError, thrown } from './support.ts';

let ca: TestCA;

beforeAll(async () => {
  ca = await createCA({ key: 'ed25519' });
});

const serial = (number: number) => Uint8Array.of(0x10, number >> 8, number & 0xff);

describe('a CRL', () => {
  it('is read as it was written', async () => {
    const thisUpdate = new Date('2049-12-31T23:59:59Z');
    const nextUpdate = new Date('2050-01-01T00:00:00Z');
    const { der } = await ca.crl({
      thisUpdate,
      nextUpdate,
      number: 0xabcdef0123n,
      deltaBase: 5,
      issuingDistributionPoint: {
        name: 'http://a.test/1.crl',
        onlyContainsCACerts: true,
        onlySomeReasons: ['keyCompromise', 'aACompromise'],
        indirectCRL: true,
      },
      freshestCrl: [{ name: { relative: { CN: 'delta' } }, reasons: ['superseded'], crlIssuer: ca.subject }],
      revoked: [
        { serial: serial(1), date: new Date('2020-02-29T00:00:01Z'), reason: 'certificateHold' },
        { serial: serial(2), invalidityDate: new Date('2019-01-01T00:00:00Z'), certificateIssuer: { CN: 'other' } },
        { serial: serial(3) },
      ],
    });
    const crl = parseCrl(der);
    expect(crl).toMatchObject({ version: 2, count: 3, namesIssuers: true, number: 0xabcdef0123n, deltaBase: 5n });
    expect([crl.thisUpdate, crl.nextUpdate]).toEqual([+thisUpdate, +nextUpdate]);
    expect(crl.issuer.der).toEqual(ca.subject);
    expect(crl.label).toMatch(/^CRL number 0x.*abcdef0123 of "CN=tlskit test root/);
    expect(crl.issuingDistributionPoint).toEqual({
      name: { fullName: [{ type: 'uri', value: 'http://a.test/1.crl' }] },
      onlyContainsUserCerts: false,
      onlyContainsCACerts: true,
      onlySomeReasons: 0b1_0000_0010,
      indirectCRL: true,
      onlyContainsAttributeCerts: false,
    });
    expect(crl.freshestCRL).toMatchObject([{ reasons: 0b1_0000, crlIssuer: [{ type: 'directoryName' }] }]);
    const [first, second, third] = crl.entries();
    expect(first).toMatchObject({ date: Date.UTC(2020, 1, 29, 0, 0, 1), reason: 'certificateHold' });
    expect(first?.certificateIssuer).toBeUndefined();
    expect(second).toMatchObject({ invalidityDate: Date.UTC(2019, 0, 1), reason: undefined });
    expect(third?.certificateIssuer?.map(({ value }) => `${value}`)).toEqual(['CN=other']);
    expect(crl.entriesFor(serial(2))).toEqual([second]);
    expect(crl.entriesFor(serial(4))).toEqual([]);
  });

  it('of version 1 has neither extensions nor, perhaps, an end', async () => {
    const { der } = await ca.crl({ version: 1, nextUpdate: null, revoked: [{ serial: serial(1) }] });
    const crl = parseCrl(der);
    expect(crl).toMatchObject({ version: 1, nextUpdate: undefined, count: 1, number: undefined });
    expect(crl.extensions.size).toBe(0);
  });

  it('finds each of a hundred thousand entries, and none that is not there', async () => {
    const count = 100_000;
    const entry = (number: number) =>
      Uint8Array.of(0x30, 20, 2, 3, 0x10 + (number >> 16), number >> 8, number, 0x17, 13, ...utcTime);
    const utcTime = new TextEncoder().encode('250101000000Z');
    const revoked = new Uint8Array(count * 22);
    for (let i = 0; i < count; i++) revoked.set(entry(i * 3), i * 22);
    const { der } = await ca.crl({ revoked });
    const crl = parseCrl(der);
    expect(crl.count).toBe(count);
    const found = (number: number) => crl.entriesFor(Uint8Array.of(0x10 + (number >> 16), number >> 8, number)).length;
    for (let i = 0; i < count; i += 7) expect([found(i * 3), found(i * 3 + 1)]).toEqual([1, 0]);
  });

  it('finds all entries of one serial number, in order, however many they are', async () => {
    const count = 50_000;
    const date = new TextEncoder().encode('250101000000Z');
    const entry = Uint8Array.of(0x30, 18, 2, 1, 5, 0x17, 13, ...date);
    const first = Uint8Array.of(0x30, 18, 2, 1, 5, 0x17, 13, ...new TextEncoder().encode('240101000000Z'));
    const revoked = new Uint8Array(count * entry.length);
    for (let i = 0; i < count; i++) revoked.set(i === 0 ? first : entry, i * entry.length);
    const crl = parseCrl((await ca.crl({ revoked })).der);
    const found = crl.entriesFor(Uint8Array.of(5));
    expect([found.length, found[0]?.date, found[1]?.date]).toEqual([count, Date.UTC(2024, 0), Date.UTC(2025, 0)]);
    expect(crl.entriesFor(Uint8Array.of(6))).toEqual([]);
  });

  it('is read as pkijs reads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 12, selector: String }),
        fc.option(fc.bigInt({ min: 0n, max: 2n ** 159n - 1n }), { nil: null }),
        async (serials, number) => {
          // One octet before them makes every one of them positive and minimal.
          const revoked = serials.map(each => ({ serial: Uint8Array.of(1, ...each) }));
          const { der } = await ca.crl({ number, revoked });
          const crl = parseCrl(der);
          const theirs = CertificateRevocationList.fromBER(Uint8Array.from(der));
          expect(crl.entries().map(entry => [...entry.serialNumber])).toEqual(
            (theirs.revokedCertificates ?? []).map(each => [...each.userCertificate.valueBlock.valueHexView]),
          );
          expect(crl.number ?? null).toBe(number);
          expect(crl.thisUpdate).toBe(theirs.thisUpdate.value.getTime());
        },
      ),
      { numRuns: 50 },
    );
  });

  it('comes from files of PEM and DER', async () => {
    const [one, other] = [await ca.crl(), await ca.crl({ number: 2 })];
    expect(loadCrls(`${ca.pem}${one.pem}\n${other.pem}`)).toEqual([one.der, other.der]);
    expect(loadCrls(new TextEncoder().encode(one.pem))).toEqual([one.der]);
    expect(loadCrls(one.der)).toEqual([one.der]);
    expect(thrown(() => loadCrls(ca.pem))).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
  });
});

describe('what is no CRL', () => {
  it('is refused, cut at any byte', async () => {
    const { der } = await ca.crl({ revoked: [{ serial: serial(1), reason: 'superseded' }] });
    for (let length = 0; length < der.length; length++) {
      expect(thrown(() => parseCrl(der.subarray(0, length)))).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED' });
    }
    expect(thrown(() => parseCrl(Uint8Array.of(...der, 0)))).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED' });
  });

  it('is refused, or read as something else, with any bit changed', async () => {
    const { der } = await ca.crl({
      revoked: [
        { serial: serial(1), reason: 'superseded', invalidityDate: new Date() },
        { serial: serial(2), certificateIssuer: ca.subject },
      ],
      issuingDistributionPoint: { name: 'http://a.test/1.crl', indirectCRL: true, onlySomeReasons: ['superseded'] },
      freshestCrl: ['http://a.test/delta.crl'],
    });
    for (let bit = 0; bit < der.length * 8; bit++) {
      const changed = Uint8Array.from(der);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      try {
        const crl = parseCrl(changed);
        expect(crl.entries().length).toBe(crl.count);
        void [crl.number, crl.deltaBase, crl.issuingDistributionPoint, crl.freshestCRL, crl.authorityKeyIdentifier];
        expect(crl.label.length).toBeLessThan(400);
      } catch (error) {
        if (!(error instanceof TlsError)) throw error;
        expect(error.code).toBe('ERR_TLS_CRL_MALFORMED');
      }
    }
  });

  it('is refused, whatever it is, by an error of the one type', async () => {
    const { der } = await ca.crl({ revoked: [{ serial: serial(1) }] });
    const random = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // A piece of a good one in another place.
      fc.tuple(fc.nat(der.length), fc.nat(der.length), fc.nat(der.length)).map(([from, to, at]) => {
        const changed = Uint8Array.from(der);
        changed.set(der.subarray(from, Math.min(to, from + der.length - at)), at);
        return changed;
      }),
    );
    fc.assert(
      fc.property(random, bytes => {
        try {
          void parseCrl(bytes).entries();
        } catch (error) {
          expect(error).toMatchObject({ name: 'TlsError', code: 'ERR_TLS_CRL_MALFORMED' });
        }
      }),
      { numRuns: 1000 },
    );
  });

  const bytes = (...octets: number[]) => Uint8Array.from(octets);
  const reason = (value: Uint8Array, critical = false) => ({ oid: '2.5.29.21', value, critical });
  it.each([
    ['extensions in version 1', { alter: (tbs: Uint8Array) => withoutVersion(tbs) }, 'version 1'],
    ['version 3', { alter: (tbs: Uint8Array) => withVersion(tbs, 2) }, 'no such version'],
    ['algorithms that differ', { outerAlgorithm: bytes(0x30, 5, 6, 3, 0x2b, 0x65, 0x71) }, 'differ'],
    ['an issuer without name', { issuer: bytes(0x30, 0) }, 'issuer is empty'],
    [
      'a time to the minute',
      { thisUpdate: bytes(0x17, 11, ...new TextEncoder().encode('2501010000Z')) },
      'to the second',
    ],
    [
      'the 31st of February',
      { nextUpdate: bytes(0x17, 13, ...new TextEncoder().encode('250231000000Z')) },
      'not exist',
    ],
    ['an extension twice', { extensions: [1, 2].map(() => ({ oid: '1.2.3', value: bytes(5, 0) })) }, 'appears twice'],
    ['a serial number that is not minimal', { revoked: [{ serial: bytes(0, 1) }] }, 'not minimal'],
    [
      'an entry whose date has letters',
      { revoked: [{ serial: bytes(1), date: bytes(0x17, 13, ...new TextEncoder().encode('25010100000xZ')) }] },
      'revocationDate',
    ],
    [
      'an entry with a reason twice',
      { revoked: [{ serial: bytes(1), extensions: [reason(bytes(10, 1, 1)), reason(bytes(10, 1, 1))] }] },
      'twice',
    ],
    [
      'an entry with something behind it',
      { revoked: bytes(0x30, 20, 2, 1, 1, 0x17, 13, ...new TextEncoder().encode('250101000000Z'), 5, 0) },
      'expected tag',
    ],
  ] as const)('is refused: %s', async (_, options, words) => {
    const { der } = await ca.crl(options as Parameters<TestCA['crl']>[0]);
    const error = thrown(() => parseCrl(der));
    expect(error).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED', rfc: 'RFC 5280 §5.1' });
    expect(error.message).toContain(words);
  });

  it.each([
    ['a reason that does not exist', [{ serial: bytes(5), reason: 7 }]],
    ['a reason of two octets', [{ serial: bytes(5), extensions: [reason(bytes(10, 2, 1, 1))] }]],
    [
      'a date that does not exist',
      [{ serial: bytes(5), date: bytes(0x17, 13, ...new TextEncoder().encode('250231000000Z')) }],
    ],
    [
      'an invalidity date as UTCTime',
      [
        {
          serial: bytes(5),
          extensions: [{ oid: '2.5.29.24', value: bytes(0x17, 13, ...new TextEncoder().encode('250101000000Z')) }],
        },
      ],
    ],
  ] as const)('is refused when the entry is looked at: %s', async (_, revoked) => {
    const crl = parseCrl((await ca.crl({ revoked })).der);
    expect(crl.entriesFor(bytes(6))).toEqual([]);
    expect(thrown(() => crl.entriesFor(bytes(5)))).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED' });
  });

  it.each([
    ['number', '2.5.29.20', bytes(2, 1, 0xff)],
    ['number', '2.5.29.20', bytes(2, 21, ...Array(21).fill(1))],
    ['deltaBase', '2.5.29.27', bytes(4, 1, 1)],
    ['issuingDistributionPoint', '2.5.29.28', bytes(0x30, 0)],
    ['issuingDistributionPoint', '2.5.29.28', bytes(0x30, 3, 0x81, 1, 0)],
    ['issuingDistributionPoint', '2.5.29.28', bytes(0x30, 3, 0x81, 1, 1)],
    ['issuingDistributionPoint', '2.5.29.28', bytes(0x30, 4, 0x83, 2, 0, 0x40)],
    ['issuingDistributionPoint', '2.5.29.28', bytes(0x30, 6, 0x82, 1, 0xff, 0x81, 1, 0xff)],
    ['freshestCRL', '2.5.29.46', bytes(0x30, 0)],
    ['freshestCRL', '2.5.29.46', bytes(0x30, 6, 0x30, 4, 0x81, 2, 1, 2)],
    ['freshestCRL', '2.5.29.46', bytes(0x30, 6, 0x30, 4, 0xa0, 2, 0xa0, 0)],
  ] as const)('is refused when its %s is asked for (%s %s)', async (name, oid, value) => {
    const crl = parseCrl((await ca.crl({ extensions: [{ oid, value }] })).der);
    expect(thrown(() => crl[name])).toMatchObject({ code: 'ERR_TLS_CRL_MALFORMED' });
  });
});

/** The version INTEGER is the first of the fields: three octets behind the header, which has two or four. */
function withVersion(tbs: Uint8Array, version: number): Uint8Array {
  const changed = Uint8Array.from(tbs);
  const header = tbs[1] === 0x82 ? 4 : tbs[1] === 0x81 ? 3 : 2;
  changed[header + 2] = version;
  return changed;
}

function withoutVersion(tbs: Uint8Array): Uint8Array {
  const header = tbs[1] === 0x82 ? 4 : tbs[1] === 0x81 ? 3 : 2;
  const fields = tbs.subarray(header + 3);
  const length = fields.length < 0x80 ? [fields.length] : [0x81, fields.length];
  return Uint8Array.of(0x30, ...length, ...fields);
}
