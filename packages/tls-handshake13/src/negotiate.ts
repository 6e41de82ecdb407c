/** What the server chooses from a TLS 1.3 ClientHello (RFC 9846 §4.2.1), with a HelloRetryRequest if a share is wanting. */
import { TlsError } from '@tlskit/tls-alerts';
import {
  checkRequest,
  chosenParameters,
  type EarlyDataOutcome,
  type Flow,
  forkBefore,
  noSharedType,
  offeredCertificateTypes,
  onlyX509,
  type Parameters,
  type ReceivedHello,
  retryHello,
  type ServerConfig,
  type ServerContext,
} from '@tlskit/tls-handshake';
import {
  type ClientHello,
  cipherSuiteInfo,
  findExtension,
  groupInfo,
  groupName,
  keyShareRow,
  ProtocolVersion,
  preSharedKeyRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
} from '@tlskit/tls-messages';
import { type ChosenCredential, chooseCredential, readWishes, SchemeChoice } from './certificate-wishes.ts';
import { illegal, missing, type Suite, suiteOf, TLS13 } from './context.ts';
import { judgeEarlyData } from './early-data-choice.ts';
import { extensions13 } from './extensions.ts';
import { acceptPsk, type ChosenPsk, checkPskOffer, checkPskRetry, PskSearch } from './psk-choice.ts';
import { commonModes, goesWithoutExchange } from './psk-modes.ts';
import { serverKit } from './server-kit.ts';
import { helloRetryRequest, recallRetry } from './stateless-retry.ts';

/** Everything that is settled before the ServerHello. */
export interface Negotiated {
  /** The ClientHello that counts: the second, after a HelloRetryRequest. */
  readonly hello: ReceivedHello;
  /** Whether it answers a HelloRetryRequest. */
  readonly retried: boolean;
  readonly suite: Suite;
  /** The group, and the client's share of it; undefined where a key is used without a key exchange. */
  readonly exchange: { readonly group: number; readonly clientShare: Uint8Array } | undefined;
  /** The key to go on from, whose secret is the receiver's to wipe; undefined where a certificate authenticates. */
  readonly psk: ChosenPsk | undefined;
  /** What to sign with; undefined where a key authenticates. */
  readonly auth: ChosenCredential | undefined;
  readonly parameters: Parameters;
  /** What becomes of early data; undefined where none is offered. */
  readonly earlyData: EarlyDataOutcome | undefined;
}

export function* negotiate(c: ServerContext, first: ReceivedHello): Flow<Negotiated> {
  const { config } = c;
  const offered = readOffer(first.hello);
  const search = new PskSearch(config, first);
  let chosen: ChosenPsk | undefined;
  try {
    const modes = commonModes(config, first.hello);
    const recalled = recallRetry(c, first);
    const suite = recalled?.suite ?? (yield* chooseSuite(config, first.hello, modes.length > 0 ? search : undefined));
    const known = modes.length > 0 ? yield* search.choose(suite) : undefined;
    const asked = recalled?.group;
    const choice =
      asked === undefined ? chooseGroup(config, offered) : { group: asked, share: requestedShare(offered, asked) };
    const without = known !== undefined && goesWithoutExchange(modes, choice !== undefined);
    const { group, share } = without ? { group: undefined } : (choice ?? noGroup(offered));
    let hello = first;
    let clientShare = share;
    const wanting = group !== undefined && share === undefined ? group : undefined;
    if (wanting !== undefined || (recalled === undefined && config.statelessRetry?.always === true)) {
      // RFC 9846 §4.2.4: a server asks once.
      if (recalled !== undefined) throw illegal('a second ClientHello without a share', 'RFC 9846 §4.2.2');
      hello = yield* retryHello(c, first, helloRetryRequest(config, first, suite, wanting), suite.hash);
      checkRequest(extensions13, 'CH', hello.hello.extensions);
      checkPskRetry(first.hello, hello.hello);
      const again = readOffer(hello.hello);
      if (wanting !== undefined) clientShare = requestedShare(again, wanting);
    }
    const exchange = group === undefined || clientShare === undefined ? undefined : { group, clientShare };
    const parameters = chosenParameters(config, 'EE', hello, {
      resumed: known?.session !== undefined,
      usable: modes.length > 0,
    });
    const auth = known === undefined ? yield* chooseAuthentication(config, hello, offered) : undefined;
    const psk = known && acceptPsk(hello, known, suite, forkBefore(c.transcript), config.now());
    chosen = psk;
    const earlyData = yield* judgeEarlyData(c, first, hello, suite, psk, parameters);
    chosen = undefined;
    const retried = hello !== first || recalled !== undefined;
    return { hello, retried, suite, exchange, psk, auth, parameters, earlyData };
  } finally {
    search.wipe();
    // Whatever kept it from being handed on.
    chosen?.early.wipe();
  }
}

