/** RFC 9846 §8, §9 and the appendices. */
import { held, like, notApplicable, open, type Rows } from '../row.ts';
import {
  certificateCriteria,
  clientPrelude,
  deframer,
  earlyChoice,
  earlyOffer,
  engine,
  groups,
  negotiate,
  optionNames,
  options,
  schemes,
  server13,
  serverPrelude,
  suites,
  test,
  trust,
  why,
} from './files.ts';

export const replay: Rows = {
  '8:1': notApplicable('early data is safe to be replayed', why.application),
  '8:2': held(
    'an instance accepts the same early data once',
    earlyChoice.code('ours.guard.firstTime(binder'),
    earlyChoice.without('isNew === true ?', 'true ?'),
  ),
  '8:3': notApplicable('applications deal with replays', why.application),
  '8.2:1': held(
    'an apparent replay is a reason to reject 0-RTT, not to abort',
    earlyChoice.code("refused('replay')"),
    earlyChoice.without("refused('replay')", "[refused('replay')].map(() => { throw new Error('replay'); })[0]"),
  ),
  '8.2:2': held(
    'what is stored goes by validated parts of the ClientHello',
    earlyChoice.code('ours.guard.firstTime(binder'),
    earlyChoice.without('firstTime(binder,', 'firstTime(first.raw,'),
  ),
};

export const compliance: Rows = {
  '9.1:1': held(
    'TLS_AES_128_GCM_SHA256',
    optionNames.code('TLS_AES_128_GCM_SHA256'),
    test.options.test('have defaults'),
    test.handshake.test('TLS_AES_128_GCM_SHA256'),
  ),
  '9.1:2': held(
    'rsa_pkcs1_sha256, rsa_pss_rsae_sha256 and ecdsa_secp256r1_sha256',
    optionNames.code('rsa_pkcs1_sha256'),
    schemes.code("pkcs1('rsa_pkcs1_sha256', 'sha256')"),
    test.options.test('have defaults'),
    test.x509Refusals.test('rsa-2048'),
  ),
  '9.1:3': held(
    'secp256r1',
    optionNames.code("'secp256r1'"),
    test.options.test('have defaults'),
    test.handshake.test('secp256r1'),
  ),
  '9.2:1': open(
    'the extensions that everybody has',
    'a server leaves it to the application to go by signature_algorithms_cert',
  ),
  '9.2:2': open(
    'and sends where they belong',
    'signature_algorithms_cert is sent where it is configured; no test names this row',
  ),
  '9.2:3': like('4.2.3:10', 'supported_versions in all hellos'),
  '9.2:4': held(
    'signature_algorithms for certificates',
    certificateCriteria.code('makeExtension(signatureAlgorithmsRow'),
    certificateCriteria.without(
      'supported_signature_algorithms: signatureSchemes',
      'supported_signature_algorithms: [0x0403]',
    ),
  ),
  '9.2:5': held(
    'supported_groups for key exchanges',
    clientPrelude.code('makeExtension(supportedGroupsRow'),
    clientPrelude.without('named_group_list: groups', 'named_group_list: config.keyShares'),
  ),
  '9.2:6': held('key_share for key exchanges', inOffer('makeExtension(keyShareRow')),
  '9.2:7': held(
    'pre_shared_key for PSKs',
    { kind: 'code', file: 'packages/tls-handshake13/src/psk-offer.ts', text: 'makeExtension(preSharedKeyRow' },
    test.resumption.test('has pre_shared_key last, and the age of the ticket in it, obscured'),
  ),
  '9.2:8': like('4.3.9:1', 'psk_key_exchange_modes for PSKs'),
  '9.2:9': notApplicable('what a ClientHello has to have', why.torn('9.2:10, 9.2:11')),
  '9.2:10': held(
    'without pre_shared_key both signature_algorithms and supported_groups',
    negotiate.code("missing('supported_groups', 'ClientHello')"),
    negotiate.without('groups === undefined && (!offersPsk || entries !== undefined)'),
    negotiate.without('schemes === undefined && !offersPsk'),
    test.clientMisbehaviour.test('without supported_groups'),
    test.clientMisbehaviour.test('without signature_algorithms'),
  ),
  '9.2:11': held(
    'supported_groups and key_share together',
    negotiate.code("missing('key_share', 'ClientHello')"),
    negotiate.without('entries === undefined && groups !== undefined'),
    negotiate.without('groups === undefined && (!offersPsk || entries !== undefined)'),
    test.clientMisbehaviour.test('without key_share'),
    test.clientMisbehaviour.test('without supported_groups'),
  ),
  '9.2:12': like('9.2:11', 'or else: missing_extension'),
  '9.2:13': held(
    'server_name',
    clientPrelude.code('makeExtension(serverNameRow'),
    clientPrelude.without('if (config.serverName !== undefined) {', 'if (false) {'),
  ),
  '9.3:1': notApplicable('invariants', why.torn('9.3:3 to 9.3:9')),
  '9.3:2': notApplicable('extensible fields', why.torn('9.3:3 to 9.3:5')),
  '9.3:3': held(
    'a client can do all that it offers',
    optionNames.code('function lacking'),
    optionNames.without('else if (named !== undefined) throw', 'else if (false) throw'),
    test.options.test('that the provider cannot do are left out of the defaults'),
    test.options.test('beyond the crypto provider'),
  ),
  '9.3:4': like('4.2.2:14', 'a server ignores all that it does not know'),
  '9.3:5': like('4.7.1:8', 'so does a client in CertificateRequest and NewSessionTicket'),
  '9.3:6': notApplicable('who terminates is a server and a client', why.middlebox),
  '9.3:7': notApplicable('with hellos of his own', why.middlebox),
  '9.3:8': notApplicable('who forwards does not look', why.middlebox),
  '9.3:9': notApplicable('and changes nothing', why.middlebox),
};

