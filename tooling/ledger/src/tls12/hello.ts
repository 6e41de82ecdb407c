/** RFC 5246 §7.3 to §7.4.1: the flow, and the hellos with their extensions. */
import {
  client12,
  clientAuth12,
  clientPrelude,
  driver,
  engine,
  engineReceiving,
  extensionRules,
  handshakeMessage,
  hello as hellos,
  negotiate12,
  optionNames,
  rules12,
  server12,
  sessionKeep12,
  sessionOffer12,
  terms12,
  test,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const unexpected = driver.without('if (def === undefined) {', 'if (false) {');

export const hello: Rows = {
  '7.3:1': notApplicable(
    'the premaster secret is long',
    'a requirement on key exchanges, of which the RFCs define them all',
  ),
  '7.3:2': held(
    'a client that was asked for a certificate sends Certificate',
    clientAuth12.code('export function* answerCertificateRequest'),
    clientAuth12.without('yield* sendNoCertificate(epoch);', ''),
    test.outOfPlace12.test('a handshake is as the RFC has it'),
  ),
  '7.3:3': held(
    'no application data before the first handshake is complete',
    engine.code('#maySend('),
    engineReceiving.code('#receiveData('),
    rules12.without("return write.epoch === 'application' && (connected || role === 'client');", 'return true;'),
    engineReceiving.without("read.epoch !== 'application' && !early"),
  ),
  '7.3:4': held(
    'a session that resumes has change_cipher_spec and Finished of both sides, and no more',
    client12.code('function* abbreviated'),
    server12.code('function* abbreviated'),
    server12.without(
      "const theirs = yield* recvFinished('client', transcript, master, keys);\n  return {",
      'const theirs = ours;\n  return {',
    ),
    client12.without(
      "const client = yield* sendFinished('client', transcript, master, keys);\n  const {",
      'const client = server;\n  const {',
    ),
    test.outOfPlace12.test('a handshake is as the RFC has it'),
    test.tls12.test('again and again'),
  ),
  '7.4:1': held(
    'messages have their order, and any other is unexpected_message',
    client12.code('function* full'),
    server12.code('function* full'),
    driver.code('#nextMessage('),
    unexpected,
    test.outOfPlace12.test('other types of message'),
    test.attacks12.test('twice'),
    test.attacks12.test('leaves'),
  ),
  '7.4.1.1:1': held(
    'a HelloRequest is in no transcript',
    driver.code('const useless'),
    driver.without('this.#hooks.passedOver?.(raw);', 'this.#transcript?.add(raw);'),
    driver.without('if (useless !== undefined) {', 'if (false as boolean) {'),
  ),
  '7.4.1.2:1': held(
    'session IDs of ours are random, and say nothing',
    sessionKeep12.code('export function planSession'),
    sessionKeep12.without('cached ? random(32) : new Uint8Array(0)', 'cached ? new Uint8Array(32) : new Uint8Array(0)'),
  ),
  '7.4.1.2:2': held(
    'a server passes suites over that it does not know',
    negotiate12.code('export function* negotiate'),
    negotiate12.without(
      'const offer = readOffer(hello);',
      "const offer = readOffer(hello);\n  if (!hello.cipher_suites.every(code => config.cipherSuites.includes(code))) throw illegal('unknown', '');",
    ),
  ),
  '7.4.1.2:3': held(
    'the suites of a client that resumes have the one of its session',
    sessionOffer12.code('the suites of the hello include'),
    sessionOffer12.without('cipherSuites.includes(cipherSuite) &&', ''),
  ),
  '7.4.1.2:4': like('7.4.1.2:5', 'and its methods the one of its session, which is null'),
  '7.4.1.2:5': held(
    'null compression is offered, and must be',
    clientPrelude.code('legacy_compression_methods: Uint8Array.of(0)'),
    negotiate12.code('export function checkHello'),
    clientPrelude.without(
      'legacy_compression_methods: Uint8Array.of(0)',
      'legacy_compression_methods: Uint8Array.of(1, 0)',
    ),
    negotiate12.without('if (!methods.includes(0)) throw', 'if (false as boolean) throw'),
  ),
  '7.4.1.2:6': held(
    'a ClientHello may have no extensions, and nothing behind what it has: decode_error',
    hellos.code('extensions: trailingExtensions'),
    handshakeMessage.without('reader.finish(def.name);', ''),
    terms12.without(
      'const extendedMasterSecret = has(extendedMasterSecretRow.type);\n  if (!extendedMasterSecret && tls12?.',
      'const extendedMasterSecret = has(extendedMasterSecretRow.type);\n  if (!extendedMasterSecret || tls12?.',
    ),
  ),
  '7.4.1.3:1': held(
    "the server's random is its own",
    server12.code('server: serverRandom(config, TLS12)'),
    server12.without('server: serverRandom(config, TLS12)', 'server: hello.hello.random.slice()'),
    server12.without('server: serverRandom(config, TLS12)', 'server: new Uint8Array(32)'),
  ),
  '7.4.1.3:2': held(
    'a client that would resume takes a full handshake too',
    client12.code('resumes(session, c, server) ? session : undefined'),
    client12.without('resumes(session, c, server) ? session : undefined', 'session'),
  ),
  '7.4.1.4:1': held(
    'a server answers no extension that was not sent',
    terms12.code('export function answerTerms'),
    terms12.without('if (terms.extendedMasterSecret) answers', 'answers'),
    terms12.without('if (terms.secureRenegotiation) {', 'if (true as boolean) {'),
    terms12.without(
      'const spoken = extensions.some(({ extension_type }) => extension_type === ecPointFormatsRow.type);',
      'const spoken = true as boolean;',
    ),
    test.rules12.test('has no list of extensions, not an empty one'),
  ),
  '7.4.1.4:2': held(
    'a client refuses one that it did not send: unsupported_extension',
    client12.code("checkResponse(extensions12, 'SH12'"),
    client12.without("checkResponse(extensions12, 'SH12', hello.extensions, answerable(c));", ''),
    extensionRules.without('if (unsolicited) {', 'if (false) {'),
  ),
  '7.4.1.4:3': held(
    'no extension stands twice',
    extensionRules.code('export function checkDuplicates'),
    extensionRules.without('if (seen.has(type)) {', 'if (false) {'),
  ),
  '7.4.1.4.1:1': held(
    'anonymous is no scheme that anybody could offer',
    optionNames.code('function anySchemeCodes'),
    test.options12.test('is refused'),
  ),
  '7.4.1.4.1:2': held(
    'a client says what may sign',
    clientPrelude.code("certificateCriteria(config, 'CH')"),
    clientPrelude.without("if (config.pskOnly !== true) extensions.push(...certificateCriteria(config, 'CH'));", ''),
  ),
  '7.4.1.4.1:3': held(
    'who does not say means SHA-1, by which a server signs that was told to (RFC 9155), and any other refuses',
    negotiate12.code('function readOffer'),
    negotiate12.without('    rsa_pkcs1_sha1,\n', ''),
    negotiate12.without('    rsa_pkcs1_sha1,\n', '    SignatureScheme.values.rsa_pkcs1_sha256,\n'),
  ),
  '7.4.1.4.1:4': notApplicable(
    'clients of earlier versions do not offer signature_algorithms',
    'no version below TLS 1.2 is spoken (RFC 8996)',
  ),
  '7.4.1.4.1:5': held(
    'a server does not answer it, and a client refuses one that does',
    extensionRules.code('function checkKnown'),
    extensionRules.without(
      'if (codec === undefined) {',
      'if (codec === undefined) return;\n  if (codec === undefined) {',
    ),
  ),
  '7.4.1.4.1:6': held(
    'a server reads signature_algorithms',
    negotiate12.code('function readOffer'),
    negotiate12.without(
      "findExtension(extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms ?? [",
      '[',
    ),
  ),
};
