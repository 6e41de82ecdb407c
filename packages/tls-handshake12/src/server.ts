/**
 * The TLS 1.2 handshake, the server's side (RFC 5246 §7.3), from the ClientHello on. In full (Figure 1):
 *
 *        Client                                               Server
 *
 *        ClientHello              -------->                            (the prelude)
 *                                                        ServerHello
 *                                                       Certificate*
 *                                                 CertificateStatus*   (RFC 6066 §8)
 *                                                 ServerKeyExchange*
 *                                                CertificateRequest*
 *                                 <--------          ServerHelloDone
 *        Certificate*
 *        ClientKeyExchange
 *        CertificateVerify*
 *        [ChangeCipherSpec]
 *        Finished                 -------->
 *                                                  NewSessionTicket*   (RFC 5077 §3.1)
 *                                                 [ChangeCipherSpec]
 *                                 <--------                 Finished
 *        Application Data         <------->         Application Data
 *
 * and abbreviated, where a session resumes (Figure 2):
 *
 *        ClientHello              -------->                            (the prelude)
 *                                                        ServerHello
 *                                                  NewSessionTicket*
 *                                                 [ChangeCipherSpec]
 *                                 <--------                 Finished
 *        [ChangeCipherSpec]
 *        Finished                 -------->
 *        Application Data         <------->         Application Data
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  answerCertificateTypes,
  answeredParameters,
  boundary,
  type Connected,
  chooseClientCertificateType,
  chosenParameters,
  type Epoch,
  type Flow,
  firstEpoch,
  forgettable,
  identityOf,
  KeyLog,
  type KnownClient,
  limitRecords,
  open,
  type Parameters,
  type ReceivedHello,
  recv,
  Secrets,
  type ServerConfig,
  type ServerContext,
  send,
  serverRandom,
  speak,
  type Transcript,
} from '@tlskit/tls-handshake';
import { MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import {
  CertificateType,
  certificateVerify12,
  clientKeyExchange12,
  type Extension,
  makeExtension,
  NO_EXTENSIONS,
  newSessionTicket12,
  serverHello,
  serverHelloDone12,
  serverKeyExchange12,
  serverNameRow,
  signedCertificateTimestampRow,
} from '@tlskit/tls-messages';
import {
  type CipherSuiteInfo12,
  cipherSuiteInfo12,
  encodeServerParams,
  serverKeyExchangeBody,
} from '@tlskit/tls-messages/tls12';
import { encode } from '@tlskit/tls-wire';
import { sendCertificate, sendStatus, staples } from './certificates.ts';
import { recvClientCertificate, requestCertificate } from './client-auth.ts';
import {
  ConnectionKeys,
  exporting,
  masterSecret,
  type Randoms,
  type Suite,
  suiteOf,
  TLS12,
  wipeable,
} from './context.ts';
import { recvFinished, sendFinished } from './finished.ts';
import { beginKeyExchange } from './key-exchange/index.ts';
import { checkHello, type Negotiated, negotiate } from './negotiate.ts';
import { serverStanding, withProtocol } from './renegotiation.ts';
import { asksForCertificate } from './server-flight.ts';
import { type FoundSession, findSession, sessionParameters } from './session-choice.ts';
import {
  cacheSession,
  forgetServerSession,
  makeTicket,
  planSession,
  type ServerSessionFacts,
  type SessionPlan,
  serverSession,
} from './session-keep.ts';
import { checkSignature, sign, signedKeyExchange } from './signatures.ts';
import { answerTerms, chooseTerms, type Terms } from './terms.ts';

export function* accept12({ config, transcript }: ServerContext, hello: ReceivedHello): Flow<Connected> {
  const secrets = new Secrets();
  try {
    // --> ClientHello
    yield* speak(TLS12);
    yield* boundary(); // so that nobody answers what was not said yet
    checkHello(hello.hello);
    const found = yield* findOwned(config, hello, secrets);
    const chosen = found === undefined ? yield* negotiate(config, hello) : undefined;
    const suite =
      chosen?.suite ??
      suiteOf(config.provider, cipherSuiteInfo12(found?.session.cipherSuite ?? 0) as CipherSuiteInfo12);
    if (suite === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'the provider lacks what the session is of');
    if (config.clientAuth !== undefined) transcript.keep();
    transcript.use(suite.hash);
    const beside = yield* staplesFor(chosen?.credential, hello);
    const settled = chooseTerms(config, hello.hello, suite.info, found?.session);
    const plan = planSession(config, hello, settled.extendedMasterSecret, found);
    if (found !== undefined) yield* forgettable(() => forgetServerSession(config, plan, found.ticket));
    const terms = { ...settled, ticket: plan.ticket, status: beside.ocsp !== undefined };
    const wanted = chosenParameters(config, 'SH12', hello, { resumed: found !== undefined, usable: false });
    const { inForce, answered } =
      found === undefined ? { inForce: wanted, answered: wanted } : sessionParameters(found, wanted);
    const parameters = withProtocol(config, inForce);
    yield* limitRecords('SH12', parameters);

    // <-- ServerHello
    // A copy: a view would keep the whole hello, which may be large, for as long as the connection stands.
    const randoms = { client: hello.hello.random.slice(), server: serverRandom(config, TLS12) };
    const log = new KeyLog(config, randoms.client);
    const types = certificateTypesOf(config, hello, chosen?.credential, suite.info, found);
    const epoch = firstEpoch(config);
    yield* send(epoch, serverHello, {
      legacy_version: TLS12,
      random: randoms.server,
      legacy_session_id_echo: plan.sessionId,
      cipher_suite: suite.info.code,
      legacy_compression_method: 0,
      // RFC 5246 §7.4.1.3: clients that know of no extensions get none, not an empty list.
      extensions: presentOrAbsent([
        ...acknowledgedName(config, hello, found),
        ...answerTerms(config, hello.hello, suite.info, terms, found !== undefined),
        ...answeredParameters('SH12', answered),
        ...answerCertificateTypes('SH12', hello.hello.extensions, types),
        ...(beside.scts ? [makeExtension(signedCertificateTimestampRow, 'SH12', { sct_list: beside.scts })] : []),
      ]),
    });

    const handshake = { config, transcript, hello, suite, terms, parameters, randoms, log, secrets, epoch, plan };
    const outcome =
      chosen === undefined
        ? yield* abbreviated(handshake, found as FoundSession)
        : yield* full(handshake, chosen, beside.ocsp, types.client);
    yield* open('read');
    yield* open('write');

    const { client, master, verifyData } = outcome;
    const exporter = secrets.own(master.exporter(randoms.client, randoms.server));
    return {
      version: TLS12,
      cipherSuite: suite.info,
      group: outcome.group,
      signatureScheme: chosen?.scheme,
      ...parameters,
      serverName: hello.serverName,
      helloRetry: false,
      resumed: found !== undefined,
      pskIdentity: outcome.pskIdentity,
      clientRandom: randoms.client,
      peer: client?.peer,
      peerCertificates: client?.chain ?? [],
      peerCertificateDetails: client?.details,
      clientSignatureScheme: outcome.clientScheme,
      localCertificates: chosen?.credential?.chain,
      tls12: {
        extendedMasterSecret: terms.extendedMasterSecret,
        encryptThenMac: terms.encryptThenMac,
        secureRenegotiation: terms.secureRenegotiation,
        sessionId: plan.sessionId,
        firstFinished: found === undefined ? verifyData.client : verifyData.server,
      },
      exportKeyingMaterial: exporting(exporter, terms),
      postHandshake: serverStanding({
        config,
        terms,
        alpn: parameters.alpn,
        resumed: found !== undefined,
        exporter: secrets.release(exporter),
        verifyData,
        peerCertificates: client?.chain ?? [],
        pskIdentity: outcome.pskIdentity,
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** A handshake that the ServerHello has begun. */
interface Handshake {
  readonly config: ServerConfig;
  readonly transcript: Transcript;
  readonly hello: ReceivedHello;
  readonly suite: Suite;
  readonly terms: Terms;
  readonly parameters: Parameters;
  readonly randoms: Randoms;
  readonly log: KeyLog;
  readonly secrets: Secrets;
  readonly epoch: Epoch;
  readonly plan: SessionPlan;
}

