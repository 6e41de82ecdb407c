/**
 * tlskit: TLS in TypeScript. This is what runs everywhere; transports are in `tlskit/node` and `tlskit/engine`.
 */
export { type AlertName, type ErrorKind, errorTable, TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
export {
  type CryptoProvider,
  type KeysAhead,
  type ProviderPart,
  type SigningKey,
  withExtras,
  withKeysAhead,
} from '@tlskit/tls-crypto';
export { createNobleProvider } from '@tlskit/tls-crypto-noble';
export { allExtras } from '@tlskit/tls-crypto-noble/all';
export { hybridGroups } from '@tlskit/tls-crypto-noble/pq';
export type { EngineVersion } from '@tlskit/tls-engine';
export { tls12 } from '@tlskit/tls-engine/tls12';
export { tls13 } from '@tlskit/tls-engine/tls13';
export type {
  CertificateCompression,
  Credential,
  CredentialQuery,
  CredentialSource,
  HandshakeEvent,
  PeerVerifier,
  ReceivedHello,
} from '@tlskit/tls-handshake';
export { padToMultiple } from '@tlskit/tls-record';
export {
  type ClientSession,
  type ClientSessionStore,
  CookieKeys,
  type CookieProtector,
  MemoryReplayGuard,
  MemoryServerStore,
  MemorySessionCache,
  MemorySessionStore,
  type ReplayGuard,
  type ServerSession,
  type ServerSessionCache,
  type ServerSessionStore,
  StatefulTickets,
  type TicketIssuer,
  TicketKeys,
} from '@tlskit/tls-session';
export {
  type CertificateDescription,
  createCertificateVerifier,
  createCredential,
  createDelegatedCredential,
  createExternalSigningKey,
  createRawPublicKeyVerifier,
  createWebCryptoSigningKey,
  type DelegationOptions,
  describeCertificate,
  type ExternalKeyOptions,
  loadCertificates,
  loadPrivateKey,
  type PublicKeySource,
  parseCertificate,
  type RevocationChecker,
  type RevocationPolicy,
  type RevocationReport,
  type SctReport,
  type TransparencyPolicy,
  type TransparencyReport,
  type Trust,
  type WebCryptoKeyOptions,
} from '@tlskit/tls-x509';
export { type Crl, type CrlCheckerOptions, crls, type FetchCrl, loadCrls, parseCrl } from '@tlskit/tls-x509/crl';
export { type OcspFetch, type OcspOptions, type OcspQuery, ocsp } from '@tlskit/tls-x509/ocsp';
export { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
export {
  type CtLog,
  type LogList,
  parseLogList,
  reportTransparency,
  requireTransparency,
  type TransparencyOptions,
} from '@tlskit/tls-x509/transparency';
export { zlibStreams } from './certificate-streams.ts';
export { type ConnectionInfo, connectionInfo, type Named } from './info.ts';
export type {
  CertificateFeatureOptions,
  JudgingOptions,
  TrustOption,
  VerificationOptions,
} from './options/certificates.ts';
export type { CredentialOptions } from './options/credentials.ts';
export type { EarlyDataOptions } from './options/early-data.ts';
export type { HelloLength, HelloOptions } from './options/hello.ts';
export type { CertificateInput, KeyFileOptions } from './options/key-files.ts';
export { defaultLimits, type Limits } from './options/limits.ts';
export { defaultGroups, defaultSignatureSchemes } from './options/names.ts';
export type { PskChoice, PskKey, PskOfferInfo, PskOptions, PskSource } from './options/psk.ts';
export type { StatelessRetryOptions } from './options/stateless-retry.ts';
export type { ClientTls12Options, ServerTls12Options } from './options/tls12.ts';
export type { ClientOptions, CommonOptions, ServerOptions } from './options.ts';
