/** RFC 9846 §4.3 to §4.3.8: extensions, up to the key exchange. */

import {
  attempts,
  authentication,
  certificateCriteria,
  certificateRequest,
  client13,
  clientAuth,
  clientPrelude,
  credentialOptions,
  engineCreate,
  extensionRow,
  extensionRules,
  ffdheParameters,
  negotiate,
  offer13,
  optionNames,
  pskModes,
  schemes,
  schemes12,
  selection,
  server12,
  server13,
  serverPrelude,
  test,
} from '../files.ts';
import { held, like, type Rows } from '../row.ts';

const misplaced = extensionRules.without(
  'if (codec === undefined) {',
  'if (codec === undefined) return;\n  if (codec === undefined) {',
);
/** One share for everything. */
const reused = offer13.without(
  'const offer = keyExchangeFor(config, group).offer();',
  'const offer = ((globalThis as { share?: MaybePromise<KeyOffer> }).share ??= keyExchangeFor(config, group).offer());',
);
const unasked = extensionRules.without('if (unsolicited) {', 'if (false) {');

export const extensions: Rows = {
  '4.3:1': held(
    'nothing stands behind the structure in extension_data',
    extensionRow.code('export function makeExtension'),
    extensionRow.without(
      'extension_data: encode(row.in[message], value)',
      'extension_data: Uint8Array.of(...encode(row.in[message], value), 0)',
    ),
    test.rows.test('writes what the RFC writes'),
  ),
  '4.3:2': held(
    'or it is a decode_error',
    extensionRules.code('decode(codec, extension.extension_data)'),
    extensionRules.without('decode(codec, extension.extension_data);', ''),
    test.misbehaviour.test('server_name with content in EncryptedExtensions'),
    test.clientMisbehaviour.test('with bytes behind an extension'),
  ),
  '4.3:3': held(
    'responses answer requests',
    server13.code('// <-- {EncryptedExtensions}'),
    unasked,
    test.misbehaviour.test('ALPN that was not asked for'),
  ),
  '4.3:4': held(
    'a response that was not asked for is an unsupported_extension',
    extensionRules.code('export function checkResponse'),
    unasked,
    test.misbehaviour.test('an unknown extension in ServerHello'),
    test.misbehaviour.test('a cookie in ServerHello'),
    test.misbehaviour.test('ALPN that was not asked for'),
    test.misbehaviour.test('an extension in Certificate that was not asked for'),
  ),
  '4.3:5': held(
    'one that is known and does not belong in the message is an illegal_parameter',
    extensionRules.code('function checkKnown'),
    misplaced,
    test.misbehaviour.test('supported_versions in EncryptedExtensions'),
    test.clientMisbehaviour.test('with an extension that does not belong there'),
  ),
  '4.3:6': held(
    'pre_shared_key is the last extension of a ClientHello',
    clientPrelude.code('function withPskLast'),
    serverPrelude.code('pre_shared_key is not the last extension'),
    serverPrelude.without('at >= 0 && at < extensions.length - 1'),
    test.resumption.test('has pre_shared_key last, and the age of the ticket in it, obscured'),
    test.clientMisbehaviour.test('with pre_shared_key before the end'),
  ),
  '4.3:7': held(
    'no extension stands twice',
    extensionRules.code('export function checkDuplicates'),
    extensionRules.without('seen.has(type)'),
    test.misbehaviour.test('an extension twice'),
    test.clientMisbehaviour.test('with an extension twice'),
  ),
};

