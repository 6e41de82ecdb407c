/** What makes keys and signs where nobody says otherwise. */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { dhKeys, dsaKeys } from '@tlskit/tls-crypto-noble/legacy';
import { ed448Keys } from '@tlskit/tls-crypto-noble/more';
import { mlDsaKeys } from '@tlskit/tls-crypto-noble/pq';

/** The portable provider, with keys of Ed448, ML-DSA, DSA and DH. */
export function portable(): CryptoProvider {
  return withExtras(createNobleProvider(), ed448Keys, mlDsaKeys, dsaKeys, dhKeys);
}
