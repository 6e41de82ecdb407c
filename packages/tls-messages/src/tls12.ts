/** What TLS 1.2 alone needs: apart from the rest, so that a bundle of TLS 1.3 does not carry it. */
export * from './key-exchange12.ts';
export {
  type CipherSuiteAttributes,
  parseCipherSuiteName,
  printCipherSuiteName,
  type SuiteAuthentication,
  type SuiteCipher,
  type SuiteKeyExchange,
  type SuiteMode,
} from './registries/cipher-suite-names.ts';
export {
  type AnyCipherSuiteInfo,
  type CipherSuiteInfo12,
  type CipherSuiteProtection12,
  cipherSuiteInfo12,
} from './registries/cipher-suites12.ts';
export { groupInfo12 } from './registries/groups12.ts';
export { type SignatureSchemeInfo12, signatureSchemeInfo12 } from './registries/signature-schemes12.ts';
