/** RFC 9846 §4.3.9 to §4.3.11.3: pre-shared keys and early data. */

import {
  earlyChoice,
  earlyOffer,
  engine,
  pskChoice,
  pskClient,
  pskModes,
  pskOffer,
  pskOptions,
  readSide,
  server13,
  serverPrelude,
  session,
  skippedEarlyData,
  test,
  why,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

export const pskExchange: Rows = {
  '4.3.9:1': held(
    'a client that offers PSKs says in which modes',
    pskClient.code('makeExtension(pskKeyExchangeModesRow'),
    pskChoice.code('export function checkPskOffer'),
    pskChoice.without("findExtension(extensions, pskKeyExchangeModesRow, 'CH') === undefined"),
    test.clientMisbehaviour.test('with pre_shared_key and no psk_key_exchange_modes'),
    test.resumption.test('keys without psk_key_exchange_modes'),
  ),
  '4.3.9:2': like('4.3.9:1', 'with pre_shared_key goes psk_key_exchange_modes'),
  '4.3.9:3': like('4.3.9:1', 'or the server aborts'),
  '4.3.9:4': like('4.2.1:2', 'a server selects a mode that is listed'),
  '4.3.9:5': held('a server does not send psk_key_exchange_modes', {
    kind: 'code',
    file: 'packages/tls-messages/src/extensions/psk.ts',
    text: 'pskKeyExchangeModesRow: ExtensionRow<{ CH:',
  }),
  '4.3.9:6': held(
    'psk_ke: the server sends no share',
    pskModes.code('export function goesWithoutExchange'),
    pskModes.without('(modes[0] === psk_ke || !hasGroup)', 'false'),
  ),
  '4.3.9:7': held(
    'psk_dhe_ke: both send shares',
    pskModes.code('export function checkSelectedMode'),
    pskModes.without('if (modesOf(config).includes(exchange ? psk_dhe_ke : psk_ke)) return;', 'return;'),
    test.resumption.test('a key without a key exchange'),
    test.clientMisbehaviour.test('without key_share'),
  ),
};

export const earlyData: Rows = {
  '4.3.10:1': held(
    'early_data goes with pre_shared_key',
    earlyOffer.code('static of('),
    earlyOffer.without('config.earlyData !== true || session === undefined || session', 'session'),
  ),
  '4.3.10:2': held(
    'early data is under the first PSK',
    earlyOffer.code('psks.at(0)'),
    earlyOffer.without('psks.at(0)', 'psks.at(1)'),
  ),
  '4.3.10:3': held(
    "the ticket's age is about right",
    earlyChoice.code('Math.abs(ageSkew) > ours.guard.window'),
    earlyChoice.without('Math.abs(ageSkew) > ours.guard.window'),
  ),
  '4.3.10:4': held(
    'a server ignores early data, asks again, or accepts it',
    earlyChoice.code('export function* judgeEarlyData'),
    server13.code("skipEarlyData('trial')"),
    server13.without("yield* skipEarlyData('trial')", 'void 0'),
    serverPrelude.without("if (offersEarlyData(first.hello)) yield* skipEarlyData('type');", ''),
    test.early.test('is skipped by trial decryption'),
    test.early.test('is skipped by its type after a HelloRetryRequest'),
  ),
  '4.3.10:5': held(
    'no early_data in the second ClientHello',
    serverPrelude.code('early_data after a HelloRetryRequest'),
    serverPrelude.without('if (offersEarlyData(second)) {', 'if (false) {'),
    test.clientMisbehaviour.test('early_data'),
    test.early.test('stays away from the hello after a HelloRetryRequest'),
  ),
  '4.3.10:6': held(
    'early data is accepted with the first PSK only',
    earlyChoice.code('psk?.index !== 0'),
    earlyChoice.without('psk?.index !== 0 ||', ''),
  ),
  '4.3.10:7': held(
    'version, suite and ALPN are those of the PSK',
    earlyChoice.code('session.cipherSuite !== suite.info.code'),
    earlyOffer.code('early data was taken with another protocol'),
    earlyChoice.without('session.cipherSuite !== suite.info.code'),
    earlyChoice.without('session.alpn !== alpn'),
    earlyOffer.without('suite !== this.#suite'),
    earlyOffer.without('alpn !== this.#session.alpn'),
  ),
  '4.3.10:8': notApplicable('extensions to come say how they go with 0-RTT', why.specification),
  '4.3.10:9': like('4.3.10:4', 'or early data is not accepted, and skipped'),
  '4.3.10:10': like('4.3.10:11', 'early data that is accepted is read like any record'),
  '4.3.10:11': held(
    'what does not decrypt is a bad_record_mac',
    skippedEarlyData.code('#openUnlessEarly('),
    readSide.without('this.#skipped?.expected ? this.#skipped : undefined', 'this.#skipped'),
  ),
  '4.3.10:12': held(
    'early data is not sent again by itself',
    engine.code('writeEarly('),
    engine.without(
      'return this.#closed || this.#closing ? 0 : (this.#early?.write(data) ?? 0);',
      'this.#sending.push(data.subarray(0, this.earlyRoom), false);\n    return this.#early?.write(data) ?? 0;',
    ),
    { kind: 'test', file: 'packages/tls-engine/test/zero-rtt.test.ts', title: 'where the ticket is not known' },
  ),
};

export const preSharedKey: Rows = {
  '4.3.11:1': held(
    'the age of an external PSK is ignored',
    pskOffer.code('session === undefined ? 0'),
    pskOffer.without('session === undefined ? 0 :', 'session === undefined ? 1 :'),
    { kind: 'test', file: 'packages/tls-engine/test/psk-offers.test.ts', title: 'is offered with an age of zero' },
  ),
  '4.3.11:2': held(
    'the hash of an external PSK is said, or SHA-256',
    pskOptions.code("oneOf('hash of a psk', name, ['sha256', 'sha384'], 'sha256')"),
    pskOptions.without("['sha256', 'sha384'], 'sha256')", "['sha256', 'sha384'], 'sha384')"),
  ),
  '4.3.11:3': held(
    'PSK and cipher suite fit',
    pskChoice.code('*choose(suite: Suite)'),
    pskChoice.without('cipherSuiteInfo(cipherSuite)?.hash === suite.info.hash &&', ''),
    pskChoice.without('&& external.hash === suite.info.hash', ''),
    test.externalPsk.test('a key that is meant for another hash is not taken'),
    test.resumption.test('a hash that is another'),
  ),
  '4.3.11:4': held(
    'a server accepts no PSK whose binder does not verify',
    pskChoice.code('the binder of a pre-shared key does not verify'),
    pskChoice.without('!constantTimeEqual(binder, expected)'),
    test.resumption.test('a binder that does not verify'),
    test.resumption.test('a binder that is too long'),
    test.resumption.test('a second hello that was bound to no HelloRetryRequest'),
    test.externalPsk.test('a key under a known name is refused'),
  ),
  '4.3.11:5': held(
    'nor one without a binder: the handshake ends',
    pskChoice.code('identities.length !== binders.length'),
    pskChoice.without('identities.length !== binders.length'),
    test.resumption.test('more identities than binders'),
    test.resumption.test('more binders than identities'),
  ),
  '4.3.11:6': held(
    'a client checks the identity, the hash and the share that a server selected',
    pskClient.code('function selectedPsk'),
    pskClient.without('if (psk === undefined) throw illegal', 'if (false) throw illegal'),
    pskClient.without('if (psk.hash.name !== suite.hash) {', 'if (false) {'),
    pskModes.without('if (modesOf(config).includes(exchange ? psk_dhe_ke : psk_ke)) return;', 'return;'),
    test.resumption.test('an identity beyond those that it offered'),
    test.resumption.test('a suite of another hash'),
    test.resumption.test('a key without a key exchange'),
  ),
  '4.3.11:7': like('4.3.11:6', 'or else: illegal_parameter'),
  '4.3.11:8': held(
    'with early_data the identity is the first',
    earlyOffer.code('early data was taken without the first key'),
    earlyOffer.without('if (psk !== this.#psk) throw', 'if (false) throw'),
  ),
  '4.3.11:9': like('4.3.11:8', 'or else: illegal_parameter'),
  '4.3.11:10': like('4.3:6', 'pre_shared_key is the last extension of a ClientHello'),
  '4.3.11:11': like('4.3:6', 'or else: illegal_parameter'),
  '4.3.11.1:1': held(
    'a client uses no ticket beyond its lifetime',
    session.code('export function isUsable('),
    pskOffer.code('isUsableFor(session, purpose)'),
    session.without('now < ends', 'true'),
    test.resumption.test('for a ticket that has expired'),
    test.session.test('holds from its receipt to the end of its lifetime'),
  ),
  '4.3.11.3:1': held(
    'a server that takes early data sends its flight at once',
    server13.code('yield* sendFinished(transcript, serverTraffic)'),
  ),
};
