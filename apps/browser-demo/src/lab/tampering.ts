/** What somebody in between does to records on their way: to one of them, by its number in the order of sending. */

export type Tampering = { readonly record: number } & (
  | { readonly action: 'change'; readonly offset: number; readonly value: number }
  | { readonly action: 'drop' }
  | { readonly action: 'repeat' }
  /** It comes after the next one of the same sender. */
  | { readonly action: 'swap' }
);

/** Somebody in between the ends. */
export class Interceptor {
  readonly #tampering: Tampering | undefined;
  #number = 0;
  #held: Uint8Array | undefined;

  constructor(tampering: Tampering | undefined) {
    this.#tampering = tampering;
  }

  /** @returns what arrives in a record's place */
  pass(record: Uint8Array): readonly Uint8Array[] {
    const number = this.#number++;
    const held = this.release();
    const tampering = this.#tampering;
    if (tampering?.record !== number) return [record, ...held];
    switch (tampering.action) {
      case 'change': {
        const changed = record.slice();
        changed[tampering.offset] = tampering.value;
        return [changed];
      }
      case 'drop':
        return [];
      case 'repeat':
        return [record, record];
      case 'swap':
        this.#held = record;
        return [];
    }
  }

  /** The sender has no more to say for now: what was to come behind its next record comes all the same. */
  release(): readonly Uint8Array[] {
    const held = this.#held === undefined ? [] : [this.#held];
    this.#held = undefined;
    return held;
  }
}

/** Whole records. @param bytes of one flight, which an engine ends with a record */
export function recordsIn(bytes: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
    records.push(bytes.subarray(at, end));
    at = end;
  }
  return records;
}
