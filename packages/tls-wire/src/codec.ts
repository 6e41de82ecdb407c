/**
 * Codecs for the presentation language of RFC 9846 §3. A structure is declared once, in the RFC's names;
 * the declaration encodes, decodes exactly, and labels byte ranges for whoever wants to look.
 */
import { DecodeError, EncodeError } from './error.ts';
import { Reader } from './reader.ts';
import { type Writer, written } from './writer.ts';

export interface Codec<T> {
  /** The type as the presentation language writes it. */
  readonly type: string;
  /** @throws EncodeError when the value has no such form. */
  encode(writer: Writer, value: T): void;
  /** @throws DecodeError when the bytes have no such form. */
  decode(reader: Reader): T;
}

/** The value type of a codec: `type ClientHello = Value<typeof clientHello>`. */
export type Value<C> = C extends Codec<infer T> ? T : never;

/** The bytes of `value`. @throws EncodeError */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  return written(writer => codec.encode(writer, value));
}

/** The value that `bytes` hold, all of them. @throws DecodeError also when bytes are left over */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const value = codec.decode(reader);
  reader.finish(codec.type);
  return value;
}

/**
 * What `make` makes. Before a declaration of several calls, with the mark `PURE`, it lets a bundle shed the whole where nobody uses it:
 * of calls within calls bundlers cannot know that they do nothing else.
 */
export function declared<T>(make: () => T): T {
  return make();
}

function uintCodec(width: 1 | 2 | 3 | 4): Codec<number> {
  return {
    type: `uint${8 * width}`,
    encode: (writer, value) => writer.uint(width, value),
    decode: reader => reader.uint(width),
  };
}

export const uint8: Codec<number> = /* @__PURE__ */ uintCodec(1);
export const uint16: Codec<number> = /* @__PURE__ */ uintCodec(2);
export const uint24: Codec<number> = /* @__PURE__ */ uintCodec(3);
export const uint32: Codec<number> = /* @__PURE__ */ uintCodec(4);
export const uint64: Codec<bigint> = {
  type: 'uint64',
  encode: (writer, value) => writer.uint64(value),
  decode: reader => reader.uint64(),
};

/** `opaque[length]`: exactly that many bytes. Decoded bytes are a view of the input. */
export function opaque(length: number): Codec<Uint8Array> {
  const type = `opaque[${length}]`;
  return {
    type,
    encode(writer, value) {
      if (value.length !== length) throw new EncodeError(`${type}: got ${value.length} bytes`);
      writer.put(value);
    },
    decode: reader => reader.take(length),
  };
}

/** `opaque<min..max>`: a length, as wide as `max` needs, and that many bytes. Decoded bytes are a view of the input. */
export function opaqueVector(min: number, max: number): Codec<Uint8Array> {
  const { type, width } = vectorForm('opaque', min, max);
  return {
    type,
    encode(writer, value) {
      checkLength(type, value.length, min, max);
      writer.uint(width, value.length);
      writer.put(value);
    },
    decode: reader => reader.take(readLength(reader, type, width, min, max)),
  };
}

/** The rest of the enclosing bytes, whatever their number: for bodies whose length stands outside. */
export const rest: Codec<Uint8Array> = {
  type: 'opaque[rest]',
  encode: (writer, value) => writer.put(value),
  decode: reader => reader.take(reader.remaining),
};

/** `T<min..max>`: elements, `min` to `max` bytes of them together. A length that cuts an element is an error. */
export function vector<T>(element: Codec<T>, min: number, max: number): Codec<readonly T[]> {
  const { type, width } = vectorForm(element.type, min, max);
  return {
    type,
    encode(writer, values) {
      const length = writer.prefixed(width, w => {
        for (const value of values) element.encode(w, value);
      });
      checkLength(type, length, min, max);
    },
    decode(reader) {
      const inner = reader.sub(readLength(reader, type, width, min, max));
      return readAll(element, inner);
    },
  };
}

/** Elements up to the end of the enclosing bytes, with no length of their own. */
export function sequence<T>(element: Codec<T>): Codec<readonly T[]> {
  return {
    type: `${element.type}[rest]`,
    encode(writer, values) {
      for (const value of values) element.encode(writer, value);
    },
    decode: reader => readAll(element, reader),
  };
}

