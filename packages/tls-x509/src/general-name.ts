/** GeneralName (RFC 5280 §4.2.1.6) as read from the wire. Whether a name is well formed is a question for who compares it. */
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, Tag } from '@tlskit/tls-wire/der';
import { DistinguishedName } from './distinguished-name.ts';

export type GeneralName =
  | TextName<'dns'>
  /** `utf8` where it comes of an SmtpUTF8Mailbox (RFC 9598), and its local part may be of any letters. */
  | (TextName<'email'> & { readonly utf8?: true })
  | TextName<'uri'>
  /** An address of 4 or 16 octets; in name constraints with its mask, 8 or 32. Anything else is kept, and matches nothing. */
  | { readonly type: 'ip'; readonly value: Uint8Array }
  | { readonly type: 'directoryName'; readonly value: DistinguishedName }
  | { readonly type: 'otherName' | 'x400Address' | 'ediPartyName' | 'registeredID'; readonly value: Uint8Array };

/** A name in an IA5String, one character an octet, as it was sent: also when it is not ASCII, or no name at all. */
export interface TextName<T extends string> {
  readonly type: T;
  readonly value: string;
}

/** @throws DecodeError for a form that RFC 5280 does not have */
export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, value } = reader.next();
  switch (tag) {
    case contextTag(0, true):
      return { type: 'otherName', value };
    case contextTag(1, false):
      return { type: 'email', value: ia5(value) };
    case contextTag(2, false):
      return { type: 'dns', value: ia5(value) };
    case contextTag(3, true):
      return { type: 'x400Address', value };
    case contextTag(4, true):
      return { type: 'directoryName', value: new DistinguishedName(value) };
    case contextTag(5, true):
      return { type: 'ediPartyName', value };
    case contextTag(6, false):
      return { type: 'uri', value: ia5(value) };
    case contextTag(7, false):
      return { type: 'ip', value };
    case contextTag(8, false):
      return { type: 'registeredID', value };
    default:
      throw new DecodeError(`no GeneralName has tag 0x${tag.toString(16)}`, 0);
  }
}

/** Names up to the end: `SEQUENCE SIZE (1..MAX) OF GeneralName`. */
export function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  const names: GeneralName[] = [];
  while (!reader.done) names.push(readGeneralName(reader));
  if (names.length === 0) throw new DecodeError('GeneralNames is empty', 0);
  return names;
}

/** One character an octet; what is not ASCII is kept, so that whoever compares can refuse it. */
function ia5(value: Uint8Array): string {
  let text = '';
  for (const octet of value) text += String.fromCharCode(octet);
  return text;
}

const smtpUtf8Mailbox = '1.3.6.1.5.5.7.8.9';

/**
 * The mailbox of an otherName that is one (RFC 9598 §3): a local part that is not all ASCII, as sent. Undefined for any other name; what is
 * malformed is a mailbox that nobody can have, so that constraints on mailboxes refuse it.
 */
export function utf8Mailbox(name: GeneralName): Extract<GeneralName, { readonly type: 'email' }> | undefined {
  if (name.type !== 'otherName') return undefined;
  let value = '';
  try {
    const reader = new DerReader(name.value);
    if (reader.oid() !== smtpUtf8Mailbox) return undefined;
    const explicit = reader.enter(contextTag(0, true));
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(explicit.next(Tag.utf8String).value);
    explicit.finish('SmtpUTF8Mailbox');
    reader.finish('OtherName');
    value = text;
  } catch {
    // Left empty.
  }
  return { type: 'email', value, utf8: true };
}
