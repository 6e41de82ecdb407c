/**
 * What the hellos of TLS 1.2 settle beside suite and parameters: extended_master_secret (RFC 7627), renegotiation_info (RFC 5746),
 * encrypt_then_mac (RFC 7366), truncated_hmac (RFC 6066 §7), and what messages the server promises.
 */
import { constantTimeEqual } from '@tlskit/tls-crypto';
import type { ClientConfig, ClientContext, Renegotiation, ServerConfig } from '@tlskit/tls-handshake';
import {
  CipherSuite,
  type ClientHello,
  type Extension,
  ecPointFormatsRow,
  encryptThenMacRow,
  extendedMasterSecretRow,
  findExtension,
  makeExtension,
  PointFormat,
  renegotiationInfoRow,
  type ServerHello,
  sessionTicketRow,
  statusRequestRow,
  truncatedHmacRow,
} from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { concat } from '@tlskit/tls-wire';
import { illegal, refused } from './context.ts';

/** What was settled. */
export interface Terms {
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly truncatedHmac: boolean;
  /** Whether the peer has RFC 5746. */
  readonly secureRenegotiation: boolean;
  /** Whether a NewSessionTicket comes (RFC 5077 §3.2). */
  readonly ticket: boolean;
  /** Whether a CertificateStatus may come (RFC 6066 §8). */
  readonly status: boolean;
}

const { TLS_EMPTY_RENEGOTIATION_INFO_SCSV } = CipherSuite.values;
const { uncompressed } = PointFormat.values;

// The client.

/** What the client offers of it. @param suites those of TLS 1.2 */
export function offerTerms(config: ClientConfig, suites: readonly CipherSuiteInfo12[]): Extension[] {
  const { tls12, renegotiation } = config;
  const extensions = [makeExtension(extendedMasterSecretRow, 'CH', {})];
  if (!bySignal(config)) {
    // RFC 5746 §3.4, §3.5: empty in a first handshake, the client's last verify_data after.
    const renegotiated_connection = renegotiation?.client ?? new Uint8Array(0);
    extensions.push(makeExtension(renegotiationInfoRow, 'CH', { renegotiated_connection }));
  }
  // RFC 8422 §5.1: of clients that offer suites with elliptic curves.
  if (suites.some(isElliptic)) {
    extensions.push(makeExtension(ecPointFormatsRow, 'CH', { ec_point_format_list: [uncompressed] }));
  }
  if (tls12?.encryptThenMac !== false && suites.some(isCbc))
    extensions.push(makeExtension(encryptThenMacRow, 'CH', {}));
  if (tls12?.truncatedHmac === true) extensions.push(makeExtension(truncatedHmacRow, 'CH', {}));
  return extensions;
}

/** The signalling value in place of the extension (RFC 5746 §3.4); never in a renegotiation (§3.5). */
export function offerSignals(config: ClientConfig): readonly number[] {
  return bySignal(config) ? [TLS_EMPTY_RENEGOTIATION_INFO_SCSV] : [];
}

function bySignal({ tls12, renegotiation }: ClientConfig): boolean {
  return tls12?.renegotiationScsv === true && renegotiation === undefined;
}

/** The types of extensions that a ServerHello may answer: the signal stands for one (RFC 5746 §3.4). */
export function answerable({ config, sent }: ClientContext): ReadonlySet<number> {
  return bySignal(config) ? new Set([...sent, renegotiationInfoRow.type]) : sent;
}

/** What the ServerHello makes of the offer. @param resumed the session, where one is: MACs are as long as they were (RFC 6066 §7) */
export function agreedTerms(
  config: ClientConfig,
  { extensions }: ServerHello,
  info: CipherSuiteInfo12,
  resumed: { readonly truncatedHmac?: boolean | undefined } | undefined,
): Terms {
  const has = (type: number) => extensions.some(({ extension_type }) => extension_type === type);
  const extendedMasterSecret = has(extendedMasterSecretRow.type);
  // RFC 7627 §5.2: whoever does not go on with legacy peers says handshake_failure.
  if (!extendedMasterSecret && config.tls12?.requireExtendedMasterSecret === true) {
    throw refused('the server has no extended_master_secret', 'RFC 7627 §5.2');
  }
  if (gains(config, extendedMasterSecret)) throw refused('the server gains extended_master_secret', 'RFC 7627 §5.2');
  const encryptThenMac = has(encryptThenMacRow.type);
  // RFC 7366 §3: a server that selects another kind of cipher sends no such response.
  if (encryptThenMac && !isCbc(info)) throw illegal(`encrypt_then_mac with ${info.name}`, 'RFC 7366 §3');
  const formats = findExtension(extensions, ecPointFormatsRow, 'SH12')?.ec_point_format_list;
  if (formats !== undefined && !formats.includes(uncompressed)) {
    throw illegal('ec_point_formats lacks uncompressed', 'RFC 8422 §5.1.2');
  }
  return {
    extendedMasterSecret,
    encryptThenMac,
    truncatedHmac: resumed === undefined ? has(truncatedHmacRow.type) : resumed.truncatedHmac === true,
    secureRenegotiation: checkServerRenegotiation(config, extensions),
    ticket: has(sessionTicketRow.type),
    status: has(statusRequestRow.type),
  };
}

