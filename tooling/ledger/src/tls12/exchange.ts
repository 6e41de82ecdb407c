/** RFC 5246 §7.4.7 and §7.4.9: ClientKeyExchange and Finished. */
import {
  client12,
  driver,
  finished12,
  keyExchangeDhe,
  keyExchangeRsa,
  master12,
  nodeSigningKey,
  premaster12,
  server12,
  suites12,
  test,
  why,
} from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const unexpected = driver.without('if (def === undefined) {', 'if (false) {');
const fixedDh =
  'a client is never asked for a certificate with a Diffie-Hellman key (rsa_fixed_dh and its like), and shows none';

export const exchange: Rows = {
  '7.4.7:1': held(
    "ClientKeyExchange follows the client's Certificate",
    client12.code('// ClientKeyExchange -->'),
    server12.code("recv('WAIT_CKE', clientKeyExchange12)"),
    unexpected,
    test.outOfPlace12.test('other types of message'),
    test.outOfPlace12.test('a handshake is as the RFC has it'),
  ),
  '7.4.7:2': like('7.4.7:1', 'or is the first message of the flight'),
  '7.4.7:3': notApplicable('with a client’s Diffie-Hellman certificate it is empty', fixedDh),
  '7.4.7.1:1': held(
    'the premaster secret has the version of the ClientHello',
    premaster12.code('export function rsaPremaster'),
    keyExchangeRsa.without('rsaPremaster(clientVersion, config.random)', 'rsaPremaster(0x0301, config.random)'),
    client12.without('peerKey, clientVersion: TLS12 }', 'peerKey, clientVersion: 0x0301 }'),
    test.tls12.test('TLS_RSA_WITH_AES_128_GCM_SHA256'),
  ),
  '7.4.7.1:2': held(
    'a server goes on with the version of the ClientHello',
    premaster12.code('export function receivedRsaPremaster'),
    premaster12.without(
      'export function receivedRsaPremaster(clientVersion: number, decrypted: Uint8Array): Uint8Array {\n  return withVersion(clientVersion, decrypted);',
      'export function receivedRsaPremaster(clientVersion: number, decrypted: Uint8Array): Uint8Array {\n  return decrypted;',
    ),
  ),
  '7.4.7.1:3': held(
    'and never tells that anything is wrong with a premaster secret',
    keyExchangeRsa.code('function* decrypted('),
    keyExchangeRsa.without("yield* emit({ type: 'failure', of: 'decryption', error });", 'throw error;'),
    keyExchangeRsa.without(
      'const usable = opened?.length === SECRET_LENGTH ? opened : fallback;',
      "const usable = opened as Uint8Array;\n    if (usable[0] === 0xcc) throw new TlsError('ERR_TLS_DECODE', 'wrong');",
    ),
    test.rsaTransport.test('tells the application alone that its key'),
  ),
  '7.4.7.1:4': held(
    'but goes on with a random one',
    keyExchangeRsa.code('const fallback = config.random(SECRET_LENGTH)'),
    keyExchangeRsa.without(
      'const fallback = config.random(SECRET_LENGTH);',
      'const fallback = new Uint8Array(SECRET_LENGTH);',
    ),
  ),
  '7.4.7.1:5': held(
    'the ciphertext stands behind its length',
    keyExchangeRsa.code('encrypted_pre_master_secret: encrypted'),
    test.rsaTransport.test('refuses messages of another form'),
  ),
  '7.4.7.1:6': held(
    'RSA is blinded: no keys decrypt but those of OpenSSL, which does it',
    nodeSigningKey.code('decryptPkcs1'),
    keyExchangeRsa.code('export function serverRsa'),
    test.rsaTransport.test('needs a key that decrypts'),
  ),
  '7.4.7.2:1': held(
    'ClientKeyExchange is never empty here: no client has a Diffie-Hellman certificate',
    keyExchangeDhe.code("required(dh_Yc, 'a share', suite)"),
  ),
  '7.4.9:1': held(
    'Finished is verified: decrypt_error',
    finished12.code('export function* recvFinished'),
    finished12.without('!constantTimeEqual(body.verify_data, expected)'),
  ),
  '7.4.9:2': held(
    "its hash is the PRF's",
    master12.code('verifyData('),
    suites12.code('The hash of PRF, transcript and Finished'),
    master12.without(
      'checkTranscriptHash(this.hash, transcriptHash);\n    return prf12(this.hash,',
      'return prf12(this.hash,',
    ),
    suites12.without("attributes.prf === 'SHA384' ? 'sha384' : 'sha256'", "'sha256'"),
    test.suites.test('are known by their parts'),
    { kind: 'test', file: 'packages/tls-keyschedule/test/tls12.test.ts', title: 'is refused' },
  ),
  '7.4.9:3': notApplicable('suites with another PRF name the hash', why.specification),
  '7.4.9:4': held(
    'verify_data has twelve bytes, of every suite that there is: decode_error',
    finished12.code('body.verify_data.length !== VERIFY_DATA_LENGTH'),
    finished12.without('body.verify_data.length !== VERIFY_DATA_LENGTH'),
  ),
};
