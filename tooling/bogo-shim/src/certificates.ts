/** The shim's own credentials, and its judgement of the runner's. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type PublicKey, type SigningKey } from '@tlskit/tls-crypto';
import type {
  Credential,
  CredentialQuery,
  CredentialSource,
  PeerEvidence,
  PeerVerifier,
  VerifiedPeer,
} from '@tlskit/tls-handshake';
import {
  delegatedCredentialRow,
  mayBeDelegated,
  signatureSchemeInfo,
  signedCertificateTimestampRow,
} from '@tlskit/tls-messages';
import { decode, equalBytes } from '@tlskit/tls-wire';
import { createCertificateVerifier, loadCertificates, loadPrivateKey } from '@tlskit/tls-x509';
import { Unimplemented } from './flags.ts';
import type { CredentialSettings, Settings } from './settings.ts';

/** A credential with its place in the flags: -1 for the one that needs no `-new-…-credential`. */
export interface ShimCredential extends Credential {
  readonly number: number;
  readonly schemes: readonly number[];
}

/** All credentials of the flags, best first. */
export function loadCredentials(settings: Settings, provider: CryptoProvider): readonly ShimCredential[] {
  const { credentials, credential, async } = settings;
  return [...credentials.map((each, number) => ({ each, number })), { each: credential, number: -1 }].flatMap(
    ({ each, number }): readonly ShimCredential[] => {
      const { kind, certFile, keyFile, schemes, delegatedCredential } = each;
      if (keyFile === undefined || (certFile === undefined && kind !== 'raw')) return [];
      const key = loadKey(keyFile, provider);
      const own = { key: async ? later(key) : key, number, schemes };
      if (kind === 'raw' || certFile === undefined) return [{ ...own, certificateType: RAW, chain: [key.spki] }];
      if (delegatedCredential !== undefined) checkDelegated(delegatedCredential, key);
      const chain = loadCertificates(readFileSync(certFile));
      return [{ ...own, chain, delegatedCredential, ...staples(each, settings) }];
    },
  );
}

/** The first credential whose key can sign what the client takes. */
export function credentialSource(
  credentials: readonly ShimCredential[],
  settings: Settings,
  chosen: (credential: ShimCredential) => void,
): CredentialSource {
  return query => {
    if (settings.failCertCallback)
      throw new TlsError('ERR_TLS_INTERNAL', 'the credential source fails, as it was told');
    const found = credentials.find(credential => fits(credential, query));
    if (found !== undefined) chosen(found);
    return settings.async ? afterwards(() => found) : found;
  };
}

function fits(credential: ShimCredential, { schemeFor }: CredentialQuery): boolean {
  return schemeFor(credential) !== undefined;
}

/** What stands beside a certificate; and what BoringSSL's callback does to it. */
function staples(
  { ocspResponse, timestamps }: CredentialSettings,
  { ocspCallback, ocspCallbackFails, ocspCallbackDeclines }: Settings,
): Pick<Credential, 'ocsp' | 'scts'> {
  const scts = timestamps && readTimestamps(timestamps);
  if (!ocspCallback) return { ocsp: ocspResponse, scts };
  const ocsp = () => {
    if (ocspCallbackFails) throw new TlsError('ERR_TLS_CERT_STATUS', 'there is no OCSP response, as it was told');
    return ocspCallbackDeclines ? undefined : ocspResponse;
  };
  return { ocsp, scts };
}

function readTimestamps(list: Uint8Array): readonly Uint8Array[] {
  try {
    return decode(signedCertificateTimestampRow.in.CT, list).sct_list;
  } catch (error) {
    throw new TlsError('ERR_TLS_INVALID_OPTION', 'the list of timestamps is malformed', { cause: error });
  }
}

/** What tlskit's own credentials are checked for when they are read; but the runner's certificates have no right to delegate. */
function checkDelegated(bytes: Uint8Array, key: SigningKey): void {
  const { cred } = decode(delegatedCredentialRow.in.CT, bytes);
  const info = signatureSchemeInfo(cred.dc_cert_verify_algorithm);
  if (info === undefined || !mayBeDelegated(info)) {
    throw new TlsError('ERR_TLS_INVALID_OPTION', 'no key may be delegated to for such a scheme');
  }
  if (!equalBytes(cred.ASN1_subjectPublicKeyInfo, key.spki)) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', 'the private key is not the one of the delegated credential');
  }
}

