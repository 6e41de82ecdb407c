/** The files that rows refer to, under short names. */
import { inFile } from './row.ts';

const packages = (path: string) => inFile(`packages/${path}`);

export const alerts = packages('tls-alerts/src/alert.ts');
export const alertTable = packages('tls-alerts/src/table.ts');
export const tlsError = packages('tls-alerts/src/error.ts');

export const aead13 = packages('tls-record/src/aead13.ts');
export const deframer = packages('tls-record/src/deframer.ts');
export const nonce = packages('tls-record/src/nonce.ts');
export const plaintext = packages('tls-record/src/plaintext.ts');
export const sending = packages('tls-record/src/sending.ts');

export const handshakeMessage = packages('tls-messages/src/handshake.ts');
export const hello = packages('tls-messages/src/hello.ts');
export const extensionRow = packages('tls-messages/src/extensions/row.ts');
export const schemes = packages('tls-messages/src/registries/signature-schemes.ts');
export const groups = packages('tls-messages/src/registries/groups.ts');
export const suites = packages('tls-messages/src/registries/cipher-suites.ts');
export const reader = packages('tls-wire/src/reader.ts');

export const clientPrelude = packages('tls-handshake/src/client-prelude.ts');
export const serverPrelude = packages('tls-handshake/src/server-prelude.ts');
export const transcript = packages('tls-handshake/src/transcript.ts');
export const driver = packages('tls-handshake/src/driver.ts');
export const downgrade = packages('tls-handshake/src/downgrade.ts');
export const extensionRules = packages('tls-handshake/src/extensions.ts');

export const authentication = packages('tls-handshake13/src/authentication.ts');
export const client13 = packages('tls-handshake13/src/client.ts');
export const pskClient = packages('tls-handshake13/src/psk-client.ts');
export const server13 = packages('tls-handshake13/src/server.ts');
export const applicationKeys = packages('tls-handshake13/src/application-keys.ts');
export const certificateCriteria = packages('tls-handshake/src/certificate-criteria.ts');
export const certificateRequest = packages('tls-handshake13/src/certificate-request.ts');
export const clientAuth = packages('tls-handshake13/src/client-auth.ts');
export const postHandshakeAuth = packages('tls-handshake13/src/post-handshake-auth.ts');
export const keyUpdateDebt = packages('tls-engine/src/key-updates.ts');
export const certificateEntries = packages('tls-handshake13/src/certificate-entries.ts');
export const certificateWishes = packages('tls-handshake13/src/certificate-wishes.ts');
export const earlyChoice = packages('tls-handshake13/src/early-data-choice.ts');
export const earlyOffer = packages('tls-handshake13/src/early-data-offer.ts');
export const attempts = packages('tls-handshake/src/attempts.ts');
export const negotiate = packages('tls-handshake13/src/negotiate.ts');
export const offer13 = packages('tls-handshake13/src/offer.ts');
export const postHandshake = packages('tls-handshake13/src/post-handshake.ts');
export const statelessRetry = packages('tls-handshake13/src/stateless-retry.ts');
export const pskChoice = packages('tls-handshake13/src/psk-choice.ts');
export const pskModes = packages('tls-handshake13/src/psk-modes.ts');
export const pskOffer = packages('tls-handshake13/src/psk-offer.ts');
export const tickets = packages('tls-handshake13/src/tickets.ts');

export const session = packages('tls-session/src/session.ts');

export const engine = packages('tls-engine/src/engine.ts');
export const engineReceiving = packages('tls-engine/src/receiving.ts');
export const engineCreate = packages('tls-engine/src/create.ts');
export const readSide = packages('tls-engine/src/read-side.ts');
export const writeSide = packages('tls-engine/src/write-side.ts');
export const engineAlerts = packages('tls-engine/src/alerts.ts');
export const engineSending = packages('tls-engine/src/sending.ts');
export const engineEarlyData = packages('tls-engine/src/early-data.ts');
export const skippedEarlyData = packages('tls-engine/src/skipped-early-data.ts');
export const engineRecordLimits = packages('tls-engine/src/record-limits.ts');
export const rules12 = packages('tls-engine/src/tls12-rules.ts');

export const exporter = packages('tls-keyschedule/src/exporter.ts');
export const nobleAgreement = packages('tls-crypto-noble/src/ecdh.ts');
export const nobleMontgomery = packages('tls-crypto-noble/src/montgomery.ts');
export const ffdheParameters = packages('tls-crypto-noble/src/more/ffdhe-parameters.ts');
export const nobleFfdhe = packages('tls-crypto-noble/src/more/ffdhe.ts');
export const certificateChecks = packages('tls-x509/src/checks.ts');
export const x509Path = packages('tls-x509/src/path.ts');
export const verifier = packages('tls-x509/src/verifier.ts');
export const trust = packages('tls-x509/src/trust.ts');
export const ocspAcceptance = packages('tls-x509/src/ocsp/acceptance.ts');
export const ocspAsk = packages('tls-x509/src/ocsp/ask.ts');
export const ocspCertId = packages('tls-x509/src/ocsp/cert-id.ts');
export const ocspChecker = packages('tls-x509/src/ocsp/checker.ts');
export const ocspRequest = packages('tls-x509/src/ocsp/request.ts');
export const ocspResponse = packages('tls-x509/src/ocsp/response.ts');
export const ocspSigner = packages('tls-x509/src/ocsp/signer.ts');
export const algorithm = packages('tls-x509/src/algorithm.ts');

