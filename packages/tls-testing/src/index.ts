export { type CAOptions, createCA, type Issued, type IssueOptions, type TestCA } from './ca.ts';
export type { CertificateOptions, Issuer } from './certificate.ts';
export type { CrlEntry, CrlOptions, CrlReason, TestCrl } from './crl.ts';
export type {
  DistributionPoint,
  DistributionPointName,
  IssuingDistributionPoint,
  ReasonFlag,
} from './distribution-points.ts';
export { indefiniteLength, longLength, trailing } from './encodings.ts';
export {
  type AuthorityInfoAccessOptions,
  type AuthorityKeyIdentifierOptions,
  extensionOids,
  type KeyUsageName,
  type NameConstraintOptions,
  type Purpose,
  type RawExtension,
  type Subtree,
} from './extensions.ts';
export { generateKey, type KeyKind, type KeyPair } from './keys.ts';
export {
  createLog,
  type LogOptions,
  ocspSctExtension,
  type SctOptions,
  sctExtension,
  sctList,
  type TestLog,
  transparencyOids,
} from './log.ts';
export { type AlternativeName, type AttributeText, encodeSubject, type Subject } from './names.ts';
export type { OcspOptions, OcspResponderOptions, OcspSigner, OcspSingle, OcspStatus } from './ocsp.ts';
export { toPem } from './pem.ts';
export { anyPolicy, type PolicyConstraintOptions, type PolicyOption } from './policies.ts';
export type { IssuingAuthority, TransparencyOptions } from './precertificate.ts';
export { portable } from './provider.ts';
