/** More primitives for a provider, in parts that a bundle can leave out. */
import type { CryptoProvider } from './provider.ts';

/** What a part adds. Tables are merged into the provider's, name by name; the functions stand in for the provider's own. */
export interface ProviderAdditions {
  readonly hashes?: CryptoProvider['hashes'];
  readonly aeads?: CryptoProvider['aeads'];
  readonly groups?: CryptoProvider['groups'];
  /** What `importPublicKey` and `importPrivateKey` of this part know. */
  readonly keys?: CryptoProvider['keys'];
  readonly blockCiphers?: CryptoProvider['blockCiphers'];
  readonly finiteField?: CryptoProvider['finiteField'];
  /** Passes on to the provider below what it does not know. */
  readonly importPublicKey?: CryptoProvider['importPublicKey'];
  /** Passes on to the provider below what it does not know. */
  readonly importPrivateKey?: CryptoProvider['importPrivateKey'];
}

/**
 * A family of primitives. It is given the provider that it is added to, from which it draws random bytes, takes the halves of
 * hybrid groups, and to which it passes on keys of other kinds.
 */
export type ProviderPart = (base: CryptoProvider) => ProviderAdditions;

/**
 * The provider with more primitives, as a new object; the given one stays as it is. Parts are applied in turn, so a later one
 * sees what the earlier ones added, and wins where both have a name.
 */
export function withExtras<Provider extends CryptoProvider>(
  provider: Provider,
  ...parts: readonly ProviderPart[]
): Provider {
  return parts.reduce(extended, provider);
}

function extended<Provider extends CryptoProvider>(base: Provider, part: ProviderPart): Provider {
  const { hashes, aeads, groups, keys, blockCiphers, ...functions } = part(base);
  return {
    ...base,
    ...functions,
    hashes: { ...base.hashes, ...hashes },
    aeads: { ...base.aeads, ...aeads },
    groups: { ...base.groups, ...groups },
    keys: { ...base.keys, ...keys },
    ...(blockCiphers !== undefined && { blockCiphers: { ...base.blockCiphers, ...blockCiphers } }),
  };
}