/** What either kind comes to. */
interface Outcome {
  readonly master: MasterSecret12;
  readonly client: KnownClient | undefined;
  readonly verifyData: { readonly client: Uint8Array; readonly server: Uint8Array };
  readonly clientScheme?: number | undefined;
  readonly group?: number | undefined;
  readonly pskIdentity?: Uint8Array | undefined;
}

/** Figure 1. */
function* full(
  handshake: Handshake,
  { credential, scheme, group }: Negotiated,
  ocsp: Uint8Array | undefined,
  clientType: number | undefined,
): Flow<Outcome> {
  const { config, transcript, hello, suite, terms, randoms, log, secrets, epoch, plan } = handshake;
  const { info } = suite;

  // <-- Certificate*, CertificateStatus*
  if (credential !== undefined) yield* sendCertificate(epoch, credential);
  if (ocsp !== undefined) yield* sendStatus(epoch, ocsp);

  // <-- ServerKeyExchange*
  const key = credential?.key;
  const clientVersion = hello.hello.legacy_version;
  const exchange = secrets.own(yield* beginKeyExchange({ config, suite: info, hello, group, key, clientVersion }));
  const { params } = exchange;
  if (params !== undefined) {
    const signed =
      key === undefined || scheme === undefined
        ? {}
        : { signed_params: yield* sign(key, scheme, signedKeyExchange(randoms, encodeServerParams(params))) };
    yield* send(epoch, serverKeyExchange12, encode(serverKeyExchangeBody(info), { ...params, ...signed }));
  }

  // <-- CertificateRequest*, ServerHelloDone
  const asked = asksForCertificate(info) && (yield* requestCertificate(config, epoch));
  yield* send(epoch, serverHelloDone12, {});

  // --> Certificate*
  const client = asked ? yield* recvClientCertificate(config, clientType ?? CertificateType.values.X509) : undefined;

  // --> ClientKeyExchange
  const { body } = yield* recv('WAIT_CKE', clientKeyExchange12);
  const sessionHash = transcript.hash();
  const { premaster, pskIdentity, psk: pskOffer } = yield* exchange.complete(body);
  const owned = secrets.own(wipeable(premaster));
  const master = secrets.own(masterSecret(suite, terms, owned.bytes, randoms, () => sessionHash));
  yield* log.secret('CLIENT_RANDOM', master);

  // --> CertificateVerify*
  const messages = transcript.takeMessages();
  let clientScheme: number | undefined;
  if (client !== undefined) {
    const { body: verify } = yield* recv('WAIT_CV', certificateVerify12);
    yield* checkSignature('client', verify, client.peer.publicKey, config.signatureSchemes, messages);
    clientScheme = verify.algorithm;
  }

  // --> [ChangeCipherSpec], Finished
  const keys = secrets.own(new ConnectionKeys(suite, terms, master, randoms));
  const theirs = yield* recvFinished('client', transcript, master, keys);

  // <-- NewSessionTicket*
  const certificateType = credential?.certificateType;
  const session = sessionOf(handshake, master, client, { pskIdentity, pskOffer, certificateType }, undefined);
  yield* sendTicket(handshake, session);

  // <-- [ChangeCipherSpec], Finished
  const ours = yield* sendFinished('server', transcript, master, keys);
  yield* cacheSession(config, plan, session);
  const verifyData = { client: theirs, server: ours };
  return { master, client, verifyData, clientScheme, group: exchange.group, pskIdentity };
}

