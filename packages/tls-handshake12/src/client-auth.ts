/** Client authentication (RFC 5246 §7.4.4, §7.4.6, §7.4.8), both sides. */
import { TlsError } from '@tlskit/tls-alerts';
import type { SigningKey } from '@tlskit/tls-crypto';
import {
  type ClientConfig,
  type Credential,
  type Epoch,
  type Flow,
  type Parameters,
  recv,
  type ServerConfig,
  send,
  wait,
} from '@tlskit/tls-handshake';
import {
  type CertificateRequest12,
  CertificateType,
  ClientCertificateType,
  certificateRequest12,
} from '@tlskit/tls-messages';
import { signatureSchemeInfo12 } from '@tlskit/tls-messages/tls12';
import {
  certificateMessage,
  type JudgedPeer,
  judge,
  readChain,
  sendCertificate,
  sendNoCertificate,
} from './certificates.ts';

/** A credential with the scheme to sign by. */
export interface ChosenCredential {
  readonly credential: Credential;
  readonly scheme: number;
}

const { dss_sign, ecdsa_sign, rsa_sign } = ClientCertificateType.values;

/** Certificate -->, what the client answers to a request: a certificate, or that it has none. */
export function* answerCertificateRequest(
  config: ClientConfig,
  epoch: Epoch,
  { certificateTypes }: Parameters,
  request: CertificateRequest12,
): Flow<ChosenCredential | undefined> {
  const { credentials, serverName, signatureSchemes } = config;
  const type = certificateTypes?.client ?? CertificateType.values.X509;
  const { certificate_types: kinds, supported_signature_algorithms: schemes } = request;
  const forKey = (key: SigningKey, ours: readonly number[]) =>
    kinds.includes(kindOf(key)) ? schemeFor(key, ours, schemes) : undefined;
  const query = {
    serverName,
    signatureSchemes: schemes,
    certificateSchemes: schemes,
    certificateAuthorities: request.certificate_authorities,
    oidFilters: [],
    certificateTypes: [type],
    schemeFor: (given: SigningKey | Credential) => {
      if (!('chain' in given)) return forKey(given, signatureSchemes);
      // A key that is delegated to is TLS 1.3's alone (RFC 9345 §4).
      const { certificateType = CertificateType.values.X509, delegatedCredential, keyUsage } = given;
      const fits = certificateType === type && !delegatedCredential && keyUsage?.has('digitalSignature') !== false;
      return fits ? forKey(given.key, given.signatureSchemes ?? signatureSchemes) : undefined;
    },
  };
  const credential = credentials && (yield* wait(credentials(query), () => {}));
  const scheme = credential && query.schemeFor(credential);
  if (credential === undefined || scheme === undefined) {
    yield* sendNoCertificate(epoch);
    return undefined;
  }
  yield* sendCertificate(epoch, credential);
  return { credential, scheme };
}

/** The first scheme of ours that the peer takes and that the key can do. */
export function schemeFor(key: SigningKey, ours: readonly number[], theirs: readonly number[]): number | undefined {
  return ours.find(
    code => theirs.includes(code) && signatureSchemeInfo12(code)?.key(key.algorithm) === true && signs(key, code),
  );
}

/** Whether a key that is bound to some algorithms is for this one. */
function signs(key: SigningKey, code: number): boolean {
  const info = signatureSchemeInfo12(code);
  return info !== undefined && key.signs?.(info.algorithm) !== false;
}

/** RFC 5246 §7.4.4, RFC 8422 §5.5: EdDSA is among what `ecdsa_sign` stands for. */
function kindOf({ algorithm: { type } }: SigningKey): number {
  return type === 'rsa' ? rsa_sign : type === 'dsa' ? dss_sign : ecdsa_sign;
}

/** <-- CertificateRequest*. @returns whether it was sent */
export function* requestCertificate(config: ServerConfig, epoch: Epoch): Flow<boolean> {
  const { clientAuth, signatureSchemes } = config;
  if (clientAuth === undefined || clientAuth.mode === 'none') return false;
  const schemes = signatureSchemes.filter(code => signatureSchemeInfo12(code) !== undefined);
  // Neither list may be empty: where nobody of TLS 1.2 signs as we want it, we ask for just that, which nobody can give.
  const types = schemes.length === 0 ? [rsa_sign, ecdsa_sign] : new Set(schemes.map(kindOfScheme));
  yield* send(epoch, certificateRequest12, {
    certificate_types: [...types],
    supported_signature_algorithms: schemes.length === 0 ? signatureSchemes : schemes,
    certificate_authorities: clientAuth.certificateAuthorities ?? [],
  });
  return true;
}

function kindOfScheme(code: number): number {
  const type = signatureSchemeInfo12(code)?.algorithm.type ?? 'ecdsa';
  return type === 'dsa' ? dss_sign : type.startsWith('rsa') ? rsa_sign : ecdsa_sign;
}

/** --> Certificate*, judged. @returns undefined for a client that may do without, and does */
export function* recvClientCertificate(config: ServerConfig, certificateType: number): Flow<JudgedPeer | undefined> {
  const { clientAuth } = config;
  if (clientAuth === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'a certificate that nobody asked for');
  const received = yield* recv('WAIT_CERT', certificateMessage(certificateType, 'client'));
  const chain = readChain(received, certificateType, config);
  if (chain.length === 0) {
    // RFC 5246 §7.4.6: the server goes on, or says handshake_failure.
    if (clientAuth.mode !== 'require') return undefined;
    throw new TlsError('ERR_TLS_CERTIFICATE_REQUIRED', 'the client sent no certificate', { rfc: 'RFC 5246 §7.4.6' });
  }
  const { verifier } = clientAuth;
  return yield* judge(chain, { role: 'client', config, verifier, name: undefined, certificateType });
}
