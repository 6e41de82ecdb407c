/** Importing external pre-shared keys (RFC 9258): one key for each KDF of TLS 1.3, made of one that was agreed on elsewhere. */
import { type CryptoProvider, type HashName, type MaybePromise, wipe } from '@tlskit/tls-crypto';
import { importedPsk } from '@tlskit/tls-keyschedule';
import { type ImportedIdentity, importedIdentity, KdfIdentifier, ProtocolVersion } from '@tlskit/tls-messages';
import { DecodeError, decode, encode } from '@tlskit/tls-wire';
import type { ExternalPsk, PskLookup, SharedKey } from './psk.ts';

/** A key to import (RFC 9258 §4). It must not be used in any other way (§5.1). */
export interface ImportableKey {
  readonly identity: Uint8Array;
  readonly key: Uint8Array;
  /** The hash that the key is associated with, which is not that of the suites that it ends up in; SHA-256 by default. */
  readonly hash?: HashName | undefined;
  /** Says more of the key, such as who the two are that have it (RFC 9258 §5.1, Appendix A); empty by default. */
  readonly context?: Uint8Array | undefined;
}

/** The KDFs of TLS 1.3's suites (RFC 9258 §10). */
const kdfs: ReadonlyMap<number, HashName> = new Map<number, HashName>([
  [KdfIdentifier.values.HKDF_SHA256, 'sha256'],
  [KdfIdentifier.values.HKDF_SHA384, 'sha384'],
]);

/**
 * The keys of TLS 1.3 that a key is imported as, one for each KDF, with the identities that go over the wire.
 * Their secrets are the caller's to wipe.
 */
export function importPsk(provider: Pick<CryptoProvider, 'hashes'>, external: ImportableKey): ExternalPsk[] {
  const { identity: external_identity, context = new Uint8Array(0) } = external;
  const target_protocol = ProtocolVersion.values['TLS 1.3'];
  return [...kdfs.keys()].flatMap(target_kdf => {
    const identity = encode(importedIdentity, { external_identity, context, target_protocol, target_kdf });
    const key = imported(provider, external, identity, target_kdf);
    return key === undefined ? [] : [{ identity, ...key }];
  });
}

/**
 * A server's look-up among keys to import: `find` gets the external identity and the context that an identity on the wire is
 * made of. Identities of another form, or for another protocol or KDF, are not looked up.
 */
export function importLookup(
  provider: Pick<CryptoProvider, 'hashes'>,
  find: (identity: Uint8Array, context: Uint8Array) => MaybePromise<Omit<ImportableKey, 'identity'> | undefined>,
): PskLookup {
  return identity => {
    const parsed = readImportedIdentity(identity);
    if (parsed === undefined) return undefined;
    const { external_identity, context, target_kdf } = parsed;
    const found = find(external_identity, context);
    const take = (external: Omit<ImportableKey, 'identity'> | undefined) => {
      const own = { ...external, identity: external_identity, context };
      const found = own.key && imported(provider, { ...own, key: own.key }, identity, target_kdf);
      return found && { ...found, taken: () => wipe(found.key) };
    };
    return found instanceof Promise ? found.then(take) : take(found);
  };
}

/** An identity of a client's as an imported one for TLS 1.3 and a KDF that is known here, or undefined. */
export function readImportedIdentity(identity: Uint8Array): ImportedIdentity | undefined {
  try {
    const parsed = decode(importedIdentity, identity);
    const { target_protocol, target_kdf } = parsed;
    return target_protocol === ProtocolVersion.values['TLS 1.3'] && kdfs.has(target_kdf) ? parsed : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function imported(
  { hashes }: Pick<CryptoProvider, 'hashes'>,
  { identity, key, hash: own = 'sha256', context = new Uint8Array(0) }: ImportableKey,
  wireIdentity: Uint8Array,
  kdf: number,
): SharedKey | undefined {
  const name = kdfs.get(kdf);
  const target = name && hashes[name];
  const hash = hashes[own];
  if (name === undefined || target === undefined || hash === undefined) return undefined;
  return {
    key: importedPsk(hash, key, wireIdentity, target.outputLength),
    hash: name,
    imported: { identity, context },
  };
}
