/**
 * The client's prelude, which all versions share (RFC 9846 §4.2): it composes the ClientHello from each version's part,
 * reads the ServerHello or HelloRetryRequest, and hands over to the version that the server chose.
 *
 *        Client                                           Server
 *
 *        ClientHello             -------->
 *                                <--------    HelloRetryRequest*
 *        ClientHello*            -------->
 *                                <--------           ServerHello
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type ClientHello,
  clientHello,
  type Extension,
  findExtension,
  handshakeExtensions,
  isHelloRetryRequest,
  makeExtension,
  NameType,
  ProtocolVersion,
  type ServerHello,
  serverHello,
  serverNameRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import type { AnyCipherSuiteInfo } from '@tlskit/tls-messages/tls12';
import { ascii, equalBytes } from '@tlskit/tls-wire';
import { certificateCriteria } from './certificate-criteria.ts';
import type { ClientConfig, Renegotiation } from './config.ts';
import { fallbackSuites } from './downgrade.ts';
import { earlyData, offersEarlyData } from './early-data.ts';
import { illegal } from './errors.ts';
import { checkResponse } from './extensions.ts';
import { boundary, type Flow, recv, send, sendChangeCipherSpec } from './flow.ts';
import type { Epoch } from './keys.ts';
import { offeredParameters } from './parameters.ts';
import { condense, type Transcript } from './transcript.ts';
import type { ClientContext, ClientModule, ClientOffer, Connected } from './version.ts';

/** A whole handshake from the client's side, as a flow for the driver. */
export function* clientHandshake(config: ClientConfig, transcript: Transcript): Flow<Connected> {
  const offers: Offers = new Map();
  try {
    for (const version of config.versions) offers.set(version, yield* version.client.offer(config));

    const { shapeHello: shape = hello => hello } = config;
    const first = bind(withPskLast(shape(composeHello(config, offers), 'first')), offers, transcript);
    yield* send(firstEpoch(config), clientHello, first); //                            ClientHello -->
    for (const offer of offers.values()) if (offer.begin) yield* offer.begin(first, transcript);
    const early = offersEarlyData(first); //                                           (Application Data*) -->
    let hello = first;
    let answer = (yield* recv('WAIT_SH', serverHello)).body; //                        <-- ServerHello or HelloRetryRequest
    let request: ServerHello | undefined;
    let requested: Choice | undefined;

    if (isHelloRetryRequest(answer)) {
      request = answer;
      yield* boundary(); // ServerHello, which this is, may precede a change of keys
      if (early) yield* earlyData({ status: 'rejected' }); // RFC 9846 §4.3.10: from here on we speak in the clear again
      requested = checkAnswer(config, hello, request);
      const offer = offers.get(requested.version);
      if (offer?.retry === undefined) throw illegal(`${requested.version.name} has no HelloRetryRequest`);
      condense(transcript, hashOf(config, requested.suite));
      const extensions = replaceExtensions(first.extensions, yield* offer.retry(request));
      hello = bind(withPskLast(shape({ ...first, extensions }, 'second')), offers, transcript);
      // RFC 9846 §E.4: who offered early data sent it behind the first hello.
      if (config.compatibilityMode && !early) yield* sendChangeCipherSpec();
      yield* send('plaintext', clientHello, hello); //                                 ClientHello -->
      answer = (yield* recv('WAIT_SH', serverHello)).body; //                          <-- ServerHello
      // RFC 9846 §4.2.4: there is no second HelloRetryRequest.
      if (isHelloRetryRequest(answer)) {
        throw new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', 'a second HelloRetryRequest', { rfc: 'RFC 9846 §4.2.4' });
      }
    }

    const { version, suite } = checkAnswer(config, hello, answer);
    // RFC 9846 §4.2.4: what the HelloRetryRequest said of suite and version holds.
    if (requested !== undefined && (requested.suite !== suite || requested.version !== version)) {
      throw illegal('the ServerHello takes back what the HelloRetryRequest said', 'RFC 9846 §4.2.4');
    }
    const context: ClientContext = {
      config,
      transcript,
      random: hello.random,
      sessionId: hello.legacy_session_id,
      sent: answerable(config, version, hello),
      retryRequest: request,
    };
    return yield* version.client.connect(context, offers.get(version) as ClientOffer, { hello: answer, suite });
  } finally {
    for (const offer of offers.values()) offer.wipe();
  }
}

