/** What every byte of a section is: a tree of fields whose leaves cover the section without gap or overlap. */
import type { Annotation } from '@tlskit/tls-wire';
import { textOf } from './text.ts';

/** A range of bytes with a name. Its children, where it has any, cover it in order and without gaps. */
export interface Field {
  /** Field name in the RFC's struct, or an index for the elements of a vector. */
  readonly label: string;
  /** Type in the presentation language, such as `uint16` or `opaque<0..2^16-1>`. */
  readonly type: string;
  /** First byte, counted from the start of the section. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  /** What it says, for people: a registered name, a number, text; empty where there is nothing to say but the bytes. */
  readonly text: string;
  /** The decoded value of a number. */
  readonly value?: number | bigint;
  /** True for bytes that nobody could make sense of, because something before them is malformed. */
  readonly unread?: true;
  readonly children: readonly Field[];
}

/** Bytes, and what each of them is. */
export interface Section {
  /** The struct that it is, such as `TLSCiphertext`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** They cover `bytes` in order and without gaps. */
  readonly fields: readonly Field[];
}

/** Every field without children, in order. Those of no bytes (an empty vector has some) are among them. */
export function leaves(fields: readonly Field[]): Field[] {
  return fields.flatMap(field => (field.children.length === 0 ? [field] : leaves(field.children)));
}

/** From the outermost field to the leaf that the byte at `offset` belongs to; empty for an offset outside the section. */
export function pathTo(fields: readonly Field[], offset: number): Field[] {
  const field = fields.find(({ start, end }) => start <= offset && offset < end);
  return field === undefined ? [] : [field, ...pathTo(field.children, offset)];
}

/**
 * Fields of what a codec annotated. Bytes that a codec read without naming them (the contents of an opaque vector) are
 * named after the vector; bytes behind a fault are `unread`.
 * @param faulty whether decoding stopped with an error
 */
export function fieldsOf(annotations: readonly Annotation[], bytes: Uint8Array, faulty: boolean): Field[] {
  return cover(annotations, bytes, 0, bytes.length, faulty, undefined);
}

/** The same fields, `by` bytes further on. */
export function shifted(fields: readonly Field[], by: number): Field[] {
  return fields.map(field => ({
    ...field,
    start: field.start + by,
    end: field.end + by,
    children: shifted(field.children, by),
  }));
}

/** A leaf. */
export function leaf(label: string, type: string, start: number, end: number, text = ''): Field {
  return { label, type, start, end, text, children: [] };
}

/** A field that its children make up. */
export function parent(label: string, type: string, children: readonly Field[], text = ''): Field {
  return { label, type, start: children[0]?.start ?? 0, end: children.at(-1)?.end ?? 0, text, children };
}

/** The fields from `start` to `end`, with what no annotation covers filled in. */
function cover(
  annotations: readonly Annotation[],
  bytes: Uint8Array,
  start: number,
  end: number,
  faulty: boolean,
  owner: Annotation | undefined,
): Field[] {
  const fields: Field[] = [];
  let at = start;
  for (const annotation of annotations) {
    if (annotation.start > at) fields.push(gap(bytes, at, annotation.start, faulty, owner));
    fields.push(fieldOf(annotation, bytes, faulty));
    at = annotation.end;
  }
  if (at < end) fields.push(gap(bytes, at, end, faulty, owner));
  return fields;
}

function fieldOf(annotation: Annotation, bytes: Uint8Array, faulty: boolean): Field {
  const { label, type, start, end, value } = annotation;
  const children =
    annotation.children.length === 0 ? [] : cover(annotation.children, bytes, start, end, faulty, annotation);
  const scalar = typeof value === 'number' || typeof value === 'bigint' ? { value } : {};
  return { label, type, start, end, text: textOf(annotation, children, bytes), ...scalar, children };
}

function gap(bytes: Uint8Array, start: number, end: number, faulty: boolean, owner: Annotation | undefined): Field {
  const type = `opaque[${end - start}]`;
  // What follows the length of an opaque vector is the vector, also in a message that is malformed further on.
  const isVector = owner?.type.startsWith('opaque') === true && owner.children.length === 1;
  if (owner === undefined || (faulty && !isVector)) return { ...leaf('unread', type, start, end), unread: true };
  const annotation = { label: owner.label, type, start, end, value: bytes.subarray(start, end), children: [] };
  return leaf(owner.label, type, start, end, textOf(annotation, [], bytes));
}
