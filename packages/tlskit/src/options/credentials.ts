/** Our own certificates: read when the options are, chosen for each peer by all that it says of what it takes (RFC 9846 §4.5.1.2). */
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import type { Credential, CredentialQuery, CredentialSource, Staple } from '@tlskit/tls-handshake';
import { SignatureScheme } from '@tlskit/tls-messages';
import { ascii, toHex } from '@tlskit/tls-wire';
import {
  type Certificate,
  createCredential,
  createRawKeyCredential,
  hasWeakSignature,
  isIssuedByAny,
  isSignedBy,
  matchesName,
  matchesOidFilters,
  namesOf,
  parseCertificate,
} from '@tlskit/tls-x509';
import { boolean, checkNames, invalid, shown, strings } from './check.ts';
import { type CertificateInput, type KeyFileOptions, type KeyFiles, keyPairOf, wipeDecrypted } from './key-files.ts';
import { type Abilities, schemeCodes } from './names.ts';

/** A certificate chain with the key of its first certificate, or a key alone. */
export interface CredentialOptions extends KeyFileOptions {
  /** Our own certificate first, then its intermediates; the root need not be there. Absent for a raw public key. */
  readonly certificate?: CertificateInput | undefined;
  /** Whether the key stands for itself, without a certificate (RFC 7250): for peers that take raw public keys. */
  readonly rawPublicKey?: boolean | undefined;
  /** PEM or DER; or a key that lives elsewhere and signs on demand. Absent beside `pfx`. */
  readonly key?: string | Uint8Array | SigningKey | undefined;
  /** The DNS names that a server uses it for, with `*` for a whole first label; by default those in the certificate. */
  readonly names?: readonly string[] | undefined;
  /** The schemes to sign with by this key, by IANA's names, best first; by default those of all credentials that it can do. */
  readonly signatureSchemes?: readonly string[] | undefined;
  /**
   * An OCSP response for the certificate, DER, for peers that ask (RFC 6066 §8); or a function that gives the latest, perhaps later,
   * or nothing. What it throws ends the handshake.
   */
  readonly ocspResponse?: Staple<Uint8Array> | undefined;
  /** Timestamps of certificate logs for the certificate, serialized, for peers that ask (RFC 6962 §3.3); or a function that gives them. */
  readonly scts?: Staple<readonly Uint8Array[]> | undefined;
  /** What the certificate's key signed for `key` in its place, as `createDelegatedCredential` makes it (RFC 9345); for peers that ask. */
  readonly delegatedCredential?: Uint8Array | undefined;
}

/** Ways to say what we authenticate ourselves with: at most one of them. */
export interface OwnCredentialOptions extends KeyFileOptions {
  readonly certificate?: CertificateInput | undefined;
  readonly key?: string | Uint8Array | SigningKey | undefined;
  /**
   * Several certificates, of which the first is taken that fits best. For a server: by what the client can verify, by name of its
   * SNI (where no name fits, all are as good), then by signatures in the chain and by authorities. For a client: by what the server
   * can verify, by its filters and authorities (where none fits, the server gets an empty Certificate), then by signatures in the chain.
   */
  readonly credentials?: readonly CredentialOptions[] | undefined;
  /**
   * Chooses a credential for a peer, perhaps later. With undefined a server refuses the client, a client sends an empty Certificate.
   * A client's sessions are for the very function that they were made with.
   */
  readonly selectCredential?: CredentialSource | undefined;
}

/** What we authenticate ourselves with. */
export interface OwnCredentials {
  readonly source: CredentialSource;
  /** The CertificateTypes that there are, as far as that is known beforehand. */
  readonly types: readonly number[] | undefined;
  /** The same for the same credentials, or the same function, and for no others. */
  readonly id: string;
}

/** What credentials are read with. */
interface Means extends Abilities {
  readonly keyFiles?: KeyFiles | undefined;
}

/** A server's. @param optional whether it can do without. @throws as {@link ownCredentials}, and when there are none */
export function serverCredentials(options: OwnCredentialOptions, abilities: Means, optional = false): CredentialSource {
  const own = ownCredentials(options, abilities, serverChooser);
  if (own === undefined && !optional) {
    throw invalid('a server needs certificate and key, or credentials, or selectCredential');
  }
  return own?.source ?? (() => undefined);
}

