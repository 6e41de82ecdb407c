/** All ledgers. */
import type { Ledger } from './ledger.ts';
import { ocsp } from './ocsp/index.ts';
import { tls12 } from './tls12/index.ts';
import { tls13 } from './tls13/index.ts';

export const ledgers: readonly Ledger[] = [tls13, tls12, ocsp];
