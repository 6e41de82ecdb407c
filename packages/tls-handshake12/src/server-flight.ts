/**
 * What a server sends between its ServerHello and ServerHelloDone (RFC 5246 §7.3), as the client takes it: read in order, and its
 * certificate judged as soon as there is nothing to come that belongs to it, as a CertificateStatus does.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { PublicKey } from '@tlskit/tls-crypto';
import {
  type AnyMessage,
  type ClientConfig,
  type ClientContext,
  type Flow,
  noSharedType,
  onlyX509,
  type Parameters,
  type Received,
  recvOneOf,
} from '@tlskit/tls-handshake';
import {
  type CertificateRequest12,
  type CertificateStatus,
  CertificateType,
  certificateRequest12,
  certificateStatus12,
  findExtension,
  NamedGroup,
  type ServerHello,
  serverHelloDone12,
  serverKeyExchange12,
  signedCertificateTimestampRow,
} from '@tlskit/tls-messages';
import {
  type CipherSuiteInfo12,
  type ServerKeyExchange12,
  serverKeyExchangeBody,
  serverKeyExchangeIs,
  signedParams,
} from '@tlskit/tls-messages/tls12';
import { decode } from '@tlskit/tls-wire';
import { certificateMessage, type JudgedPeer, judge, readChain } from './certificates.ts';
import type { Randoms } from './context.ts';
import { checkSignature, signedKeyExchange } from './signatures.ts';
import type { Terms } from './terms.ts';

/** The messages that came, and who sent them. */
export interface ServerFlight {
  /** The server, where the suite has a certificate. */
  readonly judged: JudgedPeer | undefined;
  /** The body of ServerKeyExchange. */
  readonly keyExchange: Uint8Array | undefined;
  readonly request: CertificateRequest12 | undefined;
}

/** Whether a server shows a certificate with the suite (RFC 5246 §7.4.2; RFC 4279 §2, §3). */
export function showsCertificate({ authentication, keyExchange }: CipherSuiteInfo12): boolean {
  return authentication !== 'anon' && (authentication !== 'PSK' || keyExchange === 'RSA');
}

/** <-- Certificate*, CertificateStatus*, ServerKeyExchange*, CertificateRequest*, ServerHelloDone */
export function* recvServerFlight(
  c: ClientContext,
  suite: CipherSuiteInfo12,
  { status: mayHaveStatus }: Terms,
  parameters: Parameters,
  hello: ServerHello,
): Flow<ServerFlight> {
  const { certificateTypes } = parameters;
  const shows = showsCertificate(suite);
  const certificate = certificateMessage(certificateTypes?.server ?? CertificateType.values.X509, 'server');
  const keyExchangeIs = serverKeyExchangeIs(suite);
  const steps: { readonly message: AnyMessage; readonly presence: 'sent' | 'optional' | 'absent' }[] = [
    { message: certificate, presence: shows ? 'sent' : 'absent' },
    // RFC 6066 §8: a server that said so may yet send none.
    { message: certificateStatus12, presence: shows && mayHaveStatus ? 'optional' : 'absent' },
    { message: serverKeyExchange12, presence: keyExchangeIs },
    // RFC 5246 §7.4.4, RFC 4279 §2: who is anonymous asks nobody, and where a key authenticates nobody is asked.
    { message: certificateRequest12, presence: asksForCertificate(suite) ? 'optional' : 'absent' },
    { message: serverHelloDone12, presence: 'sent' },
  ];
  const came = new Map<AnyMessage, Received>();
  let judged: JudgedPeer | undefined;
  for (let at = 0; at < steps.length; ) {
    const expected = untilNextSent(steps.slice(at));
    const received = yield* recvOneOf(stateOf(expected), ...expected);
    const index = steps.findIndex(({ message }) => message.type === received.def.type);
    const { message } = steps[index] as { message: AnyMessage };
    came.set(message, received);
    at = index + 1;
    const shown = came.get(certificate);
    if (shown === undefined || judged !== undefined || (message === certificate && mayHaveStatus)) continue;
    const status = came.get(certificateStatus12)?.body as CertificateStatus | undefined;
    judged = yield* judgeServer(c, suite, parameters, shown, status, hello);
  }
  return {
    judged,
    keyExchange: came.get(serverKeyExchange12)?.body as Uint8Array | undefined,
    request: came.get(certificateRequest12)?.body as CertificateRequest12 | undefined,
  };
}

