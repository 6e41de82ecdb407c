/** Compliance of key exchange: round trips within and across providers, and shares that must be refused. */
import assert from 'node:assert/strict';
import { CryptoError, type CryptoProvider, type CurveName, type GroupName, type KeyExchange } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';
import { assertPlain, flipped } from './compliance-symmetric.ts';

/** Bytes of shares and of a secret (RFC 9846 §4.3.8, §7.4; draft-ietf-tls-ecdhe-mlkem). */
const lengths: Readonly<Record<GroupName, readonly [offer: number, answer: number, secret: number]>> = {
  x25519: [32, 32, 32],
  x448: [56, 56, 56],
  secp224r1: [57, 57, 28],
  secp256r1: [65, 65, 32],
  secp384r1: [97, 97, 48],
  secp521r1: [133, 133, 66],
  ffdhe2048: [256, 256, 256],
  ffdhe3072: [384, 384, 384],
  ffdhe4096: [512, 512, 512],
  ffdhe6144: [768, 768, 768],
  ffdhe8192: [1024, 1024, 1024],
  MLKEM768: [1184, 1088, 32],
  MLKEM1024: [1568, 1568, 32],
  X25519MLKEM768: [1216, 1120, 64],
  SecP256r1MLKEM768: [1249, 1153, 64],
  SecP384r1MLKEM1024: [1665, 1665, 80],
};

type HybridName = 'X25519MLKEM768' | 'SecP256r1MLKEM768' | 'SecP384r1MLKEM1024';

/** What hybrids are made of: the curve, where ML-KEM's half of a share begins, and the length of the curve's. */
const halves: Readonly<Record<HybridName, { curve: GroupName; curveLength: number; kemFirst: boolean }>> = {
  X25519MLKEM768: { curve: 'x25519', curveLength: 32, kemFirst: true },
  SecP256r1MLKEM768: { curve: 'secp256r1', curveLength: 65, kemFirst: false },
  SecP384r1MLKEM1024: { curve: 'secp384r1', curveLength: 97, kemFirst: false },
};

/** Field primes, for coordinates that are not reduced. */
const primes: Readonly<Record<CurveName | 'secp224r1', string>> = {
  secp224r1: 'ffffffffffffffffffffffffffffffff000000000000000000000001',
  secp256r1: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
  secp384r1: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
  secp521r1: `01ff${'ff'.repeat(64)}`,
};

export function agreementChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return Object.values(subject.groups).flatMap(group => {
    const other = reference.groups[group.name] as KeyExchange;
    // Large numbers take their time in JavaScript.
    const rounds = group.name.startsWith('ffdhe') ? 2 : 4;
    return [
      ...[
        { name: 'both ends', offering: group, responding: group },
        { name: 'offering to the reference', offering: group, responding: other },
        { name: 'responding to the reference', offering: other, responding: group },
      ].map(({ name, offering, responding }) => ({
        name: `${group.name}: both sides have the same secret, ${name}`,
        async run() {
          const shares = new Set<string>();
          for (let round = 0; round < rounds; round++) {
            const offer = await offering.offer();
            const answer = await responding.respond(offer.share);
            const secret = await offer.complete(answer.share);
            assert.equal(toHex(secret), toHex(answer.sharedSecret));
            assert.deepEqual([offer.share.length, answer.share.length, secret.length], lengths[group.name]);
            for (const bytes of [offer.share, answer.share, secret, answer.sharedSecret]) assertPlain(bytes);
            shares.add(toHex(offer.share)).add(toHex(answer.share));
          }
          assert.equal(shares.size, 2 * rounds, 'a share was used twice');
        },
      })),
      {
        name: `${group.name}: an offer is completed once, and not after wipe()`,
        async run() {
          const misuse = (error: CryptoError) => error.code === 'misuse';
          const completed = await group.offer();
          const peer = (await other.respond(completed.share)).share;
          await completed.complete(peer);
          await assert.rejects(async () => completed.complete(peer), misuse);
          const failed = await group.offer();
          await assert.rejects(async () => failed.complete(new Uint8Array(3)), CryptoError);
          await assert.rejects(async () => failed.complete(peer), misuse);
          const wiped = await group.offer();
          wiped.wipe();
          await assert.rejects(async () => wiped.complete(peer), misuse);
        },
      },
      {
        name: `${group.name}: bad shares are refused on both sides`,
        async run() {
          const refused = (error: CryptoError) => error instanceof CryptoError && error.code === 'invalid-share';
          const { share } = await group.offer();
          for (const [what, bad] of badShares(group.name, share, 'offer')) {
            await assert.rejects(async () => group.respond(bad), refused, `respond: ${what}`);
          }
          const answer = await group.respond(share);
          for (const [what, bad] of badShares(group.name, answer.share, 'answer')) {
            const offer = await group.offer();
            await assert.rejects(async () => offer.complete(bad), refused, `complete: ${what}`);
          }
        },
      },
    ];
  });
}

/** @param share a good one */
function badShares(name: GroupName, share: Uint8Array, role: 'offer' | 'answer'): [string, Uint8Array][] {
  const wrongLengths: [string, Uint8Array][] = [
    ['empty', new Uint8Array(0)],
    ['one byte', share.subarray(0, 1)],
    ['one byte short', share.subarray(0, -1)],
    ['one byte long', concat(share, Uint8Array.of(0))],
    ['twice', concat(share, share)],
  ];
  return [...wrongLengths, ...badNumbers(name, share, role)];
}

