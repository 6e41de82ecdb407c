/** RFC 9846 §1.4: what it changes for TLS 1.2, numbered as its list is. */
import {
  clientPrelude,
  credentialOptions,
  criteria,
  downgrade,
  negotiate12,
  serverPrelude,
  signatures12,
  test,
} from '../files.ts';
import { held, notApplicable, type Rows } from '../row.ts';

export const updates: Rows = {
  '1.4:1': held(
    'a server that could do better says so in its random, and a client that could ends the handshake (§4.2.3)',
    downgrade.code('export function serverRandom'),
    downgrade.code('export function checkDowngrade'),
    downgrade.without('version === TLS12 && best >= TLS13'),
    downgrade.without('if (wrong) throw', 'if (false as boolean) throw'),
    test.downgrade.test('client 1.2, server both: TLS 1.2, and random says that there is better'),
    test.downgrade.test('refuses it of one that does'),
    test.downgrade.test('somebody takes TLS 1.3 out of the hello: the client sees it'),
  ),
  '1.4:2': held(
    'RSASSA-PSS signs in TLS 1.2 too (§4.3.3)',
    signatures12.code('export function* checkSignature'),
    negotiate12.without(
      'return kind ? schemeFor(key, ours, schemes) : undefined;',
      'return kind ? schemeFor(key, ours.filter(code => code < 0x0800), schemes) : undefined;',
    ),
    test.versions.test('signs by RSASSA-PSS in TLS 1.2'),
  ),
  '1.4:3': held(
    'supported_versions goes before legacy_version, of both hellos (§4.3.1)',
    serverPrelude.code('function selectVersion'),
    clientPrelude.code('function selectedVersion'),
    serverPrelude.without(
      '    offered !== undefined\n      ?',
      '    offered !== undefined && hello.legacy_version > tls12\n      ?',
    ),
    clientPrelude.without('if (selected !== undefined) {', 'if (false as boolean) {'),
    test.downgrade.test('goes by supported_versions alone where it is there'),
    test.versions.test('does not come to TLS 1.3, be it the only offer'),
    test.tls12.test('beside TLS 1.3'),
  ),
  '1.4:4': held(
    'signature_algorithms_cert is heeded where certificates are chosen (§4.3.3)',
    criteria.code('signatureAlgorithmsCertRow'),
    negotiate12.code('certificateSchemes:'),
    credentialOptions.code('function isSigned('),
    negotiate12.without(
      "findExtension(extensions, signatureAlgorithmsCertRow, 'CH')?.supported_signature_algorithms ?? schemes",
      'schemes',
    ),
  ),
  '1.4:5': notApplicable('"master" is "main"', 'a matter of names: where RFC 5246 is cited its own are kept'),
  '1.4:6': held(
    'the invariants of §9.3: what nobody knows is passed over, and what is answered is known',
    negotiate12.code('export function* negotiate'),
    clientPrelude.code('function checkAnswer'),
    negotiate12.without(
      'const offer = readOffer(hello);',
      "const offer = readOffer(hello);\n  if (!hello.cipher_suites.every(code => config.cipherSuites.includes(code))) throw illegal('unknown', '');",
    ),
    clientPrelude.without('!sent.cipher_suites.includes(answer.cipher_suite) || suite', 'suite'),
    test.musts12.test('may have suites that nobody knows'),
    test.musts12.test('by a suite that was not offered'),
  ),
};
