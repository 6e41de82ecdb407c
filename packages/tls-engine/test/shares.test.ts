/**
 * Shares that no honest peer sends, in every group and from either side: each ends the handshake with illegal_parameter, which
 * the peer hears (RFC 9846 §4.3.8, §7.4.2; RFC 7748 §6; FIPS 203 §7.2). And shares as they should be, fresh each time.
 */
import { type CryptoProvider, type GroupName, type KeyExchange, withExtras } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { type FfdheName, ffdhePrime } from '@tlskit/tls-crypto-noble/more';
import {
  clientHello,
  decodeMessage,
  findExtension,
  groupInfo,
  keyShareRow,
  NamedGroup,
  serverHello,
} from '@tlskit/tls-messages';
import { concat, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { noble as lean, provider as node, pair, pump } from './support.ts';

const noble = withExtras(lean, ...allExtras);
const providers = [
  ['node', node],
  ['noble', noble],
] as const;

/** What becomes of a share that is good. */
type Spoil = (share: Uint8Array) => Uint8Array;
type Spoiled = readonly [what: string, spoil: Spoil];

const lengths: readonly Spoiled[] = [
  ['a byte short', share => share.slice(0, -1)],
  ['a byte long', share => concat(share, Uint8Array.of(0))],
  ['a single byte', () => Uint8Array.of(4)],
];

const hex = (what: string, digits: string): Spoiled => [what, () => fromHex(digits)];

/** RFC 7748 §6: points of low order give the all-zero secret; p and what is above it are other forms of such. */
const montgomery = {
  x25519: [
    hex('[9846:7.4.2:2] all-zero', '00'.repeat(32)),
    hex('[9846:7.4.2:2] one', `01${'00'.repeat(31)}`),
    hex('[9846:7.4.2:2] of order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
    hex('[9846:7.4.2:2] of order 8, the other', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
    hex('[9846:7.4.2:2] p - 1', `ec${'ff'.repeat(30)}7f`),
    hex('[9846:7.4.2:2] p', `ed${'ff'.repeat(30)}7f`),
    hex('[9846:7.4.2:2] p + 1', `ee${'ff'.repeat(30)}7f`),
    hex('[9846:7.4.2:2] all-zero but for the bit that does not count', `${'00'.repeat(31)}80`),
  ],
  x448: [
    hex('[9846:7.4.2:2] all-zero', '00'.repeat(56)),
    hex('[9846:7.4.2:2] one', `01${'00'.repeat(55)}`),
    hex('[9846:7.4.2:2] p - 1', `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`),
    hex('[9846:7.4.2:2] p', `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`),
    hex('[9846:7.4.2:2] p + 1', `${'00'.repeat(28)}${'ff'.repeat(28)}`),
  ],
} as const;

const nist: readonly Spoiled[] = [
  ['[9846:4.3.8.2:1] beside the curve', share => share.with(-1, (share.at(-1) as number) ^ 1)],
  ['[9846:4.3.8.2:1] zeros for a point', share => new Uint8Array(share.length).fill(4, 0, 1)],
  ['[9846:4.3.8.2:1] coordinates above p', share => new Uint8Array(share.length).fill(0xff).fill(4, 0, 1)],
  ['[9846:4.3.8.2:1] the point at infinity', () => Uint8Array.of(0)],
  ['compressed', share => share.slice(0, (share.length + 1) / 2).fill(2 + ((share.at(-1) as number) & 1), 0, 1)],
  ['in the hybrid form of X9.62', share => share.with(0, 6 + ((share.at(-1) as number) & 1))],
];

function finite(name: FfdheName): readonly Spoiled[] {
  const p = ffdhePrime(name);
  const number =
    (y: bigint): Spoil =>
    share =>
      fromHex(y.toString(16).padStart(2 * share.length, '0'));
  return [
    ['[9846:4.3.8.1:1] 0', number(0n)],
    ['[9846:4.3.8.1:1] 1', number(1n)],
    ['[9846:4.3.8.1:1] p - 1', number(p - 1n)],
    ['[9846:4.3.8.1:1] p', number(p)],
    ['[9846:4.3.8.1:1] p + 1', number(p + 1n)],
    ['[9846:4.3.8.1:1] all ones', share => share.slice().fill(0xff)],
    ['a byte of zero in front', share => concat(Uint8Array.of(0), share)],
  ];
}

/** FIPS 203 §7.2, the modulus check: a coefficient of 12 bits that is not below q = 3329, first and last. */
const kem: readonly Spoiled[] = [
  ['first coefficient q', share => share.with(0, 0x01).with(1, ((share[1] as number) & 0xf0) | 0x0d)],
  ['first coefficient 4095', share => share.with(0, 0xff).with(1, (share[1] as number) | 0x0f)],
  // The seed of 32 bytes stands behind the coefficients.
  ['last coefficient 4095', share => share.with(-33, 0xff).with(-34, (share.at(-34) as number) | 0xf0)],
];

/** The spoils of one half, which is `length` bytes from `at` on; of other lengths both halves are. */
function half(name: string, spoiled: readonly Spoiled[], at: number, length: number): readonly Spoiled[] {
  return spoiled.map(([what, spoil]) => [
    `${name} half: ${what}`,
    share => concat(share.slice(0, at), spoil(share.slice(at, at + length)), share.slice(at + length)),
  ]);
}

/** Bytes of each half in offers and answers, in the order of the share. */
const hybrids = {
  X25519MLKEM768: { curve: ['x25519', montgomery.x25519, 32], keys: [1184, 1088], kemFirst: true },
  SecP256r1MLKEM768: { curve: ['secp256r1', nist, 65], keys: [1184, 1088], kemFirst: false },
  SecP384r1MLKEM1024: { curve: ['secp384r1', nist, 97], keys: [1568, 1568], kemFirst: false },
} as const;

/** All that is wrong with the offers of clients, or with the answers of servers. */
function spoiledShares(group: GroupName, from: 'client' | 'server'): readonly Spoiled[] {
  const ownKem = from === 'client' ? kem : [];
  if (group in hybrids) {
    const { curve, keys, kemFirst } = hybrids[group as keyof typeof hybrids];
    const [name, spoiled, curveLength] = curve;
    const kemLength = keys[from === 'client' ? 0 : 1];
    return [
      ...half('ML-KEM', [...lengths, ...ownKem], kemFirst ? 0 : curveLength, kemLength),
      ...half(name, [...lengths, ...spoiled], kemFirst ? kemLength : 0, curveLength),
      // An answer of X25519MLKEM768 has no form that could be wrong but its length.
      ...(from === 'server' && kemFirst ? [] : [swapping(kemFirst ? kemLength : curveLength)]),
      ['one half alone', share => share.slice(0, kemFirst ? kemLength : curveLength)],
    ];
  }
  if (group === 'x25519' || group === 'x448') return [...lengths, ...montgomery[group]];
  if (group.startsWith('ffdhe')) return [...lengths, ...finite(group as FfdheName)];
  return group.startsWith('MLKEM') ? [...lengths, ...ownKem] : [...lengths, ...nist];
}

function swapping(at: number): Spoiled {
  return ['the halves in the other order', share => concat(share.slice(at), share.slice(0, at))];
}

/** The provider with another exchange in one group. */
function withGroup(provider: CryptoProvider, name: GroupName, change: (own: KeyExchange) => Partial<KeyExchange>) {
  const own = provider.groups[name] as KeyExchange;
  return { ...provider, groups: { ...provider.groups, [name]: { ...own, ...change(own) } } };
}

/** Those of TLS 1.3: providers have secp224r1 too, which is TLS 1.2's. */
const groupsOf = (provider: CryptoProvider) =>
  (Object.keys(provider.groups) as GroupName[]).filter(name => groupInfo(NamedGroup.valueOf(name) ?? 0) !== undefined);
const codeOf = (name: GroupName) => NamedGroup.valueOf(name) as number;
const only = (name: GroupName, provider: CryptoProvider) => ({
  provider,
  groups: [codeOf(name)],
  ...{ cipherSuites: [0x1301, 0x1302, 0x1303, 0x1304, 0x1305] },
});

describe.each(providers)('the provider %s', (_, provider) => {
  describe.each(groupsOf(provider))('%s', group => {
    const options = only(group, provider);
    const client = { ...options, keyShares: options.groups };

    it('agrees', () => {
      const ends = pair(client, options);
      pump(ends);
      expect(ends.client.connected?.group).toBe(codeOf(group));
      expect(ends.server.connected?.group).toBe(codeOf(group));
    });

    it.each(spoiledShares(group, 'client'))('a client’s share: %s', (_what, spoil) => {
      const spoiling = withGroup(provider, group, own => ({
        offer() {
          const offer = own.offer() as Awaited<ReturnType<KeyExchange['offer']>>;
          const { share } = offer;
          return { share: spoil(share), complete: answer => offer.complete(answer), wipe: () => offer.wipe() };
        },
      }));
      const ends = pair({ ...client, provider: spoiling }, options);
      pump(ends);
      expect(ends.server.error).toMatchObject({
        code: 'ERR_TLS_BAD_KEY_SHARE',
        alert: 'illegal_parameter',
        sentBy: 'us',
      });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
    });

    it.each(spoiledShares(group, 'server'))('a server’s share: %s', (_what, spoil) => {
      const spoiling = withGroup(provider, group, own => ({
        respond(share) {
          const answer = own.respond(share) as Awaited<ReturnType<KeyExchange['respond']>>;
          return { ...answer, share: spoil(answer.share) };
        },
      }));
      const ends = pair(client, { ...options, provider: spoiling });
      pump(ends);
      expect(ends.client.error).toMatchObject({
        code: 'ERR_TLS_BAD_KEY_SHARE',
        alert: 'illegal_parameter',
        sentBy: 'us',
      });
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
    });
  });

  it.each(groupsOf(provider).filter(name => name.includes('MLKEM')))(
    '%s: a ciphertext for somebody else gives keys that nobody has (FIPS 203 §6.3)',
    group => {
      const options = only(group, provider);
      const spoiling = withGroup(provider, group, own => ({
        respond(share) {
          const answer = own.respond(share) as Awaited<ReturnType<KeyExchange['respond']>>;
          // Within the ciphertext wherever it stands.
          return { ...answer, share: answer.share.with(500, (answer.share[500] as number) ^ 1) };
        },
      }));
      const ends = pair({ ...options, keyShares: options.groups }, { ...options, provider: spoiling });
      pump(ends);
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' });
      expect(ends.server.connected).toBeUndefined();
    },
  );

  it('[9846:4.3.8:2] [9846:4.3.8:5] shares are new for each group and each connection, on both sides', () => {
    const groups = groupsOf(provider)
      .filter(name => !name.startsWith('ffdhe'))
      .map(codeOf);
    const options = { provider, groups };
    const seen: string[] = [];
    for (let round = 0; round < 2; round++) {
      const ends = pair({ ...options, keyShares: groups }, options);
      pump(ends, (from, bytes) => {
        seen.push(...sharesIn(from, bytes));
        return bytes;
      });
      expect(ends.client.connected?.group).toBe(groups[0]);
    }
    // Of both connections: the client's, with either half of a hybrid on its own, and the server's.
    expect(seen.length).toBeGreaterThan(2 * groups.length);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

/** The shares, as text, in the first message of either side; those of hybrids in their halves. */
function sharesIn(from: 'client' | 'server', bytes: Uint8Array): string[] {
  const message = bytes.subarray(5, 5 + (((bytes[3] as number) << 8) | (bytes[4] as number)));
  if (bytes[0] !== 22 || (message[0] !== 1 && message[0] !== 2)) return [];
  const found =
    from === 'client'
      ? (findExtension(decodeMessage(clientHello, message).extensions, keyShareRow, 'CH')?.client_shares ?? [])
      : [findExtension(decodeMessage(serverHello, message).extensions, keyShareRow, 'SH')?.server_share];
  return found.flatMap(entry => {
    if (entry === undefined) return [];
    const share = Buffer.from(entry.key_exchange).toString('hex');
    const { curve, kemFirst, keys } = hybrids[NamedGroup.label(entry.group) as keyof typeof hybrids] ?? {};
    if (curve === undefined) return [share];
    const at = 2 * (kemFirst ? keys[from === 'client' ? 0 : 1] : curve[2]);
    return [share.slice(0, at), share.slice(at)];
  });
}