export const supportedVersions: Rows = {
  '4.3.1:1': held(
    'a ClientHello has supported_versions',
    clientPrelude.code('makeExtension(supportedVersionsRow'),
    clientPrelude.without('const codes = versions.map(({ version }) => version);', 'const codes = [0x0304, 0x0303];'),
  ),
  '4.3.1:2': held(
    'without it TLS 1.2 or below is negotiated',
    serverPrelude.code('candidate.version <= Math.min(hello.legacy_version, tls12)'),
    serverPrelude.without('Math.min(hello.legacy_version, tls12)', 'hello.legacy_version'),
    test.versions.test('is TLS 1.2 to a server of both, whatever legacy_version says'),
  ),
  '4.3.1:3': held(
    'where it is, the server goes by it alone',
    serverPrelude.code('function selectVersion'),
    serverPrelude.without(
      'config.versions.find(candidate => offered.includes(candidate.version))',
      'config.versions[0]',
    ),
    test.clientMisbehaviour.test('of other versions only'),
  ),
  '4.3.1:4': held(
    'a version that it lists is selected, and those that are unknown are ignored',
    serverPrelude.code('function selectVersion'),
    serverPrelude.without(
      'config.versions.find(candidate => offered.includes(candidate.version))',
      'config.versions[0]',
    ),
    test.clientMisbehaviour.test('of other versions only'),
  ),
  '4.3.1:5': like('4.3.1:3', 'it may be without TLS 1.3'),
  '4.3.1:6': held(
    'a server that negotiates TLS 1.2 does not send it',
    server12.code('legacy_version: TLS12'),
    test.versions.test('is answered without supported_versions'),
  ),
  '4.3.1:7': held(
    'a server that negotiates TLS 1.3 says so in it',
    server13.code('makeExtension(supportedVersionsRow'),
    server13.without('{ selected_version: TLS13 }', '{ selected_version: 0x0303 }'),
  ),
  '4.3.1:8': like('4.2.3:1', 'and legacy_version is 0x0303'),
  '4.3.1:9': like('4.2.3:10', 'a client looks for it before anything else but random'),
  '4.3.1:10': held(
    'where it is, the client goes by it alone',
    clientPrelude.code('function selectedVersion'),
    clientPrelude.without('if (selected !== undefined) {', 'if (false) {'),
    test.misbehaviour.test('TLS 1.2 by the extension'),
  ),
  '4.3.1:11': held(
    'a version that was not offered, or is before TLS 1.3: illegal_parameter',
    clientPrelude.code('function selectedVersion'),
    clientPrelude.without('version === undefined || selected < tls13'),
    clientPrelude.without('|| selected < tls13', ''),
    test.misbehaviour.test('a version that was not offered'),
    test.misbehaviour.test('TLS 1.2 by the extension'),
  ),
};

export const cookie: Rows = {
  '4.3.2:1': held(
    'a client sends the cookie of a HelloRetryRequest back',
    offer13.code('makeExtension(cookieRow'),
    offer13.without('if (cookie !== undefined)', 'if (false)'),
    test.misbehaviour.test('a cookie comes back in the second ClientHello'),
  ),
  '4.3.2:2': held('and in no other connection', offer13.code("findExtension(request.extensions, cookieRow, 'HRR')")),
  '4.3.2:3': held(
    'a stateless server ignores records before the second ClientHello',
    engineCreate.code('const begun = config.statelessRetry !== undefined'),
    engineCreate.without('{ requests, skipped, begun }', '{ requests, skipped, begun: false }'),
  ),
};

