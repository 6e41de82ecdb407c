/** The cryptography that settings ask for: that of the usual ones is there at once, the rest is loaded with the first that need it. */
import { type CryptoProvider, type ProviderPart, withExtras } from '@tlskit/tls-crypto';
import {
  aesGcm,
  createBareProvider,
  ecdsaKeys,
  ecdsaPrivateKeys,
  nistGroups,
  sha2,
  x25519,
} from '@tlskit/tls-crypto-noble/parts';
import { SeededSource } from './random.ts';
import type { Settings } from './settings.ts';

/** What an end computes with. */
export interface Means {
  readonly provider: CryptoProvider;
  /** Where all its random bytes come from. */
  readonly source: SeededSource;
}

type Random = CryptoProvider['random'];
type MakeProvider = (random: Random) => CryptoProvider;

const usualGroups: readonly string[] = ['x25519', 'secp256r1', 'secp384r1'];

/** @returns what makes the means of an end, by its name */
export async function meansFor(settings: Settings): Promise<(name: string) => Means> {
  const make = isUsual(settings) ? usualProvider : await wholeProvider(settings);
  return name => {
    const source = new SeededSource(withExtras(createBareProvider(), sha2), name);
    return { provider: make(source.draw), source };
  };
}

function isUsual({ version, suite, group, certificate }: Settings): boolean {
  const key = version === '1.3' || suite.startsWith('TLS_ECDHE_ECDSA_');
  return key && /_GCM_/.test(suite) && usualGroups.includes(group) && certificate === 'ecdsa-p256';
}

function usualProvider(random: Random): CryptoProvider {
  const parts = [sha2, aesGcm, x25519, nistGroups, ecdsaKeys, ecdsaPrivateKeys];
  return withExtras({ ...createBareProvider(), random }, ...parts);
}

async function wholeProvider({ version, suite, group }: Settings): Promise<MakeProvider> {
  const { createNobleProvider } = await import('@tlskit/tls-crypto-noble');
  const parts: ProviderPart[] = [];
  if (group === 'X25519MLKEM768') parts.push((await import('@tlskit/tls-crypto-noble/pq')).hybridGroups);
  if (group === 'x448') parts.push((await import('@tlskit/tls-crypto-noble/more')).x448);
  if (group.startsWith('ffdhe')) parts.push((await import('@tlskit/tls-crypto-noble/more')).ffdhe);
  if (/_CCM_/.test(suite)) parts.push((await import('@tlskit/tls-crypto-noble/more')).ccm);
  if (version === '1.2') {
    parts.push(...(await import('@tlskit/tls-crypto-noble/legacy')).legacyExtras);
    parts.push((await import('./decrypting.ts')).decrypting);
  }
  return random => withExtras(createNobleProvider({ random }), ...parts);
}
