/**
 * The TLS 1.3 handshake, the client's side (RFC 9846 §2, Figure 1), from the ServerHello on:
 *
 *        Client                                               Server
 *
 *        ClientHello              -------->                            (the prelude)
 *        (Application Data*)      -------->                            (§2.3, Figure 4)
 *                                                        ServerHello   (the prelude)
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
import { TlsError } from '@tlskit/tls-alerts';
import {
  agreedParameters,
  type ClientContext,
  type ClientOffer,
  type Connected,
  checkResponse,
  type Flow,
  isMessage,
  KeyLog,
  type KnownServer,
  noSharedType,
  onlyX509,
  type Parameters,
  type Received,
  type ReceivedServerHello,
  recv,
  recvOneOf,
  Secrets,
  send,
  sendChangeCipherSpec,
} from '@tlskit/tls-handshake';
import { EarlySecret } from '@tlskit/tls-keyschedule';
import {
  type Certificate,
  type CertificateRequest,
  CertificateType,
  type CipherSuiteInfo,
  certificateRequest,
  encryptedExtensions,
  endOfEarlyData,
  findExtension,
  groupName,
  keyShareRow,
} from '@tlskit/tls-messages';
import {
  certificateMessages,
  recvCertificateAuth,
  recvFinished,
  sendFinished,
  sendNoCertificate,
} from './authentication.ts';
import { type RequestedCertificate, requestedSchemes } from './certificate-request.ts';
import type { ChosenCredential } from './certificate-wishes.ts';
import { exporting, illegal, install, keyExchange, missing, suiteOf, TLS13 } from './context.ts';
import type { ClientKit } from './kit.ts';
import type { Offer13 } from './offer.ts';
import { clientPostHandshake } from './post-handshake.ts';
import type { OfferedPsk } from './psk-offer.ts';

export function* connect13(c: ClientContext, offer: ClientOffer, server: ReceivedServerHello): Flow<Connected> {
  const { config, transcript } = c;
  const suite = suiteOf(config.provider, server.suite as CipherSuiteInfo);
  transcript.use(suite.hash);
  const log = new KeyLog(config, c.random);
  const { kit, psks, earlyData } = offer as Offer13;
  const secrets = new Secrets();
  try {
    // <-- ServerHello
    const psk = psks && kit.psks?.selected(config, psks, server);
    const exchange = yield* completeKeyExchange(c, offer as Offer13, server, psk);
    const handshake = secrets.own(EarlySecret.from(suite.hash, psk?.key).toHandshake(exchange?.sharedSecret));
    psks?.wipe();
    const helloHash = transcript.hash();
    const clientTraffic = secrets.own(handshake.client(helloHash));
    const serverTraffic = secrets.own(handshake.server(helloHash));
    yield* log.secret('CLIENT_HANDSHAKE_TRAFFIC_SECRET', clientTraffic);
    yield* log.secret('SERVER_HANDSHAKE_TRAFFIC_SECRET', serverTraffic);
    yield* install(suite, 'read', 'handshake', serverTraffic);
    // RFC 9846 §E.4: the dummy change_cipher_spec stands before our second flight, be that an alert; a second ClientHello had it already.
    if (config.compatibilityMode && !earlyData && c.retryRequest === undefined) yield* sendChangeCipherSpec();
    // RFC 9846 §A.1: an alert about what follows, a refused certificate say, is not to be sent in the clear.
    // Early data that may yet be accepted goes on meanwhile, under its own keys.
    const undecided = earlyData?.mayBeAccepted(c, psk) ?? false;
    if (!undecided) yield* install(suite, 'write', 'handshake', clientTraffic);

    // <-- {EncryptedExtensions}
    const { body: ee } = yield* recv('WAIT_EE', encryptedExtensions);
    checkResponse(kit.extensions, 'EE', ee.extensions, c.sent);
    const parameters = agreedParameters(kit.parameters, config, 'EE', ee.extensions);
    if (kit.limitRecords !== undefined) yield* kit.limitRecords('EE', parameters);
    const early = earlyData?.isAccepted(c, psk, suite.info, ee, parameters) ?? false;
    if (undecided && !early) yield* install(suite, 'write', 'handshake', clientTraffic);
    if (earlyData !== undefined) yield* earlyData.tell(c);

    // <-- {CertificateRequest*}, {Certificate+}, {CertificateVerify+}
    // RFC 9846 §4.4.2: where a key authenticates, even a CertificateRequest is out of place.
    const { request, auth } = yield* psk && kit.psks
      ? kit.psks.resumedAuth(c, psk)
      : recvServerAuth(c, kit, parameters);

    // <-- {Finished}
    yield* recvFinished(transcript, serverTraffic);
    const main = secrets.own(handshake.toMain());
    const finishedHash = transcript.hash();
    const readSecret = secrets.own(main.server(finishedHash));
    const writeSecret = secrets.own(main.client(finishedHash));
    const exporter = secrets.own(main.exporter(finishedHash));
    yield* log.secret('CLIENT_TRAFFIC_SECRET_0', writeSecret);
    yield* log.secret('SERVER_TRAFFIC_SECRET_0', readSecret);
    yield* log.secret('EXPORTER_SECRET', exporter);
    yield* install(suite, 'read', 'application', readSecret);

    // (EndOfEarlyData) --> (RFC 9846 §4.6)
    if (early) {
      yield* send('early', endOfEarlyData, {});
      yield* install(suite, 'write', 'handshake', clientTraffic);
    }

    // {Certificate*}, {CertificateVerify*} -->
    const shown = request && (yield* answer(c, kit, request));

    // {Finished} -->
    yield* sendFinished(transcript, clientTraffic);
    yield* install(suite, 'write', 'application', writeSecret);
    const resumption = main.resumption(transcript.hash());

    return {
      version: TLS13,
      cipherSuite: suite.info,
      group: exchange?.group,
      signatureScheme: auth?.scheme,
      ...parameters,
      serverName: config.serverName,
      helloRetry: c.retryRequest !== undefined,
      resumed: psk?.session !== undefined,
      pskIdentity: psk?.external?.identity,
      earlyData: earlyData?.outcome,
      clientRandom: c.random,
      peer: auth?.peer,
      peerCertificates: auth?.chain ?? [],
      peerCertificateDetails: auth?.details,
      clientSignatureScheme: shown?.scheme,
      localCertificates: shown?.credential.chain,
      exportKeyingMaterial: exporting(exporter),
      // [Application Data] <-->
      postHandshake: clientPostHandshake({
        config,
        kit,
        transcript,
        certificateType: parameters.certificateTypes?.client,
        suite,
        log,
        read: secrets.release(readSecret),
        write: secrets.release(writeSecret),
        exporter: secrets.release(exporter),
        earlyExporter: earlyData?.takeExporter(),
        resumption,
        alpn: parameters.alpn,
        auth,
        external: psk && kit.psks?.externalAuth(c, psk),
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** The shared secret from the server's key_share (RFC 9846 §4.3.8), which is wiped by whoever takes it; none in psk_ke. */
function* completeKeyExchange(
  c: ClientContext,
  offer: Offer13,
  { hello }: ReceivedServerHello,
  psk: OfferedPsk | undefined,
): Flow<{ group: number; sharedSecret: Uint8Array } | undefined> {
  const share = findExtension(hello.extensions, keyShareRow, 'SH')?.server_share;
  if (share === undefined) {
    if (psk === undefined) throw missing('key_share', 'ServerHello');
    return undefined;
  }
  // After a HelloRetryRequest the shares are those that it asked for, so that this covers its group too.
  const requested = c.retryRequest && findExtension(c.retryRequest.extensions, keyShareRow, 'HRR')?.selected_group;
  const ours = offer.takeShare(share.group);
  if (ours === undefined || (requested !== undefined && requested !== share.group)) {
    ours?.wipe();
    throw illegal(`the server's share is of ${groupName(share.group)}, which was not sent`, 'RFC 9846 §4.3.8');
  }
  try {
    const sharedSecret = yield* keyExchange(() => ours.complete(share.key_exchange));
    return { group: share.group, sharedSecret };
  } finally {
    ours.wipe();
  }
}

