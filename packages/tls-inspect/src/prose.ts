/** A sentence for each message: what it does, in words, for the lines between the bytes. */
import {
  AnyCipherSuite,
  alpnRow,
  type Certificate,
  type CertificateVerify,
  type ClientHello,
  type Extension,
  type ExtensionMessage,
  type ExtensionRow,
  type ExtensionValues,
  findExtension,
  type HeartbeatMessage,
  type KeyUpdate,
  KeyUpdateRequest,
  keyShareRow,
  NamedGroup,
  type NewSessionTicket,
  ProtocolVersion,
  preSharedKeyRow,
  type ServerHello,
  SignatureScheme,
  serverNameRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { DecodeError } from '@tlskit/tls-wire';
import type { MessageEntry } from './entry.ts';
import { printable } from './text.ts';

/** What a message does, as one sentence that begins with its name. */
export function describeMessage(message: MessageEntry): string {
  const { name, error, section, value, protocol } = message;
  if (error !== undefined) return `${name} is malformed: ${error}.`;
  switch (protocol) {
    case 'handshake': {
      const words = handshake[name];
      return words === undefined
        ? `${name}, ${count(section.bytes.length, 'byte')}.`
        : `${name} ${words(value as never)}.`;
    }
    case 'alert':
      return name === 'close_notify'
        ? 'The alert close_notify says that its sender will send no more.'
        : `The alert ${name} says why the connection ends.`;
    case 'change_cipher_spec':
      return message.version >= ProtocolVersion.values['TLS 1.3']
        ? 'ChangeCipherSpec is there for middleboxes alone and changes nothing.'
        : 'ChangeCipherSpec says that what follows is under the new keys.';
    case 'application_data':
      return `${upper(count(section.bytes.length, 'byte'))} of application data.`;
    case 'heartbeat':
      return `${upper(name.replace('_', ' '))} of ${count((value as unknown as HeartbeatMessage).payload.length, 'byte')} is a sign of life.`;
    case 'unknown':
      return `${upper(count(section.bytes.length, 'byte'))} of the unknown content type ${name}.`;
  }
}

/** What follows the name of a message. The values are those that its codec decoded. */
const handshake: { readonly [name: string]: (value: never) => string } = {
  ClientHello({ cipher_suites, legacy_version, extensions }: ClientHello) {
    const versions = find(extensions, supportedVersionsRow, 'CH')?.versions ?? [legacy_version];
    const shares = find(extensions, keyShareRow, 'CH')?.client_shares.map(({ group }) => NamedGroup.label(group));
    const names = find(extensions, serverNameRow, 'CH')?.server_name_list.map(
      ({ name }) => printable(name) ?? 'a name',
    );
    return sentence([
      `offers ${list(versions.map(ProtocolVersion.label))} with ${count(cipher_suites.length, 'cipher suite')}`,
      shares?.length === 0 && 'asks which group to use',
      shares !== undefined && shares.length > 0 && `sends a key share for ${list(shares)}`,
      find(extensions, preSharedKeyRow, 'CH') !== undefined && 'wants to resume',
      names !== undefined && `asks for ${list(names)}`,
    ]);
  },
  HelloRetryRequest({ extensions }: ServerHello) {
    const group = find(extensions, keyShareRow, 'HRR')?.selected_group;
    const share = group === undefined ? '' : `, with a key share for ${NamedGroup.label(group)}`;
    return `asks for another ClientHello${share}`;
  },
  ServerHello({ cipher_suite, legacy_version, extensions }: ServerHello) {
    const version = find(extensions, supportedVersionsRow, 'SH')?.selected_version;
    const group = find(extensions, keyShareRow, 'SH')?.server_share.group;
    const psk = find(extensions, preSharedKeyRow, 'SH')?.selected_identity;
    return sentence([
      `chooses ${ProtocolVersion.label(version ?? legacy_version)} with ${AnyCipherSuite.label(cipher_suite)}`,
      psk !== undefined && `resumes with the client's PSK number ${psk}`,
      group !== undefined &&
        `answers with a key share for ${NamedGroup.label(group)}: both sides now know the handshake keys`,
    ]);
  },
  EncryptedExtensions({ extensions }: { readonly extensions: readonly Extension[] }) {
    const [protocol] = find(extensions, alpnRow, 'EE')?.protocol_name_list ?? [];
    const alpn = protocol === undefined ? '' : `; the application protocol is ${printable(protocol) ?? 'binary'}`;
    return `answers what need not be said in the clear${alpn}`;
  },
  CertificateRequest: () => 'asks the client for a certificate',
  Certificate({ certificate_list }: Certificate) {
    if (certificate_list.length === 0) return 'says that there is none';
    return `carries a chain of ${count(certificate_list.length, 'certificate')}`;
  },
  CertificateVerify({ algorithm }: CertificateVerify) {
    const scheme = algorithm === undefined ? '' : ` by ${SignatureScheme.label(algorithm)}`;
    return `signs the handshake so far${scheme}: its sender has the private key of the certificate`;
  },
  Finished: () => 'is a MAC over the handshake so far: nobody on the way has changed it',
  EndOfEarlyData: () => 'ends the 0-RTT data',
  NewSessionTicket(ticket: Partial<NewSessionTicket> & { readonly ticket_lifetime_hint?: number }) {
    // TLS 1.2 has a hint, of which 0 says nothing (RFC 5077 §3.3).
    const lifetime = ticket.ticket_lifetime ?? (ticket.ticket_lifetime_hint || undefined);
    return `gives a ticket to resume with${lifetime === undefined ? '' : `, good for ${count(lifetime, 'second')}`}`;
  },
  HelloRequest: () => 'asks for another handshake',
  ServerKeyExchange: () => 'carries what the server has for the key exchange',
  ServerHelloDone: () => "says that it is the client's turn",
  ClientKeyExchange: () => 'carries what the client has for the key exchange: both sides now know the keys',
  CertificateStatus: () => 'carries an OCSP response on the certificate',
  KeyUpdate({ request_update }: KeyUpdate) {
    const asks = request_update === KeyUpdateRequest.values.update_requested;
    return `changes the keys of its sender${asks ? ', and asks the peer to do the same' : ''}`;
  },
};

/** The value of an extension; undefined when it is absent or malformed. */
function find<T extends ExtensionValues, M extends keyof T & ExtensionMessage>(
  extensions: readonly Extension[],
  row: ExtensionRow<T>,
  message: M,
): T[M] | undefined {
  try {
    return findExtension(extensions, row, message);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function sentence(parts: readonly (string | false | undefined)[]): string {
  return list(parts.filter(part => typeof part === 'string'));
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function count(number: number, noun: string): string {
  return `${number === 0 ? 'no' : number} ${noun}${number === 1 ? '' : 's'}`;
}

function upper(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
