/** RFC 8422: elliptic curves. */
import {
  algorithmIdentifier,
  attempts,
  client12,
  clientAuth12,
  ecdhe12,
  ecPoint,
  eddsa,
  keyExchange12Codec,
  negotiate12,
  nobleAgreement,
  nobleMontgomery,
  offer12,
  optionNames,
  schemes,
  schemes12,
  server12,
  serverFlight12,
  signatures12,
  spki,
  terms12,
  test,
} from '../files.ts';
import { held, like, type Rows } from '../row.ts';

const anyKey = serverFlight12.without('if ((fit as readonly string[]).includes(type)) return;', 'return;');
const anyGroup = negotiate12.without(
  "const reachable = common.filter(info => groupFor(config, info, offer) !== 'none');",
  'const reachable = common;',
);
const anyCurveOfCertificates = negotiate12.without(
  "algorithm.type === 'ec' && groups?.includes(NamedGroup.values[algorithm.curve]) === false",
);
const offeredFormats = terms12.without(
  "makeExtension(ecPointFormatsRow, 'CH', { ec_point_format_list: [uncompressed] })",
  "makeExtension(ecPointFormatsRow, 'CH', { ec_point_format_list: [1] })",
);

export const ecc: Rows = {
  '2.1:1': held(
    'ECDHE_ECDSA: a certificate with a key of ECDSA or EdDSA',
    serverFlight12.code('function checkKeyType'),
    anyKey,
  ),
  '2.1:2': held(
    'whose key signs the parameters',
    server12.code('signedKeyExchange(randoms, encodeServerParams(params))'),
    signatures12.code('export function* checkSignature'),
    signatures12.without('!info.key(key.algorithm)'),
    negotiate12.without(
      "function signs({ keyExchange }: CipherSuiteInfo12): boolean {\n  return keyExchange === 'DHE' || keyExchange === 'ECDHE';",
      "function signs({ keyExchange }: CipherSuiteInfo12): boolean {\n  return keyExchange === 'DHE';",
    ),
    test.ecc12.test('that EdDSA signed and say ECDSA are refused, and the other way round'),
  ),
  '2.2:1': held(
    'ECDHE_RSA: a certificate with an RSA key, which signs',
    serverFlight12.code('function checkKeyType'),
    anyKey,
  ),
  '2.3:1': held(
    'ECDH_anon: no certificates, nor a request for them',
    serverFlight12.code('export function showsCertificate'),
    serverFlight12.code('export function asksForCertificate'),
    serverFlight12.without(
      "return authentication !== 'anon' && authentication !== 'PSK';",
      "return authentication !== 'PSK';",
    ),
    serverFlight12.without("return authentication !== 'anon' && (", 'return ('),
  ),
  '2.3:2': held(
    'the server sends a curve and a key of one use',
    ecdhe12.code('curve_type: NAMED_CURVE, namedcurve, public: offer.share'),
    ecdhe12.without('namedcurve, public: offer.share', 'namedcurve, public: offer.share.subarray(1)'),
  ),
  '2.3:3': held(
    'which nobody signs',
    keyExchange12Codec.code("authentication !== 'PSK' && authentication !== 'anon'"),
    keyExchange12Codec.without("authentication !== 'PSK' && authentication !== 'anon'", "authentication !== 'PSK'"),
  ),
  '3:1': held(
    'a client without a certificate that fits sends ClientKeyExchange, and no CertificateVerify',
    client12.code('if (shown !== undefined) {'),
    clientAuth12.code('yield* sendNoCertificate(epoch)'),
    server12.without(
      'if (client !== undefined) {\n    const { body: verify }',
      'if (asked) {\n    const { body: verify }',
    ),
  ),
  '3.1:1': held(
    'a client shows itself by a key of ECDSA or EdDSA, where ecdsa_sign is asked for',
    clientAuth12.code('function kindOf('),
    clientAuth12.without(
      "type === 'rsa' ? rsa_sign : type === 'dsa' ? dss_sign : ecdsa_sign",
      "type === 'rsa' ? rsa_sign : dss_sign",
    ),
  ),
  '4:1': held(
    'a server takes a suite of curves only with a curve that the client named; a client takes no other',
    negotiate12.code('function groupFor('),
    { kind: 'code', file: 'packages/tls-handshake12/src/key-exchange/ecdhe.ts', text: 'which was not offered' },
    anyGroup,
  ),
  '4:2': held(
    'a client without suites of curves says nothing of them',
    offer12.code('function ofUse'),
    terms12.code('suites.some(isElliptic)'),
    offer12.without('if (suites.some(isElliptic)) return groups;', 'return groups;'),
    terms12.without('if (suites.some(isElliptic)) {', 'if (suites.length > 0) {'),
  ),
  '5.1:1': held(
    'ec_point_formats has the uncompressed form',
    terms12.code('export function offerTerms'),
    offeredFormats,
  ),
  '5.1:2': like('4:1', 'what a client can do guides the choice of the suite'),
  '5.1:3': held(
    'for the key of the certificate as for that of the exchange',
    negotiate12.code("the curve of the certificate's key is one that the client named too"),
    anyCurveOfCertificates,
  ),
  '5.1:4': like('4:1', 'without a curve in common, no suite of curves'),
  '5.1.2:1': held(
    'points are uncompressed, and have no other form',
    ecPoint.code('export function requireUncompressedPoint'),
    ecPoint.without('point.length !== length || point[0] !== 4'),
    test.nobleGroups.test('NIST curves take the uncompressed form alone'),
  ),
  '5.1.2:2': held(
    'a server refuses a list without it: illegal_parameter',
    terms12.code('RFC 8422 §5.1.2: every list has it'),
    terms12.without(
      '// RFC 8422 §5.1.2: every list has it.\n  if (formats !== undefined && !formats.includes(uncompressed)) {',
      'if (false as boolean) {',
    ),
  ),
  '5.1.2:3': held('a client sends these octets', terms12.code('export function offerTerms'), offeredFormats),
  '5.2:1': held(
    'the answer of a server has the uncompressed form too',
    terms12.code('export function answerTerms'),
    terms12.without(
      "makeExtension(ecPointFormatsRow, 'SH12', { ec_point_format_list: [uncompressed] })",
      "makeExtension(ecPointFormatsRow, 'SH12', { ec_point_format_list: [1] })",
    ),
  ),
  '5.2:2': held(
    'a client goes by what the server takes, which must be its own form',
    terms12.code('ec_point_formats lacks uncompressed'),
    terms12.without(
      "'SH12')?.ec_point_format_list;\n  if (formats !== undefined && !formats.includes(uncompressed)) {",
      "'SH12')?.ec_point_format_list;\n  if (formats === undefined && false) {",
    ),
  ),
  '5.3:1': like('5.9:1', 'keys in certificates have the form of §5.9'),
  '5.3:2': like('2.1:1', 'the key is of the kind that the suite wants'),
  '5.3:3': held(
    'and on a curve that the client named; a client refuses any other',
    serverFlight12.code('function checkCurve'),
    serverFlight12.without("algorithm.type !== 'ec' || groups.includes(NamedGroup.values[algorithm.curve])", 'true'),
    anyCurveOfCertificates,
    test.rules12.test('is refused (RFC 8422 §5.3)'),
  ),
  '5.3:4': like('5.1:3', 'or the server takes no such suite'),
  '5.4:1': held(
    'signatures of EdDSA have no DER around them',
    eddsa.code('signature.length !== 2 * own.length'),
    signatures12.code('export function* sign('),
  ),
  '5.6:1': held(
    "a client's certificate has a key of ECDSA or EdDSA where such a signature comes",
    signatures12.code('does not fit the key in the'),
    signatures12.without('!info.key(key.algorithm)'),
  ),
  '5.9:1': held(
    'keys of ECDSA have the form of RFC 5480, which replaced that of RFC 3279',
    algorithmIdentifier.code('RFC 5480 §2.1.1'),
    spki.code('export function parseSpki'),
    algorithmIdentifier.without('parameters.peek() !== Tag.oid'),
    algorithmIdentifier.without("reader.finish('AlgorithmIdentifier');", ''),
    spki.without("requireUncompressedPoint(kind.curve, key, 'malformed-key');", ''),
  ),
  '5.9:2': held(
    'keys of EdDSA have that of RFC 8410',
    algorithmIdentifier.code('RFC 8410 §3'),
    algorithmIdentifier.without("reader.finish('AlgorithmIdentifier');", ''),
  ),
  '5.9:3': held(
    'and sign by their own scheme alone',
    schemes12.code('key: info.key'),
    schemes12.without('keys, key: info.key }', 'keys, key: () => true }'),
  ),
  '5.9:4': held(
    'never by ECDSA',
    schemes12.code("key => key.type === 'ec'"),
    schemes12.without("key: key => key.type === 'ec'", 'key: () => true'),
  ),
  '5.10:1': held(
    'secrets keep their leading zeros',
    nobleAgreement.code('leading zero octets kept'),
    { kind: 'code', file: 'packages/tls-crypto-node/src/ecdh.ts', text: 'leading zero octets' },
    nobleAgreement.without(
      'point.slice(1, 1 + length)',
      'point.slice(1, 1 + length).filter((octet, i, all) => octet !== 0 || all.subarray(0, i).some(before => before !== 0))',
    ),
    {
      kind: 'test',
      file: 'packages/tls-crypto-node/test/leading-zeros.test.ts',
      title: 'keeps the leading zeros of a secret',
    },
  ),
  '5.10:2': held(
    'a secret of zeros ends the handshake',
    nobleMontgomery.code('isAllZero(secret)'),
    attempts.code("error.code === 'invalid-share'"),
    attempts.without("error.code === 'invalid-share'"),
  ),
  '5.10:3': held(
    'ECDSA is that of X9.62, and of FIPS 186-5 since',
    { kind: 'code', file: 'packages/tls-crypto-noble/src/ecdsa.ts', text: 'ecdsa' },
    { kind: 'test', file: 'packages/tls-crypto-noble/test/signatures.test.ts', title: 'verifies RFC 6979 §A.2.5 with' },
  ),
  '5.10:4': held(
    'with SHA-256 and its like: SHA-1 is for those who name it, and nobody signs by it unasked (RFC 9155)',
    optionNames.code('export const defaultSignatureSchemes'),
    optionNames.without(
      'export const defaultSignatureSchemes = [',
      "export const defaultSignatureSchemes = [\n  'ecdsa_sha1',",
    ),
  ),
  '5.10:5': held(
    'EdDSA is that of RFC 8032',
    eddsa.code('export function eddsaPublicKey'),
    {
      kind: 'test',
      file: 'packages/tls-crypto-noble/test/signatures.test.ts',
      title: 'signs and verifies RFC 8032 §7.1, test 2',
    },
    test.nobleMore.test('signs and verifies RFC 8032 §7.4, 1 octet'),
  ),
  '5.10:6': held(
    'without a context',
    eddsa.code('curve.sign(data, seed)'),
    eddsa.without('curve.sign(data, seed)', 'curve.sign(data, seed, { context: Uint8Array.of(1) } as never)'),
    test.nobleMore.test('signs and verifies RFC 8032 §7.4, 1 octet'),
  ),
  '5.10:7': held('the schemes of EdDSA are 0x0807 and 0x0808: Intrinsic, and the algorithm', schemes.code('ed25519')),
  '5.11:1': held(
    "a peer's point is looked at, on both sides",
    { kind: 'code', file: 'packages/tls-handshake12/src/key-exchange/ecdhe.ts', text: 'export function validated' },
    attempts.without("error.code === 'invalid-share'"),
  ),
  '5.11:2': held(
    'it must be on its curve',
    nobleAgreement.code('noble checks that the point is on the curve'),
    attempts.without("error.code === 'invalid-share'"),
  ),
  '5.11:3': like('5.10:2', 'with X25519 and X448 a secret of zeros ends the handshake'),
};
