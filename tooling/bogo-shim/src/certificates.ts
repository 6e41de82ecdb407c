/** The shim's own credentials, and its judgement of the runner's. */
import { readFileSync } from 'node:fs';
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type SigningKey } from '@tlskit/tls-crypto';
import type { Credential, CredentialQuery, CredentialSource, PeerVerifier } from '@tlskit/tls-handshake';
import { signatureSchemeInfo } from '@tlskit/tls-messages';
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
    ({ each, number }) => {
      const { certFile, keyFile, schemes } = each;
      if (certFile === undefined || keyFile === undefined) return [];
      const key = loadKey(keyFile, provider);
      const chain = loadCertificates(readFileSync(certFile));
      return [{ chain, key: async ? later(key) : key, number, schemes }];
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

function fits({ key }: ShimCredential, { schemeFor }: CredentialQuery): boolean {
  return schemeFor(key) !== undefined;
}

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
  const { trustFile, verifyFail, verifyPeer, customVerify, async } = settings;
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
    verify(evidence) {
      if (verifyFail && verifyPeer) {
        // BoringSSL's older callback has no word for a refusal by the application: the alert is handshake_failure.
        const code = customVerify ? 'ERR_TLS_CERT_REFUSED' : 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME';
        const refused = new TlsError(code, 'the certificate is refused, as it was told');
        if (!async) throw refused;
        return afterwards(() => {
          throw refused;
        });
      }
      const verified = inner.verify({ ...evidence, name: null });
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
  return { trust: judge.trust, verify: evidence => (isRejected() ? lenient : judge).verify(evidence) };
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