/** A hello of TLS 1.2 may come within a connection (RFC 5746). */
export function firstEpoch({ renegotiation }: { readonly renegotiation?: Renegotiation | undefined }): Epoch {
  return renegotiation === undefined ? 'plaintext' : 'application';
}

type Offers = Map<ClientModule, ClientOffer>;

/** What a ServerHello or HelloRetryRequest selects before a version takes over. */
interface Choice {
  readonly version: ClientModule;
  readonly suite: AnyCipherSuiteInfo;
}

function composeHello(config: ClientConfig, offers: Offers): ClientHello {
  const suites = new Set<number>();
  for (const offer of offers.values()) for (const suite of offer.cipherSuites) suites.add(suite);
  const extensions: Extension[] = [];
  if (config.serverName !== undefined) {
    const name = { name_type: NameType.values.host_name, name: ascii(config.serverName) };
    extensions.push(makeExtension(serverNameRow, 'CH', { server_name_list: [name] }));
  }
  const groups = usedGroups(config, offers);
  // RFC 9846 §9.2: what concerns key exchange and certificates is there where they are.
  if (groups.length > 0) extensions.push(makeExtension(supportedGroupsRow, 'CH', { named_group_list: groups }));
  if (config.pskOnly !== true) extensions.push(...certificateCriteria(config, 'CH'));
  extensions.push(...supportedVersions(config), ...offeredParameters(config));
  let sessionId: Uint8Array = new Uint8Array(0);
  const signals: number[] = [];
  for (const [version, offer] of offers) {
    extensions.push(...offer.extensions);
    signals.push(...(offer.signals ?? []));
    // RFC 9846 §4.2.2: the ID of a session of before goes before one that stands for compatibility alone.
    const names = version.version < ProtocolVersion.values['TLS 1.3'];
    if (offer.sessionId !== undefined && (names || sessionId.length === 0)) sessionId = offer.sessionId;
  }
  return {
    legacy_version: ProtocolVersion.values['TLS 1.2'],
    random: config.random(32),
    legacy_session_id: sessionId,
    cipher_suites: [...config.cipherSuites.filter(suite => suites.has(suite)), ...signals, ...fallbackSuites(config)],
    legacy_compression_methods: Uint8Array.of(0),
    extensions,
  };
}

/** RFC 8422 §4: who offers nothing that elliptic curves are for does not speak of them. */
function usedGroups({ groups }: ClientConfig, offers: Offers): readonly number[] {
  return groups.filter(group => [...offers.values()].some(offer => offer.groups?.includes(group) ?? true));
}

/** RFC 9846 §4.3.1: of those who have TLS 1.3; others say it by legacy_version. */
function supportedVersions({ versions }: ClientConfig): Extension[] {
  const codes = versions.map(({ version }) => version);
  if (!codes.includes(ProtocolVersion.values['TLS 1.3'])) return [];
  return [makeExtension(supportedVersionsRow, 'CH', { versions: codes })];
}

/** What is computed over the whole of a hello comes last. */
function bind(hello: ClientHello, offers: Offers, transcript: Transcript): ClientHello {
  let bound = hello;
  for (const offer of offers.values()) bound = offer.bind?.(bound, transcript) ?? bound;
  return bound;
}

/** RFC 9846 §4.3: pre_shared_key stands last; all else stays as it is. */
function withPskLast(hello: ClientHello): ClientHello {
  const last = handshakeExtensions.pre_shared_key;
  const extensions = [
    ...hello.extensions.filter(extension => extension.extension_type !== last),
    ...hello.extensions.filter(extension => extension.extension_type === last),
  ];
  return { ...hello, extensions };
}

/**
 * The first hello's extensions with some in a new form, in their old places; what is new comes behind (RFC 9846 §4.2.2).
 * Early data "is not permitted after a HelloRetryRequest", and a pre_shared_key is made anew if at all.
 */
function replaceExtensions(first: readonly Extension[], replacements: readonly Extension[]): readonly Extension[] {
  const { early_data, pre_shared_key } = handshakeExtensions;
  const kept = first.filter(({ extension_type: type }) => type !== early_data && type !== pre_shared_key);
  const replaced = kept.map(old => replacements.find(r => r.extension_type === old.extension_type) ?? old);
  const added = replacements.filter(r => !kept.some(old => old.extension_type === r.extension_type));
  return [...replaced, ...added];
}

