/**
 * The TLS 1.2 handshake, the client's side (RFC 5246 §7.3), from the ServerHello on. In full (Figure 1):
 *
 *        Client                                               Server
 *
 *        ClientHello              -------->                            (the prelude)
 *                                                        ServerHello   (the prelude)
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
 *                                                        ServerHello   (the prelude)
 *                                                  NewSessionTicket*
 *                                                 [ChangeCipherSpec]
 *                                 <--------                 Finished
 *        [ChangeCipherSpec]
 *        Finished                 -------->
 *        Application Data         <------->         Application Data
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  agreedParameters,
  boundary,
  type ClientContext,
  type ClientOffer,
  type Connected,
  checkResponse,
  clientParameters,
  type Epoch,
  emit,
  type Flow,
  firstEpoch,
  forgettable,
  KeyLog,
  type KnownServer,
  limitRecords,
  open,
  type Parameters,
  type ReceivedServerHello,
  recv,
  resumedServer,
  Secrets,
  send,
  speak,
} from '@tlskit/tls-handshake';
import { MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import {
  certificateVerify12,
  clientKeyExchange12,
  helloRequest12,
  type NewSessionTicket12,
  newSessionTicket12,
  type ServerHello,
} from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import type { SessionPsk } from '@tlskit/tls-session';
import { keyUsageOf } from './certificates.ts';
import { answerCertificateRequest, type ChosenCredential } from './client-auth.ts';
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
import { extensions12 } from './extensions.ts';
import { recvFinished, sendFinished } from './finished.ts';
import { answerKeyExchange } from './key-exchange/index.ts';
import type { Offer12 } from './offer.ts';
import { clientStanding, withProtocol } from './renegotiation.ts';
import { readKeyExchange, recvServerFlight } from './server-flight.ts';
import { keepSession } from './session-keep.ts';
import { type OfferedSession, resumedParameters, resumes } from './session-offer.ts';
import { sign } from './signatures.ts';
import { agreedTerms, answerable, type Terms } from './terms.ts';

export function* connect12(c: ClientContext, offer: ClientOffer, server: ReceivedServerHello): Flow<Connected> {
  const { config, transcript } = c;
  const { hello } = server;
  const secrets = new Secrets();
  try {
    // <-- ServerHello
    yield* speak(TLS12, [helloRequest12]);
    const suite = suiteOf(config.provider, server.suite as CipherSuiteInfo12);
    if (suite === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${server.suite.name}`);
    if (config.credentials !== undefined) transcript.keep();
    transcript.use(suite.hash);
    checkResponse(extensions12, 'SH12', hello.extensions, answerable(c));
    const { session } = offer as Offer12;
    const resumed = resumes(session, c, server) ? session : undefined;
    const terms = agreedTerms(config, hello, suite.info, resumed?.session);
    const agreed = agreedParameters(clientParameters, config, 'SH12', hello.extensions);
    const parameters = withProtocol(
      config,
      resumed === undefined ? agreed : resumedParameters(resumed, server, agreed),
    );
    yield* limitRecords('SH12', parameters);

    const randoms = { client: c.random, server: hello.random };
    const log = new KeyLog(config, c.random);
    const handshake = { c, hello, suite, terms, parameters, randoms, log, secrets, epoch: firstEpoch(config) };
    const outcome = resumed === undefined ? yield* full(handshake) : yield* abbreviated(handshake, resumed);
    yield* open('read');
    yield* open('write');

    const { auth, master, ticket, shown, verifyData, external } = outcome;
    const facts = {
      cipherSuite: suite.info.code,
      masterSecret: master.secret,
      extendedMasterSecret: terms.extendedMasterSecret,
      alpn: parameters.alpn,
      maxFragmentLength: parameters.maxFragmentLength,
      truncatedHmac: terms.truncatedHmac,
      sessionId: hello.legacy_session_id_echo,
      ticket,
      auth,
      external,
    };
    yield* forgettable(yield* keepSession(config, facts, resumed));
    const exporter = secrets.own(master.exporter(randoms.client, randoms.server));
    return {
      version: TLS12,
      cipherSuite: suite.info,
      group: outcome.group,
      signatureScheme: outcome.scheme,
      ...parameters,
      serverName: config.serverName,
      helloRetry: false,
      resumed: resumed !== undefined,
      pskIdentity: outcome.pskIdentity,
      clientRandom: c.random,
      peer: auth?.peer,
      peerCertificates: auth?.chain ?? [],
      peerCertificateDetails: auth?.details,
      clientSignatureScheme: shown?.scheme,
      localCertificates: shown?.credential.chain,
      tls12: {
        extendedMasterSecret: terms.extendedMasterSecret,
        encryptThenMac: terms.encryptThenMac,
        secureRenegotiation: terms.secureRenegotiation,
        sessionId: hello.legacy_session_id_echo,
        firstFinished: resumed === undefined ? verifyData.client : verifyData.server,
      },
      exportKeyingMaterial: exporting(exporter, terms),
      postHandshake: clientStanding({
        config,
        terms,
        alpn: parameters.alpn,
        resumed: resumed !== undefined,
        exporter: secrets.release(exporter),
        verifyData,
        peerCertificates: auth?.chain ?? [],
        pskIdentity: outcome.pskIdentity,
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** A handshake that the ServerHello has begun. */
interface Handshake {
  readonly c: ClientContext;
  readonly hello: ServerHello;
  readonly suite: Suite;
  readonly terms: Terms;
  readonly parameters: Parameters;
  readonly randoms: Randoms;
  readonly log: KeyLog;
  readonly secrets: Secrets;
  readonly epoch: Epoch;
}