/** Figure 2. */
function* abbreviated(handshake: Handshake, found: FoundSession): Flow<Outcome> {
  const { transcript, suite, terms, randoms, log, secrets } = handshake;
  const { client, session: was } = found;
  const master = secrets.own(new MasterSecret12(suite.hash, found.masterSecret.slice()));
  yield* log.secret('CLIENT_RANDOM', master);
  const keys = secrets.own(new ConnectionKeys(suite, terms, master, randoms));

  // <-- NewSessionTicket*
  const { pskIdentity, pskOffer, serverCertificateType: certificateType } = was;
  const session = sessionOf(handshake, master, client, { pskIdentity, pskOffer, certificateType }, found);
  yield* sendTicket(handshake, session);

  // <-- [ChangeCipherSpec], Finished
  const ours = yield* sendFinished('server', transcript, master, keys);

  // --> [ChangeCipherSpec], Finished
  const theirs = yield* recvFinished('client', transcript, master, keys);
  return { master, client, verifyData: { client: theirs, server: ours }, pskIdentity };
}

/** A session that the client offers, whose secret is wiped with the handshake's others. */
function* findOwned(config: ServerConfig, hello: ReceivedHello, secrets: Secrets): Flow<FoundSession | undefined> {
  const found = yield* findSession(config, hello);
  if (found !== undefined) secrets.own(wipeable(found.masterSecret));
  return found;
}

