/** The portable provider with all of its parts: data of others is read with everything that there is. */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider, type NobleOptions } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';

export function everything(options?: NobleOptions): CryptoProvider {
  return withExtras(createNobleProvider(options), ...allExtras, ...legacyExtras);
}