export const signatures: Rows = {
  '4.3.3:1': held(
    'keys in certificates fit the algorithms that they are used with',
    authentication.code('info.key(publicKey.algorithm)'),
    authentication.without('!info.key(publicKey.algorithm)'),
    test.misbehaviour.test('a scheme that does not fit the key'),
  ),
  '4.3.3:2': held(
    'a client sends signature_algorithms',
    certificateCriteria.code('makeExtension(signatureAlgorithmsRow'),
    certificateCriteria.without(
      'supported_signature_algorithms: signatureSchemes',
      'supported_signature_algorithms: [0x0403]',
    ),
  ),
  '4.3.3:3': held(
    'a server that needs it and has none: missing_extension',
    negotiate.code("missing('signature_algorithms', 'ClientHello')"),
    negotiate.without('schemes === undefined && !offersPsk'),
    test.clientMisbehaviour.test('without signature_algorithms'),
  ),
  '4.3.3:4': held(
    'rsa_pss_rsae: the salt has the length of the digest',
    schemes.code('const saltLength = hashLengths[hash]'),
    schemes.without('const saltLength = hashLengths[hash];', 'const saltLength = 20;'),
    test.registries.test('say what a provider is to do'),
  ),
  '4.3.3:5': held(
    'and a key in a certificate is of rsaEncryption',
    schemes.code("if (keyKind === 'rsae') return k.pssOnly === undefined;"),
    schemes.without("if (keyKind === 'rsae') return k.pssOnly === undefined;", "if (keyKind === 'rsae') return true;"),
    test.registries.test('rsa_pss_rsae_sha256'),
  ),
  '4.3.3:6': like('4.3.3:4', 'rsa_pss_pss: the salt has the length of the digest'),
  '4.3.3:7': held(
    'and a key in a certificate is of RSASSA-PSS',
    schemes.code('k.pssOnly !== undefined &&'),
    schemes.without('k.pssOnly !== undefined &&', 'true &&'),
    test.registries.test('rsa_pss_pss_sha256'),
  ),
  '4.3.3:8': held(
    'in certificates its parameters are DER',
    { kind: 'code', file: 'packages/tls-x509/src/algorithm.ts', text: 'function pssKind' },
    { kind: 'test', file: 'packages/tls-x509/test/hostile.test.ts', title: 'is read or refused, every bit of it' },
  ),
  '4.3.3:9': held(
    'those of the signature are those of the key, where it has any',
    schemes.code('k.pssOnly.hash ?? hash'),
    schemes.without('(k.pssOnly.hash ?? hash) === hash &&', 'true &&'),
    test.registries.test('heed the restriction of an RSASSA-PSS key (RFC 4055 §3.1)'),
  ),
  '4.3.3:10': held(
    'SHA-1 stands last in the list of a client',
    optionNames.code('it comes last'),
    optionNames.without('chosen.slice(0, last).some(isSha1)'),
    test.options.test('it comes last'),
  ),
  '4.3.3:11': held(
    'a server shows no chain signed with SHA-1 if it has another',
    credentialOptions.code('function fits('),
    credentialOptions.without('code => sha1Schemes.includes(code)', '() => true'),
  ),
  '4.3.3:12': held(
    'with TLS 1.2 its own rules hold',
    schemes12.code('export function signatureSchemeInfo12'),
    test.versions.test('binds no curve in TLS 1.2'),
    test.versions.test('signs by PKCS #1 in TLS 1.2'),
  ),
  '4.3.3:13': held(
    'code points that are reserved are not offered nor negotiated',
    schemes.code('export function signatureSchemeInfo'),
    test.registries.test('are unknown where providers cannot do them'),
  ),
  '4.3.3:14': like('4.3.3:13', 'nor MD5, SHA-224 and DSA'),
  '4.3.3:15': held(
    'with TLS 1.2 ECDSA is of any curve that was offered',
    schemes12.code("key: key => key.type === 'ec'"),
    schemes12.without("key: key => key.type === 'ec'", 'key: info.key'),
    test.versions.test('binds no curve in TLS 1.2'),
  ),
  '4.3.3:16': held(
    'with TLS 1.2 RSASSA-PSS is taken too',
    schemes12.code('export function signatureSchemeInfo12'),
    test.versions.test('signs by RSASSA-PSS in TLS 1.2'),
  ),
};

export const filters: Rows = {
  '4.3.5:1': held(
    'oid_filters stands in CertificateRequest only',
    certificateRequest.code('makeExtension(oidFiltersRow'),
    misplaced,
    test.clientMisbehaviour.test('with an extension that does not belong there'),
  ),
  '4.3.5:2': held(
    "a client's certificate has the extensions that are asked for",
    selection.code('export function matchesOidFilters'),
    selection.without('&& leaf.keyUsage !== undefined', ''),
    selection.without('&& leaf.extendedKeyUsage !== undefined', ''),
  ),
  '4.3.5:3': held(
    'with all the values that are asked for',
    selection.code('export function matchesOidFilters'),
    selection.without('wanted.every(usage => leaf.keyUsage?.has(usage))', 'true'),
    selection.without('wanted.every(purpose => leaf.extendedKeyUsage?.includes(purpose))', 'true'),
  ),
  '4.3.5:4': held(
    'a client passes over OIDs that it does not know',
    selection.code('default:\n        return true;'),
    selection.without('default:\n        return true;', 'default:\n        return false;'),
  ),
  '4.3.5:5': held(
    'no OID stands twice',
    certificateRequest.code('function checkFilters'),
    certificateRequest.without('oids.size < filters.length'),
  ),
  '4.3.5:6': held(
    'anyExtendedKeyUsage is not asked for',
    selection.code('asks for any purpose'),
    selection.code('any purpose cannot be asked for'),
    selection.without('wanted.includes(purposeOids.any)'),
  ),
  '4.3.6:1': held(
    'a server asks after the handshake only who offers post_handshake_auth',
    clientAuth.code('export function mayAskLater'),
    clientAuth.without('clientAuth !== undefined && offered &&', 'clientAuth !== undefined &&'),
  ),
  '4.3.6:2': held(
    'a server does not send post_handshake_auth',
    extensionRules.code('export function checkResponse'),
    unasked,
    test.outOfPlace.test('post_handshake_auth'),
  ),
};

