export { encodeAlpnName } from './alpn.ts';
export { keyExchange, unlessItFails } from './attempts.ts';
export { certificateCriteria } from './certificate-criteria.ts';
export {
  type CertificateCompression,
  type CertificateFeatures,
  staple,
  statusRequests,
} from './certificate-features.ts';
export {
  answerCertificateTypes,
  type CertificateTypes,
  chooseClientCertificateType,
  noSharedType,
  offeredCertificateTypes,
  onlyX509,
} from './certificate-types.ts';
export { clientHandshake, firstEpoch } from './client-prelude.ts';
export type {
  ClientConfig,
  HandshakeLimits,
  Renegotiation,
  ServerConfig,
  ServerEarlyData,
  StatelessRetry,
} from './config.ts';
export { checkDowngrade, serverRandom } from './downgrade.ts';
export { Driver, type DriverHooks, type DriverStatus } from './driver.ts';
export {
  type EarlyDataGrant,
  type EarlyDataOutcome,
  type EarlyDataRefusal,
  type EarlyDataStep,
  earlyData,
  offersEarlyData,
} from './early-data.ts';
export { illegal } from './errors.ts';
export type { HandshakeEvent } from './events.ts';
export { checkDuplicates, checkRequest, checkResponse } from './extensions.ts';
export {
  type AnyMessage,
  boundary,
  type Command,
  type EarlyDataMark,
  type Effect,
  emit,
  type Flow,
  forgettable,
  type Incoming,
  intercepted,
  isMessage,
  keys,
  next,
  type OwnersEffect,
  open,
  type Received,
  recv,
  recvChangeCipherSpec,
  recvOneOf,
  type Settled,
  send,
  sendChangeCipherSpec,
  sendRaw,
  skipEarlyData,
  speak,
  useTranscript,
  wait,
  warn,
} from './flow.ts';
export { greaseExtension } from './grease.ts';
export type { Heartbeat, HeartbeatModeName } from './heartbeat.ts';
export {
  GREASE,
  type HelloShape,
  helloShape,
  padHelloToMultiple,
  padHelloToSize,
  type ShapeOptions,
} from './hello-shape.ts';
export { KeyLog } from './key-log.ts';
export { type Epoch, type TrafficKeys, type TrafficKeys12, type TrafficKeys13, wipeKeys } from './keys.ts';
export {
  type ClientIdentity,
  identityOf,
  type KnownClient,
  type KnownServer,
  resumedClient,
  resumedServer,
  type SessionPeer,
  sessionPeer,
} from './known-peer.ts';
export type { FragmentLength } from './max-fragment-length.ts';
export {
  type AnswerMessage,
  agreedParameters,
  alpnParameter,
  answeredParameters,
  type ClientParameter,
  certificateStatusParameter,
  certificateTypesParameter,
  chosenParameters,
  clientParameters,
  heartbeatParameter,
  maxFragmentLengthParameter,
  type Parameters,
  recordSizeLimitParameter,
  srtpParameter,
  ticketRequestParameter,
} from './parameters.ts';
export type {
  ClientAuthentication,
  Credential,
  CredentialQuery,
  CredentialSource,
  DelegationWindow,
  PeerEvidence,
  PeerVerifier,
  Staple,
  VerifiedPeer,
} from './peer.ts';
export {
  type ExternalPsk,
  type ImportedFrom,
  type PskLookup,
  type PskOffer,
  type PskQuery,
  pskFingerprint,
  type SharedKey,
} from './psk.ts';
export { type ImportableKey, importLookup, importPsk, readImportedIdentity } from './psk-import.ts';
export { limitRecords, type RecordLimit } from './record-limits.ts';
export type { RecordSizeLimit } from './record-size-limit.ts';
export { Secrets } from './secrets.ts';
export {
  mayChange,
  retryHello,
  serverHandshake,
  serverHandshakeFrom,
  wantsChangeCipherSpec,
} from './server-prelude.ts';
export { type TicketRequest, ticketsUnasked } from './ticket-request.ts';
export type { ClientConfig12, ServerConfig12 } from './tls12-config.ts';
export { condense, forkBefore, recall, Transcript } from './transcript.ts';
export type { Srtp, SrtpChoice, SrtpOffer } from './use-srtp.ts';
export type {
  ClientContext,
  ClientModule,
  ClientOffer,
  ClientVersion,
  Connected,
  Connected12,
  ReceivedHello,
  ReceivedServerHello,
  SchemeNeeds,
  ServerContext,
  ServerModule,
  VersionModule,
  VersionNames,
} from './version.ts';
