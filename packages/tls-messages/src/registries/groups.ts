/** IANA "TLS Supported Groups" (RFC 9846 §4.3.7, RFC 8422 §5.1.1, RFC 7919), and the groups that providers know. */
import type { GroupName } from '@tlskit/tls-crypto';
import { type Enumerated, enumerated, registry } from '@tlskit/tls-wire';

/** Groups for key exchange; before TLS 1.3 also curves of ECDSA keys. */
export const NamedGroup = /* @__PURE__ */ registry('NamedGroup', 2, {
  sect163k1: 1,
  sect163r1: 2,
  sect163r2: 3,
  sect193r1: 4,
  sect193r2: 5,
  sect233k1: 6,
  sect233r1: 7,
  sect239k1: 8,
  sect283k1: 9,
  sect283r1: 10,
  sect409k1: 11,
  sect409r1: 12,
  sect571k1: 13,
  sect571r1: 14,
  secp160k1: 15,
  secp160r1: 16,
  secp160r2: 17,
  secp192k1: 18,
  secp192r1: 19,
  secp224k1: 20,
  secp224r1: 21,
  secp256k1: 22,
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  brainpoolP256r1: 26,
  brainpoolP384r1: 27,
  brainpoolP512r1: 28,
  x25519: 29,
  x448: 30,
  brainpoolP256r1tls13: 31,
  brainpoolP384r1tls13: 32,
  brainpoolP512r1tls13: 33,
  GC256A: 34,
  GC256B: 35,
  GC256C: 36,
  GC256D: 37,
  GC512A: 38,
  GC512B: 39,
  GC512C: 40,
  curveSM2: 41,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  ffdhe6144: 0x0103,
  ffdhe8192: 0x0104,
  MLKEM512: 0x0200,
  MLKEM768: 0x0201,
  MLKEM1024: 0x0202,
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
  SecP384r1MLKEM1024: 0x11ed,
  curveSM2MLKEM768: 0x11ee,
  X25519Kyber768Draft00: 0x6399,
  SecP256r1Kyber768Draft00: 0x639a,
  arbitrary_explicit_prime_curves: 0xff01,
  arbitrary_explicit_char2_curves: 0xff02,
});

/** A group that a provider may implement. */
export interface GroupInfo {
  /** The code point. */
  readonly code: number;
  /** IANA's name. */
  readonly name: string;
  /** The name under which a `CryptoProvider` has it. */
  readonly provider: GroupName;
  /** Whether ML-KEM is in it, alone or as a half: shares of a kilobyte and more, which many peers do not know yet. */
  readonly postQuantum: boolean;
}

/** Code points of {@link NamedGroup}, without its names. */
export const namedGroupCode: Enumerated = /* @__PURE__ */ enumerated('NamedGroup', 2);

/** The group by code point, or undefined where no provider can have it, or TLS 1.3 does not allow it (RFC 9846 §4.3.7). */
export function groupInfo(code: number): GroupInfo | undefined {
  const found = Object.entries(providers).find(([, number]) => number === code);
  if (found === undefined) return undefined;
  const name = found[0] as GroupName;
  return { code, name, provider: name, postQuantum: name.includes('MLKEM') };
}

/** The name of a group, for messages to people: of one that providers know, or the number of another. */
export function groupName(code: number): string {
  return groupInfo(code)?.name ?? namedGroupCode.label(code);
}

// The providers' names are IANA's; the record makes the compiler see that none is left out. secp224r1 is TLS 1.2's alone.
const providers: Readonly<Record<Exclude<GroupName, 'secp224r1'> & keyof typeof NamedGroup.values, number>> = {
  x25519: 29,
  x448: 30,
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  ffdhe6144: 0x0103,
  ffdhe8192: 0x0104,
  MLKEM768: 0x0201,
  MLKEM1024: 0x0202,
  X25519MLKEM768: 0x11ec,
  SecP256r1MLKEM768: 0x11eb,
  SecP384r1MLKEM1024: 0x11ed,
};