function inOffer(text: string) {
  return { kind: 'code', file: 'packages/tls-handshake13/src/offer.ts', text } as const;
}

export const appendices: Rows = {
  'B:1': held(
    'reserved values are not sent',
    { kind: 'code', file: 'packages/tls-alerts/src/table.ts', text: 'const rows' },
    test.alertTable.test('has an alert of the registry, that TLS 1.3 may send'),
  ),
  'B.3.1.4:1': held(
    'obsolete groups are not offered nor negotiated',
    groups.code('export function groupInfo'),
    optionNames.code('export function groupCodes'),
    optionNames.without(
      'return name !== undefined && provider.groups[name] !== undefined ? undefined : lacking(provider);',
      'return undefined;',
    ),
    test.options.test('sect163k1'),
  ),
  'C.5:1': held(
    'nobody is believed unverified unless the caller says so',
    options.code('trust must be said'),
    trust.code('insecure'),
    test.options.test('trust must be said'),
    test.x509Trust.test('must be spelt out'),
  ),
  'E:1': like('5.1:11', 'legacy_record_version is ignored'),
  'E.1:1': held(
    'a client refuses a version that it does not take: protocol_version',
    clientPrelude.code('which was not offered'),
    clientPrelude.without('const version = answer.legacy_version < tls13 ?', 'const version = true ? offered(tls13) :'),
  ),
  'E.2:1': like('4.3.1:3', 'a server goes by supported_versions where it is there'),
  'E.2:2': open('and by legacy_version where it is not', why.tls12),
  'E.2:3': held(
    'a server of later versions alone: protocol_version',
    serverPrelude.code('function selectVersion'),
    serverPrelude.without('if (version === undefined) {', 'if (false) {'),
    test.clientMisbehaviour.test('without supported_versions'),
    test.clientMisbehaviour.test('without extensions'),
  ),
  'E.2:4': like('5.1:11', 'legacy_record_version may be anything'),
  'E.3:1': held('a client that has sent early data takes no TLS 1.2', clientPrelude.code('function selectedVersion')),
  'E.4:1': held(
    'a server sends change_cipher_spec to a client with a session ID',
    server13.code('sendChangeCipherSpec()'),
    server13.without('!retried && wantsChangeCipherSpec(config, hello)'),
    serverPrelude.without('if (wantsChangeCipherSpec(config, first))', 'if (false)'),
    test.handshake.test('is followed by one change_cipher_spec from each side, and no more'),
    test.handshake.test('works without compatibility mode: no session ID, no change_cipher_spec'),
  ),
  'E.5:1': held(
    'no RC4',
    suites.code('export function cipherSuiteInfo'),
    test.options.test('TLS_RSA_WITH_AES_128_CBC_SHA'),
    test.registries.test('of other versions, GREASE and signalling values are not'),
  ),
  'E.5:2': like('E.5:1', 'nor what is weaker than 112 bits'),
  'E.5:3': held(
    'no version below TLS 1.2',
    serverPrelude.code('function selectVersion'),
    clientPrelude.code('function selectedVersion'),
    clientPrelude.without('const version = answer.legacy_version < tls13 ?', 'const version = true ? offered(tls13) :'),
  ),
  'E.5:4': held(
    'no CLIENT-HELLO of SSL 2.0 is sent',
    clientPrelude.code('function composeHello'),
    test.handshake.test('is sent when no share was offered at all'),
  ),
  'E.5:5': held(
    'nor taken',
    deframer.code('it looks like an SSL 2.0 ClientHello'),
    deframer.without('this.#first && bytes[at + 1] !== 3'),
    test.clientMisbehaviour.test('SSL 2.0'),
  ),
  'E.5:6': like('4.2.3:1', 'legacy_version is 0x0303 in both hellos'),
  'E.5:7': like('4.2.2:7', 'or else: protocol_version'),
  'E.5:8': like('5.1:10', 'no record is of a version below 0x0300'),
  'E.5:9': held('no truncated_hmac', clientPrelude.code('function composeHello')),
  'F.1:1': held(
    'external PSKs do not go with certificates',
    server13.code('if (auth !== undefined) yield* sendCertificateAuth'),
    negotiate.code('const auth = known === undefined ?'),
    negotiate.without('const auth = known === undefined ?', 'const auth = true ?'),
    test.externalPsk.test('authenticates both without certificates, again and again'),
  ),
  'F.1:2': notApplicable('channel bindings are large enough', why.application),
  'F.5:1': notApplicable('early data is safe to be sent again', why.application),
  'F.5:2': notApplicable('applications use 0-RTT by a profile', why.application),
  'F.5:3': held(
    '0-RTT is for those who ask for it',
    earlyOffer.code('config.earlyData !== true'),
    earlyChoice.code('if (ours === undefined)'),
    earlyOffer.without('config.earlyData !== true ||', ''),
  ),
  'F.5:4': held(
    'the application can tell when the handshake is complete',
    engine.code('get connection()'),
    test.handshake.test('holds back what is written before the handshake is complete'),
    test.closing.test('asked for during the handshake comes after it, behind what was written'),
  ),
};
