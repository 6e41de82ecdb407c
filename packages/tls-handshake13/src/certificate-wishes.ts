/**
 * What an endpoint of TLS 1.3 says of the certificates that it wants to see, in its ClientHello or CertificateRequest
 * (RFC 9846 §4.3.3, §4.5.1; RFC 8879, RFC 9345), and what a credential of ours must be like to please it.
 */
import type { SigningKey } from '@tlskit/tls-crypto';
import {
  type CertificateFeatures,
  type Credential,
  type CredentialQuery,
  type CredentialSource,
  type Flow,
  statusRequests,
  wait,
} from '@tlskit/tls-handshake';
import {
  CertificateStatusType,
  CertificateType,
  certificateAuthoritiesRow,
  type Extension,
  findExtension,
  type OidFilter,
  oidFiltersRow,
  signatureAlgorithmsCertRow,
  signatureSchemeInfo,
  statusRequestRow,
} from '@tlskit/tls-messages';
import { typesOf } from './certificate-entries.ts';
import type { CertificateKit } from './kit.ts';

/** What the peer wishes. */
export interface CertificateWishes {
  /** What we have to please it with. */
  readonly kit: CertificateKit;
  /** The types of the extensions in its message that entries may answer. */
  readonly asked: ReadonlySet<number>;
  /** Its signature_algorithms. */
  readonly schemes: readonly number[];
  /** The algorithms of compression that it can read. */
  readonly compression: readonly number[];
  /** The schemes of delegated keys that it takes. */
  readonly delegated: readonly number[];
  /** The CertificateTypes that it takes. */
  readonly types: readonly number[];
  /** The schemes that certificates should be signed by. */
  readonly certificateSchemes: readonly number[];
  /** DER names of the authorities that it would like to see. */
  readonly authorities: readonly Uint8Array[];
  /** What a client's own certificate must have. */
  readonly filters: readonly OidFilter[];
}

/** @param types the CertificateTypes that the peer takes, which it says elsewhere */
export function readWishes(
  kit: CertificateKit,
  message: 'CH' | 'CR',
  extensions: readonly Extension[],
  schemes: readonly number[],
  types: readonly number[],
): CertificateWishes {
  return {
    kit,
    asked: answerable(message, extensions),
    schemes,
    compression: kit.compression?.offered(message, extensions) ?? [],
    delegated: kit.delegation?.offered(message, extensions) ?? [],
    types,
    // RFC 9846 §4.3.3: without the other extension, signature_algorithms "also applies to signatures appearing in certificates".
    certificateSchemes:
      findExtension(extensions, signatureAlgorithmsCertRow, message)?.supported_signature_algorithms ?? schemes,
    authorities: findExtension(extensions, certificateAuthoritiesRow, message)?.authorities ?? [],
    filters: message === 'CR' ? (findExtension(extensions, oidFiltersRow, message)?.filters ?? []) : [],
  };
}

/** RFC 6066 §8: a client may ask for a status of a type that we have not; a server's request names none (RFC 9846 §4.5.1.1). */
function answerable(message: 'CH' | 'CR', extensions: readonly Extension[]): ReadonlySet<number> {
  const types = new Set(typesOf(extensions));
  const status = message === 'CH' ? findExtension(extensions, statusRequestRow, message)?.status_type : undefined;
  if (status !== undefined && status !== CertificateStatusType.values.ocsp) types.delete(statusRequestRow.type);
  return types;
}

/** What TLS 1.3 alone has to say in a ClientHello, and all of it in a CertificateRequest. */
export function wishes(
  { compression, delegation }: CertificateKit,
  features: CertificateFeatures | undefined,
  message: 'CH' | 'CR',
): Extension[] {
  return [
    ...(message === 'CR' ? statusRequests(features, message) : []),
    ...(compression?.offer(features, message) ?? []),
    ...(delegation?.offer(features, message) ?? []),
  ];
}

/** Chooses the scheme for a key or a credential of ours, and knows whether it was their type that all of them failed by. */
export class SchemeChoice {
  readonly #wishes: CertificateWishes;
  readonly #ours: readonly number[];
  #otherType = false;
  #rightType = false;

  /** @param ours the schemes that we sign with, best first */
  constructor(peer: CertificateWishes, ours: readonly number[]) {
    this.#wishes = peer;
    this.#ours = ours;
  }

  /** Whether there are credentials, and all are of types that the peer does not take (RFC 7250 §4.2). */
  get lacksType(): boolean {
    return this.#otherType && !this.#rightType;
  }

  readonly schemeFor: CredentialQuery['schemeFor'] = given => {
    if (!('chain' in given)) return this.#forKey(given, this.#ours);
    const {
      certificateType = CertificateType.values.X509,
      key,
      delegatedCredential,
      signatureSchemes,
      keyUsage,
    } = given;
    const fits = this.#wishes.types.includes(certificateType);
    if (fits) this.#rightType = true;
    else this.#otherType = true;
    // RFC 9846 §4.5.1.2: what a certificate says of its key holds for us as well.
    if (!fits || keyUsage?.has('digitalSignature') === false) return undefined;
    if (delegatedCredential === undefined) return this.#forKey(key, signatureSchemes ?? this.#ours);
    return this.#wishes.kit.delegation?.scheme(delegatedCredential, this.#wishes.schemes, this.#wishes.delegated);
  };

  /** The first scheme of ours that the peer takes, that TLS 1.3 allows in handshakes, and that the key can do. */
  #forKey(key: SigningKey, ours: readonly number[]): number | undefined {
    return ours.find(code => {
      const info = signatureSchemeInfo(code);
      if (info?.handshake13 !== true || !this.#wishes.schemes.includes(code)) return false;
      return info.key(key.algorithm) && key.signs?.(info.algorithm) !== false;
    });
  }
}

/** Asks for a credential; undefined when none fits. */
export function* chooseCredential(
  source: CredentialSource,
  serverName: string | undefined,
  wished: CertificateWishes,
  { schemeFor }: SchemeChoice,
): Flow<ChosenCredential | undefined> {
  const query = {
    serverName,
    signatureSchemes: wished.schemes,
    certificateSchemes: wished.certificateSchemes,
    certificateAuthorities: wished.authorities,
    oidFilters: wished.filters,
    certificateTypes: wished.types,
    schemeFor,
  };
  const credential = yield* wait(source(query), () => {});
  const scheme = credential && schemeFor(credential);
  return credential === undefined || scheme === undefined ? undefined : { credential, scheme, wishes: wished };
}

/** A credential with what it is used for. */
export interface ChosenCredential {
  readonly credential: Credential;
  /** The code point of the scheme to sign with. */
  readonly scheme: number;
  readonly wishes: CertificateWishes;
}
