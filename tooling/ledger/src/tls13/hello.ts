/** RFC 9846 §1 to §4.2.4: overview, and the hellos. */

import {
  authentication,
  certificateWishes,
  client13,
  clientPrelude,
  downgrade,
  driver,
  engine,
  engineAlerts,
  engineReceiving,
  extensionRules,
  handshakeMessage,
  hello,
  negotiate,
  negotiate12,
  offer13,
  pskModes,
  pskOptions,
  renegotiation,
  server13,
  serverPrelude,
  statelessRetry,
  test,
  why,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

/** A message that is not expected is refused at one place. */
const unexpected = driver.without('if (def === undefined) {', 'if (false) {');

export const overview: Rows = {
  '1:1': notApplicable('protocols over TLS say how they use it', why.application),
  '1.2:1': notApplicable('keys are updated before their limits', 'a list of changes: the requirement is 5.5:1'),
  '2:1': held(
    "the server's share is of the group of one of the client's",
    client13.code('function* completeKeyExchange'),
    client13.without('ours === undefined || (requested !== undefined && requested !== share.group)'),
    test.misbehaviour.test('a share of a group without one of ours'),
  ),
  '2:2': held(
    'no application data before Finished',
    engine.code('#maySend()'),
    engineReceiving.code('#receiveData('),
    engineReceiving.without("read.epoch !== 'application' && !early"),
    engine.without('if (this.#connected !== undefined) return true;', 'return true;'),
    test.handshake.test('holds back what is written before the handshake is complete'),
    test.records.test('application data is unexpected'),
  ),
  '2.1:1': held(
    'a server without anything in common aborts',
    negotiate.code('function chooseGroup'),
    negotiate.without("throw new TlsError('ERR_TLS_NO_SHARED_GROUP', 'no group in common');", ''),
    test.handshake.test('ERR_TLS_NO_SHARED_GROUP'),
  ),
  '2.2:1': held(
    'an external PSK comes with its identity and its hash',
    pskOptions.code('export interface PskOptions'),
    pskOptions.without('identity.length === 0 || ', ''),
    test.psk.test('is refused'),
  ),
  '4:1': held(
    'messages are sent in the order of the diagrams',
    server13.code('function* accept13'),
    authentication.code('function* sendFinished'),
    authentication.without("yield* send('handshake', certificateVerify, { algorithm: scheme, signature });", ''),
  ),
  '4:2': held(
    'a message out of order is unexpected_message',
    driver.code('#nextMessage('),
    unexpected,
    test.misbehaviour.test('no EncryptedExtensions'),
    test.misbehaviour.test('no Certificate'),
    test.misbehaviour.test('no CertificateVerify'),
    test.misbehaviour.test('two Certificates'),
  ),
  '4.2.1:1': like('2.1:1', 'without a common group: handshake_failure'),
  '4.2.1:2': held(
    'a PSK is selected in a mode that the client lists',
    pskModes.code('export function commonModes'),
    pskModes.without('offered?.includes(mode)', 'true'),
    test.resumption.test('where the client takes keys only without a key exchange'),
  ),
  '4.2.1:3': held(
    'a share that is wanting is asked for by a HelloRetryRequest',
    negotiate.code('retryHello'),
    negotiate.without('group !== undefined && share === undefined ? group : undefined', 'undefined'),
  ),
  '4.2.1:4': held(
    'without common parameters: handshake_failure',
    negotiate.code('ERR_TLS_NO_SHARED_CIPHER'),
    negotiate.code('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME'),
    negotiate.without('if (info === undefined) throw', 'if (false) throw'),
    certificateWishes.without(
      'credential === undefined || scheme === undefined ? undefined :',
      'credential === undefined ? undefined :',
    ),
    test.handshake.test('ERR_TLS_NO_SHARED_CIPHER'),
    test.handshake.test('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME'),
  ),
};

export const clientHello: Rows = {
  '4.2.2:1': held(
    'the first message of a client is its ClientHello',
    clientPrelude.code('function* clientHandshake'),
    engineAlerts.code('const mute'),
    engineAlerts.without("const mute = role === 'client' && !write.begun;", 'const mute = false;'),
    test.closing.test('before the ClientHello tells nothing'),
  ),
  '4.2.2:2': held(
    'the second ClientHello is the first but for what was asked',
    clientPrelude.code('function replaceExtensions'),
    serverPrelude.code('function checkUnchanged'),
    serverPrelude.without('if (!same) throw', 'if (false) throw'),
    serverPrelude.without('equalBytes(first.random, second.random) &&', ''),
    serverPrelude.without('equalBytes(first.legacy_session_id, second.legacy_session_id) &&', ''),
    serverPrelude.without('equalBytes(extension_data, other.extension_data)', 'true'),
    test.clientMisbehaviour.test('another random'),
    test.clientMisbehaviour.test('another session ID'),
    test.clientMisbehaviour.test('other suites'),
    test.clientMisbehaviour.test('an extension more'),
    test.clientMisbehaviour.test('an extension less'),
    test.clientMisbehaviour.test('another server_name'),
  ),
  '4.2.2:3': held('a ClientHello at any other time is unexpected_message', driver.code('#nextMessage('), unexpected),
  '4.2.2:4': held(
    'a renegotiation keeps its version',
    renegotiation.code('config.versions.filter(({ version }) => version === TLS12)'),
    renegotiation.without('config.versions.filter(({ version }) => version === TLS12)', 'config.versions'),
    test.versions.test('keeps its version when the client offers TLS 1.3'),
  ),
  '4.2.2:5': held(
    'a renegotiation never comes to TLS 1.3',
    renegotiation.code('config.versions.filter(({ version }) => version === TLS12)'),
    test.versions.test('does not come to TLS 1.3, be it the only offer'),
  ),
  '4.2.2:6': held(
    "the client's legacy_version is 0x0303",
    clientPrelude.code("legacy_version: ProtocolVersion.values['TLS 1.2']"),
    clientPrelude.without("legacy_version: ProtocolVersion.values['TLS 1.2']", 'legacy_version: 0x0304'),
  ),
  '4.2.2:7': held(
    'a server refuses another legacy_version: protocol_version',
    negotiate.code('function readOffer'),
    negotiate.without("hello.legacy_version !== ProtocolVersion.values['TLS 1.2']"),
    test.clientMisbehaviour.test('of another legacy_version'),
  ),
  '4.2.2:8': held(
    'in compatibility mode legacy_session_id is new and of 32 bytes',
    offer13.code('sessionId: config.random(32)'),
    offer13.without('sessionId: config.random(32)', 'sessionId: new Uint8Array(32)'),
  ),
  '4.2.2:9': held(
    'otherwise it is empty',
    clientPrelude.code('let sessionId: Uint8Array = new Uint8Array(0)'),
    clientPrelude.without(
      'let sessionId: Uint8Array = new Uint8Array(0)',
      'let sessionId: Uint8Array = new Uint8Array(32)',
    ),
  ),
  '4.2.2:10': held(
    'cipher suites that a server does not know are ignored',
    negotiate.code('function* chooseSuite'),
    negotiate.without(
      'const common = ours',
      "if (hello.cipher_suites.some(code => cipherSuiteInfo(code) === undefined)) throw illegal('unknown');\n  const common = ours",
    ),
    test.clientMisbehaviour.test('with what it does not know'),
  ),
  '4.2.2:11': held(
    "the client's compression methods are one zero byte",
    clientPrelude.code('legacy_compression_methods: Uint8Array.of(0)'),
    clientPrelude.without(
      'legacy_compression_methods: Uint8Array.of(0)',
      'legacy_compression_methods: Uint8Array.of(0, 1)',
    ),
  ),
  '4.2.2:12': held(
    'a server refuses any other compression: illegal_parameter',
    negotiate.code('const compression'),
    negotiate.without('compression.length !== 1 || compression[0] !== 0'),
    negotiate.without('compression.length !== 1 ||', ''),
    negotiate.without('|| compression[0] !== 0', ''),
    test.clientMisbehaviour.test('with compression beside null'),
    test.clientMisbehaviour.test('with compression for null'),
  ),
  '4.2.2:13': held(
    'a ClientHello of TLS 1.2 may have other compression methods',
    negotiate12.code('if (!methods.includes(0))'),
    negotiate12.without('if (!methods.includes(0)) throw', 'if (methods.length !== 1 || methods[0] !== 0) throw'),
    test.versions.test('may have other compression methods'),
  ),
  '4.2.2:14': held(
    'extensions that a server does not know are ignored',
    extensionRules.code('function checkKnown'),
    extensionRules.without('if (row === undefined) return;', "if (row === undefined) throw illegal('unknown');"),
    test.clientMisbehaviour.test('with what it does not know'),
  ),
  '4.2.2:15': held(
    'nothing follows the extensions, nor the compression methods without them',
    hello.code('extensions: trailingExtensions'),
    handshakeMessage.code('reader.finish(def.name)'),
    handshakeMessage.without('reader.finish(def.name);', ''),
    test.hello.test('is the last thing in the message (RFC 9846 §4.2.2)'),
  ),
  '4.2.2:16': like('4.2.2:15', 'or else: decode_error'),
};

/** The checks of a HelloRetryRequest are those of a ServerHello; without them only version and suite are read. */
const uncheckedRequest = clientPrelude.without(
  'requested = checkAnswer(config, hello, request);',
  'requested = { version: selectedVersion(config, request), suite: cipherSuiteInfo(request.cipher_suite)! };',
);

export const serverHello: Rows = {
  '4.2.3:1': held(
    "the server's legacy_version is 0x0303, and its version stands in supported_versions",
    server13.code("legacy_version: ProtocolVersion.values['TLS 1.2']"),
    server13.without("legacy_version: ProtocolVersion.values['TLS 1.2']", 'legacy_version: 0x0304'),
  ),
  '4.2.3:2': held(
    'a client refuses another legacy_version: protocol_version',
    clientPrelude.code('function checkAnswer'),
    clientPrelude.without("answer.legacy_version !== ProtocolVersion.values['TLS 1.2']"),
    test.misbehaviour.test('another legacy_version'),
  ),
  '4.2.3:3': held(
    'the end of random tells of a lower version, the rest is random',
    downgrade.code('export function serverRandom'),
    downgrade.without('const bytes = random(32);', 'const bytes = new Uint8Array(32);'),
  ),
  '4.2.3:4': held(
    "the server's random is its own",
    server13.code('random: serverRandom(config, TLS13)'),
    server13.without('random: serverRandom(config, TLS13)', 'random: hello.hello.random'),
  ),
  '4.2.3:5': held(
    'a client refuses another session ID than it sent: illegal_parameter',
    clientPrelude.code('legacy_session_id_echo is not what was sent'),
    clientPrelude.without('!equalBytes(answer.legacy_session_id_echo, sent.legacy_session_id)'),
    test.misbehaviour.test('another session ID'),
  ),
  '4.2.3:6': held(
    'a client refuses a suite that it did not offer: illegal_parameter',
    clientPrelude.code('was not offered'),
    clientPrelude.without('!sent.cipher_suites.includes(answer.cipher_suite) || suite', 'suite'),
    clientPrelude.without('|| suite === undefined) {', ') {'),
    test.misbehaviour.test('a suite that was not offered'),
    test.downgrade.test('takes no suite of TLS 1.3 for TLS 1.2'),
  ),
  '4.2.3:7': held(
    "the server's compression method is zero",
    server13.code('legacy_compression_method: 0'),
    server13.without('legacy_compression_method: 0', 'legacy_compression_method: 1'),
  ),
  '4.2.3:8': held(
    'a client refuses any other: illegal_parameter',
    clientPrelude.code('selects compression'),
    clientPrelude.without('answer.legacy_compression_method !== 0'),
    test.misbehaviour.test('compression'),
  ),
  '4.2.3:9': held(
    'a ServerHello has version and keys, no more',
    server13.code("makeExtension(supportedVersionsRow, 'SH'"),
    extensionRules.code('function checkKnown'),
    extensionRules.without(
      'if (codec === undefined) {',
      'if (codec === undefined) return;\n  if (codec === undefined) {',
    ),
    test.misbehaviour.test('server_name in ServerHello'),
  ),
  '4.2.3:10': held(
    'a ServerHello has supported_versions',
    clientPrelude.code('function selectedVersion'),
    clientPrelude.without(
      'answer.legacy_version < tls13 ? offered(answer.legacy_version) : undefined',
      'offered(tls13)',
    ),
    test.misbehaviour.test('no supported_versions'),
  ),
  '4.2.3:11': held(
    'a HelloRetryRequest is known by its random, before all else',
    hello.code('function isHelloRetryRequest'),
    hello.without('equalBytes(hello.random, HELLO_RETRY_RANDOM)'),
    test.handshake.test('is sent when the share is of a group that the server lacks'),
  ),
  '4.2.3:12': held(
    'who chooses TLS 1.2 or below says so in random',
    downgrade.code('export function serverRandom'),
    downgrade.without('version === TLS12 && best >= TLS13'),
  ),
  '4.2.3:13': like('4.2.3:12', 'the bytes for TLS 1.2'),
  '4.2.3:14': held(
    'the bytes for TLS 1.1 and below',
    downgrade.code('export function serverRandom'),
    downgrade.without('version <= TLS11 && best >= TLS12'),
  ),
  '4.2.3:15': held(
    'a client looks for both of them in a ServerHello of TLS 1.2 or below',
    downgrade.code('export function checkDowngrade'),
    downgrade.without('equalBytes(sentinel, DOWNGRADE_TLS12)'),
    downgrade.without('equalBytes(sentinel, DOWNGRADE_TLS11)'),
  ),
  '4.2.3:16': like('4.2.3:15', 'and aborts: illegal_parameter'),
  '4.2.3:17': held(
    'a client that renegotiates takes no ServerHello of TLS 1.3',
    clientPrelude.code('a renegotiation that selects'),
    clientPrelude.without('if (config.renegotiation !== undefined && selected >= tls13) {', 'if (false as boolean) {'),
    test.versions.test('ends at a ServerHello of TLS 1.3'),
  ),
};

export const helloRetryRequest: Rows = {
  '4.2.4:1': held(
    'a HelloRetryRequest has supported_versions',
    statelessRetry.code('export function helloRetryRequest'),
    clientPrelude.code('isHelloRetryRequest(answer)) {'),
    clientPrelude.without('const version = answer.legacy_version < tls13 ?', 'const version = true ? offered(tls13) :'),
    test.misbehaviour.test('without supported_versions'),
  ),
  '4.2.4:2': held(
    'it has no extension that was not offered, but for a cookie',
    extensionRules.code('function checkResponse'),
    extensionRules.without('if (unsolicited) {', 'if (false) {'),
    test.misbehaviour.test('with an extension that was not asked for'),
  ),
  '4.2.4:3': held(
    'a client checks its fields as those of a ServerHello',
    clientPrelude.code('requested = checkAnswer'),
    uncheckedRequest,
  ),
  '4.2.4:4': held(
    'a request that changes nothing is an illegal_parameter',
    offer13.code('asks for no change'),
    offer13.without('extensions.length === 0'),
    test.misbehaviour.test('that asks for no change'),
  ),
  '4.2.4:5': held(
    'a second one is unexpected_message',
    clientPrelude.code('a second HelloRetryRequest'),
    clientPrelude.without('if (isHelloRetryRequest(answer)) {\n        throw', 'if (false) {\n        throw'),
    test.misbehaviour.test('twice is unexpected'),
  ),
  '4.2.4:6': held(
    'a client does what it asks, and sends a second ClientHello',
    offer13.code('function* retry('),
    offer13.without('if (cookie !== undefined)', 'if (false)'),
    test.misbehaviour.test('a cookie comes back in the second ClientHello'),
    test.handshake.test('is sent when no share was offered at all'),
  ),
  '4.2.4:7': held(
    'a client refuses a suite that it did not offer',
    clientPrelude.code('was not offered'),
    uncheckedRequest,
  ),
  '4.2.4:8': held(
    'the suite is that of the ServerHello',
    negotiate.code('const suite = recalled?.suite ??'),
    statelessRetry.without(
      'legacy_session_id_echo: hello.legacy_session_id,\n    cipher_suite: suite.info.code',
      'legacy_session_id_echo: hello.legacy_session_id,\n    cipher_suite: 0x1301',
    ),
  ),
  '4.2.4:9': held(
    'a client refuses another suite in the ServerHello: illegal_parameter',
    clientPrelude.code('takes back what the HelloRetryRequest said'),
    clientPrelude.without('requested.suite !== suite || requested.version !== version'),
    test.misbehaviour.test('then another suite, or another group, is illegal'),
  ),
  '4.2.4:10': held(
    'and another version: illegal_parameter',
    clientPrelude.code('takes back what the HelloRetryRequest said'),
    clientPrelude.code('function selectedVersion'),
  ),
};
