/** The groups that every TLS has: X25519 (RFC 7748), and ECDH on the NIST curves (RFC 9846 §4.3.8.2, §7.4.2). */

import { x25519 } from '@noble/curves/ed25519.js';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { keyExchange } from './agreement.ts';
import { nobleCurves } from './curves.ts';
import { ecdhAgreement } from './ecdh.ts';
import { montgomeryAgreement } from './montgomery.ts';

type Random = CryptoProvider['random'];

export function nobleGroups(random: Random) {
  return {
    x25519: keyExchange(montgomeryAgreement('x25519', x25519, 32, random)),
    secp256r1: keyExchange(ecdhAgreement('secp256r1', nobleCurves.secp256r1, random)),
    secp384r1: keyExchange(ecdhAgreement('secp384r1', nobleCurves.secp384r1, random)),
    secp521r1: keyExchange(ecdhAgreement('secp521r1', nobleCurves.secp521r1, random)),
  } satisfies CryptoProvider['groups'];
}
