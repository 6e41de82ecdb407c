/** Every part at once, where the size of a bundle is no concern. */
import type { ProviderPart } from '@tlskit/tls-crypto';
import { ccm } from '../more/ccm.ts';
import { ed448Keys } from '../more/ed448.ts';
import { ffdhe } from '../more/ffdhe.ts';
import { x448 } from '../more/x448.ts';
import { hybridGroups } from '../pq/hybrid-groups.ts';
import { mlDsaKeys } from '../pq/ml-dsa.ts';
import { mlKemGroups } from '../pq/ml-kem.ts';

/** For `withExtras(createNobleProvider(), ...allExtras)`: all AEADs, groups and kinds of keys that TLS 1.3 has a code point for. */
export const allExtras: readonly ProviderPart[] = [ccm, x448, ffdhe, ed448Keys, mlKemGroups, hybridGroups, mlDsaKeys];
