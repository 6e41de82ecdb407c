/**
 * X25519 by noble's Montgomery ladder alone (RFC 7748 §5). noble's own `x25519` makes keys by the tables of Ed25519, three times as fast, and
 * brings the whole of it along: 3 kB by gzip.
 */
import { pow } from '@noble/curves/abstract/modular.js';
import { montgomery } from '@noble/curves/abstract/montgomery.js';

const p = 2n ** 255n - 19n;

export const curve25519: ReturnType<typeof montgomery> = /* @__PURE__ */ montgomery({
  P: p,
  type: 'x25519',
  adjustScalarBytes: clamped,
  powPminus2: x => pow(x, p - 2n, p),
});

/** decodeScalar25519 (RFC 7748 §5). */
function clamped(scalar: Uint8Array): Uint8Array {
  scalar[0] = (scalar[0] as number) & 248;
  scalar[31] = ((scalar[31] as number) & 127) | 64;
  return scalar;
}
