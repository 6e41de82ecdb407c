/** A server's certificates: read when the options are, chosen for each client by its SNI and signature schemes. */
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import type { Credential, CredentialQuery, CredentialSource, Staple } from '@tlskit/tls-handshake';
import { createCredential, createRawKeyCredential, matchesName, namesOf } from '@tlskit/tls-x509';
import { boolean, checkNames, invalid, shown, strings } from './check.ts';

/** PEM text, of one block or several, or DER; or a list of those. */
export type CertificateInput = string | Uint8Array | readonly (string | Uint8Array)[];

/** A certificate chain with the key of its first certificate, or a key alone. */
export interface CredentialOptions {
  /** Our own certificate first, then its intermediates; the root need not be there. Absent for a raw public key. */
  readonly certificate?: CertificateInput | undefined;
  /** Whether the key stands for itself, without a certificate (RFC 7250): for peers that take raw public keys. */
  readonly rawPublicKey?: boolean | undefined;
  /** PEM or DER, unencrypted; or a key that lives elsewhere and signs on demand. */
  readonly key: string | Uint8Array | SigningKey;
  /** The DNS names to use it for, with `*` for a whole first label; by default those in the certificate. */
  readonly names?: readonly string[] | undefined;
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

export interface ServerCredentialOptions {
  readonly certificate?: CertificateInput | undefined;
  readonly key?: string | Uint8Array | SigningKey | undefined;
  /** Several certificates: by name of the client's SNI, then by what the client can verify; the first is for all other names. */
  readonly credentials?: readonly CredentialOptions[] | undefined;
  /** Chooses a credential for a client, perhaps later; undefined refuses the client. */
  readonly selectCredential?: CredentialSource | undefined;
}

/**
 * @param optional whether a server can do without
 * @throws TlsError `ERR_TLS_INVALID_OPTION` unless there is exactly one way to find a credential
 */
export function credentialSource(
  options: ServerCredentialOptions,
  provider: CryptoProvider,
  optional = false,
): CredentialSource {
  const { certificate, key, credentials, selectCredential } = options;
  const ways = [certificate ?? key, credentials, selectCredential].filter(way => way !== undefined);
  if (ways.length === 0 && optional) return () => undefined;
  if (ways.length === 0) throw invalid('a server needs certificate and key, or credentials, or selectCredential');
  if (ways.length > 1) throw invalid('certificate and key, credentials, and selectCredential exclude one another');
  if (selectCredential !== undefined) {
    if (typeof selectCredential !== 'function') throw invalid('selectCredential is a function');
    return query => checked(selectCredential(query));
  }
  if (credentials !== undefined) {
    if (!Array.isArray(credentials) || credentials.length === 0)
      throw invalid('credentials is a list that is not empty');
    return chooser(credentials.map(each => load(each, provider)));
  }
  if (certificate === undefined || key === undefined) {
    throw invalid(certificate === undefined ? 'key has no certificate beside it' : 'certificate has no key beside it');
  }
  return chooser([load({ certificate, key }, provider)]);
}

interface Named extends Credential {
  covers(serverName: string): boolean;
}

const credentialNames: readonly (keyof CredentialOptions)[] = [
  'certificate',
  'rawPublicKey',
  'key',
  'names',
  'ocspResponse',
  'scts',
  'delegatedCredential',
];

function load(options: CredentialOptions, provider: CryptoProvider): Named {
  checkNames('a credential', options, credentialNames);
  const { certificate, key, names, delegatedCredential } = options;
  const named = namesCover(names);
  if (boolean('rawPublicKey of a credential', options.rawPublicKey, false)) {
    if ((certificate ?? options.ocspResponse ?? options.scts ?? delegatedCredential) !== undefined) {
      throw invalid('a credential with rawPublicKey has a key, perhaps names, and nothing else');
    }
    return { ...createRawKeyCredential({ provider, key }), covers: named ?? (() => true) };
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
    ocsp: stapled('ocspResponse', options.ocspResponse, isBytes),
    scts: stapled('scts', options.scts, list => Array.isArray(list) && list.length > 0 && list.every(isBytes)),
    covers: named ?? (asked => attempt(() => matchesName(leaf, { dns: asked }))),
  };
}

function namesCover(names: readonly string[] | undefined): Named['covers'] | undefined {
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

function chooser(credentials: readonly Named[]): CredentialSource {
  return ({ serverName, schemeFor }: CredentialQuery) => {
    const fits = (credential: Credential) => schemeFor(credential) !== undefined;
    const named = serverName === undefined ? [] : credentials.filter(each => each.covers(serverName));
    return named.find(fits) ?? credentials.find(fits);
  };
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
