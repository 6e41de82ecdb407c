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
  SignatureScheme,
  signatureSchemeInfo,
  signedCertificateTimestampRow,
} from '@tlskit/tls-messages';
import { decode, equalBytes } from '@tlskit/tls-wire';
import {
  createCertificateVerifier,
  isIssuedByAny,
  loadCertificates,
  loadPrivateKey,
  parseCertificate,
} from '@tlskit/tls-x509';
import { Unimplemented } from './flags.ts';
import type { CredentialSettings, Settings } from './settings.ts';

/** A credential with its place in the flags: -1 for the one that needs no `-new-…-credential`. */
export interface ShimCredential extends Credential {
  readonly number: number;
  readonly mustMatchIssuer: boolean;
}

/** All credentials of the flags, best first. */
export function loadCredentials(settings: Settings, provider: CryptoProvider): readonly ShimCredential[] {
  const { credentials, credential, async } = settings;
  return [...credentials.map((each, number) => ({ each, number })), { each: credential, number: -1 }].flatMap(
    ({ each, number }): readonly ShimCredential[] => {
      const { kind, certFile, keyFile, schemes, delegatedCredential, mustMatchIssuer } = each;
      if (keyFile === undefined || (certFile === undefined && kind !== 'raw')) return [];
      const key = loadKey(keyFile, provider);
      const signatureSchemes = schemes.length > 0 ? schemes : defaultSigningSchemes;
      const own = { key: async ? later(key) : key, number, signatureSchemes, mustMatchIssuer };
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
    // RFC 9846 §4.5.1 has a client send an empty Certificate; BoringSSL's gives up where it has some and none fits.
    else if (!settings.server && credentials.length > 0) {
      throw new TlsError('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'none of the credentials fits, as BoringSSL has it');
    }
    return settings.async ? afterwards(() => found) : found;
  };
}

function fits(credential: ShimCredential, { schemeFor, certificateAuthorities }: CredentialQuery): boolean {
  if (schemeFor(credential) === undefined) return false;
  return !credential.mustMatchIssuer || isIssuedByAny(credential.chain.map(parseCertificate), certificateAuthorities);
}

const s = SignatureScheme.values;
const defaultSigningSchemes = [
  s.ed25519,
  s.ecdsa_secp256r1_sha256,
  s.rsa_pss_rsae_sha256,
  s.rsa_pkcs1_sha256,
  s.ecdsa_secp384r1_sha384,
  s.rsa_pss_rsae_sha384,
  s.rsa_pkcs1_sha384,
  s.ecdsa_secp521r1_sha512,
  s.rsa_pss_rsae_sha512,
  s.rsa_pkcs1_sha512,
  s.mldsa44,
  s.mldsa65,
  s.mldsa87,
  // Named here as BoringSSL names them, for peers that take nothing else; nobody else signs by them unasked (RFC 9155 §4, §5).
  s.ecdsa_sha1,
  s.rsa_pkcs1_sha1,
];

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

/** Whether a provider can sign or verify by this scheme. */
export function hasScheme(code: number): boolean {
  return signatureSchemeInfo(code) !== undefined;
}

/**
 * Judges the runner's certificates by the root that it names. The runner has no names that fit, keys of 1024 bits, and
 * certificates that RFC 5280 §4 would have made otherwise; for all else the rules are those of every client.
 */
export function shimVerifier(settings: Settings, provider: CryptoProvider): PeerVerifier {
  const { trustFile, verifyFail, verifyPeer, customVerify, async, peerTypes, reverify } = settings;
  const inner = createCertificateVerifier({
    provider,
    trust:
      trustFile === undefined || trustFile === ''
        ? { insecure: 'accept any certificate' }
        : { roots: readFileSync(trustFile) },
    profile: 'path',
    algorithms: { minimumRsaBits: 1024 },
  });
  return {
    trust: inner.trust,
    ...(peerTypes.length === 0 ? {} : { certificateTypes: peerTypes }),
    verify(evidence) {
      // BoringSSL goes by the verdict that the session was made under, unless it is told otherwise.
      const judges = evidence.resumed !== true || reverify;
      if (judges && verifyFail && (verifyPeer || peerTypes.length > 0)) {
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
export function sessionVerifier(
  settings: Settings,
  retry: Settings,
  provider: CryptoProvider,
  isRejected: () => boolean,
): PeerVerifier {
  const judge = shimVerifier(settings, provider);
  const lenient = shimVerifier({ ...retry, trustFile: undefined }, provider);
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
  const { algorithm, spki, decryptPkcs1 } = key;
  return {
    algorithm,
    spki,
    sign: (algorithm, data) => afterwards(() => key.sign(algorithm, data)),
    ...(decryptPkcs1 && { decryptPkcs1: (...args) => afterwards(() => decryptPkcs1.apply(key, args)) }),
  };
}

/** Does the work in another turn of the event loop. */
export function afterwards<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise<void>(resolve => setImmediate(resolve)).then(work);
}