/** RFC 5246 §7.4.4: a server that is authenticated itself, and by a certificate, may ask for one. */
export function asksForCertificate({ authentication }: CipherSuiteInfo12): boolean {
  return authentication !== 'anon' && authentication !== 'PSK';
}

/** The messages that may come next: those that may be left out, and the first that may not. */
function untilNextSent(steps: readonly { readonly message: AnyMessage; readonly presence: string }[]): AnyMessage[] {
  const last = steps.findIndex(({ presence }) => presence === 'sent');
  return steps
    .slice(0, last + 1)
    .filter(({ presence }) => presence !== 'absent')
    .map(({ message }) => message);
}

function stateOf([first]: readonly AnyMessage[]): string {
  const states = new Map<AnyMessage | undefined, string>([
    [certificateStatus12, 'WAIT_STATUS'],
    [serverKeyExchange12, 'WAIT_SKE'],
    [certificateRequest12, 'WAIT_CR_SHD'],
    [serverHelloDone12, 'WAIT_SHD'],
  ]);
  return states.get(first) ?? 'WAIT_CERT';
}

/** Who the server is by its certificate. */
function* judgeServer(
  { config }: ClientContext,
  suite: CipherSuiteInfo12,
  { certificateTypes }: Parameters,
  certificate: Received,
  status: CertificateStatus | undefined,
  { extensions }: ServerHello,
): Flow<JudgedPeer> {
  const certificateType = certificateTypes?.server ?? CertificateType.values.X509;
  if (!(config.verifier.certificateTypes ?? onlyX509).includes(certificateType)) {
    throw noSharedType('the server has an X.509 certificate, and another type was asked for');
  }
  const chain = readChain(certificate, certificateType, config);
  if (chain.length === 0) throw new TlsError('ERR_TLS_NO_CERTIFICATE', 'the server sent no certificate');
  const judged = yield* judge(chain, {
    role: 'server',
    config,
    verifier: config.verifier,
    name: config.peerName,
    certificateType,
    suite,
    status,
    statusAsked: config.certificates?.ocsp === true,
    scts: findExtension(extensions, signedCertificateTimestampRow, 'SH12')?.sct_list,
  });
  checkKeyType(suite, judged.peer.publicKey);
  checkCurve(config, judged.peer.publicKey);
  return judged;
}

/** RFC 5246 §7.4.2, RFC 8422 §5.3: the certificate's key is of the suite's kind. */
function checkKeyType(
  { authentication, keyExchange, name }: CipherSuiteInfo12,
  { algorithm: { type } }: PublicKey,
): void {
  const kinds = { RSA: ['rsa'], ECDSA: ['ec', 'ed25519', 'ed448'], DSS: ['dsa'], PSK: ['rsa'], anon: [] } as const;
  // Where the key agrees, what the suite says of authentication is how the certificate was signed, which no longer matters.
  const fixed = { DH: ['dh'], ECDH: ['ec'] } as const;
  const fit = keyExchange === 'DH' || keyExchange === 'ECDH' ? fixed[keyExchange] : kinds[authentication];
  if ((fit as readonly string[]).includes(type)) return;
  throw new TlsError('ERR_TLS_CERT_KEY', `a certificate with a key of type ${type} for ${name}`, {
    rfc: 'RFC 5246 §7.4.2',
  });
}

/** RFC 8422 §5.3: the curve of the certificate's key is one of those that we named. */
function checkCurve({ groups }: ClientConfig, { algorithm }: PublicKey): void {
  if (algorithm.type !== 'ec' || groups.includes(NamedGroup.values[algorithm.curve])) return;
  throw new TlsError(
    'ERR_TLS_ILLEGAL_PARAMETER',
    `a certificate with a key of ${algorithm.curve}, which was not offered`,
    {
      rfc: 'RFC 8422 §5.3',
    },
  );
}

/** The parameters in ServerKeyExchange, whose signature is checked where they are signed (RFC 5246 §7.4.3). */
export function* readKeyExchange(
  { signatureSchemes }: ClientConfig,
  suite: CipherSuiteInfo12,
  randoms: Randoms,
  { keyExchange, judged }: ServerFlight,
): Flow<ServerKeyExchange12 | undefined> {
  if (keyExchange === undefined) return undefined;
  const params = decode(serverKeyExchangeBody(suite), keyExchange);
  if (params.signed_params !== undefined) {
    const key = judged?.peer.publicKey;
    if (key === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'a signature without a key');
    const content = signedKeyExchange(randoms, signedParams(suite, keyExchange));
    yield* checkSignature('server', params.signed_params, key, signatureSchemes, content);
  }
  return params;
}
