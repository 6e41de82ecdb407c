/** RFC 9846 §4.4 to §4.6: the server's parameters, authentication, the end of early data. */

import {
  alertTable,
  authentication,
  certificateChecks,
  certificateEntries,
  certificateRequest,
  certificateWishes,
  client13,
  clientAuth,
  credentialOptions,
  driver,
  extensionRules,
  postHandshakeAuth,
  server13,
  test,
  verifier,
  x509Path,
} from '../files.ts';
import { held, like, type Rows } from '../row.ts';

const unexpected = driver.without('if (def === undefined) {', 'if (false) {');

export const serverParameters: Rows = {
  '4.4.1:1': held(
    'EncryptedExtensions come right behind the ServerHello',
    server13.code("send('handshake', encryptedExtensions"),
    unexpected,
    test.misbehaviour.test('no EncryptedExtensions'),
  ),
  '4.4.1:2': held(
    'a client refuses extensions there that do not belong: illegal_parameter',
    client13.code("checkResponse(kit.extensions, 'EE'"),
    client13.without("checkResponse(kit.extensions, 'EE', ee.extensions, c.sent);", ''),
    test.misbehaviour.test('supported_versions in EncryptedExtensions'),
  ),
  '4.4.2:1': held(
    'a CertificateRequest follows EncryptedExtensions',
    client13.code("recvOneOf('WAIT_CERT_CR'"),
    unexpected,
  ),
  '4.4.2:2': held(
    'its context is unique in the connection',
    postHandshakeAuth.code('a second request with the same context'),
    postHandshakeAuth.without('this.#waiting.has(name)'),
    { kind: 'test', file: 'packages/tls-engine/test/post-handshake-auth.test.ts', title: 'same context' },
  ),
  '4.4.2:3': held(
    'in the handshake its context is empty',
    client13.code('certificate_request_context is not empty'),
    client13.without('request !== undefined && request.context.length > 0'),
  ),
  '4.4.2:4': held(
    'it has signature_algorithms',
    certificateRequest.code("missing('signature_algorithms', 'CertificateRequest')"),
    certificateRequest.without('if (schemes === undefined) throw', 'if (false) throw'),
  ),
  '4.4.2:5': held(
    'a client ignores extensions there that it does not know',
    extensionRules.code('if (row === undefined) return;'),
    extensionRules.without('if (row === undefined) return;', "if (row === undefined) throw illegal('unknown');"),
  ),
  '4.4.2:6': held(
    'with the PSK of a ticket none is sent in the handshake',
    client13.code('even a CertificateRequest is out of place'),
    unexpected,
    test.resumption.test('a request for a certificate'),
  ),
  '4.4.2:7': like('4.4.2:6', 'nor with an external PSK'),
};

