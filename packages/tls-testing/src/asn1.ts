/** Small shorthands over asn1js, so that the builders read like the ASN.1 of RFC 5280. Encoding is asn1js', not ours: a second opinion. */
import * as asn1js from 'asn1js';

export type Block = asn1js.BaseBlock;

export function bytesOf(block: { toBER(): ArrayBuffer }): Uint8Array<ArrayBuffer> {
  return new Uint8Array(block.toBER());
}

/** A copy with a buffer of its own, which is what asn1js takes. */
export function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

/** A block that encodes to exactly these bytes, whatever they are. */
export function raw(der: Uint8Array): Block {
  return new Verbatim(der);
}

// asn1js' own RawData is lost inside constructed values: it hands nothing to the writer that they share.
class Verbatim extends asn1js.BaseBlock {
  readonly #der: Uint8Array;

  constructor(der: Uint8Array) {
    super();
    this.#der = der;
  }

  override toBER(_sizeOnly?: boolean, writer?: asn1js.ViewWriter): ArrayBuffer {
    const { buffer } = copy(this.#der);
    if (writer === undefined) return buffer;
    writer.write(buffer);
    return new ArrayBuffer(0);
  }
}

export const sequence = (...value: Block[]): asn1js.Sequence => new asn1js.Sequence({ value });
export const oid = (dotted: string): asn1js.ObjectIdentifier => new asn1js.ObjectIdentifier({ value: dotted });
export const small = (value: number): asn1js.Integer => new asn1js.Integer({ value });
export const octets = (bytes: Uint8Array): asn1js.OctetString => new asn1js.OctetString({ valueHex: copy(bytes) });
export const bits = (bytes: Uint8Array, unusedBits = 0): asn1js.BitString =>
  new asn1js.BitString({ valueHex: copy(bytes), unusedBits });

/** An INTEGER with exactly these contents octets. */
export const integerContents = (contents: Uint8Array): asn1js.Integer =>
  new asn1js.Integer({ valueHex: copy(contents) });

/** `[number] IMPLICIT` over primitive contents. */
export const implicit = (number: number, contents: Uint8Array): asn1js.Primitive =>
  new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: number }, valueHex: copy(contents) });

/** `[number]` around blocks: EXPLICIT, or IMPLICIT of a constructed type. */
export const tagged = (number: number, ...value: Block[]): asn1js.Constructed =>
  new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: number }, value });
