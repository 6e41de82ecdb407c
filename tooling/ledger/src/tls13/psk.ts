/** RFC 9846 §4.3.9 to §4.3.11.3: pre-shared keys and early data. */
import { held, like, notApplicable, open, type Rows } from '../row.ts';
import { client13, offer13, pskChoice, pskOffer, pskOptions, serverPrelude, session, test, why } from './files.ts';

export const pskModes: Rows = {
  '4.3.9:1': held(
    'a client that offers PSKs says in which modes',
    offer13.code('makeExtension(pskKeyExchangeModesRow'),
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
  '4.3.9:6': open('psk_ke: the server sends no share', why.pskKe),
  '4.3.9:7': held(
    'psk_dhe_ke: both send shares',
    client13.code('the server selected a key without a key exchange'),
    client13.without("findExtension(hello.extensions, keyShareRow, 'SH') === undefined"),
    test.resumption.test('a key without a key exchange'),
    test.clientMisbehaviour.test('without key_share'),
  ),
};

export const earlyData: Rows = {
  '4.3.10:1': open('early_data goes with pre_shared_key', why.early),
  '4.3.10:2': open('early data is under the first PSK', why.early),
  '4.3.10:3': open("the ticket's age is about right", why.early),
  '4.3.10:4': open('a server ignores early data, asks again, or accepts it', why.early),
  '4.3.10:5': held(
    'no early_data in the second ClientHello',
    serverPrelude.code('early_data after a HelloRetryRequest'),
    serverPrelude.without('if (offersEarlyData(second)) {', 'if (false) {'),
    test.clientMisbehaviour.test('early_data'),
    test.early.test('stays away from the hello after a HelloRetryRequest'),
  ),
  '4.3.10:6': open('early data is accepted with the first PSK only', why.early),
  '4.3.10:7': open('version, suite and ALPN are those of the PSK', why.early),
  '4.3.10:8': notApplicable('extensions to come say how they go with 0-RTT', why.specification),
  '4.3.10:9': open('or early data is not accepted, and skipped', why.early),
  '4.3.10:10': open('early data that is accepted is read like any record', why.early),
  '4.3.10:11': open('what does not decrypt is a bad_record_mac', why.early),
  '4.3.10:12': open('early data is sent again under the same ALPN only', why.early),
};

export const preSharedKey: Rows = {
  '4.3.11:1': open('the age of an external PSK is ignored', 'no test shows it'),
  '4.3.11:2': held(
    'the hash of an external PSK is said, or SHA-256',
    pskOptions.code("oneOf('hash of a psk', name, ['sha256', 'sha384'], 'sha256')"),
    pskOptions.without("['sha256', 'sha384'], 'sha256')", "['sha256', 'sha384'], 'sha384')"),
  ),
  '4.3.11:3': held(
    'PSK and cipher suite fit',
    pskChoice.code('function fits'),
    pskChoice.without('cipherSuiteInfo(session.cipherSuite)?.hash === suite.info.hash &&', ''),
    pskChoice.without('|| found.hash !== suite.info.hash', ''),
    test.externalPsk.test('a key that is meant for another hash is not taken'),
    test.resumption.test('a hash that is another'),
  ),
  '4.3.11:4': held(
    'a server accepts no PSK whose binder does not verify',
    pskChoice.code('the binder of a pre-shared key does not verify'),
    pskChoice.without('!constantTimeEqual(offered.binders[index] as Uint8Array, expected)'),
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
    client13.code('function selectedPsk'),
    client13.without('if (psk === undefined) throw illegal', 'if (false) throw illegal'),
    client13.without('if (psk.hash.name !== suite.hash) {', 'if (false) {'),
    client13.without("findExtension(hello.extensions, keyShareRow, 'SH') === undefined"),
    test.resumption.test('an identity beyond those that it offered'),
    test.resumption.test('a suite of another hash'),
    test.resumption.test('a key without a key exchange'),
  ),
  '4.3.11:7': like('4.3.11:6', 'or else: illegal_parameter'),
  '4.3.11:8': open('with early_data the identity is the first', why.early),
  '4.3.11:9': open('or else: illegal_parameter', why.early),
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
  '4.3.11.3:1': open('a server that takes early data sends its flight at once', why.early),
};
