/** Private keys that never leave where they are: whoever has one is asked to sign. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  CryptoError,
  type CryptoProvider,
  type MaybePromise,
  type PublicKey,
  type SignatureAlgorithm,
  type SigningKey,
} from '@tlskit/tls-crypto';
import { SignatureScheme, signatureSchemeInfo } from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import { der, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { parseCertificate } from './certificate.ts';
import { checkKeys, invalidOption } from './errors.ts';
import { loadCertificates } from './files.ts';
import { parsePem, textOrDer } from './pem.ts';
import { isSameAlgorithm } from './selection.ts';

/** The public half of a key that is elsewhere: by itself, or in its certificate. */
export interface PublicHalf {
  /** SubjectPublicKeyInfo, DER or PEM (`PUBLIC KEY`). */
  readonly spki?: Uint8Array | string | undefined;
  /** In place of `spki`, a certificate for the key, PEM or DER; of several the first. */
  readonly certificate?: Uint8Array | string | undefined;
}

export interface ExternalKeyOptions extends PublicHalf {
  readonly provider: Pick<CryptoProvider, 'importPublicKey'>;
  /**
   * Signs `data`, which is not hashed yet, and may take its time: what it throws, or rejects with, ends the handshake as the `cause` of
   * its error. `algorithm` is one of those that fit the key, such as `{ type: 'ecdsa', hash: 'sha256' }`, or
   * `{ type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 }`.
   */
  readonly sign: (algorithm: SignatureAlgorithm, data: Uint8Array) => MaybePromise<Uint8Array>;
  /** The schemes that it can sign by, by IANA's names; by default all that fit the key. For TLS 1.2, those of its hash and padding. */
  readonly signatureSchemes?: readonly string[] | undefined;
  /** The form of its ECDSA signatures: `der` (RFC 3279 §2.2.3), the default, or r and s side by side, as IEEE P1363 and JOSE have them. */
  readonly ecdsaFormat?: 'der' | 'ieee-p1363' | undefined;
  /** Whether to look that each signature is good before it is sent; true by default. */
  readonly verify?: boolean | undefined;
}

const optionNames: Record<keyof ExternalKeyOptions, true> = {
  provider: true,
  spki: true,
  certificate: true,
  sign: true,
  signatureSchemes: true,
  ecdsaFormat: true,
  verify: true,
};

/**
 * A key in an HSM, in a key service, or with another process: anything that signs, given what its public half is.
 *
 * Signatures are verified before they are sent, so that a key which is not the one of the certificate, or a faulty signer, is found
 * out here (`ERR_TLS_KEY_MISMATCH`), and not by the peer.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for options that are none, and a public key that the provider does not have
 */
export function createExternalSigningKey(options: ExternalKeyOptions): SigningKey {
  checkKeys('an external key', options, Object.keys(optionNames));
  const { provider, sign, signatureSchemes, ecdsaFormat = 'der', verify = true } = options;
  if (typeof sign !== 'function') throw invalidOption('sign of an external key is a function');
  if (ecdsaFormat !== 'der' && ecdsaFormat !== 'ieee-p1363')
    throw invalidOption("ecdsaFormat is 'der' or 'ieee-p1363'");
  if (typeof verify !== 'boolean') throw invalidOption('verify of an external key is a boolean');
  const publicKey = publicHalf(provider, options);
  const algorithms = signatureSchemes && algorithmsOf(signatureSchemes, publicKey);
  const finish = (algorithm: SignatureAlgorithm, data: Uint8Array, given: unknown): MaybePromise<Uint8Array> => {
    if (!(given instanceof Uint8Array) || given.length === 0) {
      throw new CryptoError('misuse', 'the external key gave something else than a signature');
    }
    const signature = algorithm.type === 'ecdsa' && ecdsaFormat === 'ieee-p1363' ? derOfPair(given) : given;
    return verify ? verified(publicKey, algorithm, data, signature) : signature;
  };
  return {
    algorithm: publicKey.algorithm,
    spki: publicKey.spki,
    ...(algorithms === undefined
      ? {}
      : { signs: algorithm => algorithms.some(each => isSameAlgorithm(each, algorithm)) }),
    sign(algorithm, data) {
      const given: MaybePromise<unknown> = sign(algorithm, data);
      return given instanceof Promise
        ? given.then(each => finish(algorithm, data, each))
        : finish(algorithm, data, given);
    },
  };
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function publicHalf(
  provider: Pick<CryptoProvider, 'importPublicKey'>,
  { spki, certificate }: PublicHalf,
): PublicKey {
  if ((spki === undefined) === (certificate === undefined)) {
    throw invalidOption('a key elsewhere has its public half beside it: spki, or certificate');
  }
  const bytes = spki === undefined ? spkiOfCertificate(certificate as string | Uint8Array) : spkiOfFile(spki);
  try {
    return provider.importPublicKey(bytes);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw invalidOption(`the public key cannot be used: ${error.message}`, error);
  }
}

function spkiOfCertificate(file: string | Uint8Array): Uint8Array {
  return parseCertificate(loadCertificates(file)[0] as Uint8Array).spki;
}

function spkiOfFile(file: string | Uint8Array): Uint8Array {
  const content = textOrDer(file);
  if (typeof content !== 'string') return content;
  const [key, ...others] = parsePem(content).filter(({ label }) => label === 'PUBLIC KEY');
  if (key === undefined || others.length > 0) throw invalidOption('spki is one PUBLIC KEY');
  return key.der;
}

function algorithmsOf(names: readonly string[], { algorithm }: PublicKey): readonly SignatureAlgorithm[] {
  if (!Array.isArray(names) || names.length === 0) throw invalidOption('signatureSchemes is a list that is not empty');
  return names.map(name => {
    const code = SignatureScheme.valueOf(name);
    const info = code === undefined ? undefined : signatureSchemeInfo(code);
    if (info === undefined) throw invalidOption(`no such signature scheme: ${JSON.stringify(name)}`);
    // In TLS 1.2 a scheme of ECDSA names a hash, and goes with any curve.
    if (!info.key(algorithm) && !(info.algorithm.type === 'ecdsa' && algorithm.type === 'ec')) {
      throw invalidOption(`the key does not sign by ${name}`);
    }
    return info.algorithm;
  });
}

function verified(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): MaybePromise<Uint8Array> {
  const judge = (good: boolean) => {
    if (good === true) return signature;
    throw new TlsError('ERR_TLS_KEY_MISMATCH', 'the signature of the external key is not good under its public key');
  };
  const answer = key.verify(algorithm, data, signature);
  return answer instanceof Promise ? answer.then(judge) : judge(answer);
}

/** Dss-Sig-Value (RFC 3279 §2.2.3) of `r || s`. */
export function derOfPair(pair: Uint8Array): Uint8Array {
  const half = pair.length / 2;
  if (!Number.isInteger(half)) throw new CryptoError('misuse', 'an ECDSA signature of r and s that are not as long');
  return der(Tag.sequence, concat(derUnsigned(pair.subarray(0, half)), derUnsigned(pair.subarray(half))));
}