/** A client's, if it has any. @throws as {@link ownCredentials} */
export function clientCredentials(options: OwnCredentialOptions, abilities: Means): OwnCredentials | undefined {
  return ownCredentials(options, abilities, clientChooser);
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` when there is more than one way to find a credential */
function ownCredentials(
  options: OwnCredentialOptions,
  abilities: Means,
  chooser: (credentials: readonly Own[], provider: CryptoProvider) => CredentialSource,
): OwnCredentials | undefined {
  const { provider } = abilities;
  const { certificate, key, passphrase, pfx, credentials, selectCredential } = options;
  const files = certificate ?? key ?? passphrase ?? pfx;
  const ways = [files, credentials, selectCredential].filter(way => way !== undefined);
  if (ways.length === 0) return undefined;
  if (ways.length > 1) throw invalid('certificate and key, credentials, and selectCredential exclude one another');
  const chosenFrom = (own: readonly Own[]): OwnCredentials => ({
    source: chooser(own, provider),
    types: [...new Set(own.map(({ certificateType = 0 }) => certificateType))],
    id: idOf(own, provider),
  });
  if (selectCredential !== undefined) {
    if (typeof selectCredential !== 'function') throw invalid('selectCredential is a function');
    return {
      source: query => checked(selectCredential(query)),
      types: undefined,
      id: idOfSource(selectCredential, provider),
    };
  }
  if (credentials !== undefined) {
    if (!Array.isArray(credentials) || credentials.length === 0)
      throw invalid('credentials is a list that is not empty');
    return chosenFrom(credentials.map(each => load(each, abilities)));
  }
  if (pfx === undefined && (certificate === undefined || key === undefined)) {
    throw invalid(certificate === undefined ? 'key has no certificate beside it' : 'certificate has no key beside it');
  }
  return chosenFrom([load({ certificate, key, passphrase, pfx }, abilities)]);
}

/** A digest of all of them. */
function idOf(own: readonly Own[], { hashes }: CryptoProvider): string {
  const text = own.map(({ chain, key }) => [...chain, key.spki].map(toHex).join('.')).join();
  return hashes.sha256 === undefined ? text : toHex(hashes.sha256.digest(ascii(text)));
}

const ids = new WeakMap<CredentialSource, string>();

/** What a function will choose nobody knows: it is itself alone, in this process alone. */
function idOfSource(source: CredentialSource, provider: CryptoProvider): string {
  const id = ids.get(source) ?? toHex(provider.random(16));
  ids.set(source, id);
  return id;
}

/** A credential with what is known of it. */
interface Own extends Credential {
  covers(serverName: string): boolean;
  /** None for a raw public key. */
  readonly certificates: readonly Certificate[];
}

const credentialNames: readonly (keyof CredentialOptions)[] = [
  'certificate',
  'rawPublicKey',
  'key',
  'passphrase',
  'pfx',
  'names',
  'signatureSchemes',
  'ocspResponse',
  'scts',
  'delegatedCredential',
];

function load(options: CredentialOptions, abilities: Means): Own {
  checkNames('a credential', options, credentialNames);
  const { certificate, key } = keyPairOf(options, abilities);
  if (key === undefined) throw invalid('a credential has a key, or pfx');
  try {
    return own({ ...options, certificate, key }, abilities);
  } finally {
    wipeDecrypted(key, options);
  }
}

type Key = NonNullable<CredentialOptions['key']>;

/** @param options with the key pair as it was read */
function own(options: CredentialOptions & { readonly key: Key }, abilities: Means): Own {
  const { provider } = abilities;
  const { certificate, key, names, delegatedCredential } = options;
  const named = namesCover(names);
  const schemes = options.signatureSchemes;
  const signatureSchemes = schemes && schemeCodes(schemes, abilities, 'signatureSchemes of a credential');
  if (boolean('rawPublicKey of a credential', options.rawPublicKey, false)) {
    if ((certificate ?? options.ocspResponse ?? options.scts ?? delegatedCredential) !== undefined) {
      throw invalid('a credential with rawPublicKey has a key, perhaps names and signatureSchemes, and nothing else');
    }
    const raw = createRawKeyCredential({ provider, key });
    return { ...raw, signatureSchemes, certificates: [], covers: named ?? (() => true) };
  }
  if (certificate === undefined) throw invalid('a credential has a certificate, or rawPublicKey: true');
  if (delegatedCredential !== undefined && !(delegatedCredential instanceof Uint8Array)) {
    throw invalid('delegatedCredential of a credential is bytes');
  }
  const { leaf, ...credential } = createCredential({ provider, certificate, key, delegatedCredential });
  // A certificate whose names cannot be read is found out now, not by the first client.
  if (named === undefined) namesOf(leaf);
  return {
    ...credential,
    signatureSchemes,
    keyUsage: leaf.keyUsage,
    certificates: [leaf, ...credential.chain.slice(1).map(parseCertificate)],
    ocsp: stapled('ocspResponse', options.ocspResponse, isBytes),
    scts: stapled('scts', options.scts, list => Array.isArray(list) && list.length > 0 && list.every(isBytes)),
    covers: named ?? (asked => attempt(() => matchesName(leaf, { dns: asked }))),
  };
}

function namesCover(names: readonly string[] | undefined): Own['covers'] | undefined {
  if (names === undefined) return undefined;
  const patterns = strings('names of a credential', names).map(name => name.toLowerCase());
  return asked => patterns.some(pattern => covers(pattern, asked));
}

/** A staple, checked now or when it is given: what is none would show up far from here. */
function stapled<T extends object>(
  name: string,
  given: Staple<T> | undefined,
  good: (value: unknown) => boolean,
): Staple<T> | undefined {
  if (given === undefined) return undefined;
  const checked = (value: T | undefined): T | undefined => {
    if (value === undefined || good(value)) return value;
    throw invalid(`${name} of a credential is ${shown(value)}, and not bytes of which there are some`);
  };
  if (typeof given !== 'function') return checked(given);
  return () => {
    const value = given();
    return value instanceof Promise ? value.then(checked) : checked(value as T | undefined);
  };
}

const isBytes = (value: unknown) => value instanceof Uint8Array && value.length > 0;

/** What a client asks for may be no name at all. */
function attempt(match: () => boolean): boolean {
  try {
    return match();
  } catch {
    return false;
  }
}

function isSigningKey(key: unknown): key is SigningKey {
  return typeof key === 'object' && key !== null && 'sign' in key && 'spki' in key;
}

function serverChooser(credentials: readonly Own[], provider: CryptoProvider): CredentialSource {
  return query => {
    const { serverName, certificateAuthorities: authorities } = query;
    const fitting = credentials.filter(own => fits(own, query));
    const named = serverName === undefined ? fitting : preferred(fitting, own => own.covers(serverName));
    const signed = preferred(named, own => isSigned(own, query, provider));
    // RFC 9846 §4.3.3: SHA-1 only where it cannot be done without.
    const strong = preferred(signed, own => !hasWeakSignature(own.certificates));
    return preferred(strong, own => isIssued(own, authorities))[0];
  };
}

function clientChooser(credentials: readonly Own[], provider: CryptoProvider): CredentialSource {
  return query => {
    const { oidFilters, certificateAuthorities: authorities } = query;
    const fitting = credentials.filter(
      own =>
        fits(own, query) &&
        isIssued(own, authorities) &&
        own.certificates.slice(0, 1).every(leaf => matchesOidFilters(leaf, oidFilters)),
    );
    const signed = preferred(fitting, own => isSigned(own, query, provider));
    return preferred(signed, own => !hasWeakSignature(own.certificates))[0];
  };
}

/** Those that please, if any do. */
function preferred(credentials: readonly Own[], pleases: (own: Own) => boolean): readonly Own[] {
  // Of one there is no choice: what it is like need not be looked at.
  if (credentials.length < 2) return credentials;
  const pleasing = credentials.filter(pleases);
  return pleasing.length > 0 ? pleasing : credentials;
}

/** What a credential cannot do without (RFC 9846 §4.5.1.2): a scheme by a key that is for it, and no SHA-1 unless the peer asks for it. */
function fits(own: Own, { schemeFor, certificateSchemes }: CredentialQuery): boolean {
  const takesSha1 = certificateSchemes.some(code => sha1Schemes.includes(code));
  return schemeFor(own) !== undefined && (takesSha1 || !hasWeakSignature(own.certificates));
}

const { rsa_pkcs1_sha1, ecdsa_sha1 } = SignatureScheme.values;
const sha1Schemes: readonly number[] = [rsa_pkcs1_sha1, ecdsa_sha1];

/** "All certificates provided by the sender MUST be signed by a signature algorithm advertised by the peer, if it is able to" (§4.5.1.2). */
function isSigned({ certificates }: Own, { certificateSchemes }: CredentialQuery, provider: CryptoProvider): boolean {
  return isSignedBy(certificates, certificateSchemes, provider);
}

/** RFC 9846 §4.3.4; a raw public key has no issuer. */
function isIssued({ certificates }: Own, authorities: readonly Uint8Array[]): boolean {
  return authorities.length === 0 || certificates.length === 0 || isIssuedByAny(certificates, authorities);
}

/** Whether a name, perhaps with a wildcard for the first label, is the name that the client asked for. */
function covers(name: string, asked: string): boolean {
  if (!name.startsWith('*.')) return name === asked;
  const dot = asked.indexOf('.');
  return dot > 0 && asked.slice(dot) === name.slice(1);
}

/** What the caller's function gave, checked: a wrong form would otherwise show up far from here. */
function checked(given: ReturnType<CredentialSource>): ReturnType<CredentialSource> {
  if (given instanceof Promise) return given.then(credentialOrNothing);
  return credentialOrNothing(given);
}

function credentialOrNothing(given: Credential | undefined): Credential | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given?.chain) && given.chain.length > 0 && isSigningKey(given.key)) return given;
  throw invalid(`selectCredential gave ${shown(given)}, which is no credential: { chain, key }`);
}
