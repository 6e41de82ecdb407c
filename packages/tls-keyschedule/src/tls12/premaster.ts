/** Premaster secrets, by key exchange (RFC 5246 §8.1; RFC 4279 §2, §3, §4; RFC 5489 §2). Whoever gets one wipes it. */
import { wipe } from '@tlskit/tls-crypto';

/** Bytes of a premaster secret that is sent under RSA (RFC 5246 §7.4.7.1), and of every master secret (§8.1). */
export const SECRET_LENGTH = 48;

/**
 * Z of a finite-field exchange as premaster secret: "Leading bytes of Z that contain all zero bits are stripped" (RFC 5246
 * §8.1.2). Z of an elliptic curve is used as it is (RFC 8422 §5.10). How long this takes tells of Z (CVE-2020-1968): keys must be
 * fresh for each connection.
 * @param z wiped
 */
export function dhPremaster(z: Uint8Array): Uint8Array {
  let at = 0;
  while (at < z.length && z[at] === 0) at++;
  const stripped = new Uint8Array(z.subarray(at));
  wipe(z);
  return stripped;
}

/**
 * The premaster secret of PSK key exchange (RFC 4279 §2): `other_secret` and the PSK, each behind its length.
 * @param otherSecret of the exchange beside the PSK, wiped: Z, stripped, for DHE_PSK; X for ECDHE_PSK (RFC 5489 §2); the 48 bytes
 *   for RSA_PSK; absent for plain PSK, which has as many zeros as the PSK has bytes
 * @param psk at most 2^16-1 bytes; stays the caller's
 */
export function pskPremaster(psk: Uint8Array, otherSecret?: Uint8Array): Uint8Array {
  const other = otherSecret ?? new Uint8Array(psk.length);
  if (psk.length > 0xffff || other.length > 0xffff) throw new RangeError('a PSK has at most 65535 bytes');
  const premaster = new Uint8Array(4 + other.length + psk.length);
  const view = new DataView(premaster.buffer);
  view.setUint16(0, other.length);
  premaster.set(other, 2);
  view.setUint16(2 + other.length, psk.length);
  premaster.set(psk, 4 + other.length);
  wipe(otherSecret);
  return premaster;
}

/**
 * What a client sends under RSA: the newest version of its ClientHello, not the one negotiated, and 46 random bytes
 * (RFC 5246 §7.4.7.1).
 */
export function rsaPremaster(clientVersion: number, random: (length: number) => Uint8Array): Uint8Array {
  return withVersion(clientVersion, random(SECRET_LENGTH));
}

/**
 * What a server goes on with (RFC 5246 §7.4.7.1): whatever came out of decryption, under the version of the ClientHello. Where
 * another version was in it, or random bytes in the place of bad padding, the secrets differ and Finished fails: nobody learns why.
 * @param decrypted 48 bytes, of `decryptPkcs1`; changed, and answered
 */
export function receivedRsaPremaster(clientVersion: number, decrypted: Uint8Array): Uint8Array {
  return withVersion(clientVersion, decrypted);
}

function withVersion(version: number, secret: Uint8Array): Uint8Array {
  if (secret.length !== SECRET_LENGTH) throw new RangeError(`a premaster secret under RSA has ${SECRET_LENGTH} bytes`);
  secret[0] = version >>> 8;
  secret[1] = version;
  return secret;
}
