/**
 * The TLS 1.2 handshake, the server's side (RFC 5246 §7.3, Figure 1), from the ClientHello on:
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
 */
import {
  answerCertificateTypes,
  answeredParameters,
  type Connected,
  chooseClientCertificateType,
  chosenParameters,
  type Flow,
  firstEpoch,
  KeyLog,
  limitRecords,
  open,
  type ReceivedHello,
  recv,
  Secrets,
  type ServerContext,
  send,
  serverRandom,
  speak,
} from '@tlskit/tls-handshake';
import {
  CertificateType,
  certificateVerify12,
  clientKeyExchange12,
  makeExtension,
  serverHello,
  serverHelloDone12,
  serverKeyExchange12,
  serverNameRow,
  signedCertificateTimestampRow,
  statusRequestRow,
} from '@tlskit/tls-messages';
import { encodeServerParams, serverKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { encode } from '@tlskit/tls-wire';
import { sendCertificate, sendStatus, staples } from './certificates.ts';
import { recvClientCertificate, requestCertificate } from './client-auth.ts';
import { ConnectionKeys, masterSecret, TLS12, wipeable } from './context.ts';
import { recvFinished, sendFinished } from './finished.ts';
import { beginKeyExchange } from './key-exchange/index.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { serverStanding } from './renegotiation.ts';
import { asksForCertificate } from './server-flight.ts';
import { checkSignature, sign, signedKeyExchange } from './signatures.ts';
import { answerTerms, chooseTerms } from './terms.ts';

export function* accept12({ config, transcript }: ServerContext, hello: ReceivedHello): Flow<Connected> {
  const epoch = firstEpoch(config);
  const secrets = new Secrets();
  try {
    // --> ClientHello
    yield* speak(TLS12);
    const { suite, group, credential, scheme } = yield* negotiate(config, hello);
    const { info } = suite;
    if (config.clientAuth !== undefined) transcript.keep();
    transcript.use(suite.hash);
    const beside = yield* staplesFor(credential, hello);
    const terms = { ...chooseTerms(config, hello.hello, info), status: beside.ocsp !== undefined };
    const parameters = chosenParameters(config, 'SH12', hello, { resumed: false, usable: false });
    yield* limitRecords('SH12', parameters);
    const types = certificateTypesOf(config, hello, credential, info);
    // A copy: a view would keep the whole hello, which may be large, for as long as the connection stands.
    const randoms = { client: hello.hello.random.slice(), server: serverRandom(config, TLS12) };
    const log = new KeyLog(config, randoms.client);

    // <-- ServerHello
    const named = hello.serverName !== undefined && config.acknowledgeName !== false;
    yield* send(epoch, serverHello, {
      legacy_version: TLS12,
      random: randoms.server,
      legacy_session_id_echo: new Uint8Array(0),
      cipher_suite: info.code,
      legacy_compression_method: 0,
      extensions: [
        ...(named ? [makeExtension(serverNameRow, 'SH12', {})] : []),
        ...answerTerms(config, hello.hello, info, terms),
        ...answeredParameters('SH12', parameters),
        ...answerCertificateTypes('SH12', hello.hello.extensions, types),
        ...(beside.scts ? [makeExtension(signedCertificateTimestampRow, 'SH12', { sct_list: beside.scts })] : []),
      ],
    });

    // <-- Certificate*, CertificateStatus*
    if (credential !== undefined) yield* sendCertificate(epoch, credential);
    if (beside.ocsp !== undefined) yield* sendStatus(epoch, beside.ocsp);

    // <-- ServerKeyExchange*
    const key = credential?.key;
    const exchange = secrets.own(
      yield* beginKeyExchange({ config, suite: info, hello, group, key, clientVersion: hello.hello.legacy_version }),
    );
    const { params } = exchange;
    if (params !== undefined) {
      const signed_params =
        key === undefined || scheme === undefined
          ? undefined
          : yield* sign(key, scheme, signedKeyExchange(randoms, encodeServerParams(params)));
      const body = { ...params, ...(signed_params === undefined ? {} : { signed_params }) };
      yield* send(epoch, serverKeyExchange12, encode(serverKeyExchangeBody(info), body));
    }

    // <-- CertificateRequest*, ServerHelloDone
    const asked = asksForCertificate(info) && (yield* requestCertificate(config, epoch));
    yield* send(epoch, serverHelloDone12, {});

    // --> Certificate*
    const client = asked ? yield* recvClientCertificate(config, types.client ?? CertificateType.values.X509) : undefined;

    // --> ClientKeyExchange
    const { body } = yield* recv('WAIT_CKE', clientKeyExchange12);
    const sessionHash = transcript.hash();
    const { premaster, pskIdentity } = yield* exchange.complete(body);
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

    // <-- NewSessionTicket*, [ChangeCipherSpec], Finished
    const ours = yield* sendFinished('server', transcript, master, keys);
    yield* open('read');
    yield* open('write');

    const exporter = secrets.own(master.exporter(randoms.client, randoms.server));
    return {
      version: TLS12,
      cipherSuite: info,
      group: exchange.group,
      signatureScheme: scheme,
      ...parameters,
      serverName: hello.serverName,
      helloRetry: false,
      resumed: false,
      pskIdentity,
      clientRandom: randoms.client,
      peer: client?.peer,
      peerCertificates: client?.chain ?? [],
      peerCertificateDetails: client?.details,
      clientSignatureScheme: clientScheme,
      localCertificates: credential?.chain,
      tls12: {
        extendedMasterSecret: terms.extendedMasterSecret,
        encryptThenMac: terms.encryptThenMac,
        secureRenegotiation: terms.secureRenegotiation,
        sessionId: new Uint8Array(0),
        firstFinished: theirs,
        forgetSession() {},
      },
      exportKeyingMaterial: (label, context, length) => exporter.export(label, context, length),
      postHandshake: serverStanding({
        config,
        terms,
        exporter: secrets.release(exporter),
        verifyData: { client: theirs, server: ours },
      }),
    };
  } finally {
    secrets.wipe();
  }
}

/** What the client asked for beside the certificate, as far as we have it. */
function* staplesFor(credential: Negotiated['credential'], { hello: { extensions } }: ReceivedHello) {
  if (credential === undefined) return { ocsp: undefined, scts: undefined };
  const asked = new Set(extensions.map(({ extension_type }) => extension_type));
  return yield* staples(credential, asked, { status: statusRequestRow.type, scts: signedCertificateTimestampRow.type });
}

/** What kind of certificate either side shows (RFC 7250 §4.2). */
function certificateTypesOf(
  { clientAuth }: ServerContext['config'],
  { hello: { extensions } }: ReceivedHello,
  credential: Negotiated['credential'],
  info: Negotiated['suite']['info'],
): { readonly server?: number; readonly client?: number } {
  if (credential === undefined) return {};
  const server = credential.certificateType ?? CertificateType.values.X509;
  if (clientAuth === undefined || clientAuth.mode === 'none' || !asksForCertificate(info)) return { server };
  return { server, client: chooseClientCertificateType(clientAuth.verifier.certificateTypes, extensions) };
}