export const keyShare: Rows = {
  '4.3.7:1': held(
    'supported_groups has no group twice',
    { kind: 'code', file: 'packages/tlskit/src/options/check.ts', text: 'twice`' },
    {
      kind: 'mutation',
      file: 'packages/tlskit/src/options/check.ts',
      find: 'if (twice !== undefined)',
      replace: 'if (false)',
    },
    test.options.test('twice'),
  ),
  '4.3.7:2': held(
    "a client does not act upon a server's supported_groups in the handshake",
    offer13.code("findExtension(request.extensions, keyShareRow, 'HRR')"),
  ),
  '4.3.8:1': held(
    'shares are of groups in supported_groups, in their order',
    optionNames.code('export function keyShareCodes'),
    optionNames.without('if (place < 0) throw', 'if (false) throw'),
    optionNames.without('if (place < at) throw', 'if (false) throw'),
    test.options.test('not among groups'),
    test.options.test('another order than groups'),
  ),
  '4.3.8:2': held('each share is made for itself', offer13.code('keyExchangeFor(config, group).offer()'), reused),
  '4.3.8:3': held(
    'there is one share a group',
    negotiate.code('two shares of'),
    negotiate.without('shares.has(group)'),
    test.clientMisbehaviour.test('with a share twice'),
  ),
  '4.3.8:4': held(
    'and none of a group that supported_groups lacks',
    negotiate.code('which supported_groups lacks'),
    negotiate.without('!listed.has(group)'),
    test.clientMisbehaviour.test('with a share of a group that is not offered'),
  ),
  '4.3.8:5': held(
    'each connection has shares of its own',
    offer13.code('keyExchangeFor(config, group).offer()'),
    reused,
  ),
  '4.3.8:6': held("a peer's may come again", negotiate.code('function readOffer')),
  '4.3.8:7': held(
    'a HelloRetryRequest is for a group that was offered, and of which no share was sent',
    offer13.code('HelloRetryRequest asks for a share of'),
    offer13.without('config.groups.includes(requested) && groupInfo', 'groupInfo'),
    offer13.without('|| config.keyShares.includes(requested)', ''),
    test.misbehaviour.test('for a group that was not offered'),
    test.misbehaviour.test('for a group whose share was sent'),
  ),
  '4.3.8:8': like('4.3.8:7', 'or else: illegal_parameter'),
  '4.3.8:9': held(
    'the second ClientHello has one new share, of that group',
    offer13.code('extensions.push(keyShares(shares))'),
    negotiate.code('function requestedShare'),
    negotiate.without('share === undefined || shares.size > 1'),
    negotiate.without('|| shares.size > 1', ''),
    test.clientMisbehaviour.test('a share too many'),
    test.clientMisbehaviour.test('a share of another group'),
    test.clientMisbehaviour.test('no share'),
  ),
  '4.3.8:10': like('2:1', "a server's share is of the group of the client's"),
  '4.3.8:11': held(
    'a server sends no share of a group that was not offered, nor one with psk_ke',
    negotiate.code('goesWithoutExchange'),
    negotiate.without('?? bestGroup(config, groups)', '?? config.groups[0]'),
    pskModes.without('(modes[0] === psk_ke || !hasGroup)', 'false'),
    test.handshake.test('ERR_TLS_NO_SHARED_GROUP'),
  ),
  '4.3.8:12': held(
    "the ServerHello's group is that of the HelloRetryRequest",
    client13.code('function* completeKeyExchange'),
    client13.without('ours === undefined || (requested !== undefined && requested !== share.group)'),
    test.misbehaviour.test('then another suite, or another group, is illegal'),
  ),
  '4.3.8:13': like('2:1', 'or else: illegal_parameter'),
  '4.3.8.1:1': held(
    'finite fields: 1 < Y < p - 1',
    ffdheParameters.code('export function requireFfdheShare'),
    ffdheParameters.without('y <= 1n || y >= ffdhePrime(name) - 1n'),
    ffdheParameters.without('y <= 1n ||', ''),
    ffdheParameters.without('|| y >= ffdhePrime(name) - 1n', ''),
    test.nobleMore.test('takes Y with 1 < Y < p - 1, in its exact length'),
  ),
  '4.3.8.2:1': held(
    'elliptic curves: a point of the curve',
    attempts.code("error.code === 'invalid-share'"),
    attempts.without("error.code === 'invalid-share'"),
    test.clientMisbehaviour.test('off its curve'),
    test.nobleGroups.test('NIST curves take the uncompressed form alone'),
  ),
};
