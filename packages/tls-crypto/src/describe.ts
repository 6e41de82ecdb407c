/** What a provider is made of, by the names under which `describe()` tells who does it. */
import type { CryptoProvider } from './provider.ts';

/** Anything that `describe()` may speak of. */
type Primitives = Pick<CryptoProvider, 'hashes' | 'aeads' | 'blockCiphers' | 'groups' | 'keys'>;

/**
 * Each hash, AEAD, block cipher, group and kind of signature by its name; but the finite-field groups are one, `ffdhe`, of hybrid groups
 * each half is named on its own, `ml-kem-768` and `ml-kem-1024`, and RSA goes by its paddings, `rsa-pkcs1` and `rsa-pss`.
 */
export function primitiveNames({ hashes, aeads, blockCiphers = {}, groups, keys }: Primitives): readonly string[] {
  const names = [
    ...[hashes, aeads, blockCiphers].flatMap(table => Object.keys(table)),
    ...Object.keys(groups).map(groupName),
    ...Object.keys(keys).flatMap(name => (name === 'rsa' ? ['rsa-pkcs1', 'rsa-pss'] : [name])),
  ];
  return [...new Set(names)];
}

function groupName(name: string): string {
  if (name.startsWith('ffdhe')) return 'ffdhe';
  return name.replace(/^.*MLKEM/, 'ml-kem-');
}
