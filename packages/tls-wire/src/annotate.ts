/** Decoding that writes down what every byte is, for whoever wants to look. */
import type { Codec } from './codec.ts';
import { DecodeError } from './error.ts';
import { Reader } from './reader.ts';

/** What a byte range is: filled in by codecs while they decode, when the caller asked for it. Offsets count from the start of the input. */
export interface Annotation {
  /** Field name in the RFC's struct, or an index for the elements of a vector. */
  readonly label: string;
  /** Type in the presentation language, such as `uint16` or `opaque<0..2^16-1>`. */
  readonly type: string;
  /** First byte. */
  readonly start: number;
  /** One past the last byte. */
  end: number;
  /** The decoded value of a leaf; of structs and vectors too, so that a viewer may print either. */
  value?: unknown;
  readonly children: Annotation[];
}

/**
 * Decodes and tells what every byte is. When the bytes are malformed the annotations made before that point
 * are returned beside the error: a dump of broken input is when they are needed most.
 */
export function annotate<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  label = codec.type,
): { value?: T; error?: DecodeError; annotations: Annotation[] } {
  const annotations: Annotation[] = [];
  const reader = new AnnotatingReader(annotations, bytes);
  try {
    const value = reader.field(label, codec);
    reader.finish(codec.type);
    return { value, annotations };
  } catch (error) {
    if (error instanceof DecodeError) return { error, annotations };
    throw error;
  }
}

/** A reader that puts annotations of what is read into a list. */
export class AnnotatingReader extends Reader {
  #annotations: Annotation[];

  constructor(annotations: Annotation[], bytes: Uint8Array, start = 0, end = bytes.length) {
    super(bytes, start, end);
    this.#annotations = annotations;
  }

  /** Annotations go to the same place. */
  override sub(length: number): Reader {
    const { offset, end } = super.sub(length);
    return new AnnotatingReader(this.#annotations, this.bytes, offset, end);
  }

  override field<T>(label: string | number, codec: Codec<T>): T {
    return this.labelled(String(label), codec.type, reader => codec.decode(reader));
  }

  /** Runs `read`, and records what it read under `label`. */
  labelled<T>(label: string, type: string, read: (reader: AnnotatingReader) => T): T {
    const outer = this.#annotations;
    const annotation: Annotation = { label, type, start: this.offset, end: this.offset, children: [] };
    outer.push(annotation);
    this.#annotations = annotation.children;
    try {
      const value = read(this);
      annotation.value = value;
      return value;
    } finally {
      annotation.end = this.offset;
      this.#annotations = outer;
    }
  }
}
