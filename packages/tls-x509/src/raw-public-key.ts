/**
 * Trust in public keys without certificates (RFC 7250). Nothing of X.509 is here: a bundle of raw public keys carries none.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { CryptoError, type CryptoProvider, type MaybePromise, type PublicKey } from '@tlskit/tls-crypto';
import { ascii, toHex } from '@tlskit/tls-wire';
import { decodeBase64 } from './base64.ts';
import { invalidOption } from './errors.ts';
import { parsePem } from './pem.ts';

/**
 * DER of a SubjectPublicKeyInfo; PEM with any number of `PUBLIC KEY`s; or `sha256/` and the base64 of the SHA-256 of a
 * SubjectPublicKeyInfo.
 */
export type PublicKeySource = Uint8Array | string;

/** What a handshake shows: one SubjectPublicKeyInfo in place of a chain. */
export interface RawPublicKeyInput {
  readonly certificateType?: number;
  readonly chain: readonly Uint8Array[];
}

/** A peer that is one of the keys. */
export interface VerifiedRawPublicKey {
  readonly publicKey: PublicKey;
  readonly verified: true;
  /** A key ends when nobody trusts it any more. */
  readonly expires: number;
  readonly trust: string;
}

export interface RawPublicKeyVerifier {
  /** A digest of the keys. */
  readonly trust: string;
  /** RawPublicKey alone. */
  readonly certificateTypes: readonly number[];
  /** @throws TlsError `ERR_TLS_CERT_PIN` for another key, `ERR_TLS_CERT_KEY` for one that cannot be used */
  verify(input: RawPublicKeyInput): VerifiedRawPublicKey;
}

export interface RawPublicKeyVerifierOptions {
  readonly provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>;
  /** The keys to trust. Names play no part: who has the key is the peer (RFC 9846 §F.9). */
  readonly keys: PublicKeySource | readonly PublicKeySource[];
}

/** CertificateType (RFC 7250 §7). */
const X509 = 0;
const RAW_PUBLIC_KEY = 2;

/**
 * A judge of raw public keys.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for no keys, or what is none
 */
export function createRawPublicKeyVerifier({ provider, keys }: RawPublicKeyVerifierOptions): RawPublicKeyVerifier {
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw invalidOption(`the provider ${provider.name} has no SHA-256`);
  const fingerprint = (spki: Uint8Array) => toHex(sha256.digest(spki));
  const sources = (Array.isArray(keys) ? keys : [keys]) as readonly PublicKeySource[];
  const trusted = new Set(sources.flatMap(source => fingerprints(source, fingerprint)));
  if (trusted.size === 0) throw invalidOption('trust with no raw public keys trusts nobody');
  const trust = toHex(sha256.digest(ascii(['rawPublicKeys', ...[...trusted].sort()].join('\n'))));
  return {
    trust,
    certificateTypes: [RAW_PUBLIC_KEY],
    verify({ certificateType = X509, chain }) {
      const [spki] = chain;
      if (certificateType !== RAW_PUBLIC_KEY || spki === undefined || chain.length > 1) {
        throw new TlsError('ERR_TLS_CERT_REFUSED', 'a raw public key was expected, and nothing else');
      }
      // A copy: a verdict outlives the buffers of the connection.
      const own = Uint8Array.from(spki);
      if (!trusted.has(fingerprint(own))) {
        throw new TlsError('ERR_TLS_CERT_PIN', `the public key sha256:${fingerprint(own)} is not one of the trusted`, {
          rfc: 'RFC 7250 §6',
        });
      }
      return { publicKey: importKey(provider, own), verified: true, expires: Number.MAX_SAFE_INTEGER, trust };
    },
  };
}

/** A judge of certificates and of raw public keys, which are asked for first: each kind goes to its own. */
export function eitherVerifier<Input extends RawPublicKeyInput, Verdict>(
  raw: RawPublicKeyVerifier,
  certificates: { readonly trust: string; verify(input: Input): MaybePromise<Verdict> },
): {
  readonly trust: string;
  readonly certificateTypes: readonly number[];
  verify(input: Input): MaybePromise<Verdict | VerifiedRawPublicKey>;
} {
  return {
    trust: `${raw.trust}+${certificates.trust}`,
    certificateTypes: [RAW_PUBLIC_KEY, X509],
    verify: input => (input.certificateType === RAW_PUBLIC_KEY ? raw.verify(input) : certificates.verify(input)),
  };
}

function fingerprints(source: PublicKeySource, fingerprint: (spki: Uint8Array) => string): readonly string[] {
  if (source instanceof Uint8Array) return [fingerprint(source)];
  if (typeof source !== 'string') throw invalidOption('a raw public key is neither DER bytes, nor PEM, nor sha256/…');
  if (source.startsWith('sha256/')) {
    const digest = decodeBase64(source.slice(7));
    if (digest?.length === 32) return [toHex(digest)];
    throw invalidOption(`not of the form sha256/<base64 of 32 bytes>: ${JSON.stringify(source)}`);
  }
  const found = parsePem(source).filter(({ label }) => label === 'PUBLIC KEY');
  if (found.length === 0) throw invalidOption('no PUBLIC KEY is in this PEM');
  return found.map(({ der }) => fingerprint(der));
}

function importKey(provider: Pick<CryptoProvider, 'importPublicKey'>, spki: Uint8Array): PublicKey {
  try {
    return provider.importPublicKey(spki);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new TlsError('ERR_TLS_CERT_KEY', 'the raw public key cannot be used', { cause: error });
  }
}