export const clientConfig = packages('tlskit/src/options/client-config.ts');
export const credentialOptions = packages('tlskit/src/options/credentials.ts');
export const selection = packages('tls-x509/src/selection.ts');
export const optionNames = packages('tlskit/src/options/names.ts');
export const optionNames13 = packages('tls-handshake13/src/option-names.ts');
export const server12 = packages('tls-handshake12/src/server.ts');
export const negotiate12 = packages('tls-handshake12/src/negotiate.ts');
export const renegotiation = packages('tls-handshake12/src/renegotiation.ts');
export const schemes12 = packages('tls-messages/src/registries/signature-schemes12.ts');
export const client12 = packages('tls-handshake12/src/client.ts');
export const offer12 = packages('tls-handshake12/src/offer.ts');
export const terms12 = packages('tls-handshake12/src/terms.ts');
export const context12 = packages('tls-handshake12/src/context.ts');
export const sessionChoice12 = packages('tls-handshake12/src/session-choice.ts');
export const sessionKeep12 = packages('tls-handshake12/src/session-keep.ts');
export const sessionOffer12 = packages('tls-handshake12/src/session-offer.ts');
export const serverFlight12 = packages('tls-handshake12/src/server-flight.ts');
export const certificates12 = packages('tls-handshake12/src/certificates.ts');
export const ecdhe12 = packages('tls-handshake12/src/key-exchange/ecdhe.ts');
export const applicationRows = packages('tls-messages/src/extensions/application.ts');
export const certificateRows = packages('tls-messages/src/extensions/certificates.ts');
export const legacyRows = packages('tls-messages/src/extensions/legacy.ts');
export const recordLimits = packages('tls-handshake/src/record-limits.ts');
export const statusRequests = packages('tls-handshake/src/certificate-features.ts');
export const clientAuth12 = packages('tls-handshake12/src/client-auth.ts');
export const signatures12 = packages('tls-handshake12/src/signatures.ts');
export const keyExchange12Codec = packages('tls-messages/src/key-exchange12.ts');
export const algorithmIdentifier = packages('tls-crypto-noble/src/keys/algorithm-identifier.ts');
export const ecPoint = packages('tls-crypto-noble/src/keys/point.ts');
export const eddsa = packages('tls-crypto-noble/src/eddsa.ts');
export const spki = packages('tls-crypto-noble/src/keys/spki.ts');
export const alpnNames = packages('tls-handshake/src/alpn.ts');
export const maxFragmentLength = packages('tls-handshake/src/max-fragment-length.ts');
export const ticketKeys = packages('tls-session/src/tickets.ts');
export const finished12 = packages('tls-handshake12/src/finished.ts');
export const keyExchangeRsa = packages('tls-handshake12/src/key-exchange/rsa.ts');
export const keyExchangeDhe = packages('tls-handshake12/src/key-exchange/dhe.ts');
export const index12 = packages('tls-handshake12/src/index.ts');
export const staticDh = packages('tls-handshake12/src/key-exchange/static-dh.ts');
export const master12 = packages('tls-keyschedule/src/tls12/master.ts');
export const premaster12 = packages('tls-keyschedule/src/tls12/premaster.ts');
export const suites12 = packages('tls-messages/src/registries/cipher-suites12.ts');
export const aead12 = packages('tls-record/src/tls12/aead.ts');
export const cbc12 = packages('tls-record/src/tls12/cbc.ts');
export const constantTime = packages('tls-record/src/tls12/constant-time.ts');
export const recordMac = packages('tls-record/src/tls12/mac.ts');
export const record12 = packages('tls-record/src/tls12/record12.ts');
export const criteria = packages('tls-handshake/src/certificate-criteria.ts');
export const connectionSettings = packages('tlskit/src/connection/settings.ts');
export const nodeSigningKey = packages('tls-crypto-node/src/signing-key.ts');
export const emsa = packages('tls-crypto-noble/src/emsa.ts');
export const pskOptions = packages('tlskit/src/options/psk.ts');