/** A length, as wide as `max` needs, and one value that fills it exactly. */
export function prefixed<T>(codec: Codec<T>, min: number, max: number): Codec<T> {
  const { type, width } = vectorForm(codec.type, min, max);
  return {
    type,
    encode(writer, value) {
      const length = writer.prefixed(width, w => codec.encode(w, value));
      checkLength(type, length, min, max);
    },
    decode(reader) {
      const inner = reader.sub(readLength(reader, type, width, min, max));
      const value = codec.decode(inner);
      inner.finish(type);
      return value;
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a struct's fields are of any type; their values are inferred
type Fields = Record<string, Codec<any>>;

/** `struct { … } name`: fields in order, under the RFC's names. */
export function struct<F extends Fields>(name: string, fields: F): Codec<{ readonly [K in keyof F]: Value<F[K]> }> {
  const entries = Object.entries(fields).map(([key, codec]) => ({ key, codec }));
  return {
    type: name,
    encode(writer, value) {
      for (const { key, codec } of entries) codec.encode(writer, value[key]);
    },
    decode(reader) {
      const value: Record<string, unknown> = {};
      for (const { key, codec } of entries) value[key] = reader.field(key, codec);
      return value as { readonly [K in keyof F]: Value<F[K]> };
    },
  };
}

/**
 * A struct whose last part depends on what came before (`select` of the presentation language).
 * `variant` gets the fields read so far and answers with the codec of the rest, which goes by the name `bodyName`.
 */
export function select<H extends Fields, B, const N extends string = 'body'>(
  name: string,
  head: H,
  variant: (head: { readonly [K in keyof H]: Value<H[K]> }) => Codec<B>,
  bodyName: N = 'body' as N,
): Codec<{ readonly [K in keyof H]: Value<H[K]> } & { readonly [K in N]: B }> {
  const headCodec = struct(name, head);
  return {
    type: name,
    encode(writer, value) {
      headCodec.encode(writer, value);
      variant(value).encode(writer, value[bodyName]);
    },
    decode(reader) {
      const fields = headCodec.decode(reader);
      const codec = variant(fields);
      const body = reader.field(bodyName, codec);
      return { ...fields, [bodyName]: body } as { readonly [K in keyof H]: Value<H[K]> } & { readonly [K in N]: B };
    },
  };
}

/** A codec seen through a pair of functions, for values that are handier in another shape than their bytes. */
export function mapped<A, B>(codec: Codec<A>, type: string, from: (value: A) => B, to: (value: B) => A): Codec<B> {
  return {
    type,
    encode: (writer, value) => codec.encode(writer, to(value)),
    decode: reader => from(codec.decode(reader)),
  };
}

function readAll<T>(element: Codec<T>, reader: Reader): readonly T[] {
  const values: T[] = [];
  while (reader.remaining > 0) {
    const before = reader.offset;
    values.push(reader.field(values.length, element));
    if (reader.offset === before) throw new DecodeError(`${element.type}: an element of no bytes`, before);
  }
  return values;
}

/** How the RFCs write these bounds. */
const ceilings: ReadonlyMap<number, string> = /* @__PURE__ */ new Map([
  [2 ** 8 - 1, '2^8-1'],
  [2 ** 16 - 2, '2^16-2'],
  [2 ** 16 - 1, '2^16-1'],
  [2 ** 24 - 1, '2^24-1'],
]);

const lengths = { 1: uint8, 2: uint16, 3: uint24 } as const;

function vectorForm(element: string, min: number, max: number): { type: string; width: 1 | 2 | 3 } {
  const width = max < 2 ** 8 ? 1 : max < 2 ** 16 ? 2 : max < 2 ** 24 ? 3 : undefined;
  if (width === undefined || min < 0 || min > max) throw new RangeError(`no such vector: ${element}<${min}..${max}>`);
  const ceiling = ceilings.get(max) ?? max;
  return { type: `${element}<${min}..${ceiling}>`, width };
}

function checkLength(type: string, length: number, min: number, max: number): void {
  if (length < min || length > max) throw new EncodeError(`${type}: got ${length} bytes`);
}

function readLength(reader: Reader, type: string, width: 1 | 2 | 3, min: number, max: number): number {
  const at = reader.offset;
  const length = reader.field('length', lengths[width]);
  if (length < min || length > max) throw new DecodeError(`${type}: length ${length} is out of bounds`, at);
  return length;
}
