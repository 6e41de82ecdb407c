export { AnnotatingReader, type Annotation, annotate } from './annotate.ts';
export { ascii, concat, equalBytes, fromHex, toHex } from './bytes.ts';
export {
  type Codec,
  declared,
  decode,
  encode,
  mapped,
  opaque,
  opaqueVector,
  prefixed,
  rest,
  select,
  sequence,
  struct,
  uint8,
  uint16,
  uint24,
  uint32,
  uint64,
  type Value,
  vector,
} from './codec.ts';
export { DecodeError, EncodeError, isNamed } from './error.ts';
export { Reader } from './reader.ts';
export { type Enumerated, enumerated, type Registry, registry } from './registry.ts';
export { Writer, written } from './writer.ts';
