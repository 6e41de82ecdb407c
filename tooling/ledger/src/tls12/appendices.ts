/** RFC 5246 §9 and its appendices: what is mandatory, versions of old. */
import { clientPrelude, deframer, index12, optionNames, serverPrelude, suites12, test } from '../files.ts';
import { held, notApplicable, type Rows } from '../row.ts';

const ssl2 = (says: string) =>
  notApplicable(
    says,
    'RFC 6176 and RFC 9846 §E.5 forbid SSL 2.0 and its CLIENT-HELLO: none is sent, and none is taken',
  );

export const appendices: Rows = {
  '9:1': held(
    'TLS_RSA_WITH_AES_128_CBC_SHA is there, for those who name it',
    suites12.code('export function cipherSuiteInfo12'),
    suites12.without("const exchanges = ['RSA', 'DH'", "const exchanges = ['DH'"),
  ),
  'A.5:1': held(
    'TLS_NULL_WITH_NULL_NULL is never come to',
    suites12.code('export function cipherSuiteInfo12'),
    clientPrelude.without('|| suite === undefined) {', ') {'),
    test.options12.test('is refused'),
  ),
  'A.5:2': held(
    'nor anonymous suites, unless they are named',
    index12.code('isLegacy(code)'),
    optionNames.code('is on only where legacy names it'),
    index12.without(
      "return keyExchange !== 'ECDHE' || !signed ||",
      "return !['ECDHE', 'DHE'].includes(keyExchange ?? '') ||",
    ),
    optionNames.without('if (names.isLegacy(code) !== old) return', 'if (false) return'),
    test.options12.test('is refused'),
  ),
  'E.1:1': held(
    'a client refuses a version that it did not offer: protocol_version',
    clientPrelude.code('function selectedVersion'),
    clientPrelude.without(
      'answer.legacy_version < tls13 ? offered(answer.legacy_version) : undefined',
      'config.versions[0]',
    ),
    test.downgrade.test('takes no version that it did not offer'),
  ),
  'E.1:2': held(
    'a server answers a version that is too high with its best',
    serverPrelude.code('function selectVersion'),
    serverPrelude.without(
      'candidate.version <= Math.min(hello.legacy_version, tls12)',
      'candidate.version === hello.legacy_version',
    ),
    test.versions.test('is TLS 1.2 to a server of both, whatever legacy_version says'),
  ),
  'E.1:3': held(
    'and refuses one that is too low: protocol_version',
    serverPrelude.code('function selectVersion'),
    serverPrelude.without('candidate.version <= Math.min(hello.legacy_version, tls12)', 'candidate.version <= tls12'),
  ),
  'E.1:4': held(
    'a ClientHello may come in a record of any version 3.x',
    deframer.code('another protocol from one that speaks this one badly'),
    deframer.without(
      'if (this.#first && bytes[at + 1] !== 3)',
      'if (this.#first && (bytes[at + 1] !== 3 || (bytes[at + 2] as number) !== 1))',
    ),
  ),
  'E.2:1': ssl2('clients that know SSL 2.0 send its CLIENT-HELLO'),
  'E.2:2': ssl2('it has the version and the suites of a ClientHello'),
  'E.2:3': ssl2('it is not in a record'),
  'E.2:4': ssl2('the first bit of its length is set'),
  'E.2:5': ssl2('its type is 1'),
  'E.2:6': ssl2('the length of its suites is a multiple of three, and not zero'),
  'E.2:7': ssl2('the length of its session ID is zero'),
  'E.2:8': ssl2('it has no session ID'),
  'E.2:9': ssl2('who resumes sends a ClientHello'),
  'E.3:1': ssl2('the padding of RSA says that a client knows better than SSL 2.0'),
  'E.3:2': ssl2('by eight bytes of 3'),
};
