/**
 * The TLS 1.3 handshake, the server's side (RFC 9846 §2, Figure 1), from the ClientHello on:
 *
 *        Client                                               Server
 *
 *        ClientHello              -------->                            (the prelude)
 *                                 <--------       HelloRetryRequest*   (the prelude)
 *        ClientHello*             -------->                            (the prelude)
 *        (Application Data*)      -------->                            (§2.3, Figure 4)
 *                                                        ServerHello
 *                                              {EncryptedExtensions}
 *                                              {CertificateRequest*}
 *                                                     {Certificate+}
 *                                               {CertificateVerify+}
 *                                 <--------               {Finished}
 *        (EndOfEarlyData*)
 *        {Certificate*}
 *        {CertificateVerify*}
 *        {Finished}               -------->
 *        [Application Data]       <------->      [Application Data]
 *
 *        + not where a pre-shared key authenticates (§2.2, Figure 3)
 */
import {
  answerCertificateTypes,
  answeredParameters,
  type Connected,
  type Flow,
  identityOf,
  KeyLog,
  limitRecords,
  type ReceivedHello,
  recv,
  Secrets,
  type ServerConfig,
  type ServerContext,
  send,
  sendChangeCipherSpec,
  serverRandom,
  skipEarlyData,
  ticketsUnasked,
  wantsChangeCipherSpec,
} from '@tlskit/tls-handshake';
import { EarlySecret } from '@tlskit/tls-keyschedule';
import {
  type Extension,
  earlyDataRow,
  encryptedExtensions,
  endOfEarlyData,
  keyShareRow,
  makeExtension,
  ProtocolVersion,
  preSharedKeyRow,
  serverHello,
  serverNameRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { recvFinished, sendCertificateAuth, sendFinished } from './authentication.ts';
import { certificateTypesOf, mayAskLater, recvClientAuth, requestCertificate } from './client-auth.ts';
import { exporting, install, keyExchange, TLS13 } from './context.ts';
import { acceptEarlyData } from './early-data-choice.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { keyExchangeFor } from './offer.ts';
import { serverPostHandshake } from './post-handshake.ts';
import { commonModes } from './psk-modes.ts';

export function* accept13(c: ServerContext, first: ReceivedHello): Flow<Connected> {
  const { config, transcript } = c;
  const secrets = new Secrets();
  try {
    // --> ClientHello, and if need be <-- HelloRetryRequest, --> ClientHello
    const { hello, retried, suite, exchange, psk, auth, parameters, earlyData } = yield* negotiate(c, first);
    const types = certificateTypesOf(config, { hello, auth, psk });
    const early = secrets.own(psk?.early ?? EarlySecret.from(suite.hash));
    // A copy: a view would keep the whole hello, which may be large, for as long as the connection stands.
    const clientRandom = hello.hello.random.slice();
    const log = new KeyLog(config, clientRandom);
    transcript.use(suite.hash);
    // Before the ServerHello, which a max_fragment_length concerns as much as what is protected (RFC 6066 §4).
    yield* limitRecords('EE', parameters);
    // (Application Data*) -->
    const accepted = earlyData?.accepted
      ? yield* acceptEarlyData(early, transcript.hash(), secrets, log, psk, parameters, hello)
      : undefined;

    // <-- ServerHello
    const answer = exchange && (yield* keyExchange(() => respond(config, exchange)));
    // The early secret takes the shared secret over, and wipes it.
    const handshake = secrets.own(early.toHandshake(answer?.sharedSecret));
    yield* send('plaintext', serverHello, {
      legacy_version: ProtocolVersion.values['TLS 1.2'],
      random: serverRandom(config, TLS13),
      legacy_session_id_echo: hello.hello.legacy_session_id,
      cipher_suite: suite.info.code,
      legacy_compression_method: 0,
      extensions: [
        // RFC 9846 §4.3.9: none says that the key alone is enough.
        ...(exchange && answer ? [serverShare(exchange.group, answer.share)] : []),
        makeExtension(supportedVersionsRow, 'SH', { selected_version: TLS13 }),
        ...(psk === undefined ? [] : [makeExtension(preSharedKeyRow, 'SH', { selected_identity: psk.index })]),
      ],
    });
    // RFC 9846 §E.4: after our first message, if the client sent a session ID; a HelloRetryRequest had it already.
    if (!retried && wantsChangeCipherSpec(config, hello)) yield* sendChangeCipherSpec();
    const helloHash = transcript.hash();
    const clientTraffic = secrets.own(handshake.client(helloHash));
    const serverTraffic = secrets.own(handshake.server(helloHash));
    yield* log.secret('CLIENT_HANDSHAKE_TRAFFIC_SECRET', clientTraffic);
    yield* log.secret('SERVER_HANDSHAKE_TRAFFIC_SECRET', serverTraffic);
    // RFC 9846 §4.3.10: early data that is not taken is skipped; after a HelloRetryRequest there is none any more.
    if (!retried && earlyData?.accepted === false) yield* skipEarlyData('trial');
    if (accepted !== undefined) yield* install(suite, 'read', 'early', accepted.traffic);
    else yield* install(suite, 'read', 'handshake', clientTraffic);
    yield* install(suite, 'write', 'handshake', serverTraffic);

    // <-- {EncryptedExtensions}
    const extensions: Extension[] = [];
    // RFC 6066 §3: not when a session is resumed, which had the name already; a key from outside is no session.
    const resumed = psk?.ticket !== undefined;
    const acknowledges = hello.serverName !== undefined && !resumed && config.acknowledgeName !== false;
    if (acknowledges) extensions.push(makeExtension(serverNameRow, 'EE', {}));
    extensions.push(...answeredParameters('EE', parameters));
    if (accepted !== undefined) extensions.push(makeExtension(earlyDataRow, 'EE', {}));
    extensions.push(...answerCertificateTypes('EE', hello.hello.extensions, types));
    yield* send('handshake', encryptedExtensions, { extensions });

    // <-- {CertificateRequest*}, {Certificate+}, {CertificateVerify+}
    // RFC 9846 §4.4.2: where a key authenticates, there is no request.
    const asked = auth && (yield* requestCertificate(c));
    if (auth !== undefined) yield* sendCertificateAuth('server', transcript, auth, config.certificates);

    // <-- {Finished}
    yield* sendFinished(transcript, serverTraffic);
    const main = secrets.own(handshake.toMain());
    const finishedHash = transcript.hash();
    const readSecret = secrets.own(main.client(finishedHash));
    const writeSecret = secrets.own(main.server(finishedHash));
    const exporter = secrets.own(main.exporter(finishedHash));
    yield* log.secret('CLIENT_TRAFFIC_SECRET_0', readSecret);
    yield* log.secret('SERVER_TRAFFIC_SECRET_0', writeSecret);
    yield* log.secret('EXPORTER_SECRET', exporter);
    // RFC 9846 §4.5.3: any record after our Finished is under application keys, alerts included.
    yield* install(suite, 'write', 'application', writeSecret);

    // --> (EndOfEarlyData) (RFC 9846 §4.6)
    if (accepted !== undefined) {
      yield* recv('WAIT_EOED', endOfEarlyData);
      yield* install(suite, 'read', 'handshake', clientTraffic);
    }

    // --> {Certificate*}, {CertificateVerify*}
    const required = config.clientAuth?.mode === 'require';
    const certificateType = types.client;
    const shown = asked && (yield* recvClientAuth(config, { transcript, asked, required, certificateType }));
    const client = shown ?? psk?.client;

    // --> {Finished}
    yield* recvFinished(transcript, clientTraffic);
    yield* install(suite, 'read', 'application', readSecret);
    const mayAsk = mayAskLater(config, hello.hello, psk, types.client);
    // RFC 9846 §4.7.1: to clients that could use them.
    const givesTickets = config.tickets !== undefined && commonModes(config, hello.hello).length > 0;

    return {
      version: TLS13,
      cipherSuite: suite.info,
      group: exchange?.group,
      signatureScheme: auth?.scheme,
      ...parameters,
      serverName: hello.serverName,
      helloRetry: retried,
      resumed,
      pskIdentity: psk?.identity,
      earlyData,
      ticketAgeSkew: psk?.ticket?.ageSkew,
      clientRandom,
      peer: client?.peer,
      peerCertificates: client?.chain ?? [],
      peerCertificateDetails: client?.details,
      clientSignatureScheme: shown?.scheme,
      postHandshakeAuth: mayAsk,
      localCertificates: auth?.credential.chain,
      exportKeyingMaterial: exporting(exporter),
      // [Application Data] <-->
      postHandshake: serverPostHandshake({
        config,
        transcript,
        certificateType: types.client,
        mayAsk,
        suite,
        log,
        read: secrets.release(readSecret),
        write: secrets.release(writeSecret),
        exporter: secrets.release(exporter),
        earlyExporter: accepted && secrets.release(accepted.exporter),
        tickets: {
          config,
          suite,
          resumption: givesTickets ? main.resumption(transcript.hash()) : undefined,
          count: parameters.expectedTickets ?? ticketsUnasked(config, resumed),
          serverName: hello.serverName,
          alpn: parameters.alpn,
          pskIdentity: psk?.identity,
          pskOffer: psk?.offer,
          certificateType: types.server,
          authenticatedAt: psk?.authenticatedAt ?? config.now(),
          client: identityOf(config, client),
        },
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** Our half of the key exchange: the share, and the secret, which the caller wipes. */
function respond(config: ServerConfig, { group, clientShare }: NonNullable<Negotiated['exchange']>) {
  return keyExchangeFor(config, group).respond(clientShare);
}

function serverShare(group: number, key_exchange: Uint8Array): Extension {
  return makeExtension(keyShareRow, 'SH', { server_share: { group, key_exchange } });
}
