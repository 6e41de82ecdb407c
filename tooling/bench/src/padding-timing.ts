/**
 * `pnpm bench:padding [--records N]`: how long a TLS 1.2 opener takes to refuse CBC records that are wrong in different
 * places (Lucky Thirteen, CVE-2013-0169), and a table of the distributions. All records of a suite have one length; kinds take
 * turns in random order, so that what drifts hits all alike. Two kinds are told apart by the area under the ROC curve
 * (the probability that a record of one kind takes longer than one of the other): 0.5 is none better than a guess. The first line
 * compares a kind with itself: what is not farther from 0.5 than that is noise.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import type { WireRecord } from '@tlskit/tls-record';
import { type CipherProtection12, type Protection12, protection12 } from '@tlskit/tls-record/tls12';

const { values: options } = parseArgs({ options: { records: { type: 'string', default: '20000' } } });
const perKind = Number(options.records);

/** Bytes of plaintext in a record: content, MAC and padding. Lucky Thirteen's own example is among them. */
const lengths = [64, 288, 1024];

const suites: readonly CipherProtection12[] = [
  { type: 'cbc', cipher: 'aes-128-cbc', mac: 'sha1' },
  { type: 'cbc', cipher: 'aes-256-cbc', mac: 'sha384' },
];

interface Kind {
  readonly name: string;
  /** The last bytes of a plaintext of random bytes. */
  readonly end: (length: number) => Uint8Array;
}

/** No MAC of these is right: what differs is the padding, and with it how much there is to authenticate. */
const kinds: readonly Kind[] = [
  { name: 'no padding', end: () => Uint8Array.of(1, 255) },
  { name: 'no padding again', end: () => Uint8Array.of(1, 255) },
  { name: 'padding of 1 byte', end: () => Uint8Array.of(7, 0) },
  { name: 'padding of 2 bytes', end: () => Uint8Array.of(1, 1) },
  { name: 'longest padding', end: length => longest(length) },
  { name: 'longest, first byte wrong', end: length => longest(length).fill(0, 0, 1) },
];

function longest(length: number): Uint8Array {
  const padding = Math.min(255, length - 48 - 1);
  return new Uint8Array(padding + 1).fill(padding);
}

const providers = [createNodeProvider(), withExtras(createNobleProvider(), ...legacyExtras)];
for (const provider of providers) {
  for (const suite of suites) for (const length of lengths) report(provider, suite, length);
}

function report(provider: CryptoProvider, suite: CipherProtection12, length: number): void {
  if (suite.type !== 'cbc') return;
  const protection = protection12(provider, suite);
  const cipher = provider.blockCiphers?.[suite.cipher];
  if (protection === undefined || cipher === undefined) return;
  const keys = {
    macKey: randomBytes(protection.macKeyLength),
    key: randomBytes(protection.keyLength),
    iv: new Uint8Array(0),
  };
  const sealing = cipher.create(keys.key);
  const opener = protection.opener(keys);
  const record = (kind: Kind): WireRecord => {
    const plaintext = new Uint8Array(randomBytes(length));
    const end = kind.end(length);
    plaintext.set(end, length - end.length);
    const iv = new Uint8Array(randomBytes(cipher.blockLength));
    const encrypted = sealing.encrypt(iv, plaintext);
    const bytes = new Uint8Array(5 + iv.length + encrypted.length);
    bytes.set([23, 3, 3, (bytes.length - 5) >> 8, bytes.length - 5]);
    bytes.set(iv, 5);
    bytes.set(encrypted, 5 + iv.length);
    return { type: 23, version: 0x0303, bytes, fragment: bytes.subarray(5) };
  };
  const times = measure(opener, record);
  const first = times[0] as number[];
  console.log(
    `\n${provider.name}, ${suite.cipher} with ${suite.mac}, records of ${length} bytes, ${perKind} of each kind; µs`,
  );
  console.log('kind'.padEnd(28), ...['p10', 'median', 'p90', 'p99', 'AUC'].map(title => title.padStart(8)));
  for (const [i, { name }] of kinds.entries()) {
    const sorted = (times[i] as number[]).toSorted((a, b) => a - b);
    const at = (share: number) => ((sorted[Math.floor(share * (sorted.length - 1))] as number) / 1000).toFixed(2);
    const figures = [at(0.1), at(0.5), at(0.9), at(0.99), areaUnderCurve(first, sorted).toFixed(3)];
    console.log(name.padEnd(28), ...figures.map(figure => figure.padStart(8)));
  }
}

/** Nanoseconds of each kind, in kinds' order. The first tenth warms up. */
function measure(opener: ReturnType<Protection12['opener']>, record: (kind: Kind) => WireRecord): number[][] {
  const times: number[][] = kinds.map(() => []);
  const total = Math.ceil(perKind * 1.1);
  for (let round = 0; round < total; round++) {
    // Made before they are measured, and in another order each round.
    const batch = kinds.map((kind, i) => ({ i, record: record(kind) }));
    for (let i = batch.length - 1; i > 0; i--) {
      const j = randomInt(i + 1);
      [batch[i], batch[j]] = [batch[j] as (typeof batch)[number], batch[i] as (typeof batch)[number]];
    }
    for (const entry of batch) {
      const begin = process.hrtime.bigint();
      try {
        opener.open(entry.record);
        throw new Error('a record was opened');
      } catch (error) {
        const elapsed = Number(process.hrtime.bigint() - begin);
        if ((error as { code?: string }).code !== 'ERR_TLS_BAD_RECORD_MAC') throw error;
        if (round >= total - perKind) (times[entry.i] as number[]).push(elapsed);
      }
    }
  }
  return times;
}

/** The probability that one of `b` is longer than one of `a`, ties counted half (Mann-Whitney). */
function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const sorted = a.toSorted((x, y) => x - y);
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = sorted[middle] as number;
      if (entry < value || (orEqual && entry === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let sum = 0;
  for (const value of b) sum += (below(value, false) + below(value, true)) / 2;
  return sum / (a.length * b.length);
}
