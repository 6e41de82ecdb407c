/** The few instructions of WebAssembly that are used here, and the sections of a module, as bytes (WebAssembly Core Specification §5). */

export type Code = readonly number[];

export const I64 = 0x7e;
export const I32 = 0x7f;

export const xor: Code = [0x85];
export const or: Code = [0x84];
export const and: Code = [0x83];
export const multiply: Code = [0x7e];

/** Unsigned. */
function leb(n: number): Code {
  return n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...leb(n >>> 7)];
}

/** Signed. */
function sleb(n: bigint): Code {
  const low = Number(n & 0x7fn);
  const rest = n >> 7n;
  const done = low < 0x40 ? rest === 0n : rest === -1n;
  return done ? [low] : [low | 0x80, ...sleb(rest)];
}

export const get = (local: number): Code => [0x20, ...leb(local)];
export const set = (local: number): Code => [0x21, ...leb(local)];
export const i64 = (value: bigint): Code => [0x42, ...sleb(BigInt.asIntN(64, value))];
export const shiftRight = (bits: number): Code => [...i64(BigInt(bits)), 0x88];
export const shiftLeft = (bits: number): Code => [...i64(BigInt(bits)), 0x86];
export const rotate = (bits: number): Code => [...i64(BigInt(bits)), 0x89];
/** Eight bytes, least significant first. */
export const load = (offset: number): Code => [0x29, 0, ...leb(offset)];
export const store = (offset: number): Code => [0x37, 0, ...leb(offset)];
export const call = (func: number): Code => [0x10, ...leb(func)];
/** Adds to a local that is an address. */
export const advance = (local: number, bytes: number): Code => [
  ...get(local),
  0x41,
  ...sleb(BigInt(bytes)),
  0x6a,
  ...set(local),
];
/** Runs `body` once, and again as long as the one address is below the other. */
export const repeatWhileBelow = (address: number, end: number, body: Code): Code => [
  0x03,
  0x40,
  ...body,
  ...get(address),
  ...get(end),
  0x49,
  0x0d,
  0,
  0x0b,
];

export interface Func {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Those of I64 that the body has beside its parameters. */
  readonly locals: number;
  readonly body: Code;
  /** The name that it is exported by. */
  readonly name?: string;
}

/** A module of functions, and one page of memory that is exported as `memory`. */
export function moduleOf(funcs: readonly Func[]): Uint8Array<ArrayBuffer> {
  const exported = funcs.flatMap(({ name }, i) => (name === undefined ? [] : [[...text(name), 0, ...leb(i)]]));
  const section = (id: number, entries: readonly Code[]): Code => [id, ...sized(vector(entries))];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      funcs.map(({ parameters, results }) => [0x60, ...vector(parameters), ...vector(results)]),
    ),
    ...section(
      3,
      funcs.map((_, i) => leb(i)),
    ),
    ...section(5, [[0, 1]]),
    ...section(7, [[...text('memory'), 2, 0], ...exported]),
    ...section(
      10,
      funcs.map(({ locals, body }) => sized([...vector([[...leb(locals), I64]]), ...body, 0x0b])),
    ),
  ]);
}

function vector(entries: readonly (number | Code)[]): Code {
  return [...leb(entries.length), ...entries.flat()];
}

function sized(bytes: Code): Code {
  return [...leb(bytes.length), ...bytes];
}

function text(ascii: string): Code {
  return vector([...ascii].map(letter => letter.charCodeAt(0)));
}
