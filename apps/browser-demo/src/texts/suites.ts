/** What is said of cipher suites. */
import type { Use } from '../learn/suites.ts';

export const texts = {
  caption: 'The cipher suites of TLS',
  lead: 'Every suite that IANA has a number for. Up to TLS 1.2 a name says everything: TLS, key exchange, authentication, WITH, cipher, mode, hash. In TLS 1.3 it says cipher and hash; group and signature are agreed on apart from it.',
  column: {
    code: 'Number',
    name: 'Cipher suite',
    version: 'TLS',
    keyExchange: 'Key exchange',
    authentication: 'Authentication',
    cipher: 'Cipher',
    mode: 'Mode',
    mac: 'MAC',
    hash: 'Hash',
    forwardSecrecy: 'Forward secrecy',
    keyBits: 'Key, bits',
    iv: 'IV, bytes',
    tag: 'Tag, bytes',
    use: 'In tlskit',
  },
  any: 'any',
  none: '–',
  hashHint: 'of transcript and PRF or HKDF, in the newest version',
  ivHint: 'made with the keys + in each record',
  iv: (lengths: readonly [number, number] | undefined) =>
    lengths === undefined || lengths[0] + lengths[1] === 0 ? '–' : lengths.filter(length => length > 0).join(' + '),
  bytes: (count: number | undefined) => (count === undefined || count === 0 ? '–' : String(count)),
  use: {
    default: 'by default',
    named: 'when named',
    legacy: 'as legacy',
    never: 'never',
  } satisfies Readonly<Record<Use, string>>,
  tryIt: 'try it',
  tryItWith: (suite: string) => `Try it: ${suite}`,
  /** Of values that are no names. */
  word: {
    any: 'apart',
    exchange: 'by (EC)DHE',
    '3DES_EDE': '3DES',
    NULL: 'none',
    CCM_8: 'CCM-8',
    POLY1305: 'Poly1305',
    CHACHA20: 'ChaCha20',
  } as Readonly<Record<string, string>>,
};