/** CertificateType. */
const RAW = 2;

/** Whether every credential signs with the same schemes: the engine has one list for all. */
export function commonSchemes(all: readonly CredentialSettings[]): readonly number[] | undefined {
  const [first = [], ...rest] = all.map(credential => credential.schemes);
  return rest.every(schemes => schemes.join() === first.join()) ? first : undefined;
}

/** Whether a provider can sign or verify by this scheme. */
export function hasScheme(code: number): boolean {
  return signatureSchemeInfo(code) !== undefined;
}

/**
 * Judges the runner's certificates by the root that it names. The runner has no names that fit, and keys of 1024 bits;
 * for all else the rules are those of every client.
 */
export function shimVerifier(settings: Settings, provider: CryptoProvider): PeerVerifier {
  const { trustFile, verifyFail, verifyPeer, customVerify, async, peerTypes } = settings;
  const inner = createCertificateVerifier({
    provider,
    trust:
      trustFile === undefined || trustFile === ''
        ? { insecure: 'accept any certificate' }
        : { roots: readFileSync(trustFile) },
    algorithms: { minimumRsaBits: 1024 },
  });
  return {
    trust: inner.trust,
    ...(peerTypes.length === 0 ? {} : { certificateTypes: peerTypes }),
    verify(evidence) {
      if (verifyFail && (verifyPeer || peerTypes.length > 0)) {
        // BoringSSL's older callback has no word for a refusal by the application: the alert is handshake_failure.
        const code = customVerify ? 'ERR_TLS_CERT_REFUSED' : 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME';
        const refused = new TlsError(code, 'the certificate is refused, as it was told');
        if (!async) throw refused;
        return afterwards(() => {
          throw refused;
        });
      }
      if (settings.ocspCallback && settings.ocspCallbackFails && !settings.server) {
        throw new TlsError('ERR_TLS_CERT_STATUS', 'the OCSP response is refused, as it was told');
      }
      const verified =
        evidence.certificateType === RAW
          ? judgeKey(evidence, settings, provider, inner.trust)
          : inner.verify({ ...evidence, name: null });
      return async ? afterwards(() => verified) : verified;
    },
  };
}

/**
 * The judge of a client that offers early data: where it is rejected, and the session with it, another certificate than the
 * first connection's may come, whose root alone the runner names.
 */
export function sessionVerifier(settings: Settings, provider: CryptoProvider, isRejected: () => boolean): PeerVerifier {
  const judge = shimVerifier(settings, provider);
  const lenient = shimVerifier({ ...settings, trustFile: undefined }, provider);
  return { ...judge, verify: evidence => (isRejected() ? lenient : judge).verify(evidence) };
}

/** A raw public key is one that parses, and the one that is expected where the flags say which. */
function judgeKey(
  { chain }: PeerEvidence,
  { expectPeerKey }: Settings,
  provider: CryptoProvider,
  trust: string,
): VerifiedPeer {
  const spki = chain[0] as Uint8Array;
  let publicKey: PublicKey;
  try {
    publicKey = provider.importPublicKey(spki);
  } catch (error) {
    throw new TlsError('ERR_TLS_DECODE', 'no SubjectPublicKeyInfo', { cause: error });
  }
  const digest = createHash('sha256').update(spki).digest();
  if (expectPeerKey !== undefined && !equalBytes(digest, expectPeerKey)) {
    throw new TlsError('ERR_TLS_CERT_PIN', 'the peer has another key than is expected');
  }
  return { publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust };
}

/** @throws Unimplemented for a kind of key that the provider has not */
function loadKey(file: string, provider: CryptoProvider): SigningKey {
  try {
    return loadPrivateKey(provider, readFileSync(file));
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown };
    if (cause instanceof CryptoError && cause.code === 'unsupported') throw new Unimplemented(cause.message);
    throw error;
  }
}

/** A key that answers later. */
function later(key: SigningKey): SigningKey {
  return {
    algorithm: key.algorithm,
    spki: key.spki,
    sign: (algorithm, data) => afterwards(() => key.sign(algorithm, data)),
  };
}

/** Does the work in another turn of the event loop. */
export function afterwards<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise<void>(resolve => setImmediate(resolve)).then(work);
}
