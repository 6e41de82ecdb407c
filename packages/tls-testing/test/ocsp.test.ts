import { createHash, verify, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { BasicOCSPResponse, CertID, Extension, OCSPRequest, OCSPResponse, Request, TBSRequest } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { createCA, extensionOids, type OcspStatus, type TestCA } from '../src/index.ts';

// pkijs reads what is built, and Node (OpenSSL) checks the signatures.
function basicOf(der: Uint8Array): BasicOCSPResponse {
  const { responseStatus, responseBytes } = OCSPResponse.fromBER(Uint8Array.from(der));
  expect(responseStatus.valueBlock.valueDec).toBe(0);
  expect(responseBytes?.responseType).toBe('1.3.6.1.5.5.7.48.1.1');
  return BasicOCSPResponse.fromBER((responseBytes as { response: asn1js.OctetString }).response.getValue());
}

function isSignedBy(basic: BasicOCSPResponse, certificate: Uint8Array): boolean {
  const { publicKey } = new X509Certificate(certificate);
  const signature = new Uint8Array(basic.signature.valueBlock.valueHexView);
  return verify('sha256', basic.tbsResponseData.tbsView, publicKey, signature);
}

const serialOf = (certificate: Uint8Array) => new X509Certificate(certificate).serialNumber.toLowerCase();
const hex = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('hex');

async function request(ca: TestCA, certificate: Uint8Array, nonce?: Uint8Array): Promise<Uint8Array> {
  const reqCert = new CertID({
    hashAlgorithm: (await basicOf(await ca.ocsp(certificate))).tbsResponseData.responses[0]?.certID
      .hashAlgorithm as never,
    issuerNameHash: new asn1js.OctetString({ valueHex: createHash('sha1').update(ca.subject).digest() }),
    issuerKeyHash: new asn1js.OctetString({ valueHex: new Uint8Array(20) }),
    serialNumber: new asn1js.Integer({ valueHex: Buffer.from(serialOf(certificate), 'hex') }),
  });
  const tbsRequest = new TBSRequest({ requestList: [new Request({ reqCert })] });
  if (nonce !== undefined) {
    const extnValue = new asn1js.OctetString({ valueHex: Uint8Array.from(nonce).buffer }).toBER();
    tbsRequest.requestExtensions = [new Extension({ extnID: '1.3.6.1.5.5.7.48.1.2', extnValue })];
  }
  return new Uint8Array(new OCSPRequest({ tbsRequest }).toSchema(true).toBER());
}

describe('an OCSP response', () => {
  it('says of a certificate that it is good, signed by its authority', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue('localhost');
    const basic = basicOf(await ca.ocsp(certificate));
    const [single, ...others] = basic.tbsResponseData.responses;
    expect(others).toEqual([]);
    expect(hex(single?.certID.serialNumber.valueBlock.valueHexView as Uint8Array)).toBe(serialOf(certificate));
    expect(hex(single?.certID.issuerNameHash.getValue() as ArrayBuffer)).toBe(
      createHash('sha1').update(ca.subject).digest('hex'),
    );
    expect(single?.certStatus.idBlock.tagNumber).toBe(0);
    expect(basic.certs).toBeUndefined();
    expect(isSignedBy(basic, ca.certificate)).toBe(true);
  });

  it.each<[string, OcspStatus, number]>([
    ['revoked', { revokedAt: new Date('2026-01-02T03:04:05Z'), reason: 1 }, 1],
    ['unknown', 'unknown', 2],
  ])('says that it is %s', async (_, status, tag) => {
    const ca = await createCA();
    const { certificate } = await ca.issue('localhost');
    const responses = [{ certificate, status, hash: 'sha256', nextUpdate: null }] as const;
    const basic = basicOf(await ca.ocsp({ responses, nonce: Uint8Array.of(1, 2, 3) }));
    const [single] = basic.tbsResponseData.responses;
    expect(single?.certStatus.idBlock.tagNumber).toBe(tag);
    expect(single?.certID.hashAlgorithm.algorithmId).toBe('2.16.840.1.101.3.4.2.1');
    expect(single?.nextUpdate).toBeUndefined();
    expect(basic.tbsResponseData.responseExtensions?.[0]?.parsedValue.getValue()).toEqual(
      Uint8Array.of(1, 2, 3).buffer,
    );
  });

  it('comes from a responder that the authority delegated to', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue('localhost');
    const responder = await ca.issue({
      subject: 'responder',
      extendedKeyUsage: ['OCSPSigning'],
      ocspNoCheck: true,
    });
    const options = { responses: [{ certificate }], signer: responder, responderId: 'key' } as const;
    const basic = basicOf(await ca.ocsp(options));
    expect(isSignedBy(basic, responder.certificate)).toBe(true);
    expect(isSignedBy(basic, ca.certificate)).toBe(false);
    expect(basic.certs?.map(each => new Uint8Array(each.toSchema().toBER()))).toEqual([responder.certificate]);
    expect(basic.certs?.[0]?.extensions?.some(({ extnID }) => extnID === extensionOids.ocspNoCheck)).toBe(true);
    expect((basic.tbsResponseData.responderID as asn1js.OctetString).getValue().byteLength).toBe(20);
  });

  it('is an error alone', async () => {
    const ca = await createCA();
    expect(await ca.ocsp({ responses: [], responseStatus: 3 })).toEqual(Uint8Array.of(0x30, 3, 0x0a, 1, 3));
  });

  it('answers a request, with its nonce or without', async () => {
    const ca = await createCA();
    const [good, revoked] = [await ca.issue('a.test'), await ca.issue('b.test')];
    const statusOf = (serial: Uint8Array): OcspStatus =>
      hex(serial) === serialOf(revoked.certificate) ? { revokedAt: new Date() } : 'good';
    const nonce = Uint8Array.of(9, 8, 7);
    for (const [asked, tag] of [
      [good, 0],
      [revoked, 1],
    ] as const) {
      const der = await request(ca, asked.certificate, nonce);
      const basic = basicOf(await ca.ocspResponder({ statusOf })(der));
      const [single] = basic.tbsResponseData.responses;
      expect(hex(single?.certID.serialNumber.valueBlock.valueHexView as Uint8Array)).toBe(serialOf(asked.certificate));
      expect(single?.certStatus.idBlock.tagNumber).toBe(tag);
      expect(basic.tbsResponseData.responseExtensions?.[0]?.parsedValue.getValue()).toEqual(nonce.buffer);
      const mute = basicOf(await ca.ocspResponder({ nonce: 'omit' })(der));
      expect(mute.tbsResponseData.responseExtensions).toBeUndefined();
    }
  });
});

describe('a certificate', () => {
  it('tells where its status is to be had, and that a response is stapled', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue({
      names: ['localhost'],
      authorityInfoAccess: { ocsp: ['http://ocsp.test/', 'http://other.test/'], caIssuers: 'http://ca.test/ca.der' },
      tlsFeatures: [5],
    });
    const x509 = new X509Certificate(certificate);
    expect(x509.infoAccess?.trim().split('\n')).toEqual([
      'OCSP - URI:http://ocsp.test/',
      'OCSP - URI:http://other.test/',
      'CA Issuers - URI:http://ca.test/ca.der',
    ]);
    expect(Buffer.from(certificate).includes(Buffer.from('30030201'.concat('05'), 'hex'))).toBe(true);
  });
});
