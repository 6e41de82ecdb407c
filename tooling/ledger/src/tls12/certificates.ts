/** RFC 5246 §7.4.2 to §7.4.6 and §7.4.8: certificates of both, and what goes with them. */
import {
  certificateChecks,
  certificates12,
  client12,
  clientAuth12,
  credentialOptions,
  driver,
  negotiate12,
  server12,
  serverFlight12,
  signatures12,
  staticDh,
  test,
  verifier,
  why,
  x509Path,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const unexpected = driver.without('if (def === undefined) {', 'if (false) {');
const fixedClient =
  'a client is never asked for a certificate with a Diffie-Hellman key (rsa_fixed_dh and its like), and shows none; RFC 8422 §5.5 gives up those of elliptic curves';
/** A server looks at the key usage of its own certificates, a client at that of what it is shown. */
const forbidden = certificateChecks.without('isLeaf(position) && forbidden !== undefined');
const mayBe = negotiate12.without('return keyUsage?.has(usage) !== false;', 'return true as boolean;');
const inForce = certificates12.without('...(keyUsage === undefined ? {} : { keyUsage }),', '');

export const certificates: Rows = {
  '7.4.2:1': held(
    'a server shows a certificate with every suite that has one',
    serverFlight12.code('export function showsCertificate'),
    server12.without('if (credential !== undefined) yield* sendCertificate(epoch, credential);', ''),
    serverFlight12.without(
      "authentication !== 'anon' && (authentication !== 'PSK' || keyExchange === 'RSA')",
      "authentication !== 'anon' && authentication !== 'PSK'",
    ),
    unexpected,
    test.outOfPlace12.test('other types of message'),
  ),
  '7.4.2:2': held(
    "its key is of the suite's kind: unsupported_certificate",
    negotiate12.code('function schemeOf'),
    serverFlight12.code('function checkKeyType'),
    serverFlight12.without('checkKeyType(suite, judged.peer.publicKey);', ''),
    negotiate12.without(
      'return kind ? schemeFor(key, ours, schemes) : undefined;',
      'return schemeFor(key, ours, schemes);',
    ),
    negotiate12.without("algorithm.type === 'rsa' && key.decryptPkcs1 !== undefined", 'true as boolean'),
  ),
  '7.4.2:3': held(
    "the sender's certificate comes first",
    certificates12.code('export function* sendCertificate'),
    verifier.code('sent.leaf'),
    certificates12.without(
      'else yield* send(epoch, certificate12, { certificate_list: chain });',
      'else yield* send(epoch, certificate12, { certificate_list: [...chain].reverse() });',
    ),
    test.x509Path.test('whatever the order, and with anything else in the bag'),
  ),
  '7.4.2:4': held(
    'the others follow as they certify one another; a peer may have them in any order (RFC 9846 §4.5.1)',
    certificates12.code('export function* sendCertificate'),
    x509Path.code('export function* findPath'),
    certificates12.without(
      'else yield* send(epoch, certificate12, { certificate_list: chain });',
      'else yield* send(epoch, certificate12, { certificate_list: [...chain.slice(0, 1), ...chain.slice(1).reverse()] });',
    ),
    test.x509Path.test('whatever the order, and with anything else in the bag'),
  ),
  '7.4.2:5': held(
    'certificates are X.509v3, unless raw public keys were agreed on (RFC 7250)',
    certificateChecks.code('byOtherMeans'),
    certificateChecks.without('certificate.basicConstraints?.ca !== true && !byOtherMeans'),
    test.x509Refusals.test('an issuer of version 1, unless it is an anchor'),
  ),
  '7.4.2:6': like('7.4.2:2', 'the key goes with the key exchange'),
  '7.4.2:7': held(
    'RSA, RSA_PSK: a key usage has keyEncipherment',
    certificates12.code('export function keyUsageOf'),
    negotiate12.code('function mayBe'),
    certificates12.without("if (suite?.keyExchange === 'RSA') return ['keyEncipherment'] as const;", ''),
    inForce,
    forbidden,
    mayBe,
  ),
  '7.4.2:8': held(
    'DHE_RSA, ECDHE_RSA: a key usage has digitalSignature',
    certificateChecks.code('KEYUSAGE_NO_DIGITAL_SIGNATURE'),
    negotiate12.code('function mayBe'),
    forbidden,
    mayBe,
  ),
  '7.4.2:9': held('DHE_DSS: so it has', certificateChecks.code('KEYUSAGE_NO_DIGITAL_SIGNATURE'), forbidden),
  '7.4.2:10': held(
    'DH_DSS, DH_RSA: a key usage has keyAgreement',
    certificates12.code('export function keyUsageOf'),
    staticDh.code('export function* clientDh'),
    certificates12.without("suite?.keyExchange === 'DH' ||", ''),
    inForce,
    forbidden,
  ),
  '7.4.2:11': held(
    'ECDH_ECDSA, ECDH_RSA: the key is on a curve that the client named',
    staticDh.code('export function* clientEcdh'),
    negotiate12.code('the curve of the certificate'),
    staticDh.without(
      'const exchange = group === undefined ? undefined : curveOf(config, group);\n  if (exchange === undefined) throw',
      'const exchange = config.provider.groups.secp256r1;\n  if (exchange === undefined) throw',
    ),
    negotiate12.without(
      "if (algorithm.type === 'ec' && groups?.includes(NamedGroup.values[algorithm.curve]) === false) return undefined;",
      '',
    ),
    test.staticDh.test('refuses keys on curves that it did not offer'),
  ),
  '7.4.2:12': held(
    'ECDHE_ECDSA: a key usage has digitalSignature',
    certificateChecks.code('KEYUSAGE_NO_DIGITAL_SIGNATURE'),
    forbidden,
  ),
  '7.4.2:13': held(
    'and the key is on a curve that the client named',
    negotiate12.code('the curve of the certificate'),
    serverFlight12.code('function checkCurve'),
    negotiate12.without(
      "if (algorithm.type === 'ec' && groups?.includes(NamedGroup.values[algorithm.curve]) === false) return undefined;",
      '',
    ),
    serverFlight12.without('checkCurve(config, judged.peer.publicKey);', ''),
    test.rules12.test('is refused (RFC 8422 §5.3)'),
  ),
  '7.4.2:14': held(
    'chains are signed by what the client takes, where there is one (RFC 9846 §4.5.1.2 lets others go as they are)',
    credentialOptions.code('function isSigned('),
    credentialOptions.without('return isSignedBy(certificates, certificateSchemes, provider);', 'return true;'),
  ),
  '7.4.3:1': notApplicable('other key exchanges say what ServerKeyExchange is', why.specification),
  '7.4.3:2': held(
    'a server signs by a scheme of the ClientHello: illegal_parameter',
    signatures12.code('export function* checkSignature'),
    signatures12.without('|| !offered.includes(scheme)', ''),
    clientAuth12.without('theirs.includes(code) &&', ''),
  ),
  '7.4.3:3': held(
    'and comes to no suite that it could not sign for',
    negotiate12.code('const fitting = reachable.filter('),
    negotiate12.without('(usable && fits(info, usable) !== undefined)', 'usable'),
  ),
  '7.4.3:4': held(
    "the scheme is the key's: illegal_parameter",
    signatures12.code('does not fit the key in the'),
    signatures12.without('if (!info.key(key.algorithm)) throw', 'if (false as boolean) throw'),
    clientAuth12.without('&& signatureSchemeInfo12(code)?.key(key.algorithm) === true', ''),
  ),
  '7.4.4:1': held(
    "clients' chains are signed by what the request names",
    clientAuth12.code('certificateSchemes: schemes'),
    clientAuth12.without('certificateSchemes: schemes', 'certificateSchemes: signatureSchemes'),
    credentialOptions.without('return isSignedBy(certificates, certificateSchemes, provider);', 'return true;'),
  ),
  '7.4.4:2': held(
    "a client's key is of a kind that the request names",
    clientAuth12.code('kinds.includes(kindOf(key))'),
    clientAuth12.without('kinds.includes(kindOf(key)) ?', 'true ?'),
    clientAuth12.without("type === 'dsa' ? dss_sign : type.startsWith('rsa') ? rsa_sign : ecdsa_sign", 'ecdsa_sign'),
  ),
  '7.4.4:3': held(
    'and signs by a scheme of it',
    clientAuth12.code('export function schemeFor'),
    clientAuth12.without('theirs.includes(code) &&', ''),
  ),
  '7.4.6:1': held(
    'a client without a certificate sends an empty list',
    certificates12.code('export function* sendNoCertificate'),
    clientAuth12.without('yield* sendNoCertificate(epoch);', ''),
  ),
  '7.4.6:2': like('7.4.4:2', "a client's certificate is of use"),
  '7.4.6:3': like('7.4.2:5', "clients' certificates are X.509v3"),
  '7.4.6:4': held(
    'rsa_sign: an RSA key that may sign, or it is not shown; one that is gets unsupported_certificate',
    clientAuth12.code("keyUsage?.has('digitalSignature') !== false"),
    certificateChecks.code('KEYUSAGE_NO_DIGITAL_SIGNATURE'),
    clientAuth12.without("&& keyUsage?.has('digitalSignature') !== false", ''),
    clientAuth12.without("return type === 'rsa' ? rsa_sign : type", 'return type'),
    forbidden,
  ),
  '7.4.6:5': like('7.4.4:2', 'dss_sign: a DSA key that may sign'),
  '7.4.6:6': like('7.4.6:4', 'ecdsa_sign: an ECDSA key that may sign'),
  '7.4.6:7': notApplicable('dss_fixed_dh: of the parameters of the server', fixedClient),
  '7.4.6:8': notApplicable('ecdsa_fixed_ecdh: on the curve of the server', fixedClient),
  '7.4.6:9': like('7.4.4:1', 'chains are signed by what the request names'),
  '7.4.8:1': held(
    'CertificateVerify follows ClientKeyExchange',
    client12.code('// CertificateVerify* -->'),
    server12.code("recv('WAIT_CV', certificateVerify12)"),
    server12.without(
      'if (client !== undefined) {\n    const { body: verify }',
      'if (false as boolean) {\n    const { body: verify }',
    ),
    unexpected,
    test.outOfPlace12.test('other types of message'),
    test.outOfPlace12.test('a handshake is as the RFC has it'),
  ),
  '7.4.8:2': held(
    'it is signed by a scheme of the request: illegal_parameter',
    signatures12.code('export function* checkSignature'),
    signatures12.without('|| !offered.includes(scheme)', ''),
  ),
  '7.4.8:3': held(
    "which is the key's: illegal_parameter",
    signatures12.code('does not fit the key in the'),
    signatures12.without('if (!info.key(key.algorithm)) throw', 'if (false as boolean) throw'),
  ),
};