/** Tests of two engines that talk to each other, or to somebody who breaks the rules. */
export const test = {
  closing: packages('tls-engine/test/closing.test.ts'),
  clientMisbehaviour: packages('tls-engine/test/client-misbehaviour.test.ts'),
  early: packages('tls-engine/test/early-data.test.ts'),
  externalPsk: packages('tls-engine/test/external-psk.test.ts'),
  handshake: packages('tls-engine/test/handshake.test.ts'),
  misbehaviour: packages('tls-engine/test/misbehaviour.test.ts'),
  ourSide: packages('tls-engine/test/our-side.test.ts'),
  outOfPlace: packages('tls-engine/test/out-of-place.test.ts'),
  postHandshake: packages('tls-engine/test/post-handshake.test.ts'),
  pskModes: packages('tls-engine/test/psk-modes.test.ts'),
  pskOffers: packages('tls-engine/test/psk-offers.test.ts'),
  zeroRtt: packages('tls-engine/test/zero-rtt.test.ts'),
  records: packages('tls-engine/test/records.test.ts'),
  resumption: packages('tls-engine/test/resumption.test.ts'),
  secrets: packages('tls-engine/test/secrets.test.ts'),
  downgrade: packages('tls-engine/test/downgrade.test.ts'),
  aead13: packages('tls-record/test/aead13.test.ts'),
  deframer: packages('tls-record/test/deframer.test.ts'),
  nonce: packages('tls-record/test/nonce.test.ts'),
  plaintext: packages('tls-record/test/plaintext.test.ts'),
  hello: packages('tls-messages/test/hello.test.ts'),
  rows: packages('tls-messages/test/rows.test.ts'),
  registries: packages('tls-messages/test/registries.test.ts'),
  alerts: packages('tls-engine/test/alerts.test.ts'),
  heartbeat: packages('tls-engine/test/heartbeat.test.ts'),
  alert: packages('tls-alerts/test/alert.test.ts'),
  alertTable: packages('tls-alerts/test/table.test.ts'),
  schedule: packages('tls-keyschedule/test/schedule.test.ts'),
  nobleMore: packages('tls-crypto-noble/test/more.test.ts'),
  nobleGroups: packages('tls-crypto-noble/test/groups.test.ts'),
  nodeProvider: packages('tls-crypto-node/test/provider.test.ts'),
  session: packages('tls-session/test/store.test.ts'),
  x509Refusals: packages('tls-x509/test/refusals.test.ts'),
  x509Path: packages('tls-x509/test/path.test.ts'),
  x509Trust: packages('tls-x509/test/trust.test.ts'),
  x509Names: packages('tls-x509/test/names.test.ts'),
  options: packages('tlskit/test/options.test.ts'),
  versions: packages('tls-engine/test/versions.test.ts'),
  renegotiation12: packages('tls-engine/test/tls12-renegotiation.test.ts'),
  renegotiationPolicy12: packages('tls-engine/test/tls12-renegotiation-policy.test.ts'),
  resumption12: packages('tls-engine/test/tls12-resumption.test.ts'),
  extensions12: packages('tls-engine/test/tls12-extensions.test.ts'),
  alpnNames: packages('tls-handshake/test/alpn.test.ts'),
  recordLimits: packages('tls-engine/test/record-limits.test.ts'),
  ecc12: packages('tls-engine/test/tls12-curves.test.ts'),
  attacks12: packages('tls-engine/test/tls12-attacks.test.ts'),
  rules12: packages('tls-engine/test/tls12-rules.test.ts'),
  sessionChoice12: packages('tls-handshake12/test/session-choice.test.ts'),
  sessionKeep12: packages('tls-handshake12/test/session-keep.test.ts'),
  sessionOffer12: packages('tls-handshake12/test/session-offer.test.ts'),
  ticketKeys: packages('tls-session/test/tickets.test.ts'),
  psk: packages('tlskit/test/psk.test.ts'),
  tls12: packages('tls-engine/test/tls12.test.ts'),
  outOfPlace12: packages('tls-engine/test/tls12-out-of-place.test.ts'),
  musts12: packages('tls-engine/test/tls12-musts.test.ts'),
  flight12: packages('tls-engine/test/tls12-flight.test.ts'),
  record12: packages('tls-record/test/tls12.test.ts'),
  options12: packages('tlskit/test/tls12.test.ts'),
  suites: packages('tls-messages/test/cipher-suites.test.ts'),
  staticDh: packages('tls-handshake12/test/key-exchange/static-dh.test.ts'),
  rsaTransport: packages('tls-handshake12/test/key-exchange/rsa.test.ts'),
  nobleSignatures: packages('tls-crypto-noble/test/signatures.test.ts'),
} as const;

/** Why rows are open, or ask nothing, that have their reason in common. */
export const why = {
  application: 'a requirement on applications and their profiles',
  specification: 'a requirement on specifications to come',
  middlebox: 'a requirement on middleboxes',
  torn: (next: string) => `the beginning of a list: see ${next}`,
} as const;
