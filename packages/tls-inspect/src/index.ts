export { decodeMessages } from './content.ts';
export { createDecoder, type Decoder, type DecoderOptions, decodeStreams, NO_KEYS } from './decode.ts';
export type { MessageEntry, MessagePart, Protection, Protocol, RecordEntry, Sender } from './entry.ts';
export { type Field, fieldsOf, leaf, leaves, parent, pathTo, type Section, shifted } from './field.ts';
export { type Digest, ja3, ja3Text, ja4, ja4Text } from './fingerprint.ts';
export { hexdump } from './hexdump.ts';
export { createInspector, type InspectedEvent, type Inspector, type InspectorOptions } from './inspector.ts';
export {
  type JsonEntry,
  type JsonField,
  type JsonMessage,
  type JsonProtection,
  type JsonSection,
  jsonMessage,
  jsonSection,
  toJSON,
} from './json.ts';
export { keyLogLines, type SecretEvent } from './keylog.ts';
export { describeMessage } from './prose.ts';
export {
  describeFlight,
  type Flight,
  flightsOf,
  formatEntry,
  formatSection,
  formatTrace,
  type TraceOptions,
} from './trace.ts';
