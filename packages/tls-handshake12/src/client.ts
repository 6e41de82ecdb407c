/**
 * The TLS 1.2 handshake, the client's side (RFC 5246 §7.3, Figure 1), from the ServerHello on:
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
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  agreedParameters,
  type ClientContext,
  type ClientOffer,
  type Connected,
  checkResponse,
  type Flow,
  firstEpoch,
  KeyLog,
  limitRecords,
  open,
  type ReceivedServerHello,
  recv,
  Secrets,
  send,
  speak,
} from '@tlskit/tls-handshake';
import {
  certificateVerify12,
  clientKeyExchange12,
  helloRequest12,
  newSessionTicket12,
} from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { answerCertificateRequest } from './client-auth.ts';
import { ConnectionKeys, masterSecret, suiteOf, TLS12, wipeable } from './context.ts';
import { extensions12 } from './extensions.ts';
import { recvFinished, sendFinished } from './finished.ts';
import { answerKeyExchange } from './key-exchange/index.ts';
import { clientStanding } from './renegotiation.ts';
import { judgeServer, readKeyExchange, recvServerFlight } from './server-flight.ts';
import { sign } from './signatures.ts';
import { agreedTerms, answerable } from './terms.ts';

export function* connect12(c: ClientContext, _offer: ClientOffer, server: ReceivedServerHello): Flow<Connected> {
  const { config, transcript } = c;
  const { hello } = server;
  const suite = suiteOf(config.provider, server.suite as CipherSuiteInfo12);
  if (suite === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${server.suite.name}`);
  const epoch = firstEpoch(config);
  const secrets = new Secrets();
  try {
    // <-- ServerHello
    yield* speak(TLS12, [helloRequest12]);
    if (config.credentials !== undefined) transcript.keep();
    transcript.use(suite.hash);
    checkResponse(extensions12, 'SH12', hello.extensions, answerable(c));
    const terms = agreedTerms(config, hello, suite.info);
    const parameters = agreedParameters(config, 'SH12', hello.extensions);
    yield* limitRecords('SH12', parameters);
    const randoms = { client: c.random, server: hello.random };
    const log = new KeyLog(config, c.random);

    // <-- Certificate*, CertificateStatus*, ServerKeyExchange*, CertificateRequest*, ServerHelloDone
    const flight = yield* recvServerFlight(suite.info, terms, parameters);
    const auth = yield* judgeServer(c, suite.info, parameters, flight, hello);
    const params = yield* readKeyExchange(config, suite.info, randoms, flight, auth?.peer.publicKey);

    // Certificate* -->
    const shown = flight.request && (yield* answerCertificateRequest(config, epoch, parameters, flight.request));

    // ClientKeyExchange -->
    const exchange = yield* answerKeyExchange({
      config,
      suite: suite.info,
      params,
      peerKey: auth?.peer.publicKey,
      clientVersion: TLS12,
    });
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
    const ours = yield* sendFinished('client', transcript, master, keys);
    if (mayStartFalsely(config, suite.info, parameters)) yield* open('write');

    // <-- NewSessionTicket*
    const ticket = terms.ticket ? (yield* recv('WAIT_NST', newSessionTicket12)).body : undefined;

    // <-- [ChangeCipherSpec], Finished
    const theirs = yield* recvFinished('server', transcript, master, keys);
    yield* open('read');
    yield* open('write');

    const exporter = secrets.own(master.exporter(randoms.client, randoms.server));
    return {
      version: TLS12,
      cipherSuite: suite.info,
      group: exchange.group,
      signatureScheme: params?.signed_params?.algorithm,
      ...parameters,
      serverName: config.serverName,
      helloRetry: false,
      resumed: false,
      pskIdentity: exchange.pskIdentity,
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
        firstFinished: ours,
        forgetSession() {},
      },
      exportKeyingMaterial: (label, context, length) => exporter.export(label, context, length),
      postHandshake: clientStanding({
        config,
        terms,
        exporter: secrets.release(exporter),
        verifyData: { client: ours, server: theirs },
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** Whether data may go before the server's Finished: strong suites with fresh keys alone (RFC 7918 §3). */
function mayStartFalsely(
  { tls12, renegotiation }: ClientContext['config'],
  { keyExchange, authentication, protection }: CipherSuiteInfo12,
  { alpn }: { readonly alpn: string | undefined },
): boolean {
  const fresh = keyExchange === 'ECDHE' || keyExchange === 'DHE';
  const authentic = authentication !== 'anon' && authentication !== 'PSK';
  // What follows must be known, or an attacker chooses the protocol in which it is read (RFC 7918 §3).
  return (
    tls12?.falseStart === true &&
    renegotiation === undefined &&
    fresh &&
    authentic &&
    protection.type === 'aead' &&
    alpn !== undefined
  );
}