function* chooseAuthentication(
  config: ServerConfig,
  { hello, serverName }: ReceivedHello,
  { schemes, offersPsk }: Offer,
): Flow<ChosenCredential> {
  // Without a PSK certificates are the only way (RFC 9846 §9.2).
  if (schemes === undefined) throw noKey();
  const types = offeredCertificateTypes('server', hello.extensions) ?? onlyX509;
  const wishes = readWishes(serverKit, 'CH', hello.extensions, schemes, types);
  const choice = new SchemeChoice(wishes, config.signatureSchemes);
  const chosen = yield* chooseCredential(config.credentials, serverName, wishes, choice);
  if (chosen !== undefined) return chosen;
  if (choice.lacksType) throw noSharedType('no certificate of ours is of a type that the client takes');
  if (offersPsk) throw noKey();
  throw new TlsError('ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'no certificate of ours fits what the client can verify');
}

/** RFC 9846 §6.2: who would rather say unknown_psk_identity does so by what his look-up throws. */
function noKey(): TlsError {
  return new TlsError(
    'ERR_TLS_NO_SHARED_KEY',
    'no key that the client offers is known here, and no certificate will do',
  );
}

interface Offer {
  readonly offersPsk: boolean;
  /** Absent, with the shares, only where a PSK is offered. */
  readonly groups: readonly number[] | undefined;
  /** Absent only where a PSK is offered. */
  readonly schemes: readonly number[] | undefined;
  readonly shares: ReadonlyMap<number, Uint8Array>;
}

/** The form that RFC 9846 §4.2.2 and §9.2 demand of a TLS 1.3 ClientHello. */
function readOffer(hello: ClientHello): Offer {
  if (hello.legacy_version !== ProtocolVersion.values['TLS 1.2']) {
    throw new TlsError('ERR_TLS_PROTOCOL_VERSION', `legacy_version is 0x${hello.legacy_version.toString(16)}`, {
      rfc: 'RFC 9846 §4.2.2',
    });
  }
  const compression = hello.legacy_compression_methods;
  if (compression.length !== 1 || compression[0] !== 0) {
    throw illegal('legacy_compression_methods is not the null method alone', 'RFC 9846 §4.2.2');
  }
  const { extensions } = hello;
  const schemes = findExtension(extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms;
  const groups = findExtension(extensions, supportedGroupsRow, 'CH')?.named_group_list;
  const entries = findExtension(extensions, keyShareRow, 'CH')?.client_shares;
  checkPskOffer(hello);
  const offersPsk = findExtension(extensions, preSharedKeyRow, 'CH') !== undefined;
  // RFC 9846 §9.2: only with a PSK they may be absent, and groups and shares only together.
  if (schemes === undefined && !offersPsk) throw missing('signature_algorithms', 'ClientHello');
  if (groups === undefined && (!offersPsk || entries !== undefined)) throw missing('supported_groups', 'ClientHello');
  if (entries === undefined && groups !== undefined) throw missing('key_share', 'ClientHello');
  const shares = new Map<number, Uint8Array>();
  // A set, since both lists may have thousands of entries.
  const listed = new Set(groups);
  for (const { group, key_exchange } of entries ?? []) {
    // RFC 9846 §4.3.8: one share a group, and of offered groups alone.
    if (shares.has(group)) throw illegal(`two shares of ${groupName(group)}`, 'RFC 9846 §4.3.8');
    if (!listed.has(group)) {
      throw illegal(`a share of ${groupName(group)}, which supported_groups lacks`, 'RFC 9846 §4.3.8');
    }
    shares.set(group, key_exchange);
  }
  return { offersPsk, groups, schemes, shares };
}

/** @param search where keys that were agreed on elsewhere may decide on the hash */
function* chooseSuite(config: ServerConfig, hello: ClientHello, search: PskSearch | undefined): Flow<Suite> {
  const ours = config.cipherSuites.filter(code => cipherSuiteInfo(code)?.version === TLS13);
  const common = ours.filter(code => hello.cipher_suites.includes(code));
  const hash = search === undefined ? undefined : yield* search.externalHash(common);
  const fitting = hash === undefined ? common : common.filter(code => cipherSuiteInfo(code)?.hash === hash);
  const code = firstCommon(config, fitting, hello.cipher_suites);
  const info = code === undefined ? undefined : cipherSuiteInfo(code);
  if (info === undefined) throw new TlsError('ERR_TLS_NO_SHARED_CIPHER', 'no cipher suite in common');
  return suiteOf(config.provider, info);
}

/** Best is a group with a share, unless the configuration says otherwise; one without costs a HelloRetryRequest. Undefined where there is none in common. */
function chooseGroup(
  config: ServerConfig,
  { groups = [], shares }: Offer,
): { group: number; share?: Uint8Array } | undefined {
  const candidates = config.retryForBestGroup === true ? groups : [...shares.keys()];
  const group = bestGroup(config, candidates) ?? bestGroup(config, groups);
  const share = group === undefined ? undefined : shares.get(group);
  return group === undefined ? undefined : share === undefined ? { group } : { group, share };
}

function bestGroup(config: ServerConfig, offered: readonly number[]): number | undefined {
  // Those of TLS 1.2 alone are on both lists too, where both sides speak it.
  const theirs = offered.filter(code => groupInfo(code) !== undefined);
  const best = firstCommon(config, config.groups, theirs);
  const equal = config.equalGroups?.find(set => best !== undefined && set.includes(best));
  return equal === undefined ? best : theirs.find(code => equal.includes(code));
}

function noGroup({ groups }: Offer): never {
  // RFC 9846 §9.2: a hello without them is as it should be, where the server takes its key.
  if (groups === undefined) throw noKey();
  throw new TlsError('ERR_TLS_NO_SHARED_GROUP', 'no group in common');
}

/** The share in the second ClientHello: of the group that was asked for, and no other (RFC 9846 §4.2.2). */
function requestedShare({ shares }: Offer, group: number): Uint8Array {
  const share = shares.get(group);
  if (share === undefined || shares.size > 1) {
    throw illegal(`the second ClientHello has not just the share of ${groupName(group)}`, 'RFC 9846 §4.2.2');
  }
  return share;
}

function firstCommon(config: ServerConfig, ours: readonly number[], theirs: readonly number[]): number | undefined {
  return config.preference === 'server'
    ? ours.find(code => theirs.includes(code))
    : theirs.find(code => ours.includes(code));
}
