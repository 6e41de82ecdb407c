/** The group x448 (RFC 7748 §5; RFC 9846 §7.4.2). */
import { x448 as curve448 } from '@noble/curves/ed448.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { keyExchange } from '../agreement.ts';
import { montgomeryAgreement } from '../montgomery.ts';

/** Adds the group `x448`. */
export const x448: ProviderPart = ({ random }) => ({
  groups: { x448: keyExchange(montgomeryAgreement('x448', curve448, 56, random)) },
});
