/**
 * HelloRetryRequest without state (RFC 9846 §4.3.2): all that the server has to know of the first ClientHello is in a cookie,
 * which the second one brings back, be it to another engine.
 */
import {
  illegal,
  mayChange,
  offersEarlyData,
  type ReceivedHello,
  recall,
  type ServerConfig,
  type ServerContext,
} from '@tlskit/tls-handshake';
import {
  type ClientHello,
  cipherSuiteInfo,
  clientHello,
  cookieRow,
  type Extension,
  ExtensionType,
  encodeMessage,
  findExtension,
  HELLO_RETRY_RANDOM,
  keyShareRow,
  makeExtension,
  ProtocolVersion,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { type Codec, DecodeError, decode, encode, equalBytes, opaqueVector, struct, uint16 } from '@tlskit/tls-wire';
import { type Suite, suiteOf, TLS13 } from './context.ts';

/** What was settled before the HelloRetryRequest that a cookie tells of. */
export interface RecalledRetry {
  readonly suite: Suite;
  /** The group that a share was asked for; undefined where the first hello's shares stay. */
  readonly group: number | undefined;
}

/** <-- HelloRetryRequest (RFC 9846 §4.2.4), with a cookie where the server would rather keep nothing */
export function helloRetryRequest(
  config: ServerConfig,
  { hello, raw }: ReceivedHello,
  suite: Suite,
  group: number | undefined,
): ServerHello {
  const { statelessRetry } = config;
  if (statelessRetry === undefined) return request(hello, suite, group, undefined);
  const content = encode(retryState, {
    cipher_suite: suite.info.code,
    group: group ?? NO_GROUP,
    hello: suite.hash.digest(raw),
    unchanged: unchanged(hello, suite, group),
  });
  const cookie = statelessRetry.cookies.seal(content, statelessRetry.context ?? NO_CONTEXT);
  return request(hello, suite, group, cookie);
}

/**
 * Goes on from a cookie: the transcript has the first hello's hash and the HelloRetryRequest afterwards, as if they were known.
 * Undefined for a hello without a cookie, which is a first one.
 * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` for a cookie that is not ours or too old, or a hello that is not as the first
 */
export function recallRetry(
  { config, transcript }: ServerContext,
  { hello }: ReceivedHello,
): RecalledRetry | undefined {
  const cookie = findExtension(hello.extensions, cookieRow, 'CH')?.cookie;
  if (cookie === undefined) return undefined;
  // RFC 9846 §4.3.2: a first ClientHello has none.
  if (config.statelessRetry === undefined) throw illegal('a cookie that nobody gave', 'RFC 9846 §4.3.2');
  const { cookies, context = NO_CONTEXT } = config.statelessRetry;
  const content = cookies.open(cookie, context);
  const state = content && readState(content);
  if (state === undefined) throw illegal('the cookie is none of ours, or too old', 'RFC 9846 §4.3.2');
  const info = cipherSuiteInfo(state.cipher_suite);
  const group = state.group === NO_GROUP ? undefined : state.group;
  const known = group === undefined || config.groups.includes(group);
  if (info === undefined || !config.cipherSuites.includes(info.code) || !known) {
    throw illegal('the cookie is of another configuration', 'RFC 9846 §4.3.2');
  }
  const suite = suiteOf(config.provider, info);
  if (!equalBytes(state.unchanged, unchanged(hello, suite, group)) || offersEarlyData(hello)) {
    throw illegal('the second ClientHello is not the first one', 'RFC 9846 §4.2.2');
  }
  recall(transcript, state.hello, encodeMessage(serverHello, request(hello, suite, group, cookie)));
  return { suite, group };
}

const NO_GROUP = 0;
const NO_CONTEXT = new Uint8Array(0);

interface RetryState {
  readonly cipher_suite: number;
  readonly group: number;
  /** Hash of the first ClientHello, under the suite's hash. */
  readonly hello: Uint8Array;
  /** Hash of what the second one has to repeat. */
  readonly unchanged: Uint8Array;
}

const retryState: Codec<RetryState> = struct('RetryState', {
  cipher_suite: uint16,
  group: uint16,
  hello: opaqueVector(32, 64),
  unchanged: opaqueVector(32, 64),
});

function readState(content: Uint8Array): RetryState | undefined {
  try {
    return decode(retryState, content);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function request(
  hello: ClientHello,
  suite: Suite,
  group: number | undefined,
  cookie: Uint8Array | undefined,
): ServerHello {
  const extensions: Extension[] = [makeExtension(supportedVersionsRow, 'HRR', { selected_version: TLS13 })];
  if (group !== undefined) extensions.push(makeExtension(keyShareRow, 'HRR', { selected_group: group }));
  if (cookie !== undefined) extensions.push(makeExtension(cookieRow, 'HRR', { cookie }));
  return {
    legacy_version: ProtocolVersion.values['TLS 1.2'],
    random: HELLO_RETRY_RANDOM,
    legacy_session_id_echo: hello.legacy_session_id,
    cipher_suite: suite.info.code,
    legacy_compression_method: 0,
    extensions,
  };
}

/** A hash of all of a hello that must be the same in the second one (RFC 9846 §4.2.2). */
function unchanged(hello: ClientHello, { hash }: Suite, group: number | undefined): Uint8Array {
  const { key_share } = ExtensionType.values;
  const fixed = ({ extension_type: type }: Extension) =>
    !mayChange.has(type) || (type === key_share && group === undefined);
  return hash.digest(encodeMessage(clientHello, { ...hello, extensions: hello.extensions.filter(fixed) }));
}
