export { type AnnotatedMessage, type AnnotateOptions, annotateMessage } from './annotate.ts';
export {
  type Certificate,
  type CertificateEntry,
  type CertificateVerify,
  type CompressedCertificate,
  certificate,
  certificateVerify,
  compressedCertificate,
  type Finished,
  finished,
} from './authentication.ts';
export type { CertificateStatus } from './certificate-status.ts';
export { type Extension, extension, extensions, NO_EXTENSIONS } from './extension.ts';
export { allExtensionRows, allExtensions } from './extensions/all.ts';
export * from './extensions/application.ts';
export * from './extensions/certificates.ts';
export * from './extensions/channels.ts';
export * from './extensions/delegated-credential.ts';
export * from './extensions/flags.ts';
export * from './extensions/legacy.ts';
export * from './extensions/negotiation.ts';
export { extensionMessages } from './extensions/places.ts';
export * from './extensions/psk.ts';
export {
  type Empty,
  type ExtensionMessage,
  type ExtensionRow,
  type ExtensionTable,
  type ExtensionValues,
  empty,
  extensionRow,
  extensionTable,
  findExtension,
  makeExtension,
} from './extensions/row.ts';
export * from './handshake.ts';
export { type HeartbeatMessage, heartbeatMessage } from './heartbeat.ts';
export * from './hello.ts';
export * from './messages12.ts';
export * from './post-handshake.ts';
export { AnyCipherSuite } from './registries/any-cipher-suite.ts';
export { nameOfValue, registryOf } from './registries/by-type.ts';
export {
  CipherSuite,
  type CipherSuiteInfo,
  cipherSuiteCode,
  cipherSuiteInfo,
  FALLBACK_SCSV,
} from './registries/cipher-suites.ts';
export { ExtensionType, extensionTypeCode, handshakeExtensions } from './registries/extension-types.ts';
export { isGrease, isGreasePskMode } from './registries/grease.ts';
export { type GroupInfo, groupInfo, groupName, NamedGroup, namedGroupCode } from './registries/groups.ts';
export { HandshakeType } from './registries/handshake-types.ts';
export * from './registries/others.ts';
export {
  SignatureScheme,
  type SignatureSchemeInfo,
  signatureSchemeCode,
  signatureSchemeInfo,
  signatureSchemeName,
} from './registries/signature-schemes.ts';
export * from './server-parameters.ts';
export { handshakeMessages12, handshakeMessages13 } from './tables.ts';