function checkServerRenegotiation({ tls12, renegotiation }: ClientConfig, extensions: readonly Extension[]): boolean {
  const info = findExtension(extensions, renegotiationInfoRow, 'SH12')?.renegotiated_connection;
  if (info === undefined) {
    // RFC 5746 §3.5: a renegotiation without it is nobody's but an attacker's.
    if (renegotiation !== undefined || tls12?.requireSecureRenegotiation !== false) {
      throw refused('the server has no renegotiation_info', renegotiation ? 'RFC 5746 §3.5' : 'RFC 5746 §4.1');
    }
    return false;
  }
  const expected = renegotiation === undefined ? new Uint8Array(0) : both(renegotiation);
  if (!constantTimeEqual(info, expected)) {
    throw refused(
      'renegotiation_info is not that of this connection',
      renegotiation ? 'RFC 5746 §3.5' : 'RFC 5746 §3.4',
    );
  }
  return true;
}

// The server.

/** What the server makes of a ClientHello; that tickets and a status are sent is for others to say. @param resumed the session, where one is */
export function chooseTerms(
  config: ServerConfig,
  hello: ClientHello,
  info: CipherSuiteInfo12,
  resumed: { readonly truncatedHmac?: boolean | undefined } | undefined,
): Omit<Terms, 'ticket' | 'status'> {
  const has = (type: number) => hello.extensions.some(({ extension_type }) => extension_type === type);
  const { tls12 } = config;
  const extendedMasterSecret = has(extendedMasterSecretRow.type);
  if (!extendedMasterSecret && tls12?.requireExtendedMasterSecret === true) {
    throw refused('the client has no extended_master_secret', 'RFC 7627 §5.3');
  }
  if (gains(config, extendedMasterSecret)) throw refused('the client gains extended_master_secret', 'RFC 7627 §5.2');
  const formats = findExtension(hello.extensions, ecPointFormatsRow, 'CH')?.ec_point_format_list;
  // RFC 8422 §5.1.2: every list has it.
  if (formats !== undefined && !formats.includes(uncompressed)) {
    throw illegal('ec_point_formats lacks uncompressed', 'RFC 8422 §5.1.2');
  }
  return {
    extendedMasterSecret,
    encryptThenMac: isCbc(info) && tls12?.encryptThenMac !== false && has(encryptThenMacRow.type),
    truncatedHmac:
      resumed === undefined
        ? info.protection.type !== 'aead' && tls12?.truncatedHmac === true && has(truncatedHmacRow.type)
        : resumed.truncatedHmac === true,
    secureRenegotiation: checkClientRenegotiation(config, hello),
  };
}

function checkClientRenegotiation({ tls12, renegotiation }: ServerConfig, hello: ClientHello): boolean {
  const info = findExtension(hello.extensions, renegotiationInfoRow, 'CH')?.renegotiated_connection;
  const signal = hello.cipher_suites.includes(TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
  if (renegotiation !== undefined) {
    // RFC 5746 §3.7.
    if (signal) throw refused('TLS_EMPTY_RENEGOTIATION_INFO_SCSV in a renegotiation', 'RFC 5746 §3.7');
    if (info === undefined || !constantTimeEqual(info, renegotiation.client)) {
      throw refused('renegotiation_info is not that of this connection', 'RFC 5746 §3.7');
    }
    return true;
  }
  if (info !== undefined && info.length > 0) {
    throw refused('renegotiation_info of a first handshake is not empty', 'RFC 5746 §3.6');
  }
  if (info === undefined && !signal && tls12?.requireSecureRenegotiation === true) {
    throw refused('the client has no renegotiation_info', 'RFC 5746 §4.3');
  }
  return info !== undefined || signal;
}

/** The server's answers. */
export function answerTerms(
  { renegotiation }: ServerConfig,
  { extensions }: ClientHello,
  info: CipherSuiteInfo12,
  terms: Terms,
  resumed: boolean,
): Extension[] {
  const answers: Extension[] = [];
  if (terms.secureRenegotiation) {
    const renegotiated_connection = renegotiation === undefined ? new Uint8Array(0) : both(renegotiation);
    answers.push(makeExtension(renegotiationInfoRow, 'SH12', { renegotiated_connection }));
  }
  if (terms.extendedMasterSecret) answers.push(makeExtension(extendedMasterSecretRow, 'SH12', {}));
  if (terms.encryptThenMac) answers.push(makeExtension(encryptThenMacRow, 'SH12', {}));
  // RFC 6066 §7: it is the session's, and not spoken of again.
  if (terms.truncatedHmac && !resumed) answers.push(makeExtension(truncatedHmacRow, 'SH12', {}));
  // RFC 8422 §5.2: only with a suite of elliptic curves, to those who spoke of it.
  const spoken = extensions.some(({ extension_type }) => extension_type === ecPointFormatsRow.type);
  if (spoken && isElliptic(info)) {
    answers.push(makeExtension(ecPointFormatsRow, 'SH12', { ec_point_format_list: [uncompressed] }));
  }
  if (terms.ticket) answers.push(makeExtension(sessionTicketRow, 'SH12', {}));
  if (terms.status) answers.push(makeExtension(statusRequestRow, 'SH12', {}));
  return answers;
}

/**
 * Whether a renegotiation is by keys that are bound to their handshake, and what went before was not. Who has
 * extended_master_secret says so in all handshakes (RFC 7627 §5.2): somebody else spoke before.
 */
function gains({ renegotiation }: ClientConfig | ServerConfig, extendedMasterSecret: boolean): boolean {
  return extendedMasterSecret && renegotiation?.extendedMasterSecret === false;
}

/** RFC 5746 §3.2: client_verify_data and server_verify_data. */
function both({ client, server }: Renegotiation): Uint8Array {
  return concat(client, server);
}

/** Whether a suite has to do with elliptic curves. */
export function isElliptic({ keyExchange, authentication }: CipherSuiteInfo12): boolean {
  return /^EC/.test(keyExchange) || authentication === 'ECDSA';
}

function isCbc({ protection }: CipherSuiteInfo12): boolean {
  return protection.type === 'cbc';
}
