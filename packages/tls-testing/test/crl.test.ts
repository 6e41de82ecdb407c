import { createPublicKey, verify } from 'node:crypto';
import {
  Certificate,
  CertificateRevocationList,
  type CRLDistributionPoints,
  type IssuingDistributionPoint,
} from 'pkijs';
import { describe, expect, it } from 'vitest';
import { createCA, extensionOids, type TestCA, type TestCrl } from '../src/index.ts';

// pkijs reads and Node (OpenSSL) verifies: neither shares code with the builder beyond how blocks are encoded.
function read({ der }: TestCrl): CertificateRevocationList {
  return CertificateRevocationList.fromBER(Uint8Array.from(der));
}

function isSignedBy(crl: TestCrl, { spki }: TestCA): boolean {
  const { tbsView, signatureValue } = read(crl);
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  return verify('sha256', tbsView, key, signatureValue.valueBlock.valueHexView);
}

function extension(crl: TestCrl, oid: string) {
  const found = read(crl).crlExtensions?.extensions.filter(({ extnID }) => extnID === oid) ?? [];
  if (found.length > 1) throw new Error(`${oid} is there ${found.length} times`);
  return found[0];
}

describe('a CRL', () => {
  it('is signed by its authority, names it, and has what every CRL must have', async () => {
    const ca = await createCA();
    const crl = await ca.crl();
    expect(isSignedBy(crl, ca)).toBe(true);
    const parsed = read(crl);
    expect([...new Uint8Array(parsed.issuer.toSchema().toBER())]).toEqual([...ca.subject]);
    expect(parsed.version).toBe(1);
    expect(parsed.revokedCertificates ?? []).toEqual([]);
    expect(parsed.thisUpdate.value.getTime()).toBeLessThan(Date.now());
    expect(parsed.nextUpdate?.value.getTime()).toBeGreaterThan(Date.now());
    expect(extension(crl, extensionOids.cRLNumber)?.critical).toBe(false);
    expect(extension(crl, extensionOids.authorityKeyIdentifier)?.critical).toBe(false);
    expect(crl.pem).toMatch(/^-----BEGIN X509 CRL-----\n/);
  });

  it('has what was revoked, and why', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue('a.test');
    const crl = await ca.crl({
      revoked: [
        { certificate, reason: 'keyCompromise', invalidityDate: new Date('2020-01-02T03:04:05Z') },
        { serial: Uint8Array.of(5), date: new Date('2021-01-01'), certificateIssuer: ca.subject },
        { serial: Uint8Array.of(6), extensions: [{ oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }] },
      ],
    });
    const entries = read(crl).revokedCertificates ?? [];
    const serial = Certificate.fromBER(Uint8Array.from(certificate)).serialNumber;
    expect(entries[0]?.userCertificate.isEqual(serial)).toBe(true);
    expect(
      entries.map(entry => entry.crlEntryExtensions?.extensions.map(({ extnID, critical }) => [extnID, critical])),
    ).toEqual([
      [
        [extensionOids.reasonCode, false],
        [extensionOids.invalidityDate, false],
      ],
      [[extensionOids.certificateIssuer, true]],
      [['1.2.3', true]],
    ]);
    expect(entries[1]?.revocationDate.value).toEqual(new Date('2021-01-01'));
  });

  it('may be of any scope', async () => {
    const ca = await createCA();
    const crl = await ca.crl({
      deltaBase: 300,
      number: 301,
      issuingDistributionPoint: {
        name: 'http://a.test/whole.crl',
        onlyContainsUserCerts: true,
        onlySomeReasons: ['keyCompromise', 'aACompromise'],
        indirectCRL: true,
      },
      freshestCrl: ['http://a.test/delta.crl'],
    });
    expect(extension(crl, extensionOids.deltaCRLIndicator)?.critical).toBe(true);
    const point = extension(crl, extensionOids.issuingDistributionPoint)?.parsedValue as IssuingDistributionPoint;
    expect(point).toMatchObject({ onlyContainsUserCerts: true, onlyContainsCACerts: false, indirectCRL: true });
    const freshest = extension(crl, extensionOids.freshestCrl)?.parsedValue as CRLDistributionPoints;
    expect(freshest.distributionPoints[0]?.distributionPoint).toMatchObject([
      { type: 6, value: 'http://a.test/delta.crl' },
    ]);
  });

  it('may be wrong: forged, of version 1, without dates and numbers, doubled', async () => {
    const ca = await createCA();
    expect(isSignedBy(await ca.crl({ forged: true }), ca)).toBe(false);
    const old = read(
      await ca.crl({ version: 1, nextUpdate: null, revoked: [{ serial: Uint8Array.of(1), reason: 1 }] }),
    );
    expect([old.version, old.nextUpdate, old.crlExtensions]).toEqual([0, undefined, undefined]);
    expect(old.revokedCertificates?.[0]?.crlEntryExtensions).toBeUndefined();
    expect(extension(await ca.crl({ number: null }), extensionOids.cRLNumber)).toBeUndefined();
    const twice = { oid: '1.2.3', value: Uint8Array.of(5, 0) };
    await expect(async () => extension(await ca.crl({ extensions: [twice, twice] }), '1.2.3')).rejects.toThrow(
      '2 times',
    );
    await expect(ca.crl({ revoked: [{}] })).rejects.toThrow(RangeError);
  });
});

describe('a certificate', () => {
  it('names where its CRLs are', async () => {
    const ca = await createCA();
    const crlIssuer = { CN: 'revocations' };
    const { certificate } = await ca.issue({
      crlDistributionPoints: ['http://a.test/1.crl', { crlIssuer, reasons: ['superseded'] }],
      freshestCrl: ['http://a.test/2.crl'],
    });
    const { extensions = [] } = Certificate.fromBER(Uint8Array.from(certificate));
    const points = (oid: string): CRLDistributionPoints['distributionPoints'] =>
      extensions.find(({ extnID }) => extnID === oid)?.parsedValue.distributionPoints;
    expect(points(extensionOids.crlDistributionPoints)).toHaveLength(2);
    expect(points(extensionOids.crlDistributionPoints)[0]?.distributionPoint).toMatchObject([
      { value: 'http://a.test/1.crl' },
    ]);
    expect(points(extensionOids.crlDistributionPoints)[1]?.cRLIssuer).toMatchObject([{ type: 4 }]);
    expect(points(extensionOids.freshestCrl)).toHaveLength(1);
  });

  it('may name them relative to their issuer, which pkijs does not read', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue({ crlDistributionPoints: [{ name: { relative: { CN: 'x' } } }] });
    // SEQUENCE, DistributionPoint, [0] distributionPoint, [1] nameRelativeToCRLIssuer, CN=x
    expect(Buffer.from(certificate).toString('hex')).toContain('3010300ea00ca10a300806035504030c0178');
  });
});
