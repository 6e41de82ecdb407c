/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.9, §4.3.11, RFC 9257), or imported (RFC 9258), as options. */
import { TlsError } from '@tlskit/tls-alerts';
import { type CryptoProvider, isAllZero, type MaybePromise, wipe } from '@tlskit/tls-crypto';
import {
  type ExternalPsk,
  importLookup,
  importPsk,
  type PeerVerifier,
  type PskLookup,
  type PskOffer,
  type PskQuery,
  type ReceivedHello,
  readImportedIdentity,
  type SharedKey,
} from '@tlskit/tls-handshake';
import { PskKeyExchangeMode } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import { checkNames, invalid, oneOf, shown, strings } from './check.ts';

/** A key, and the hash of the cipher suites that it goes with. */
export interface PskKey {
  /** A secret of at least 16 bytes: a key, never a password (RFC 9257 §4). */
  readonly key: Uint8Array;
  /** `'sha256'` by default. */
  readonly hash?: 'sha256' | 'sha384' | undefined;
  /**
   * Whether to import the key (RFC 9258): it goes with the suites of every hash then, and `hash` is that of the import. Both sides
   * must say so, and with the same context, which may say who the two are; a key that is imported is used in no other way.
   */
  readonly imported?: true | { readonly context: string | Uint8Array } | undefined;
}

/** A key of a client's. */
export interface PskOptions extends PskKey {
  /** What the server knows it by; anybody can read it. Text is sent as UTF-8. */
  readonly identity: string | Uint8Array;
}

/** A client's keys, best first; or a function that finds them for a server, and may take its time. */
export type PskChoice = readonly PskOptions[] | ((query: PskQuery) => MaybePromise<readonly PskOptions[]>);

/** More of what a client offers. */
export interface PskOfferInfo {
  /** The context, where the identity is that of a key to import (RFC 9258): an answer without `imported` does not fit it. */
  readonly context: Uint8Array | undefined;
  readonly hello: ReceivedHello;
}

/**
 * A server's way to its keys, which may take its time. An identity that has the form of an imported one (RFC 9258) is asked for
 * by what was imported, and if there is none such, as it is.
 */
export type PskSource = (identity: Uint8Array, offer: PskOfferInfo) => MaybePromise<PskKey | undefined>;

const MIN_KEY = 16;
const MAX_IDENTITY = 2 ** 16 - 1 - 6;
/** What an ImportedIdentity has beside identity and context, and its second copy (RFC 9258 §5.1). */
const IMPORTED_IDENTITY = 8;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function externalPsks(given: PskChoice | undefined, provider: CryptoProvider): PskOffer | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'function') {
    const checked = (found: readonly PskOptions[]) => {
      if (!Array.isArray(found)) throw invalid('psk gives a list of keys');
      return found.flatMap(each => offered(each, provider, true));
    };
    return query => {
      const found = given(query);
      return found instanceof Promise ? found.then(checked) : checked(found);
    };
  }
  if (!Array.isArray(given) || given.length === 0) throw invalid('psk is a list of keys that is not empty');
  return given.flatMap((each: PskOptions) => offered(each, provider, false));
}

/** @param once whether the keys that an import makes are for one connection */
function offered(psk: PskOptions, provider: CryptoProvider, once: boolean): ExternalPsk[] {
  checkNames('a psk', psk, ['identity', 'key', 'hash', 'imported']);
  const identity = asBytes(psk.identity);
  if (identity === undefined || identity.length === 0 || identity.length > MAX_IDENTITY) {
    throw invalid(`identity of a psk is 1 to ${MAX_IDENTITY} bytes or a text of that size`);
  }
  const shared = sharedKey(psk, provider);
  const context = importContext(psk);
  if (context === undefined) return [{ identity, ...shared }];
  if (identity.length + context.length > MAX_IDENTITY - IMPORTED_IDENTITY) {
    throw invalid(`identity and context of a psk have ${MAX_IDENTITY - IMPORTED_IDENTITY} bytes together at most`);
  }
  const keys = importPsk(provider, { identity, ...shared, context });
  return once ? keys.map(each => ({ ...each, taken: () => wipe(each.key) })) : keys;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function pskModeCodes(given: readonly ('psk_ke' | 'psk_dhe_ke')[] | undefined): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const modes = strings('pskModes', given).map(name => PskKeyExchangeMode.valueOf(name));
  if (modes.length === 0 || modes.includes(undefined)) throw invalid("pskModes is a list of 'psk_dhe_ke' and 'psk_ke'");
  return modes as number[];
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function pskLookupOf(given: PskSource | undefined, provider: CryptoProvider): PskLookup | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'function') throw invalid(`pskLookup is a function, not ${shown(given)}`);
  return (identity, hello) => {
    // Copies: what is looked up is a view of the client's hello.
    const plain = () =>
      then(given(identity.slice(), { context: undefined, hello }), found =>
        found === undefined || found.imported !== undefined ? undefined : sharedKey(found, provider),
      );
    if (readImportedIdentity(identity) === undefined) return plain();
    const imports = importLookup(provider, (external, context) =>
      then(given(external.slice(), { context: context.slice(), hello }), found => {
        const own = found && importContext(found);
        return found && own && equalBytes(own, context) ? sharedKey(found, provider) : undefined;
      }),
    );
    return then(imports(identity, hello), found => found ?? plain());
  };
}

function then<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function asBytes(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  return value instanceof Uint8Array ? value : undefined;
}

/** The context of the import; undefined for a key that is not to be imported. */
function importContext({ imported }: PskKey): Uint8Array | undefined {
  if (imported === undefined) return undefined;
  if (imported === true) return new Uint8Array(0);
  checkNames('imported', imported, ['context']);
  const context = asBytes(imported.context);
  if (context === undefined) throw invalid('context of an imported psk is bytes or text');
  return context;
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
  // What was wiped too early everybody knows.
  if (isAllZero(key)) throw invalid('key of a psk is all zeros');
  const hash = oneOf('hash of a psk', name, ['sha256', 'sha384'], 'sha256');
  if (provider.hashes[hash] === undefined) throw invalid(`hash of a psk: ${hash} is beyond '${provider.name}'`);
  return { key, hash };
}
