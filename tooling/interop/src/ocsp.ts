/** OCSP responses (RFC 6960), made by OpenSSL's responder. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Issued, type TestCA, toPem } from '@tlskit/tls-testing';
import { file } from './files.ts';
import { outputOf } from './programs.ts';

/** DER of a response by the authority itself that the certificate, which it issued, is good. */
export function goodOcspResponse(authority: TestCA, { certificate }: Issued): Uint8Array {
  const issuer = file(authority.pem);
  const { serialNumber } = new X509Certificate(certificate);
  // The database of `openssl ca`: valid, until when, revoked when, serial number, file, subject.
  const index = file(`V\t491231235959Z\t\t${serialNumber}\tunknown\t/CN=leaf\n`);
  const leaf = file(toPem('CERTIFICATE', certificate));
  const response = file('');
  const signer = ['-rsigner', issuer, '-rkey', file(toPem('PRIVATE KEY', authority.key))];
  const request = ['-issuer', issuer, '-cert', leaf, '-no_nonce', '-reqout', file('')];
  const database = ['-index', index, '-CA', issuer, '-ndays', '1'];
  outputOf('openssl', ['ocsp', ...database, ...signer, ...request, '-respout', response]);
  return readFileSync(response);
}
