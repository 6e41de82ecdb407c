/** TLS 1.2: records that are not authentic, of which an attacker learns nothing but that (RFC 5246 §6.2.3.2, §7.2.2). */
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  by,
  noError,
  type Oddity,
  other,
  outcome,
  roles,
  stepwise,
  suite,
  type Tapped,
  tappedPair,
} from './attacks12.ts';
import { pump } from './support.ts';

const text = new TextEncoder().encode('what an attacker would like to read, byte by byte');

interface Kind {
  readonly name: string;
  readonly encryptThenMac?: boolean;
  readonly truncatedHmac?: boolean;
}

const cbc: readonly Kind[] = [
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', encryptThenMac: false },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', encryptThenMac: false },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', encryptThenMac: false },
  { name: 'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA', encryptThenMac: false },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', encryptThenMac: false, truncatedHmac: true },
];
const authenticated: readonly Kind[] = [
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', encryptThenMac: true },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', encryptThenMac: true },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', encryptThenMac: true, truncatedHmac: true },
];
const others: readonly Kind[] = [
  { name: 'TLS_ECDHE_ECDSA_WITH_NULL_SHA' },
  { name: 'TLS_ECDHE_ECDSA_WITH_NULL_SHA', truncatedHmac: true },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' },
  { name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8' },
];

const label = ({ name, encryptThenMac, truncatedHmac }: Kind) =>
  `${name}${encryptThenMac === true ? ', encrypt_then_mac' : ''}${truncatedHmac === true ? ', truncated_hmac' : ''}`;
const named = (kinds: readonly Kind[]) => kinds.map(kind => [label(kind), kind] as const);

function connected({ name, ...tls12 }: Kind): Tapped {
  const { client, server } = by(name);
  const ends = tappedPair({ ...client, tls12 }, { ...server, tls12 });
  pump(ends);
  noError(ends);
  expect(ends.client.connected?.cipherSuite.code).toBe(suite(name));
  if (tls12.encryptThenMac !== undefined) {
    expect(ends.client.connected?.tls12?.encryptThenMac).toBe(tls12.encryptThenMac);
  }
  return ends;
}

/** What both roles make of records of one kind that are odd in these ways: one thing. */
function alike(kind: Kind, oddities: readonly Oddity[], content: Uint8Array = text): void {
  const outcomes = new Set<string>();
  for (const role of roles) {
    for (const odd of oddities) {
      const ends = connected(kind);
      const victim = ends[role];
      victim.engine.receive(ends.forge(other(role)).seal(23, content, odd));
      expect(victim.received).toEqual([]);
      const alerts: string[] = [];
      pump(ends, (from, bytes) => {
        alerts.push(`${from} ${bytes.length}`);
        return bytes;
      });
      outcomes.add(`${outcome(victim)}, ${outcome(ends[other(role)])}, ${alerts.map(line => line.split(' ')[1])}`);
    }
  }
  expect([...outcomes]).toEqual([
    expect.stringMatching(
      /^ERR_TLS_BAD_RECORD_MAC a record is not authentic bad_record_mac us CONNECTED, ERR_TLS_PEER_ALERT [^,]*bad_record_mac peer CONNECTED, \d+$/,
    ),
  ]);
}

const flipped = (bytes: Uint8Array, at: number, by = 1) =>
  bytes.with(at < 0 ? bytes.length + at : at, (bytes.at(at) as number) ^ by);
const resized = (by: number) => ({
  fragment: (bytes: Uint8Array) => (by < 0 ? bytes.slice(0, by) : concat(bytes, new Uint8Array(by))),
});

it.each(named([...cbc, ...authenticated, ...others.slice(0, 3)]))(
  'records made here are taken as they should be: %s',
  (_, kind) => {
    const ends = connected(kind);
    for (const role of roles) ends[role].engine.receive(ends.forge(other(role)).seal(23, text));
    noError(ends);
    expect([ends.client.bytes, ends.server.bytes]).toEqual([text, text]);
  },
);

describe('bad padding, a bad MAC and wrong lengths are the same', () => {
  it.each(named(cbc))('%s [5246:6.2.3.2:3] [5246:7.2.2:5]', (_, kind) => {
    const ends = connected(kind);
    const whole = ends.forge('client').seal(23, text).length - 5;
    const block = kind.name.includes('3DES') ? 8 : 16;
    alike(kind, [
      // Padding: its length, its bytes, more of it than there is room, all of it.
      { inner: plaintext => flipped(plaintext, -1) },
      { inner: plaintext => flipped(plaintext, -1, 0x80) },
      { inner: plaintext => plaintext.with(-1, 0) },
      { inner: plaintext => plaintext.with(-1, 255) },
      { inner: plaintext => new Uint8Array(plaintext.length).fill(plaintext.length - 1) },
      { inner: plaintext => new Uint8Array(plaintext.length) },
      { inner: plaintext => concat(plaintext.subarray(0, -1), Uint8Array.of(0xee)) },
      // The MAC: its first byte, its last, and content that it is not of.
      { inner: (plaintext, mac) => flipped(plaintext, text.length + mac - 1) },
      { inner: plaintext => flipped(plaintext, text.length) },
      { inner: plaintext => flipped(plaintext, 0) },
      { sequence: 2 },
      // What is on the wire: IV, first block, last block.
      { fragment: bytes => flipped(bytes, 0) },
      { fragment: bytes => flipped(bytes, block) },
      { fragment: bytes => flipped(bytes, -1) },
      // No blocks at all, too few for a MAC, no whole ones.
      resized(-1),
      resized(1),
      resized(block - 1),
      resized(-block),
      resized(block),
      { fragment: bytes => bytes.slice(0, 1) },
      { fragment: bytes => bytes.slice(0, block) },
      { fragment: bytes => bytes.slice(0, 2 * block) },
      { fragment: () => new Uint8Array(0) },
    ]);
    expect(whole % block).toBe(0);
  });

  it.each(named(authenticated))('%s [5246:7.2.2:5]', (_, kind) => {
    alike(kind, [
      // Authentic, and badly padded all the same.
      { inner: plaintext => flipped(plaintext, -1) },
      { inner: plaintext => plaintext.with(-1, 255) },
      { inner: plaintext => new Uint8Array(plaintext.length).fill(0x7f) },
      { fragment: bytes => flipped(bytes, 0) },
      { fragment: bytes => flipped(bytes, 16) },
      { fragment: bytes => flipped(bytes, -1) },
      { sequence: 0 },
      resized(-1),
      resized(1),
      resized(-16),
      resized(16),
      { fragment: bytes => bytes.slice(0, 9) },
      { fragment: bytes => bytes.slice(0, 16) },
      { fragment: () => new Uint8Array(0) },
    ]);
  });

  it.each(named(others))('%s [5246:6.2.3.3:3]', (_, kind) => {
    // Forged with AES-GCM where the suite is another AEAD: not authentic either.
    alike(kind, [
      { fragment: bytes => flipped(bytes, 0) },
      { fragment: bytes => flipped(bytes, 20) },
      { fragment: bytes => flipped(bytes, -1) },
      { sequence: 7, fragment: bytes => flipped(bytes, 12) },
      resized(-1),
      resized(1),
      { fragment: bytes => bytes.slice(0, 7) },
      { fragment: bytes => bytes.slice(0, 1) },
      { fragment: () => new Uint8Array(0) },
    ]);
  });
});

it('a record of each kind that is changed in any byte of its body is the same failure', () => {
  for (const kind of [cbc[0], authenticated[0], others[0], others[2]] as readonly Kind[]) {
    const length = connected(kind).forge('client').seal(23, text).length - 5;
    const oddities = Array.from({ length: Math.ceil(length / 5) }, (_, i) => ({
      fragment: (bytes: Uint8Array) => flipped(bytes, 5 * i, 0x40),
    }));
    alike(kind, oddities);
  }
});

it('what is authentic and longer than a record may be is another matter, which tells nothing [5246:6.2.1:1]', () => {
  for (const kind of [...cbc.slice(0, 1), ...authenticated.slice(0, 1), ...others.slice(0, 1)]) {
    const ends = connected(kind);
    ends.server.engine.receive(ends.forge('client').seal(23, new Uint8Array(2 ** 14 + 1)));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow' });
    // Not authentic: it is never told how long it would have been.
    const again = connected(kind);
    const odd = { fragment: (bytes: Uint8Array) => flipped(bytes, 2) };
    again.server.engine.receive(again.forge('client').seal(23, new Uint8Array(2 ** 14 + 1), odd));
    expect(again.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac' });
  }
});

describe('Finished, the first record that is protected', () => {
  it.each(named([...cbc, ...authenticated, ...others]))(
    'fails alike in each of its bytes: %s',
    (_, { name, ...tls12 }) => {
      const { client, server } = by(name);
      const failures = new Set<string>();
      for (const role of roles) {
        for (const at of [0, 7, 15, 16, 17, 25, -12, -2, -1]) {
          const ends = tappedPair({ ...client, tls12 }, { ...server, tls12 });
          let protection = false;
          stepwise(ends, (from, record) => {
            if (from === role) return [record];
            const changed = protection ? concat(record.subarray(0, 5), flipped(record.subarray(5), at, 4)) : record;
            if (record[0] === 20) protection = true;
            return [changed];
          });
          expect(ends[role].connected).toBeUndefined();
          failures.add(outcome(ends[role]));
        }
      }
      expect([...failures]).toEqual([
        'ERR_TLS_BAD_RECORD_MAC a record is not authentic bad_record_mac us WAIT_FINISHED',
      ]);
    },
  );
});
