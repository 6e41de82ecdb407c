/** The hybrid groups of draft-ietf-tls-ecdhe-mlkem: elliptic curves of the provider, with ML-KEM. */
import type { CryptoProvider, KeyExchange, ProviderPart } from '@tlskit/tls-crypto';
import { type Half, hybrid } from './hybrid.ts';
import { type Kem, mlKem768, mlKem1024 } from './ml-kem.ts';

export interface HybridGroups {
  readonly X25519MLKEM768?: KeyExchange;
  readonly SecP256r1MLKEM768?: KeyExchange;
  readonly SecP384r1MLKEM1024?: KeyExchange;
}

/** Adds `X25519MLKEM768`, `SecP256r1MLKEM768` and `SecP384r1MLKEM1024`, as far as the provider has their curves. */
export const hybridGroups: ProviderPart = ({ groups, random }) => ({
  groups: hybridsOf(groups, mlKem768(random), mlKem1024(random)),
});

/** The hybrids of these curves and KEMs. Private keys are drawn in the order in which the shares stand. */
export function hybridsOf(curves: CryptoProvider['groups'], kem768: Kem, kem1024: Kem): HybridGroups {
  const { x25519, secp256r1, secp384r1 } = curves;
  const half768: Half = { exchange: kem768, offerLength: 1184, answerLength: 1088 };
  const half1024: Half = { exchange: kem1024, offerLength: 1568, answerLength: 1568 };
  return {
    // ML-KEM leads here alone, against the name: FIPS wants an approved half in front, and X25519 is none.
    ...(x25519 && { X25519MLKEM768: hybrid('X25519MLKEM768', half768, curveHalf(x25519, 32)) }),
    ...(secp256r1 && { SecP256r1MLKEM768: hybrid('SecP256r1MLKEM768', curveHalf(secp256r1, 65), half768) }),
    ...(secp384r1 && { SecP384r1MLKEM1024: hybrid('SecP384r1MLKEM1024', curveHalf(secp384r1, 97), half1024) }),
  };
}

function curveHalf(exchange: KeyExchange, length: number): Half {
  return { exchange, offerLength: length, answerLength: length };
}
