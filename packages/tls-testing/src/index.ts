export { type CAOptions, createCA, type Issued, type TestCA } from './ca.ts';
export type { CertificateOptions } from './certificate.ts';
export {
  extensionOids,
  type KeyUsageName,
  type NameConstraintOptions,
  type Purpose,
  type RawExtension,
} from './extensions.ts';
export type { KeyKind } from './keys.ts';
export { type AlternativeName, encodeSubject, type Subject } from './names.ts';
export { toPem } from './pem.ts';
