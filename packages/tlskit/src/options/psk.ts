/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11, RFC 9257), as options. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import type { ExternalPsk, PeerVerifier, PskLookup, SharedKey } from '@tlskit/tls-handshake';
import { checkNames, invalid, oneOf, shown } from './check.ts';

/** A key, and the hash of the cipher suites that it goes with. */
export interface PskKey {
  /** A secret of at least 16 bytes: a key, never a password (RFC 9257 §4). */
  readonly key: Uint8Array;
  /** `'sha256'` by default. */
  readonly hash?: 'sha256' | 'sha384' | undefined;
}

/** A key of a client's. */
export interface PskOptions extends PskKey {
  /** What the server knows it by; anybody can read it. Text is sent as UTF-8. */
  readonly identity: string | Uint8Array;
}

/** A server's way to its keys; asked perhaps more than once for a connection, and free to take its time. */
export type PskSource = (identity: Uint8Array) => MaybePromise<PskKey | undefined>;

const MIN_KEY = 16;
const MAX_IDENTITY = 2 ** 16 - 1 - 6;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function externalPsks(given: readonly PskOptions[] | undefined, provider: CryptoProvider): ExternalPsk[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0) throw invalid('psk is a list of keys that is not empty');
  return given.map((each: PskOptions) => {
    checkNames('a psk', each, ['identity', 'key', 'hash']);
    const { identity } = each;
    const bytes = typeof identity === 'string' ? new TextEncoder().encode(identity) : identity;
    if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > MAX_IDENTITY) {
      throw invalid(`identity of a psk is 1 to ${MAX_IDENTITY} bytes or a text of that size`);
    }
    return { identity: bytes, ...sharedKey(each, provider) };
  });
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function pskLookupOf(given: PskSource | undefined, provider: CryptoProvider): PskLookup | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'function') throw invalid(`pskLookup is a function, not ${shown(given)}`);
  const checked = (found: PskKey | undefined) => (found === undefined ? undefined : sharedKey(found, provider));
  return identity => {
    // A copy: what is looked up is a view of the client's hello.
    const found = given(identity.slice());
    return found instanceof Promise ? found.then(checked) : checked(found as PskKey | undefined);
  };
}

/** For clients that have keys and name nobody to believe: a server that knows none of the keys is refused. */
export const noCertificates: PeerVerifier = {
  trust: 'pre-shared keys alone',
  verify: () => {
    throw new TlsError('ERR_TLS_CERT_REFUSED', 'the server took none of the keys, and no certificate is trusted');
  },
};

function sharedKey({ key, hash: name }: PskKey, provider: CryptoProvider): SharedKey {
  if (!(key instanceof Uint8Array) || key.length < MIN_KEY) throw invalid(`key of a psk has ${MIN_KEY} bytes or more`);
  const hash = oneOf('hash of a psk', name, ['sha256', 'sha384'], 'sha256');
  if (provider.hashes[hash] === undefined) throw invalid(`hash of a psk: ${hash} is beyond '${provider.name}'`);
  return { key, hash };
}
