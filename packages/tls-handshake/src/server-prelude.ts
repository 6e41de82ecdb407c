/**
 * The server's prelude, which all versions share (RFC 9846 §4.2): it reads the ClientHello, chooses the version and hands over.
 * The HelloRetryRequest is here too, for the version that has one.
 *
 *        Client                                           Server
 *
 *        ClientHello             -------->
 *                                <--------    HelloRetryRequest*
 *        ClientHello*            -------->
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { Hash } from '@tlskit/tls-crypto';
import {
  type ClientHello,
  clientHello,
  cookieRow,
  type Extension,
  ExtensionType,
  findExtension,
  keyShareRow,
  NameType,
  ProtocolVersion,
  type ServerHello,
  serverHello,
  serverNameRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import type { ServerConfig } from './config.ts';
import { checkFallback } from './downgrade.ts';
import { offersEarlyData } from './early-data.ts';
import { illegal } from './errors.ts';
import { checkDuplicates, checkRequest } from './extensions.ts';
import { boundary, type Flow, type Received, recv, send, sendChangeCipherSpec, skipEarlyData, wait } from './flow.ts';
import { condense, type Transcript } from './transcript.ts';
import type { Connected, ReceivedHello, ServerContext, ServerModule } from './version.ts';

/** A whole handshake from the server's side, as a flow for the driver. */
export function* serverHandshake(config: ServerConfig, transcript: Transcript): Flow<Connected> {
  return yield* serverHandshakeFrom(config, transcript, yield* recv('START', clientHello));
}

/** The same from a ClientHello that was received, and is in the transcript. */
export function* serverHandshakeFrom(
  config: ServerConfig,
  transcript: Transcript,
  received: Received<ClientHello>,
): Flow<Connected> {
  const hello = readHello(received); //                                                --> ClientHello
  if (config.onClientHello !== undefined) yield* wait(config.onClientHello(hello));
  const version = selectVersion(config, hello.hello);
  checkRequest(version.extensions, 'CH', hello.hello.extensions);
  return yield* version.server({ config, transcript }, hello);
}

/**
 * Sends a HelloRetryRequest and reads the ClientHello that answers it, which must be the first one
 * but for what the request asked for (RFC 9846 §4.2.2).
 */
export function* retryHello(
  { config, transcript }: ServerContext,
  first: ReceivedHello,
  request: ServerHello,
  hash: Hash,
): Flow<ReceivedHello> {
  yield* boundary(); // so that nobody answers what was not said yet
  condense(transcript, hash);
  yield* send('plaintext', serverHello, request); //                                   <-- HelloRetryRequest
  // RFC 9846 §E.4: a client that sent a session ID gets a change_cipher_spec after our first message.
  if (wantsChangeCipherSpec(config, first)) yield* sendChangeCipherSpec();
  // RFC 9846 §4.3.10: early data that is on its way already is skipped.
  if (offersEarlyData(first.hello)) yield* skipEarlyData('type');
  const second = readHello(yield* recv('START', clientHello)); //                      --> ClientHello
  checkUnchanged(first.hello, second.hello, request);
  checkCookie(second.hello, request);
  return second;
}

/** RFC 9846 §E.4: a client that sent a session ID wants one; others take it too, and middleboxes may be glad of it. */
export function wantsChangeCipherSpec({ alwaysChangeCipherSpec }: ServerConfig, { hello }: ReceivedHello): boolean {
  return alwaysChangeCipherSpec === true || hello.legacy_session_id.length > 0;
}

function readHello({ body: hello, raw }: Received<ClientHello>): ReceivedHello {
  const extensions = hello.extensions;
  checkDuplicates(extensions);
  // RFC 9846 §4.3.11: pre_shared_key is the last extension, or the hello is illegal.
  const at = extensions.findIndex(extension => extension.extension_type === ExtensionType.values.pre_shared_key);
  if (at >= 0 && at < extensions.length - 1)
    throw illegal('pre_shared_key is not the last extension', 'RFC 9846 §4.3.11');
  return { hello, raw, serverName: readServerName(extensions) };
}

