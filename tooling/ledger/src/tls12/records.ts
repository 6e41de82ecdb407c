/** RFC 5246 §1 to §6: the language, the PRF's ground and the record protocol. */
import {
  aead12,
  cbc12,
  constantTime,
  deframer,
  emsa,
  engineReceiving,
  record12,
  recordMac,
  sending,
  test,
  why,
  writeSide,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

/** Nothing is ever compressed: RFC 5246 makes null the one method that everybody has, and no other is offered or chosen here. */
const uncompressed = 'records are never compressed: null is the only method that is offered, and chosen (7.4.1.2:5)';

export const records: Rows = {
  '1.1:1': notApplicable('how words like MUST are meant', 'a definition'),
  '1.2:1': like('7.2.2:3', 'alerts are sent'),
  '1.2:2': like('7.4.6:1', 'a client without a certificate sends an empty list'),
  '4.7:1': held(
    'DigestInfo is DER',
    emsa.code('DER of DigestInfo up to the digest'),
    emsa.without(
      "sha256: fromHex('3031300d0609608648016503040201050004",
      "sha256: fromHex('308131300d0609608648016503040201050004",
    ),
    test.nobleSignatures.test('is what OpenSSL makes'),
  ),
  '4.7:2': held(
    'the parameters of its hash are NULL, and taken without as well',
    emsa.code('[digestInfo, digestInfoWithoutNull].some'),
    emsa.without('[digestInfo, digestInfoWithoutNull].some', '[digestInfo].some'),
    test.nobleSignatures.test('is taken without the NULL of its hash'),
  ),
  '5:1': notApplicable('cipher suites to come say what their PRF is', why.specification),
  '6:1': held(
    'no record types are sent but those that there are',
    record12.code('export function checkContent'),
    record12.without('type < change_cipher_spec || type > heartbeat || (length', '(length'),
    test.record12.test('seals nothing that it would not open'),
  ),
  '6:2': held(
    'an unexpected type is unexpected_message',
    record12.code('no such content type'),
    deframer.code('no such content type'),
    record12.without('if (type < change_cipher_spec || type > heartbeat) {', 'if (false) {'),
    deframer.without('!isHeartbeat && !types.has(type)'),
    deframer.without('this.heartbeats && type === heartbeat', 'type === heartbeat'),
    test.record12.test('refuses what no record may be'),
    test.deframer.test('content type 24'),
    test.outOfPlace12.test('records that are no handshake'),
  ),
  '6.1:1': held(
    'each record that is processed counts',
    record12.code('class Numbering'),
    aead12.without(
      'if (content === undefined) throw notAuthentic();\n    numbering.sequence++;',
      'if (content === undefined) throw notAuthentic();',
    ),
    cbc12.without(
      'state.iv = new Uint8Array(fragment.subarray(0, state.blockLength));\n    state.numbering.sequence++;',
      'state.iv = new Uint8Array(fragment.subarray(0, state.blockLength));',
    ),
    test.record12.test('opens no record twice, and none out of turn'),
  ),
  '6.1:2': held(
    'the numbers of new keys begin at zero',
    record12.code('sequence = 0'),
    record12.without('  sequence = 0;', '  sequence = 1;'),
    test.record12.test('the number is never used twice'),
  ),
  '6.1:3': like('6.1:2', 'the first record is number zero'),
  '6.2.1:1': held(
    'a record has 2^14 bytes at most, or fewer by agreement',
    record12.code('export function openedRecord'),
    sending.code('export function* fragment'),
    record12.without('content.length > max'),
    record12.without('length > max || padding !== 0', 'padding !== 0'),
  ),
  '6.2.1:2': held(
    'only application data may be empty',
    record12.code('no zero-length fragments'),
    record12.without('content.length === 0 && type !== application_data'),
    record12.without('|| (length === 0 && type !== application_data)', ''),
    test.record12.test('seals nothing that it would not open'),
  ),
  '6.2.1:3': held(
    'records go out in the order in which they are protected',
    writeSide.code('takeOutput()'),
    writeSide.without(
      '    for (const part of parts) {\n      this.#output.push(part);',
      '    if (type === 21) this.#output.unshift(...parts);\n    else for (const part of parts) {\n      this.#output.push(part);',
    ),
  ),
  '6.2.1:4': held(
    'data is taken during later handshakes',
    engineReceiving.code('#receiveData('),
    engineReceiving.without(
      "read.epoch !== 'application' && !early",
      "(read.epoch !== 'application' || driver.state !== 'CONNECTED') && !early",
    ),
  ),
  '6.2.2:1': notApplicable('what decompresses to too much is a decompression_failure', uncompressed),
  '6.2.2:2': notApplicable('a compressed record has 2^14 + 1024 bytes at most', uncompressed),
  '6.2.3:1': held(
    'a protected record has 2^14 + 2048 bytes at most',
    record12.code('MAX_CIPHERTEXT_12'),
    record12.without('fragment.length > MAX_CIPHERTEXT_12'),
  ),
  '6.2.3.2:1': held(
    'the IV of each record is random',
    cbc12.code('the IV MUST be unpredictable'),
    cbc12.without(
      'const iv = this.#random(blockLength);',
      'const iv = new Uint8Array(blockLength).fill(numbering.sequence);',
    ),
  ),
  '6.2.3.2:2': held(
    'each byte of the padding is its length',
    cbc12.code('fill(blocks - inside - 1, inside)'),
    cbc12.without('.fill(blocks - inside - 1, inside)', '.fill(blocks - inside - 1, blocks - 1)'),
    test.record12.test('opens what it sealed, record after record'),
  ),
  '6.2.3.2:3': held(
    'and is looked at, all of it: bad_record_mac',
    constantTime.code('export function checkPadding'),
    constantTime.without('difference |= ~lessMask(padding, i) & ((plaintext[end - i] as number) ^ padding);', ''),
    cbc12.without('if (padding.good === 0) throw notAuthentic();', ''),
    test.record12.test('has the padding checked all the same'),
  ),
  '6.2.3.2:4': held(
    'padding fills whole blocks',
    cbc12.code('Math.ceil(least / blockLength) * blockLength'),
    cbc12.without('length % blockLength !== 0 || length < mac.length + 1', 'length < mac.length + 1'),
    cbc12.without('blocks % blockLength !== 0 || blocks < blockLength', 'blocks < blockLength'),
    test.record12.test('opens no record cut short or made longer, whatever its length'),
  ),
  '6.2.3.2:5': held(
    'the same is done whether the padding is good or not',
    recordMac.code('signSecret('),
    constantTime.code('export function extract'),
    cbc12.without(
      'const padding = checkPadding(plaintext, mac.length);',
      'const padding = checkPadding(plaintext, mac.length);\n  if (padding.good === 0) throw notAuthentic();',
    ),
    recordMac.without('context.update(tail.subarray(0, spare * blockLength)).digest();', ''),
  ),
  '6.2.3.3:1': notApplicable('suites with AEADs say how the nonce is made', why.specification),
  '6.2.3.3:2': held(
    'an AEAD adds 1024 bytes at most: 24 here',
    aead12.code('this.overhead = HEADER_LENGTH + this.#state.nonces.explicitLength + aead.tagLength'),
    test.record12.test('opens what it sealed, record after record'),
  ),
  '6.2.3.3:3': held(
    'what does not decrypt is a bad_record_mac',
    record12.code('export function notAuthentic'),
    aead12.without(
      'if (content === undefined) throw notAuthentic();',
      'if (content === undefined) return openedRecord(type, fragment, 0, max);',
    ),
  ),
};