/** The checks on a ServerHello or HelloRetryRequest that come before a version takes over (RFC 9846 §4.2.3, §4.3.1). */
function checkAnswer(config: ClientConfig, sent: ClientHello, answer: ServerHello): Choice {
  const version = selectedVersion(config, answer);
  if (version.version >= ProtocolVersion.values['TLS 1.3']) {
    if (answer.legacy_version !== ProtocolVersion.values['TLS 1.2']) {
      throw new TlsError(
        'ERR_TLS_PROTOCOL_VERSION',
        `legacy_version of the ServerHello is 0x${answer.legacy_version.toString(16)}`,
        { rfc: 'RFC 9846 §4.2.3' },
      );
    }
    if (!equalBytes(answer.legacy_session_id_echo, sent.legacy_session_id)) {
      throw illegal('legacy_session_id_echo is not what was sent', 'RFC 9846 §4.2.3');
    }
    const message = isHelloRetryRequest(answer) ? 'HRR' : 'SH';
    checkResponse(version.extensions, message, answer.extensions, answerable(config, version, sent));
  } else {
    version.client.selected?.(config, answer);
    // RFC 9846 §E.3: such a server does not skip the early data that comes.
    if (offersEarlyData(sent)) {
      throw new TlsError('ERR_TLS_EARLY_DATA_VERSION', `early data is on its way to a server of ${version.name}`);
    }
  }
  if (answer.legacy_compression_method !== 0) {
    throw illegal(
      `the ${isHelloRetryRequest(answer) ? 'HelloRetryRequest' : 'ServerHello'} selects compression`,
      'RFC 9846 §4.2.3',
    );
  }
  const suite = version.suiteInfo(answer.cipher_suite);
  if (!sent.cipher_suites.includes(answer.cipher_suite) || suite === undefined) {
    throw illegal(`cipher suite 0x${answer.cipher_suite.toString(16)} was not offered`, 'RFC 9846 §4.2.3');
  }
  return { version, suite };
}

/** The version that a ServerHello means (RFC 9846 §4.3.1). */
function selectedVersion(config: ClientConfig, answer: ServerHello): ClientModule {
  const tls13 = ProtocolVersion.values['TLS 1.3'];
  const selected = findExtension(answer.extensions, supportedVersionsRow, 'SH')?.selected_version;
  const offered = (code: number) => config.versions.find(version => version.version === code);
  if (selected !== undefined) {
    const version = offered(selected);
    // RFC 9846 §4.2.3: within a connection of TLS 1.2 this is not a matter of what was offered.
    if (config.renegotiation !== undefined && selected >= tls13) {
      throw new TlsError(
        'ERR_TLS_PROTOCOL_VERSION',
        `a renegotiation that selects ${ProtocolVersion.label(selected)}`,
        {
          rfc: 'RFC 9846 §4.2.3',
        },
      );
    }
    if (version === undefined || selected < tls13) {
      throw illegal(`supported_versions selects ${ProtocolVersion.label(selected)}`, 'RFC 9846 §4.3.1');
    }
    return version;
  }
  const version = answer.legacy_version < tls13 ? offered(answer.legacy_version) : undefined;
  if (version === undefined || isHelloRetryRequest(answer)) {
    throw new TlsError(
      'ERR_TLS_PROTOCOL_VERSION',
      `the server wants ${ProtocolVersion.label(answer.legacy_version)}, which was not offered`,
    );
  }
  return version;
}

/** The types of extensions that a server of this version may answer: not those that were sent for the sake of others alone (RFC 9846 §4.3). */
function answerable({ versions }: ClientConfig, { extensions }: ClientModule, hello: ClientHello): ReadonlySet<number> {
  const isOfOthers = (type: number) =>
    extensions.row(type) === undefined && versions.some(other => other.extensions.row(type) !== undefined);
  return new Set(hello.extensions.map(({ extension_type: type }) => type).filter(type => !isOfOthers(type)));
}

function hashOf(config: ClientConfig, suite: AnyCipherSuiteInfo) {
  const hash = config.provider.hashes[suite.hash];
  if (hash === undefined) throw new TlsError('ERR_TLS_INTERNAL', `the provider has no ${suite.hash}`);
  return hash;
}
