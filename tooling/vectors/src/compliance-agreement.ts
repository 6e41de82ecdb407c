/** Compliance of key exchange: round trips within and across providers, and shares that must be refused. */
import assert from 'node:assert/strict';
import { CryptoError, type CryptoProvider, type CurveName, type GroupName, type KeyExchange } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';
import { assertPlain, flipped } from './compliance-symmetric.ts';

/** Bytes of a share and of a secret (RFC 9846 §4.3.8.2, §7.4.2). */
const lengths: Readonly<Partial<Record<GroupName, readonly [share: number, secret: number]>>> = {
  x25519: [32, 32],
  secp256r1: [65, 32],
  secp384r1: [97, 48],
  secp521r1: [133, 66],
};

/** Field primes, for coordinates that are not reduced. */
const primes: Readonly<Record<CurveName, string>> = {
  secp256r1: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
  secp384r1: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
  secp521r1: `01ff${'ff'.repeat(64)}`,
};

export function agreementChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return Object.values(subject.groups).flatMap(group => {
    const other = reference.groups[group.name] as KeyExchange;
    const expected = lengths[group.name];
    if (expected === undefined) throw new Error(`no compliance table row for group ${group.name}`);
    const [shareLength, secretLength] = expected;
    return [
      ...[
        { name: 'both ends', offering: group, responding: group },
        { name: 'offering to the reference', offering: group, responding: other },
        { name: 'responding to the reference', offering: other, responding: group },
      ].map(({ name, offering, responding }) => ({
        name: `${group.name}: both sides have the same secret, ${name}`,
        async run() {
          const shares = new Set<string>();
          for (let round = 0; round < 4; round++) {
            const offer = await offering.offer();
            const answer = await responding.respond(offer.share);
            const secret = await offer.complete(answer.share);
            assert.equal(toHex(secret), toHex(answer.sharedSecret));
            assert.deepEqual(
              [offer.share.length, answer.share.length, secret.length],
              [shareLength, shareLength, secretLength],
            );
            for (const bytes of [offer.share, answer.share, secret, answer.sharedSecret]) assertPlain(bytes);
            shares.add(toHex(offer.share)).add(toHex(answer.share));
          }
          assert.equal(shares.size, 8, 'a share was used twice');
        },
      })),
      {
        name: `${group.name}: an offer is completed once, and not after wipe()`,
        async run() {
          const misuse = (error: CryptoError) => error.code === 'misuse';
          const peer = (await other.offer()).share;
          const completed = await group.offer();
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
          for (const [what, share] of await badShares(group)) {
            await assert.rejects(async () => group.respond(share), refused, `respond: ${what}`);
            const offer = await group.offer();
            await assert.rejects(async () => offer.complete(share), refused, `complete: ${what}`);
          }
        },
      },
    ];
  });
}

async function badShares(group: KeyExchange): Promise<[string, Uint8Array][]> {
  const { share } = await group.offer();
  const wrongLengths: [string, Uint8Array][] = [
    ['empty', new Uint8Array(0)],
    ['one byte', share.subarray(0, 1)],
    ['one byte short', share.subarray(0, -1)],
    ['one byte long', concat(share, Uint8Array.of(0))],
    ['twice', concat(share, share)],
  ];
  return [...wrongLengths, ...(group.name === 'x25519' ? lowOrder() : badPoints(group.name as CurveName, share))];
}

/** Coordinates of points of low order on Curve25519 and its twist, reduced and not (RFC 7748 §6.1). */
function lowOrder(): [string, Uint8Array][] {
  return [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
  ].map(hex => [`u = ${hex}`, fromHex(hex)]);
}

function badPoints(curve: CurveName, share: Uint8Array): [string, Uint8Array][] {
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