/** Who the server is, and what it wants to see of us. */
interface ServerAuth {
  readonly request?: Request | undefined;
  readonly auth?: KnownServer | undefined;
}

function* recvServerAuth(c: ClientContext, kit: ClientKit, { certificateTypes }: Parameters): Flow<ServerAuth> {
  const { config, transcript } = c;
  const certificateType = certificateTypes?.server ?? CertificateType.values.X509;
  // A server that is silent of types has X.509, which we may not have offered (RFC 7250 §4.2).
  if (!(config.verifier.certificateTypes ?? onlyX509).includes(certificateType)) {
    throw noSharedType('the server has an X.509 certificate, and another type was asked for');
  }
  const expectation = {
    role: 'server',
    kit,
    transcript,
    verifier: config.verifier,
    name: config.peerName,
    certificateType,
    context: new Uint8Array(0),
    required: true,
    asked: c.sent,
    config,
  } as const;
  const messages = certificateMessages(kit, config.certificates);
  const first = yield* recvOneOf('WAIT_CERT_CR', certificateRequest, ...messages);
  const request = isMessage(first, certificateRequest)
    ? readRequest(kit, certificateTypes?.client, first.body)
    : undefined;
  // RFC 9846 §4.4.2: no context in the handshake.
  if (request !== undefined && request.context.length > 0) {
    throw illegal('certificate_request_context is not empty', 'RFC 9846 §4.4.2');
  }
  const auth = yield* recvCertificateAuth(
    expectation,
    request === undefined ? (first as Received<Certificate>) : undefined,
  );
  if (auth === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'a server without certificate was let pass');
  return { ...(request === undefined ? {} : { request }), auth: { ...auth, authenticatedAt: config.now() } };
}

/** A request for our certificate; without `credentials` among our features, nobody reads what it is to be like. */
type Request = Pick<RequestedCertificate, 'context'> & Partial<RequestedCertificate>;

function readRequest(kit: ClientKit, type: number | undefined, request: CertificateRequest): Request {
  if (kit.credentials !== undefined) return kit.credentials.read(kit, type, request);
  requestedSchemes(kit, request.extensions);
  return { context: request.certificate_request_context };
}

/** {Certificate}, {CertificateVerify*} --> */
function* answer(
  { config, transcript }: ClientContext,
  { credentials }: ClientKit,
  request: Request,
): Flow<ChosenCredential | undefined> {
  if (credentials !== undefined) return yield* credentials.answer(config, transcript, request as RequestedCertificate);
  yield* sendNoCertificate(request.context);
  return undefined;
}
