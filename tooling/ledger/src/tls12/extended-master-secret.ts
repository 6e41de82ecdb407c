/** RFC 7627: the extended master secret. */
import { context12, rules12, sessionChoice12, sessionOffer12, renegotiation as standing, terms12 } from '../files.ts';
import { held, like, notApplicable, type Rows } from '../row.ts';

const inEveryHello = terms12.without("[makeExtension(extendedMasterSecretRow, 'CH', {})]", '[] as Extension[]');
const channelBinding = {
  kind: 'test',
  file: 'packages/tlskit/test/channel-binding.test.ts',
  title: 'is none of a connection whose master secret somebody between may share',
} as const;

export const extendedMasterSecret: Rows = {
  '2:1': notApplicable('words in capitals mean what RFC 2119 says', 'the words of the RFC itself'),
  '5.1:1': held(
    'where both say it, the master secret is over all messages to ClientKeyExchange',
    context12.code('MasterSecret12.deriveExtended'),
    context12.without('return extendedMasterSecret\n', 'return false\n'),
    context12.without('premaster, sessionHash())', 'premaster, randoms.client)'),
  ),
  '5.2:1': held('a client says it in every hello', terms12.code('export function offerTerms'), inEveryHello),
  '5.2:2': held(
    'a server that hears it repeats it',
    terms12.code('if (terms.extendedMasterSecret) answers.push'),
    terms12.without('if (terms.extendedMasterSecret) answers.push', 'if (false as boolean) answers.push'),
  ),
  '5.2:3': held(
    'a server that does not hear it does not say it',
    terms12.code('export function chooseTerms'),
    terms12.without(
      'const extendedMasterSecret = has(extendedMasterSecretRow.type);\n  if (!extendedMasterSecret && tls12',
      'const extendedMasterSecret = true;\n  if (!extendedMasterSecret && tls12',
    ),
  ),
  '5.2:4': held(
    'without it the master secret is that of RFC 5246',
    context12.code(': MasterSecret12.derive('),
    context12.without('return extendedMasterSecret\n', 'return true\n'),
  ),
  '5.3:1': held('a client that offers a session says it too', terms12.code('export function offerTerms'), inEveryHello),
  '5.3:2': held(
    'a session without it does not resume for a client that has it',
    sessionChoice12.code('hasExtendedMasterSecret(hello) === (extendedMasterSecret === true)'),
    sessionChoice12.without('hasExtendedMasterSecret(hello) === (extendedMasterSecret === true) &&', ''),
  ),
  '5.3:3': held(
    'a session with it for a client without: the server ends the handshake',
    sessionChoice12.code('function checkExtendedMasterSecret'),
    sessionChoice12.without('checkExtendedMasterSecret(whole, hello.hello);', ''),
  ),
  '5.3:4': held(
    'a server that resumes a session with it says it again',
    terms12.code('if (terms.extendedMasterSecret) answers.push'),
    terms12.without(
      'if (terms.extendedMasterSecret) answers.push',
      'if (terms.extendedMasterSecret && !resumed) answers.push',
    ),
  ),
  '5.3:5': held(
    'a session without it and a ServerHello with it: the client ends the handshake',
    sessionOffer12.code('resumes with${extendedMasterSecret'),
    sessionOffer12.without(
      "'SH12') !== undefined) !== extendedMasterSecret) {",
      "'SH12') === undefined) && extendedMasterSecret) {",
    ),
  ),
  '5.3:6': held(
    'a session with it and a ServerHello without: the client ends the handshake',
    sessionOffer12.code('resumes with${extendedMasterSecret'),
    sessionOffer12.without(
      "'SH12') !== undefined) !== extendedMasterSecret) {",
      "'SH12') !== undefined) && !extendedMasterSecret) {",
    ),
  ),
  '5.4:1': held(
    'without it nothing is exported',
    context12.code('export function exporting'),
    context12.without('if (extendedMasterSecret) return exporter', 'if (true as boolean) return exporter'),
  ),
  '5.4:2': like('5.4:1', 'by RFC 5705, or for what is built upon it'),
  '5.4:3': held(
    'without it a Finished authenticates nobody: there is no tls-unique',
    { kind: 'code', file: 'packages/tlskit/src/channel-binding.ts', text: 'function checkUnique' },
    {
      kind: 'mutation',
      file: 'packages/tlskit/src/channel-binding.ts',
      find: 'tls12?.extendedMasterSecret === false',
      replace: 'false',
    },
    channelBinding,
  ),
  '5.4:4': held(
    'who resumed without it does not renegotiate',
    standing.code('function mayRenegotiate'),
    rules12.code('resumed && !tls12.extendedMasterSecret'),
    standing.without(
      'terms.secureRenegotiation && (terms.extendedMasterSecret || !resumed)',
      'terms.secureRenegotiation',
    ),
    rules12.without(
      'tls12?.secureRenegotiation !== true || (resumed && !tls12.extendedMasterSecret)',
      'tls12?.secureRenegotiation !== true',
    ),
    channelBinding,
  ),
  '5.4:5': like('5.3:6', 'a session with it resumes with it alone'),
  '6.4:1': notApplicable('SSL 3.0 has the master secret that it had', 'SSL 3.0 is not spoken here'),
};
