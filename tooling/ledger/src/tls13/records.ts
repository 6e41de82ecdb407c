/** RFC 9846 §5: the record protocol. */

import { aead13, deframer, driver, engine, nonce, plaintext, reader, sending, test, why, writeSide } from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const interleaved = engine.without('if (this.#driver.atMessageBoundary) return;', 'return;');

export const contentTypes: Rows = {
  '5:1': held(
    'change_cipher_spec of the byte 1 is dropped between the first ClientHello and Finished',
    engine.code('#dropsCcs'),
    engine.without('if (!this.#dropsCcs) throw', 'if (true) throw'),
    test.records.test('change_cipher_spec is dropped, within bounds, and only in its one form'),
  ),
  '5:2': held(
    'any other one, or a protected one, is unexpected_message',
    plaintext.code('export function openChangeCipherSpec'),
    aead13.code('a protected change_cipher_spec'),
    plaintext.without('type !== change_cipher_spec || fragment.length !== 1 || fragment[0] !== 1'),
    aead13.without('if (type === change_cipher_spec) {', 'if (false) {'),
    test.records.test('change_cipher_spec is dropped, within bounds, and only in its one form'),
    test.plaintext.test('takes the single byte 1 and nothing else'),
    test.aead13.test('a protected change_cipher_spec'),
  ),
  '5:3': held(
    'at any other time it is unexpected',
    engine.code('a change_cipher_spec out of place'),
    engine.without('if (!this.#dropsCcs) throw', 'if (false) throw'),
    test.clientMisbehaviour.test('a change_cipher_spec first'),
    test.records.test('a change_cipher_spec'),
  ),
  '5:4': held(
    'no record types are sent but these',
    aead13.code('is never protected'),
    aead13.without(
      "if (!innerTypes.has(type)) {\n      throw new TlsError('ERR_TLS_INTERNAL'",
      "if (false) {\n      throw new TlsError('ERR_TLS_INTERNAL'",
    ),
    test.aead13.test('an unknown type'),
  ),
  '5:5': held(
    'an unexpected type is unexpected_message',
    deframer.code('no such content type'),
    aead13.code('no such content type in a protected record'),
    deframer.without('!isHeartbeat && !types.has(type)'),
    aead13.without(
      "if (!innerTypes.has(type)) {\n    throw new TlsError('ERR_TLS_RECORD_TYPE'",
      "if (false) {\n    throw new TlsError('ERR_TLS_RECORD_TYPE'",
    ),
    plaintext.without('type !== handshake && type !== alert'),
    test.deframer.test('content type 24'),
    test.aead13.test('a type that nobody registered'),
    test.heartbeat.test('that was not agreed on is unexpected'),
    test.plaintext.test('an unknown type'),
  ),
};

export const plaintexts: Rows = {
  '5.1:1': notApplicable('content types to come have their own rules', why.specification),
  '5.1:2': held(
    'no other records stand between those of one handshake message',
    engine.code('#checkBoundary('),
    interleaved,
    test.records.test('data between the parts of a handshake message is unexpected'),
    test.records.test('a close_notify'),
    test.records.test('a user_canceled'),
  ),
  '5.1:3': like('5.1:2', 'also when it is split'),
  '5.1:4': held(
    'messages do not span a change of keys',
    driver.code("case 'keys':"),
    driver.without("effect.direction === 'read' && !this.#messages.empty"),
    test.records.test('EncryptedExtensions in plaintext behind the ServerHello is refused'),
  ),
  '5.1:5': held(
    'or else: unexpected_message',
    driver.code("case 'keys':"),
    driver.code("case 'boundary':"),
    driver.without("effect.direction === 'read' && !this.#messages.empty"),
    driver.without('if (this.#messages.empty) break;', 'break;'),
    test.records.test('a message behind a KeyUpdate in its record is refused: keys change at a record boundary'),
    test.records.test('EncryptedExtensions in plaintext behind the ServerHello is refused'),
    test.misbehaviour.test('with the beginning of its ServerHello in the same record'),
    test.clientMisbehaviour.test('may not begin in the record of the first'),
    test.clientMisbehaviour.test('with bytes of another message behind it in the record'),
  ),
  '5.1:6': held(
    'messages before one end with their record',
    writeSide.code('changeKeys(epoch: Epoch, sealer: RecordSealer, protectsAll: boolean)'),
    writeSide.without('this.flush();\n    this.#sealer.wipe();', 'this.#sealer.wipe();'),
  ),
  '5.1:7': held(
    'no handshake records of nothing',
    deframer.code('an empty'),
    deframer.without('length === 0 && (type === handshake || type === alert)'),
    aead13.without('length === 0 && type !== application_data'),
    plaintext.without('content.length === 0 ||', ''),
    test.deframer.test('an empty handshake record'),
    test.aead13.test('an empty handshake record'),
    test.plaintext.test('nothing'),
  ),
  '5.1:8': held(
    'an alert is whole, and alone in its record',
    engine.code('decode(alert, content)'),
    reader.code('finish('),
    reader.without('if (this.remaining > 0)', 'if (false)'),
    test.records.test('two alerts in one record do not decode'),
    test.closing.test('of the wrong length are decode errors'),
  ),
  '5.1:9': like('5.1:8', 'a record has one alert'),
  '5.1:10': held(
    'legacy_record_version is 0x0303, but for the first ClientHello',
    writeSide.code('0x0301 is for the initial ClientHello alone'),
    writeSide.without("if (this.#epoch === 'plaintext') this.#sealer = plaintextSealer();", ''),
  ),
  '5.1:11': held(
    'and is ignored',
    deframer.code('legacy_record_version MUST be ignored'),
    deframer.without('if (this.#first && bytes[at + 1] !== 3)', 'if (bytes[at + 1] !== 3)'),
    test.deframer.test('ignores legacy_record_version, once TLS is spoken'),
  ),
  '5.1:12': held(
    'a record has 2^14 bytes at most',
    sending.code('export function* fragment'),
    plaintext.without('|| content.length > MAX_PLAINTEXT', ''),
    plaintext.code('content.length > MAX_PLAINTEXT'),
    test.plaintext.test('more than 2^14 bytes'),
    test.handshake.test('carries a mebibyte each way, in records of any size'),
  ),
  '5.1:13': held(
    'or else: record_overflow',
    deframer.code('if (length > max)'),
    deframer.without('if (length > max)', 'if (false)'),
    plaintext.without('fragment.length > MAX_PLAINTEXT'),
    test.deframer.test('plaintext of 2^14 + 1'),
    test.clientMisbehaviour.test('an oversize record'),
    test.plaintext.test('more than 2^14 bytes'),
  ),
  '5.1:14': like('5.1:10', '0x0301 with the first ClientHello, 0x0303 with the second and the ServerHello'),
  '5.1:15': held(
    'application data is never in plaintext',
    plaintext.code('application data in plaintext'),
    plaintext.without('if (type === application_data) {', 'if (false) {'),
    test.plaintext.test('application data'),
    test.clientMisbehaviour.test('application data'),
  ),
};