/** The host name of SNI (RFC 6066 §3), lower case. */
function readServerName(extensions: readonly Extension[]): string | undefined {
  const list = findExtension(extensions, serverNameRow, 'CH')?.server_name_list;
  if (list === undefined) return undefined;
  // "The ServerNameList MUST NOT contain more than one name of the same name_type." (RFC 6066 §3)
  if (new Set(list.map(entry => entry.name_type)).size < list.length) {
    throw illegal('server_name has two names of one type', 'RFC 6066 §3');
  }
  const name = list.find(entry => entry.name_type === NameType.values.host_name)?.name;
  if (name === undefined) return undefined;
  // An ASCII host name without a trailing dot, and never a NUL for somebody else to stumble over.
  const text = String.fromCharCode(...name.subarray(0, 256));
  if (name.length > 255 || !/^[\x21-\x7e]*[\x21-\x2d\x2f-\x7e]$/.test(text)) {
    throw illegal('server_name is no host name', 'RFC 6066 §3');
  }
  return text.toLowerCase();
}

/** RFC 9846 §4.3.1: the extension decides where it is present, `legacy_version` where it is not. */
function selectVersion(config: ServerConfig, hello: ClientHello): ServerModule {
  const offered = findExtension(hello.extensions, supportedVersionsRow, 'CH')?.versions;
  const tls12 = ProtocolVersion.values['TLS 1.2'];
  const version =
    offered !== undefined
      ? config.versions.find(candidate => offered.includes(candidate.version))
      : config.versions.find(candidate => candidate.version <= Math.min(hello.legacy_version, tls12));
  if (version === undefined) {
    const wanted = offered ?? [hello.legacy_version];
    throw new TlsError(
      'ERR_TLS_PROTOCOL_VERSION',
      `the client offers ${wanted.map(code => ProtocolVersion.label(code)).join(', ')} only`,
    );
  }
  checkFallback(config, hello, version);
  return version;
}

/** The extensions that a second ClientHello may add, drop or change (RFC 9846 §4.2.2); key_share only where a share was asked for. */
export const mayChange: ReadonlySet<number> = new Set([
  ExtensionType.values.key_share,
  ExtensionType.values.early_data,
  ExtensionType.values.cookie,
  ExtensionType.values.pre_shared_key,
  ExtensionType.values.padding,
]);

function checkUnchanged(first: ClientHello, second: ClientHello, request: ServerHello): void {
  const asksForShare = findExtension(request.extensions, keyShareRow, 'HRR') !== undefined;
  const fixed = ({ extension_type: type }: Extension) =>
    !mayChange.has(type) || (type === keyShareRow.type && !asksForShare);
  const kept = (hello: ClientHello) => hello.extensions.filter(fixed);
  const before = kept(first);
  const after = kept(second);
  const same =
    first.legacy_version === second.legacy_version &&
    equalBytes(first.random, second.random) &&
    equalBytes(first.legacy_session_id, second.legacy_session_id) &&
    first.cipher_suites.length === second.cipher_suites.length &&
    first.cipher_suites.every((suite, i) => suite === second.cipher_suites[i]) &&
    equalBytes(first.legacy_compression_methods, second.legacy_compression_methods) &&
    before.length === after.length &&
    before.every(({ extension_type, extension_data }, i) => {
      const other = after[i] as Extension;
      return extension_type === other.extension_type && equalBytes(extension_data, other.extension_data);
    });
  if (!same) throw illegal('the second ClientHello is not the first one', 'RFC 9846 §4.2.2');
  if (offersEarlyData(second)) {
    throw illegal('early_data after a HelloRetryRequest', 'RFC 9846 §4.2.2');
  }
}

/** RFC 9846 §4.3.2: the cookie of the HelloRetryRequest comes back as it was; where there was none, none comes. */
function checkCookie(second: ClientHello, request: ServerHello): void {
  const given = findExtension(request.extensions, cookieRow, 'HRR')?.cookie;
  const echoed = findExtension(second.extensions, cookieRow, 'CH')?.cookie;
  if (given === undefined ? echoed === undefined : echoed !== undefined && equalBytes(given, echoed)) return;
  if (echoed === undefined) throw new TlsError('ERR_TLS_MISSING_EXTENSION', 'the second ClientHello has no cookie');
  throw illegal('the cookie is not the one that was given', 'RFC 9846 §4.3.2');
}
