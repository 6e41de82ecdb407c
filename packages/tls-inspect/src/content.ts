/** The messages of the protocols that records carry, taken apart. */
import { type Alert, AlertDescription, alert } from '@tlskit/tls-alerts';
import {
  annotateMessage,
  type Extension,
  ExtensionType,
  HANDSHAKE_HEADER_LENGTH,
  HeartbeatMessageType,
  heartbeatMessage,
  serverHello,
} from '@tlskit/tls-messages';
import { ContentType } from '@tlskit/tls-record';
import { type Annotation, annotate, type Codec, rest, struct, uint8 } from '@tlskit/tls-wire';
import type { MessageEntry, MessagePart, Protocol, Sender } from './entry.ts';
import { fieldsOf, parent, type Section } from './field.ts';

/** What is known of the record or records that a message came in. */
export interface Origin {
  readonly sender: Sender;
  readonly epoch: string;
  /** The ProtocolVersion of the connection, as far as it is known. */
  readonly version: number;
  readonly parts: readonly MessagePart[];
}

/**
 * Handshake messages that stand one behind another, without records. What is left of one that is cut short is a message with an error.
 * @param origin who sent them, and the ProtocolVersion of the connection
 */
export function decodeMessages(bytes: Uint8Array, origin: Pick<Origin, 'sender' | 'version'>): MessageEntry[] {
  const messages: MessageEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [, high = 0, middle = 0, low = 0] = bytes.subarray(at, at + HANDSHAKE_HEADER_LENGTH);
    const end = at + HANDSHAKE_HEADER_LENGTH + ((high << 16) | (middle << 8) | low);
    const message = bytes.slice(at, end);
    const where = { ...origin, epoch: 'plaintext', parts: [] };
    messages.push(end <= bytes.length ? handshakeEntry(message, where) : brokenHandshake(message, where));
    at = end;
  }
  return messages;
}

/** A handshake message, header included. */
export function handshakeEntry(bytes: Uint8Array, origin: Origin): MessageEntry {
  const { name, ...taken } = annotateMessage(bytes, origin);
  const message = entry('handshake', name, bytes, taken, origin);
  // What is left over behind a fault is a part of the message too.
  const [root, ...others] = message.section.fields;
  const fields = [parent('Handshake', 'Handshake', [...(root?.children ?? []), ...others], name)];
  return { ...message, section: { ...message.section, fields } };
}

/** A handshake message that something else came in the middle of. */
export function brokenHandshake(bytes: Uint8Array, origin: Origin): MessageEntry {
  return {
    ...handshakeEntry(bytes, origin),
    error: `the message ends after ${bytes.length} bytes: it is not all there`,
  };
}

/** The content of a record that is not of the handshake protocol. */
export function contentEntry(type: number, bytes: Uint8Array, origin: Origin): MessageEntry {
  const { alert: alertType, application_data, change_cipher_spec, heartbeat } = ContentType.values;
  switch (type) {
    case alertType: {
      const taken = annotate(alert, bytes, 'Alert');
      return entry('alert', alertName(taken.value), bytes, taken, origin);
    }
    case change_cipher_spec:
      return entry('change_cipher_spec', 'ChangeCipherSpec', bytes, annotate(changeCipherSpec, bytes), origin);
    case application_data:
      return entry('application_data', 'application data', bytes, annotate(rest, bytes, 'data'), origin);
    case heartbeat: {
      const taken = annotate(heartbeatMessage, bytes, 'HeartbeatMessage');
      const name = taken.value === undefined ? 'HeartbeatMessage' : HeartbeatMessageType.label(taken.value.type);
      return entry('heartbeat', name, bytes, taken, origin);
    }
    default:
      return entry('unknown', ContentType.label(type), bytes, annotate(rest, bytes, 'data'), origin);
  }
}

/** The version that a message settles, or undefined: a ServerHello does, a HelloRetryRequest too. */
export function versionOf({ name, value }: MessageEntry): number | undefined {
  if ((name !== serverHello.name && name !== 'HelloRetryRequest') || value === undefined) return undefined;
  const { extensions, legacy_version } = value as ServerHelloLike;
  const type = ExtensionType.values.supported_versions;
  const selected = extensions.find(({ extension_type }) => extension_type === type)?.extension_data;
  return selected?.length === 2 ? ((selected[0] as number) << 8) | (selected[1] as number) : legacy_version;
}

/** What a codec, or annotateMessage, made of the bytes. */
interface Taken {
  readonly annotations: readonly Annotation[];
  readonly value?: unknown;
  readonly error?: Error | undefined;
}

interface ServerHelloLike {
  readonly legacy_version: number;
  readonly extensions: readonly Extension[];
}

const changeCipherSpec: Codec<unknown> = /* @__PURE__ */ struct('ChangeCipherSpec', { type: uint8 });

function entry(protocol: Protocol, name: string, bytes: Uint8Array, taken: Taken, origin: Origin): MessageEntry {
  const { annotations, value, error } = taken;
  const section: Section = { name, bytes, fields: fieldsOf(annotations, bytes, error !== undefined) };
  return {
    ...origin,
    protocol,
    name,
    section,
    ...(value !== undefined && { value }),
    ...(error !== undefined && { error: error.message }),
  };
}

function alertName(value: Alert | undefined): string {
  return value === undefined ? 'alert' : AlertDescription.label(value.description);
}