/** What either kind comes to. */
interface Outcome {
  readonly master: MasterSecret12;
  readonly auth: KnownServer | undefined;
  readonly ticket: NewSessionTicket12 | undefined;
  readonly verifyData: { readonly client: Uint8Array; readonly server: Uint8Array };
  readonly shown?: ChosenCredential | undefined;
  readonly group?: number | undefined;
  readonly scheme?: number | undefined;
  readonly pskIdentity?: Uint8Array | undefined;
  /** The key, agreed on elsewhere, that stands for the server, and when it did. */
  readonly external?: { readonly psk: SessionPsk; readonly authenticatedAt: number } | undefined;
}

/** Figure 1. */
function* full(handshake: Handshake): Flow<Outcome> {
  const { c, hello, suite, terms, parameters, randoms, log, secrets, epoch } = handshake;
  const { config, transcript } = c;

  // <-- Certificate*, CertificateStatus*, ServerKeyExchange*, CertificateRequest*, ServerHelloDone
  const flight = yield* recvServerFlight(c, suite.info, terms, parameters, hello);
  yield* boundary(); // what comes next answers us
  const { judged } = flight;
  const params = yield* readKeyExchange(config, suite.info, randoms, flight);
  const scheme = params?.signed_params?.algorithm;

  // Certificate* -->
  const shown = flight.request && (yield* answerCertificateRequest(config, epoch, parameters, flight.request));

  // ClientKeyExchange -->
  const peerKey = judged?.peer.publicKey;
  const exchange = yield* answerKeyExchange({ config, suite: suite.info, params, peerKey, clientVersion: TLS12 });
  const premaster = secrets.own(wipeable(exchange.premaster));
  yield* send(epoch, clientKeyExchange12, exchange.body);
  const master = secrets.own(masterSecret(suite, terms, premaster.bytes, randoms, () => transcript.hash()));
  yield* log.secret('CLIENT_RANDOM', master);

  // CertificateVerify* -->
  const messages = transcript.takeMessages();
  if (shown !== undefined) {
    yield* send(epoch, certificateVerify12, yield* sign(shown.credential.key, shown.scheme, messages));
  }

  // [ChangeCipherSpec], Finished -->
  const keys = secrets.own(new ConnectionKeys(suite, terms, master, randoms));
  const client = yield* sendFinished('client', transcript, master, keys);
  if (mayStartFalsely(config, suite.info, parameters)) yield* startFalsely(handshake, master);

  // <-- NewSessionTicket*
  const ticket = terms.ticket ? (yield* recv('WAIT_NST', newSessionTicket12)).body : undefined;

  // <-- [ChangeCipherSpec], Finished
  const server = yield* recvFinished('server', transcript, master, keys);
  const { group, pskIdentity, psk } = exchange;
  const external = psk && { psk, authenticatedAt: config.now() };
  // Who decrypted, agreed or signed is known by the Finished at the latest.
  const auth = judged && { ...judged, scheme, authenticatedAt: config.now() };
  return { master, auth, ticket, verifyData: { client, server }, shown, group, scheme, pskIdentity, external };
}

/** Figure 2. */
function* abbreviated(handshake: Handshake, { session, masterSecret: secret }: OfferedSession): Flow<Outcome> {
  const { c, suite, terms, randoms, log, secrets } = handshake;
  const { config, transcript } = c;
  const master = secrets.own(new MasterSecret12(suite.hash, secret.slice()));
  yield* log.secret('CLIENT_RANDOM', master);
  const keys = secrets.own(new ConnectionKeys(suite, terms, master, randoms));
  const auth = yield* resumedServer(config, session, keyUsageOf(suite.info));

  // <-- NewSessionTicket*
  const ticket = terms.ticket ? (yield* recv('WAIT_NST', newSessionTicket12)).body : undefined;

  // <-- [ChangeCipherSpec], Finished
  const server = yield* recvFinished('server', transcript, master, keys);

  // [ChangeCipherSpec], Finished -->
  const client = yield* sendFinished('client', transcript, master, keys);
  const { externalPsk: psk, authenticatedAt } = session;
  const external = psk && { psk, authenticatedAt };
  return { master, auth, ticket, verifyData: { client, server }, pskIdentity: psk?.identity, external };
}

/** Whether data may go before the server's Finished: strong suites with fresh keys alone (RFC 7918 §3). */
function mayStartFalsely(
  { tls12, renegotiation }: ClientContext['config'],
  { keyExchange, authentication, protection }: CipherSuiteInfo12,
  { alpn }: Parameters,
): boolean {
  const fresh = keyExchange === 'ECDHE' || keyExchange === 'DHE';
  const authentic = authentication !== 'anon' && authentication !== 'PSK';
  const strong = fresh && authentic && protection.type === 'aead';
  // What follows must be known, or an attacker chooses the protocol in which it is read: without ALPN that is for the caller to say.
  const known = alpn !== undefined || tls12?.falseStart === 'without-alpn';
  return (tls12?.falseStart ?? false) !== false && renegotiation === undefined && strong && known;
}

/** Application Data -->, from here on (RFC 7918). The exporter is one of its own, which ends with the handshake. */
function* startFalsely(handshake: Handshake, master: MasterSecret12): Flow<void> {
  const { terms, parameters, randoms, secrets } = handshake;
  const exporter = secrets.own(master.exporter(randoms.client, randoms.server));
  yield* open('write');
  const { alpn } = parameters;
  yield* emit({ type: 'false-start', alpn, exportKeyingMaterial: exporting(exporter, terms) });
}