function badNumbers(name: GroupName, share: Uint8Array, role: 'offer' | 'answer'): [string, Uint8Array][] {
  switch (name) {
    case 'x25519':
    case 'x448':
      return lowOrder(name);
    case 'secp224r1':
    case 'secp256r1':
    case 'secp384r1':
    case 'secp521r1':
      return badPoints(name, share);
    case 'MLKEM768':
    case 'MLKEM1024':
      return badEncapsulationKey(share, role);
    case 'X25519MLKEM768':
    case 'SecP256r1MLKEM768':
    case 'SecP384r1MLKEM1024':
      return badHalves(name, share, role);
    default:
      return outOfRange(share.length);
  }
}

/** RFC 9846 §4.3.8.1: 1 < Y < p - 1. The primes of RFC 7919 begin and end with 64 bits of ones, and are not known here otherwise. */
function outOfRange(length: number): [string, Uint8Array][] {
  const number = (last: number, rest: number) => concat(filled(length - 1, rest), Uint8Array.of(last));
  return [
    ['zero', number(0, 0)],
    ['one', number(1, 0)],
    ['all ones, above every prime', number(0xff, 0xff)],
    ['128 bits of ones in front, above every prime', concat(filled(16, 0xff), filled(length - 16, 0))],
  ];
}

/** A coefficient that is not reduced (FIPS 203 §7.2); a ciphertext cannot be bad but for its length. */
function badEncapsulationKey(share: Uint8Array, role: 'offer' | 'answer'): [string, Uint8Array][] {
  return role === 'answer' ? [] : [['coefficients that are not reduced', concat(filled(3, 0xff), share.subarray(3))]];
}

/** Each half of a hybrid made bad in turn; a ciphertext of ML-KEM cannot be but for its length. */
function badHalves(name: HybridName, share: Uint8Array, role: 'offer' | 'answer'): [string, Uint8Array][] {
  const { curve, curveLength, kemFirst } = halves[name];
  const kemLength = share.length - curveLength;
  const kem = kemFirst ? share.subarray(0, kemLength) : share.subarray(curveLength);
  const point = kemFirst ? share.subarray(kemLength) : share.subarray(0, curveLength);
  const joined = (kemHalf: Uint8Array, curveHalf: Uint8Array) =>
    kemFirst ? concat(kemHalf, curveHalf) : concat(curveHalf, kemHalf);
  const bad = badNumbers(curve, point, role).map(([what, half]): [string, Uint8Array] => [
    `${curve}: ${what}`,
    joined(kem, half),
  ]);
  bad.push(['halves in the other order', kemFirst ? concat(point, kem) : concat(kem, point)]);
  if (role === 'answer') return bad.slice(0, -1);
  // Coefficients have twelve bits, little-endian, and must be below 3329 (FIPS 203 §7.2); the last 32 bytes are a seed.
  for (const [what, low, middle] of [
    ['3329', 0x01, 0x0d],
    ['4095', 0xff, 0x0f],
  ] as const) {
    for (const at of [0, kemLength - 35]) {
      const key = Uint8Array.from(kem);
      key[at] = low;
      key[at + 1] = ((key[at + 1] as number) & 0xf0) | middle;
      bad.push([`a coefficient of ${what} at ${at}`, joined(key, point)]);
    }
  }
  return bad;
}

const filled = (length: number, octet: number) => new Uint8Array(length).fill(octet);

/** Coordinates of points of low order on a curve and its twist, reduced and not (RFC 7748 §6). */
function lowOrder(name: 'x25519' | 'x448'): [string, Uint8Array][] {
  return (name === 'x25519' ? lowOrder25519 : lowOrder448).map(hex => [`u = ${hex}`, fromHex(hex)]);
}

/** u of 0, 1, -1, p and p + 1, little-endian. */
const lowOrder448 = [
  '00'.repeat(56),
  `01${'00'.repeat(55)}`,
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
  `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`,
  `${'00'.repeat(28)}${'ff'.repeat(28)}`,
];

const lowOrder25519 = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
];

function badPoints(curve: CurveName | 'secp224r1', share: Uint8Array): [string, Uint8Array][] {
  const length = (share.length - 1) / 2;
  const [x, y] = [share.subarray(1, 1 + length), share.subarray(1 + length)];
  const odd = (y.at(-1) as number) & 1;
  const form = (octet: number, ...coordinates: Uint8Array[]) => concat(Uint8Array.of(octet), ...coordinates);
  const prime = fromHex(primes[curve]);
  return [
    ['compressed', form(2 + odd, x)],
    ['compressed form in full length', form(2 + odd, x, y)],
    ['hybrid form', form(6 + odd, x, y)],
    ['hybrid form of the wrong sign', form(7 - odd, x, y)],
    ['form 0', form(0, x, y)],
    ['form 5', form(5, x, y)],
    ['infinity', Uint8Array.of(0)],
    ['infinity in full length', new Uint8Array(share.length)],
    ['the origin', form(4, new Uint8Array(2 * length))],
    ['off the curve, by a bit of X', flipped(share, 8 * length)],
    ['off the curve, by a bit of Y', flipped(share, 8 * share.length - 8)],
    ['X not reduced', form(4, prime, y)],
    ['Y not reduced', form(4, x, prime)],
    ['coordinates all ones', form(4, new Uint8Array(2 * length).fill(0xff))],
  ];
}
