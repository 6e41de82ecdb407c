/** RFC 6960: requests and responses, what they say, and how they are signed. */
import {
  algorithm,
  certificateChecks,
  ocspAcceptance,
  ocspAsk,
  ocspCertId,
  ocspRequest,
  ocspResponse,
  ocspSigner,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const responder =
  'a requirement on responders: there is one for tests alone, in tls-testing, which answers as it is told to';
const neverIssued = `${responder}; to clients such a certificate is revoked, like any`;

export const protocol: Rows = {
  '1.1:1': notApplicable('the words of RFC 2119', 'they are what the other rows go by'),
  '2.2:1': like('4.2.1:2', 'the basic type of response is read'),
  '2.2:2': held(
    'what says something of a certificate is signed',
    ocspSigner.code('export function* checkSigner'),
    ocspSigner.without('!(yield* tools.verify(tools.key(signer), algorithm, basic.signed, basic.signature))'),
  ),
  '2.2:4': notApplicable('a revoked certificate that was never issued has extended revoke beside it', neverIssued),
  '2.2:5': notApplicable('and the reason certificateHold', neverIssued),
  '2.2:6': notApplicable('and the time 1970-01-01', neverIssued),
  '2.2:7': notApplicable('and no extensions of CRLs', neverIssued),
  '2.5:1': held(
    'thisUpdate is the time that the status was known: clients go by it',
    ocspAcceptance.code('function verdictOf'),
    ocspAcceptance.without('Math.max(thisUpdate, producedAt) > now + tolerance'),
  ),
  '3.1:1': like('3.1:2', 'certificates may tell where OCSP is to be had: clients read it there'),
  '3.1:2': held(
    'by a URI under id-ad-ocsp',
    ocspAsk.code('function responders('),
    ocspAsk.without('method === accessOids.ocsp &&', 'method !== undefined &&'),
  ),
  '3.2:1': held(
    'a response counts that is about the certificate, signed well and by who may, recent, and not outdone',
    ocspAcceptance.code('export function* acceptResponse'),
    ocspCertId.code('export function identifies'),
    ocspCertId.without('if (!equalBytes(serialNumber, certificate.serialNumber)) return false;', ''),
    ocspCertId.without('equalBytes(issuerNameHash, hash.digest(certificate.issuer.der)) &&', ''),
    ocspCertId.without('equalBytes(issuerKeyHash, hash.digest(keyBits(issuer)))', 'true'),
    ocspAcceptance.without('if (until < now)', 'if (false as boolean)'),
  ),
  '4.1.2:1': held(
    'unknown extensions are passed over, unless they are critical',
    ocspAcceptance.code('function checkCritical'),
    ocspAcceptance.without('critical && oid !== ocspOids.nonce'),
    ocspAcceptance.without('critical && oid !== ocspOids.nonce', 'oid !== ocspOids.nonce'),
  ),
  '4.1.2:2': held('a request that is signed names who asks: ours are not signed', ocspRequest.code('unsigned')),
  '4.2.1:1': notApplicable('responders make the basic type of response', responder),
  '4.2.1:2': held(
    'clients read the basic type of response',
    ocspResponse.code('function readBasic'),
    ocspResponse.without('if (type !== ocspOids.basic)', 'if (false as boolean)'),
  ),
  '4.2.1:3': held(
    'the response is the DER of a BasicOCSPResponse',
    ocspResponse.code("readDer(response, 'BasicOCSPResponse', readBasic)"),
    ocspResponse.without("sequence.finish('BasicOCSPResponse');", ''),
  ),
  '4.2.1:4': held(
    'the signature is over the DER of ResponseData',
    ocspResponse.code('signed: data.bytes'),
    ocspResponse.without('signed: data.bytes', 'signed: data.value'),
  ),
  '4.2.2.3:1': held(
    'the version is v1',
    ocspResponse.code('function checkVersion'),
    ocspResponse.without('if (version !== 0)', 'if (false as boolean)'),
  ),
  '4.2.2.3:2': held(
    'the name or key of the responder is that of the certificate that signed',
    ocspSigner.code('function isResponder'),
    ocspSigner.without('certificate.subject.equals(responder.name)', 'true'),
    ocspSigner.without(
      'sha1 !== undefined && equalBytes(responder.keyHash, sha1.digest(keyBits(certificate)))',
      'true',
    ),
  ),
  '4.2.2.3:3': like('3.2:1', 'each certificate that was asked about is in the response: ours asks about one'),
  '4.3:1': held(
    'signatures of RSA with SHA-256 are processed',
    algorithm.code("'1.2.840.113549.1.1.11'"),
    algorithm.without("'1.2.840.113549.1.1.11': {", "'1.2.840.113549.1.1.0': {"),
  ),
  '4.4.3:1': notApplicable('responders make the basic type of response, whatever clients prefer', responder),
  '4.4.3:2': like('4.2.1:2', 'clients read the basic type of response'),
  '4.4.4:1': notApplicable('an archive cutoff is an extension of a single response', `${responder}; TLS asks of today`),
  '4.4.7.1:1': held(
    'signature algorithms that are preferred are supported, best first: none are named',
    ocspRequest.code('const parts = [der(Tag.sequence, request)];'),
  ),
  '4.4.8:1': notApplicable('extended revoke is there where one was revoked that was never issued', neverIssued),
  '4.4.8:2': notApplicable('and is among the extensions of the whole response', neverIssued),
  '4.4.8:3': notApplicable('and is NULL', neverIssued),
  '4.4.8:4': notApplicable('and is not critical', neverIssued),
  '5.1:1': held(
    'signatures are secure enough: what the policy for certificates takes, so no SHA-1',
    ocspSigner.code('tools.algorithm(basic.signatureAlgorithm'),
    certificateChecks.without('if (kind.weak && !allowed)', 'if (false as boolean)'),
  ),
  '5.1.1:1': notApplicable('responders weigh a weak signature against an upgrade', responder),
  '5.1.1:2': notApplicable('and make none that is not acceptably secure', responder),
  '5.1.1:3': like('4.4.7.1:1', 'a client takes every algorithm that it said it prefers'),
  '5.1.1:4': like('4.4.7.1:1', 'and prefers none that is not supported, or weak'),
  '5.1.2:1': notApplicable('responders make no weak signatures, whoever asks for them', responder),
};
