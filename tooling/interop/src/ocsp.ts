/** OCSP responses (RFC 6960), made by OpenSSL's responder. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Issued, type TestCA, toPem } from '@tlskit/tls-testing';
import { file } from './files.ts';
import { outputOf } from './programs.ts';

/** DER of a response by the authority itself that the certificate, which it issued, is good. */
export function goodOcspResponse(authority: TestCA, issued: Issued): Uint8Array {
  return ocspResponse(authority, issued, 'good');
}

/**
 * DER of a response about a certificate of this authority. What is revoked was so at 2026-01-02T03:04:05Z, for keyCompromise.
 *
 * @param signer who signs, where it is not the authority itself
 */
export function ocspResponse(
  authority: TestCA,
  { certificate }: Issued,
  status: 'good' | 'revoked' | 'unknown',
  signer?: Issued,
): Uint8Array {
  const issuer = file(authority.pem);
  const { serialNumber } = new X509Certificate(certificate);
  // The database of `openssl ca`: valid or revoked, until when, revoked when, serial number, file, subject.
  const state = status === 'revoked' ? 'R\t491231235959Z\t260102030405Z,keyCompromise' : 'V\t491231235959Z\t';
  const index = file(status === 'unknown' ? '' : `${state}\t${serialNumber}\tunknown\t/CN=leaf\n`);
  const leaf = file(toPem('CERTIFICATE', certificate));
  const response = file('');
  const by = signer === undefined ? issuer : file(toPem('CERTIFICATE', signer.certificate));
  const signing = ['-rsigner', by, '-rkey', file(toPem('PRIVATE KEY', (signer ?? authority).key))];
  const request = ['-issuer', issuer, '-cert', leaf, '-no_nonce', '-reqout', file('')];
  const database = ['-index', index, '-CA', issuer, '-ndays', '1'];
  outputOf('openssl', ['ocsp', ...database, ...signing, ...request, '-respout', response]);
  return readFileSync(response);
}