export const certificates: Rows = {
  '4.5.1:1': held(
    'a server that is known by a certificate sends Certificate',
    server13.code("sendCertificateAuth('server'"),
    unexpected,
    test.misbehaviour.test('no Certificate'),
  ),
  '4.5.1:2': held(
    'a client sends Certificate if it was asked, and only then',
    client13.code('credentials.answer(config, transcript, request'),
    unexpected,
    test.clientMisbehaviour.test('an unasked Certificate'),
  ),
  '4.5.1:3': held(
    'without a certificate it is empty',
    authentication.code('export function* sendNoCertificate'),
    clientAuth.without(
      'if (chosen === undefined) yield* sendNoCertificate(context);',
      'if (chosen === undefined) return undefined;',
    ),
  ),
  '4.5.1:4': held('Finished follows all the same', client13.code('yield* sendFinished(transcript, clientTraffic)')),
  '4.5.1:5': held(
    "a server's certificate_request_context is empty",
    authentication.code('certificate_request_context is not that of the request'),
    authentication.without('!equalBytes(body.certificate_request_context, expectation.context)'),
    test.misbehaviour.test('a certificate_request_context'),
  ),
  '4.5.1:6': held(
    "extensions of a server's certificates answer those of the ClientHello",
    certificateEntries.code("checkResponse(kit.extensions, 'CT'"),
    certificateEntries.without("checkResponse(kit.extensions, 'CT', extensions, asked);", ''),
    test.misbehaviour.test('an extension in Certificate that was not asked for'),
  ),
  '4.5.1:7': held(
    "those of a client's answer the CertificateRequest",
    clientAuth.code('typesOf(request.extensions)'),
    certificateEntries.without("checkResponse(kit.extensions, 'CT', extensions, asked);", ''),
  ),
  '4.5.1:8': held(
    "the sender's own certificate is the first",
    verifier.code('sent.leaf'),
    test.x509Path.test('whatever the order, and with anything else in the bag'),
  ),
  '4.5.1:9': held(
    'the others may be in any order, and superfluous',
    x509Path.code('export function* findPath'),
    test.x509Path.test('whatever the order, and with anything else in the bag'),
  ),
  '4.5.1:10': held(
    'of raw public keys there is one',
    certificateEntries.code('entries for one raw public key'),
    certificateEntries.without('certificateType === CertificateType.values.RawPublicKey && entries.length > 1'),
  ),
  '4.5.1:11': held(
    'OpenPGP is not a type of certificate',
    certificateWishes.code('this.#wishes.types.includes(certificateType)'),
    certificateWishes.without('this.#wishes.types.includes(certificateType)', 'true'),
  ),
  '4.5.1:12': held(
    "a server's certificate_list is not empty",
    authentication.code('the server sent no certificate'),
    authentication.without('if (body.certificate_list.length === 0) return withoutCertificate(expectation);', ''),
    test.misbehaviour.test('an empty Certificate'),
  ),
  '4.5.1.1:1': held(
    "a server's status_request is a CertificateStatus",
    certificateEntries.code('function stapledResponse'),
    certificateEntries.without('status.status_type !== CertificateStatusType.values.ocsp'),
  ),
  '4.5.1.1:2': held(
    'status_request_v2 is not acted upon, nor sent',
    extensionRules.code('if (row === undefined) return;'),
    extensionRules.without('if (row === undefined) return;', "if (row === undefined) throw illegal('unknown');"),
  ),
  '4.5.1.1:3': held(
    'a ClientHello may have it',
    extensionRules.code('if (row === undefined) return;'),
    extensionRules.without('if (row === undefined) return;', "if (row === undefined) throw illegal('unknown');"),
  ),
  '4.5.1.1:4': held(
    "a client's status_request is a CertificateStatus",
    certificateEntries.code('export function* makeEntries'),
    certificateEntries.code('function stapledResponse'),
    certificateEntries.without('if (asked.has(statusRequestRow.type)) {', 'if (false) {'),
  ),
  '4.5.1.2:1': held(
    'certificates are X.509v3',
    certificateChecks.code('byOtherMeans'),
    certificateChecks.without('certificate.basicConstraints?.ca !== true && !byOtherMeans'),
    test.x509Refusals.test('an issuer of version 1, unless it is an anchor'),
  ),
  '4.5.1.2:2': held(
    "the key of one's certificate can sign by a scheme that the peer takes",
    certificateWishes.code('class SchemeChoice'),
    certificateWishes.without(
      'credential === undefined || scheme === undefined ? undefined :',
      'credential === undefined ? undefined :',
    ),
    authentication.code('info.key(publicKey.algorithm)'),
    test.handshake.test('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME'),
  ),
  '4.5.1.2:3': held(
    'a key usage that stands in it has digitalSignature',
    certificateChecks.code('KEYUSAGE_NO_DIGITAL_SIGNATURE'),
    certificateChecks.without('isLeaf(position) && forbidden !== undefined'),
    test.x509Refusals.test('a leaf whose key does not sign'),
  ),
  '4.5.1.2:4': like('4.3.5:2', 'it matches oid_filters'),
  '4.5.1.2:5': held(
    'chains are signed by what the peer takes, if there is one',
    credentialOptions.code('function isSigned('),
    credentialOptions.without('return isSignedBy(certificates, certificateSchemes, provider);', 'return true;'),
  ),
  '4.5.1.2:6': held(
    'a chain for want of a better is not signed with SHA-1',
    credentialOptions.code('function fits('),
    credentialOptions.without('code => sha1Schemes.includes(code)', '() => true'),
  ),
  '4.5.1.2:7': held(
    'a chain that is refused: an alert about certificates',
    alertTable.code('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    alertTable.without(
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE: { kind: 'certificate', alert: 'unknown_ca'",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE: { kind: 'certificate', alert: 'internal_error'",
    ),
    { kind: 'test', file: 'packages/tlskit/test/failures.test.ts', title: 'of an authority that nobody knows' },
  ),
  '4.5.1.3:1': held(
    "an empty Certificate of a server's is a decode_error",
    authentication.code('ERR_TLS_NO_CERTIFICATE'),
    authentication.without('if (body.certificate_list.length === 0) return withoutCertificate(expectation);', ''),
    test.misbehaviour.test('an empty Certificate'),
  ),
  '4.5.1.3:2': held(
    'a certificate that is signed with MD5 is a bad_certificate',
    certificateChecks.code('is signed with MD5 or SHA-1'),
    certificateChecks.without('kind.weak && !allowed'),
    test.x509Refusals.test('MD5 with RSA'),
  ),
};

export const certificateVerify: Rows = {
  '4.5.2:1': held(
    'a server with a certificate sends CertificateVerify',
    authentication.code("send('handshake', certificateVerify"),
    unexpected,
    test.misbehaviour.test('no CertificateVerify'),
  ),
  '4.5.2:2': held('so does a client', authentication.code("recv('WAIT_CV', certificateVerify)"), unexpected),
  '4.5.2:3': held(
    'it stands between Certificate and Finished',
    authentication.code("recv('WAIT_CV', certificateVerify)"),
    unexpected,
    test.misbehaviour.test('two Certificates'),
  ),
  '4.5.2:4': held(
    "a server's scheme is one of the ClientHello",
    authentication.code('function* checkCertificateVerify'),
    authentication.without('!schemes.includes(scheme) ||', ''),
    test.misbehaviour.test('a scheme that was not offered'),
  ),
  '4.5.2:5': held(
    "a client's is one of the CertificateRequest",
    authentication.code('function* checkCertificateVerify'),
    authentication.without('!schemes.includes(scheme) ||', ''),
  ),
  '4.5.2:6': held(
    'it fits the key of the certificate',
    authentication.code('info.key(publicKey.algorithm)'),
    authentication.without('!info.key(publicKey.algorithm)'),
    test.misbehaviour.test('a scheme that does not fit the key'),
  ),
  '4.5.2:7': held(
    'it is never of SHA-1',
    authentication.code('info.handshake13'),
    authentication.without('|| !info.handshake13', ''),
  ),
  '4.5.2:8': held(
    'the signature is verified',
    authentication.code('publicKey.verify'),
    authentication.without('(yield* wait(publicKey.verify(info.algorithm, content, signature))) !== true'),
    test.misbehaviour.test('a wrong signature'),
    test.misbehaviour.test('signs with a key that is not the one in its certificate'),
  ),
  '4.5.2:9': like('4.5.2:8', 'or else: decrypt_error'),
  '4.5.3:1': held(
    'Finished is verified, or else: decrypt_error',
    authentication.code('function* recvFinished'),
    authentication.without('!constantTimeEqual(body.verify_data, expected)'),
    test.misbehaviour.test('a wrong Finished'),
    test.clientMisbehaviour.test('a wrong Finished'),
  ),
  '4.5.3:2': held(
    'records behind it are under the application keys',
    server13.code("install(suite, 'write', 'application', writeSecret)"),
    client13.code("install(suite, 'read', 'application', readSecret)"),
    client13.without("yield* install(suite, 'read', 'application', readSecret);", ''),
  ),
  '4.6:1': held(
    'a client whose early data is accepted sends EndOfEarlyData',
    client13.code("send('early', endOfEarlyData"),
    client13.without("yield* send('early', endOfEarlyData, {});", ''),
  ),
  '4.6:2': held(
    'another does not',
    client13.code('if (early) {'),
    client13.without('if (early) {', 'if (earlyData !== undefined) {'),
    unexpected,
  ),
  '4.6:3': held('nor does a server: unexpected_message', driver.code('#nextMessage('), unexpected),
};
