/** Registries: the IANA tables of numbers with names. A number without a name is still a value (GREASE survives). */
import type { Codec } from './codec.ts';

/** Numbers of a registry whose names are elsewhere: a bundle that need not name them does not carry them. */
export interface Enumerated extends Codec<number> {
  /** The number in hexadecimal, as wide as it is on the wire. */
  label(value: number): string;
}

/** `enum { …, (max) } name`, without the names: `width` bytes on the wire; every number decodes. */
export function enumerated(name: string, width: 1 | 2): Enumerated {
  return {
    type: name,
    label: value => `0x${value.toString(16).padStart(2 * width, '0')}`,
    encode: (writer, value) => writer.uint(width, value),
    decode: reader => reader.uint(width),
  };
}

export interface Registry<Names extends string> extends Enumerated {
  /** The registered numbers by name. */
  readonly values: { readonly [K in Names]: number };
  /** The registered name, or undefined. */
  nameOf(value: number): Names | undefined;
  /** The registered name, or the number in hexadecimal, for messages to people. */
  label(value: number): string;
  /** The number that bears this name, case-sensitively, or undefined. */
  valueOf(name: string): number | undefined;
}

/** `enum { …, (max) } name`: `width` bytes on the wire; every number decodes. */
export function registry<const V extends Record<string, number>>(
  name: string,
  width: 1 | 2,
  values: V,
): Registry<keyof V & string> {
  type Names = keyof V & string;
  const names = new Map<number, Names>();
  for (const [key, value] of Object.entries(values)) {
    if (names.has(value)) throw new RangeError(`${name}: ${value} has two names`);
    names.set(value, key);
  }
  const numbers = enumerated(name, width);
  return {
    ...numbers,
    values,
    nameOf: value => names.get(value),
    label: value => names.get(value) ?? numbers.label(value),
    valueOf: key => (Object.hasOwn(values, key) ? values[key] : undefined),
  };
}