/** What is left to resume from. */
function sessionOf(
  { config, hello, suite, terms, parameters }: Handshake,
  master: MasterSecret12,
  client: KnownClient | undefined,
  others: Pick<ServerSessionFacts, 'pskIdentity' | 'pskOffer' | 'certificateType'>,
  resumed: FoundSession | undefined,
) {
  const facts = {
    cipherSuite: suite.info.code,
    masterSecret: master.secret,
    extendedMasterSecret: terms.extendedMasterSecret,
    alpn: parameters.alpn,
    maxFragmentLength: parameters.maxFragmentLength,
    truncatedHmac: terms.truncatedHmac,
    serverName: hello.serverName,
    client: identityOf(config, client),
    ...others,
  };
  return serverSession(config, facts, resumed);
}

/** <-- NewSessionTicket*, where it was promised */
function* sendTicket({ config, epoch, plan }: Handshake, session: ReturnType<typeof serverSession>): Flow<void> {
  if (!plan.ticket) return;
  const message = yield* makeTicket(config, session);
  yield* forgettable(() => forgetServerSession(config, { ...plan, cached: undefined }, message.ticket));
  yield* send(epoch, newSessionTicket12, message);
}

function presentOrAbsent(extensions: readonly Extension[]): readonly Extension[] {
  return extensions.length === 0 ? NO_EXTENSIONS : extensions;
}

/** RFC 6066 §3: not when a session is resumed, which had the name already. */
function acknowledgedName(
  { acknowledgeName }: ServerConfig,
  { serverName }: ReceivedHello,
  found: FoundSession | undefined,
): Extension[] {
  const acknowledges = serverName !== undefined && found === undefined && acknowledgeName !== false;
  return acknowledges ? [makeExtension(serverNameRow, 'SH12', {})] : [];
}

/** What the client asked for beside the certificate, as far as we have it. */
function* staplesFor(credential: Negotiated['credential'], { hello: { extensions } }: ReceivedHello) {
  if (credential === undefined) return { ocsp: undefined, scts: undefined };
  return yield* staples(credential, extensions);
}

/** What kind of certificate either side shows (RFC 7250 §4.2). */
function certificateTypesOf(
  { clientAuth }: ServerContext['config'],
  { hello: { extensions } }: ReceivedHello,
  credential: Negotiated['credential'],
  info: Negotiated['suite']['info'],
  found: FoundSession | undefined,
): { readonly server?: number | undefined; readonly client?: number } {
  // What a session is of is said again.
  if (credential === undefined)
    return found === undefined ? {} : { server: found.session.serverCertificateType ?? CertificateType.values.X509 };
  const server = credential.certificateType ?? CertificateType.values.X509;
  if (clientAuth === undefined || clientAuth.mode === 'none' || !asksForCertificate(info)) return { server };
  return { server, client: chooseClientCertificateType(clientAuth.verifier.certificateTypes, extensions) };
}
