/**
 * GHASH (NIST SP 800-38D §6.4) in WebAssembly. Neither a table nor a branch depends on what is hashed or on the key: products without carries
 * are made of products of integers in which only every fourth bit is used, so that carries run into bits that are thrown away.
 */
import {
  advance,
  and,
  type Code,
  call,
  get,
  I32,
  I64,
  i64,
  load,
  moduleOf,
  multiply,
  or,
  repeatWhileBelow,
  rotate,
  set,
  shiftLeft,
  shiftRight,
  store,
  xor,
} from './wasm.ts';

export interface Ghash {
  /** What it works in: addresses are indices here. It is shared, and keeps what is left there. */
  readonly memory: Uint8Array;
  /**
   * Y becomes that behind the blocks from one address to another, one block at least.
   * @param h the address of the hash subkey @param y that of the state
   */
  hash(h: number, y: number, from: number, to: number): void;
  /** Adds bytes from `other` on to those from one address to another, by eights, eight at least. */
  add(from: number, to: number, other: number): void;
}

/** @throws where the runtime has no WebAssembly */
export function createGhash(): Ghash {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(functions())));
  const { memory, hash, add } = exports as unknown as Ghash & { readonly memory: WebAssembly.Memory };
  return { memory: new Uint8Array((memory as WebAssembly.Memory).buffer), hash, add };
}

/** By their order they call one another. */
const [PRODUCT, MIRROR, SWAP] = [0, 1, 2];

function functions() {
  return [
    { parameters: [I64, I64], results: [I64], locals: 8, body: product() },
    { parameters: [I64], results: [I64], locals: 0, body: reversed(6) },
    { parameters: [I64], results: [I64], locals: 0, body: reversed(3) },
    { parameters: [I32, I32, I32, I32], results: [], locals: names.length, body: hash(), name: 'hash' },
    { parameters: [I32, I32, I32], results: [], locals: 0, body: add(), name: 'add' },
  ];
}

/** Every fourth bit, from each of the first four on. */
const fourths = [0x1111111111111111n, 0x2222222222222222n, 0x4444444444444444n, 0x8888888888888888n] as const;

/** The lower 64 bits of the product of two polynomials: sixteen products, four of which make up each fourth. */
function product(): Code {
  const [x, y, parts] = [0, 1, 2];
  const part = (of: number, i: number) => parts + 4 * of + (i & 3);
  const split = (of: number) => fourths.flatMap((mask, i) => [...get(of), ...i64(mask), ...and, ...set(part(of, i))]);
  const products = fourths.flatMap((mask, k) => [
    ...[0, 1, 2, 3].flatMap(i => [...get(part(x, i)), ...get(part(y, k - i)), ...multiply, ...(i > 0 ? xor : [])]),
    ...i64(mask),
    ...and,
    ...(k > 0 ? or : []),
  ]);
  return [...split(x), ...split(y), ...products];
}

/** Halves that change places, ever larger ones. */
const swaps = [
  [1, 0x5555555555555555n],
  [2, 0x3333333333333333n],
  [4, 0x0f0f0f0f0f0f0f0fn],
  [8, 0x00ff00ff00ff00ffn],
  [16, 0x0000ffff0000ffffn],
] as const;

/** The order of 64 bits, or of 8 bytes, turned round: by so many steps, the largest last. */
function reversed(steps: 6 | 3): Code {
  const smaller = swaps
    .slice(6 - steps)
    .flatMap(([bits, mask]) => [
      ...[...get(0), ...shiftRight(bits), ...i64(mask), ...and],
      ...[...get(0), ...i64(mask), ...and, ...shiftLeft(bits)],
      ...or,
      ...set(0),
    ]);
  return [...smaller, ...get(0), ...rotate(32)];
}

/**
 * The locals of {@link hash}, in halves of 64 bits, the higher one first, as numbers whose bits are turned round against those of
 * polynomials; with a prime the mirrored ones, by which the higher halves of products are found.
 */
