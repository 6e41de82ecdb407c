/** The group secp224r1 (SEC 2 §2.3.1, FIPS 186-4 §D.1.2.2), which RFC 8422 §5.1.1 leaves to old peers. */
import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { ProviderPart } from '@tlskit/tls-crypto';
import { keyExchange } from '../agreement.ts';
import { ecdhAgreement } from '../ecdh.ts';

const p = 2n ** 224n - 2n ** 96n + 1n;

const curve = /* @__PURE__ */ ecdsa(
  weierstrass({
    p,
    a: p - 3n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    h: 1n,
    Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
    Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
  }),
  sha256, // of signatures, which nobody makes with it here
);

/** Adds the group `secp224r1`. */
export const secp224r1: ProviderPart = ({ random }) => ({
  groups: { secp224r1: keyExchange(ecdhAgreement('secp224r1', curve, random)) },
});