export const protectedRecords: Rows = {
  '5.2:1': held(
    'a protected record has 2^14 + 256 bytes at most',
    aead13.code('innerLength > this.#maxInner'),
    aead13.without('|| innerLength > this.#maxInner', ''),
    test.aead13.test('more than 2^14 bytes'),
    test.aead13.test('padding beyond 2^14 bytes'),
  ),
  '5.2:2': held(
    'or else: record_overflow',
    deframer.code('if (length > max)'),
    deframer.without('if (length > max)', 'if (false)'),
    aead13.without('if (fragment.length > MAX_CIPHERTEXT)', 'if (false)'),
    test.deframer.test('protected records of 2^14 + 257'),
    test.aead13.test('bounds the record and what is in it'),
  ),
  '5.2:3': held(
    'what does not decrypt is a bad_record_mac',
    aead13.code('a record is not authentic'),
    aead13.without(
      "if (inner === undefined) throw new TlsError('ERR_TLS_BAD_RECORD_MAC', 'a record is not authentic');",
      '',
    ),
    test.records.test('a bad tag'),
    test.records.test('a changed header'),
  ),
  '5.2:4': held(
    'an AEAD adds 255 bytes at most',
    aead13.code('this.overhead = HEADER_LENGTH + 1 + aead.tagLength'),
    test.aead13.test('open to what was sealed'),
  ),
  '5.2:5': like('5.2:2', 'a longer one is a record_overflow'),
  '5.3:1': held(
    'sequence numbers begin at zero with each key',
    nonce.code('sequence = 0'),
    nonce.without('  sequence = 0;', '  sequence = 1;'),
    test.aead13.test('are the IV with the number of the record XORed in, and are told afterwards'),
  ),
  '5.3:2': held(
    'and never wrap',
    nonce.code('ERR_TLS_KEY_LIMIT'),
    nonce.without('this.sequence >= this.limit'),
    test.nonce.test('never wraps'),
  ),
  '5.3:3': held(
    'a nonce has 8 bytes at least',
    nonce.code('an IV has at least 8 bytes'),
    nonce.without('iv.length < 8'),
    test.nonce.test('pads to the left, also for nonces that are not 12 bytes long'),
  ),
  '5.4:1': held(
    'padding is zeros',
    aead13.code('padding octets are all zeros'),
    aead13.without('staging.fill(0, length + 1, innerLength);', ';'),
    test.aead13.test('fills a record to the brim, with content or padding'),
  ),
  '5.4:2': held(
    'handshake and alert records without content are neither sent nor taken: unexpected_message',
    aead13.code('at === 0 && (type === handshake || type === alert)'),
    aead13.without('at === 0 && (type === handshake || type === alert)'),
    aead13.without('length === 0 && type !== application_data'),
    test.aead13.test('an empty handshake record'),
    test.aead13.test('an empty alert record with padding'),
    test.aead13.test('an empty alert record, padded'),
  ),
  '5.4:3': held(
    'the type is looked for in what was decrypted',
    aead13.code('function unpad'),
    test.aead13.test('finds the type behind content that ends in zeros'),
    test.aead13.test('padding alone'),
  ),
  '5.4:4': held(
    'a record of zeros alone is unexpected_message',
    aead13.code('a record of padding alone'),
    aead13.without(
      'if (at < 0) {',
      'if (at < 0) return { type: application_data, content: inner, padding: 0, encrypted: true };\n  if (at < 0) {',
    ),
    test.aead13.test('padding alone'),
  ),
  '5.4:5': held(
    'padding counts: 2^14 + 1 bytes at most',
    aead13.code('inner.length > this.#maxInner'),
    aead13.without('inner.length > this.#maxInner'),
    test.aead13.test('bounds the record and what is in it'),
  ),
  '5.5:1': held(
    'keys are updated before their limits',
    engine.code('KEY_UPDATE_MARGIN'),
    engine.without('this.#write.remaining <= KEY_UPDATE_MARGIN && this.#connected?.version === TLS13'),
    nonce.without('this.sequence >= this.limit'),
    test.postHandshake.test('comes by itself long before a key has sealed all that it may'),
    test.aead13.test('counts down to the limit of its key and stops'),
  ),
  '5.5:2': held(
    'early data keeps to the limits',
    engine.code('get earlyRoom()'),
    engine.without('Math.max(0, this.#write.remaining - 2) * this.#write.leastRecordSize', 'this.#early.left'),
  ),
};