const names = [
  ...['h1', 'h0', 'h1′', 'h0′', 'y1', 'y0', 'y1′', 'y0′'],
  ...['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'v0', 'v1', 'v2', 'v3'],
] as const;
type Name = (typeof names)[number];

function hash(): Code {
  const [h, y, from, to] = [0, 1, 2, 3];
  const at = (name: Name) => 4 + names.indexOf(name);
  const its = (name: Name) => get(at(name));
  const sum = (...terms: readonly Name[]) => terms.flatMap((term, i) => [...its(term), ...(i > 0 ? xor : [])]);
  const let_ = (name: Name, value: Code): Code => [...value, ...set(at(name))];
  const half = (address: number, offset: number): Code => [...get(address), ...load(offset), ...call(SWAP)];
  const mirror = (code: Code): Code => [...code, ...call(MIRROR)];
  const times = (a: Code, b: Code): Code => [...a, ...b, ...call(PRODUCT)];
  /** What mirrored factors give is mirrored, and one bit off. */
  const higher = (name: Name) => let_(name, [...mirror(its(name)), ...shiftRight(1)]);
  const shifted = (name: Name, lower: Name) =>
    let_(name, [...its(name), ...shiftLeft(1), ...its(lower), ...shiftRight(63), ...or]);

  const product: Code = [
    // Three products for four, after Karatsuba: of the halves, and of their sums.
    ...let_('a0', times(its('y0'), its('h0'))),
    ...let_('a1', times(its('y1'), its('h1'))),
    ...let_('a2', [...times(sum('y0', 'y1'), sum('h0', 'h1')), ...sum('a0', 'a1'), ...xor]),
    ...let_('b0', times(its('y0′'), its('h0′'))),
    ...let_('b1', times(its('y1′'), its('h1′'))),
    ...let_('b2', [...times(sum('y0′', 'y1′'), sum('h0′', 'h1′')), ...sum('b0', 'b1'), ...xor]),
    ...(['b0', 'b1', 'b2'] as const).flatMap(higher),
    ...let_('v0', its('a0')),
    ...let_('v1', sum('b0', 'a2')),
    ...let_('v2', sum('a1', 'b2')),
    ...let_('v3', its('b1')),
    // 127 bits times 127 bits are 255.
    ...shifted('v3', 'v2'),
    ...shifted('v2', 'v1'),
    ...shifted('v1', 'v0'),
    ...let_('v0', [...its('v0'), ...shiftLeft(1)]),
  ];
  /** Modulo x^128 + x^7 + x^2 + x + 1: a lower half goes into the two above it. */
  const folded = (lower: Name, middle: Name, upper: Name): Code => [
    ...let_(upper, [...sum(upper, lower), ...[1, 2, 7].flatMap(n => [...its(lower), ...shiftRight(n), ...xor])]),
    ...let_(middle, [...its(middle), ...[63, 62, 57].flatMap(n => [...its(lower), ...shiftLeft(n), ...xor])]),
  ];
  const block: Code = [
    ...let_('y1', [...its('y1'), ...half(from, 0), ...xor]),
    ...let_('y0', [...its('y0'), ...half(from, 8), ...xor]),
    ...let_('y1′', mirror(its('y1'))),
    ...let_('y0′', mirror(its('y0'))),
    ...product,
    ...folded('v0', 'v1', 'v2'),
    ...folded('v1', 'v2', 'v3'),
    ...let_('y0', its('v2')),
    ...let_('y1', its('v3')),
    ...advance(from, 16),
  ];
  return [
    ...let_('h1', half(h, 0)),
    ...let_('h0', half(h, 8)),
    ...let_('h1′', mirror(its('h1'))),
    ...let_('h0′', mirror(its('h0'))),
    ...let_('y1', half(y, 0)),
    ...let_('y0', half(y, 8)),
    ...repeatWhileBelow(from, to, block),
    ...[...get(y), ...its('y1'), ...call(SWAP), ...store(0)],
    ...[...get(y), ...its('y0'), ...call(SWAP), ...store(8)],
  ];
}

function add(): Code {
  const [from, to, other] = [0, 1, 2];
  return repeatWhileBelow(from, to, [
    ...get(from),
    ...[...get(from), ...load(0), ...get(other), ...load(0), ...xor],
    ...store(0),
    ...advance(from, 8),
    ...advance(other, 8),
  ]);
}
