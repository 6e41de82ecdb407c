/** Which extensions may stand where (RFC 9846 §4.3): the rules on lists, apart from what each extension means. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type Extension,
  type ExtensionMessage,
  type ExtensionTable,
  extensionTypeCode,
  handshakeExtensions,
  isGrease,
} from '@tlskit/tls-messages';
import { decode } from '@tlskit/tls-wire';

/** "There MUST NOT be more than one extension of the same type in a given extension block." (RFC 9846 §4.3) */
export function checkDuplicates(extensions: readonly Extension[], table?: ExtensionTable): void {
  const seen = new Set<number>();
  for (const { extension_type: type } of extensions) {
    if (seen.has(type)) {
      throw new TlsError('ERR_TLS_DUPLICATE_EXTENSION', `extension ${nameOf(table, type)} stands twice`);
    }
    seen.add(type);
  }
}

/**
 * Checks a request of the peer's (ClientHello, CertificateRequest, NewSessionTicket): unknown extensions are ignored,
 * known ones that do not belong in the message are illegal.
 */
export function checkRequest(table: ExtensionTable, message: ExtensionMessage, extensions: readonly Extension[]): void {
  checkDuplicates(extensions, table);
  for (const extension of extensions) checkKnown(table, message, extension);
}

/**
 * Checks a response of the peer's (ServerHello, HelloRetryRequest, EncryptedExtensions, Certificate):
 * everything in it must answer something that we sent.
 * @param asked the types of the extensions that we sent
 */
export function checkResponse(
  table: ExtensionTable,
  message: ExtensionMessage,
  extensions: readonly Extension[],
  asked: ReadonlySet<number>,
): void {
  checkDuplicates(extensions, table);
  for (const extension of extensions) {
    const type = extension.extension_type;
    // RFC 9846 §4.3 has two rules for a known extension that was not asked for and does not belong here either:
    // unsupported_extension it is, and illegal_parameter only for what was asked for.
    // RFC 8701 §3.1: a reserved one was sent, and yet not asked for.
    const wanted = asked.has(type) && !isGrease(type);
    const unsolicited = !wanted && !(message === 'HRR' && type === handshakeExtensions.cookie);
    if (unsolicited) {
      throw new TlsError(
        'ERR_TLS_UNSUPPORTED_EXTENSION',
        `extension ${nameOf(table, type)} in ${message} was not asked for`,
      );
    }
    checkKnown(table, message, extension);
  }
}

/** What is known must belong here, and must be well-formed to the last byte, whether anybody reads it or not (RFC 9846 §4.3). */
function checkKnown(table: ExtensionTable, message: ExtensionMessage, extension: Extension): void {
  const row = table.row(extension.extension_type);
  if (row === undefined) return;
  const codec = row.in[message];
  if (codec === undefined) {
    throw new TlsError('ERR_TLS_ILLEGAL_PARAMETER', `extension ${row.name} does not belong in ${message}`, {
      rfc: 'RFC 9846 §4.3',
    });
  }
  decode(codec, extension.extension_data);
}

/** The name of an extension, for messages to people: of one that is known here, or the number of another. */
function nameOf(table: ExtensionTable | undefined, type: number): string {
  return table?.row(type)?.name ?? extensionTypeCode.label(type);
}
