/**
 * The portable provider, for what the running Node lacks. As a late module it gives functions alone, and runs where `tlskit/node` is one
 * file when the first of them is called: on a Node that has all of it, never.
 */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';

export { finiteFieldExchange } from '@tlskit/tls-crypto-noble/legacy';

/** The portable provider with everything. @param random in place of the platform's */
export function portableProvider(random: CryptoProvider['random'] | undefined): CryptoProvider {
  const noble = createNobleProvider(random === undefined ? {} : { random });
  return withExtras(noble, ...allExtras, ...legacyExtras);
}
