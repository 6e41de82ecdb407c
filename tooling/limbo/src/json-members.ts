/**
 * One JSON object from a stream of bytes, member by member, and arrays among its members element by element: a suite of any length is
 * read with the memory of its longest case.
 */

/** Bytes that one element may have. */
const longest = 64 * 1024 * 1024;

export interface Member {
  readonly name: string;
  readonly value: unknown;
  /** Whether the value is one element of the member's array. */
  readonly isElement: boolean;
}

/** @throws SyntaxError for what is not one JSON object, RangeError for an element that is too long */
export async function* jsonMembers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Member> {
  const splitter = new Splitter();
  for await (const chunk of chunks) yield* splitter.take(chunk);
  splitter.finish();
}

const [quote, backslash, comma, openArray, closeArray, openObject, closeObject] = Buffer.from('"\\,[]{}');

/** Follows nesting and strings alone; JSON.parse says whether the pieces are JSON. */
class Splitter {
  /** 0 outside, 1 in the object, 2 in an array that is a member. */
  #depth = 0;
  #ended = false;
  #inString = false;
  #escaped = false;
  /** The member whose array this is. */
  #array: string | undefined;
  /** What was collected of this piece in earlier chunks. */
  #parts: Uint8Array[] = [];
  #collected = 0;

  *take(chunk: Uint8Array): Generator<Member> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (octet === backslash) this.#escaped = true;
        else if (octet === quote) this.#inString = false;
        continue;
      }
      if (octet === quote) this.#inString = true;
      if (!this.#isBoundary(octet)) continue;
      const text = this.#text(chunk.subarray(start, at));
      start = at + 1;
      yield* this.#piece(octet, text);
    }
    this.#keep(chunk.slice(start));
  }

  finish(): void {
    if (!this.#ended || this.#text(new Uint8Array(0)).trim() !== '') throw new SyntaxError('not one JSON object');
  }

  /** Whether a piece ends before this octet; keeps count of the nesting. */
  #isBoundary(octet: number): boolean {
    const inArray = this.#array !== undefined;
    if (octet === openObject || octet === openArray) {
      this.#depth++;
      return this.#depth === 1 || (this.#depth === 2 && !inArray && octet === openArray);
    }
    if (octet === closeObject || octet === closeArray) {
      this.#depth--;
      return this.#depth === 0 || (this.#depth === 1 && inArray);
    }
    return octet === comma && this.#depth === (inArray ? 2 : 1);
  }

  *#piece(end: number, text: string): Generator<Member> {
    const isBlank = text.trim() === '';
    if (this.#array !== undefined) {
      if (!isBlank) yield { name: this.#array, value: JSON.parse(text), isElement: true };
      if (end === closeArray) this.#array = undefined;
    } else if (end === openArray) {
      this.#array = onlyName(JSON.parse(`{${text}0}`));
    } else if (end === openObject) {
      if (!isBlank || this.#ended) throw new SyntaxError('not one JSON object');
    } else {
      if (!isBlank) {
        const [[name, value] = ['', undefined]] = Object.entries(JSON.parse(`{${text}}`));
        yield { name, value, isElement: false };
      }
      this.#ended = end === closeObject;
    }
  }

  #text(last: Uint8Array): string {
    const text = Buffer.concat([...this.#parts, last]).toString('utf8');
    this.#parts = [];
    this.#collected = 0;
    return text;
  }

  #keep(part: Uint8Array): void {
    this.#collected += part.length;
    if (this.#collected > longest) throw new RangeError(`an element has more than ${longest} bytes`);
    this.#parts.push(part);
  }
}

function onlyName(object: object): string {
  return Object.keys(object)[0] ?? '';
}
