/** TLS 1.3's part of the ClientHello (RFC 9846 §4.2.2), the first and the one after a HelloRetryRequest. */
import { TlsError } from '@tlskit/tls-alerts';
import { type KeyExchange, type KeyOffer, type MaybePromise, wipe as wipeKey } from '@tlskit/tls-crypto';
import { type ClientConfig, type ClientOffer, type Flow, wait } from '@tlskit/tls-handshake';
import {
  cipherSuiteInfo,
  cookieRow,
  type Extension,
  findExtension,
  groupInfo,
  groupName,
  keyShareRow,
  makeExtension,
  postHandshakeAuthRow,
  type ServerHello,
} from '@tlskit/tls-messages';
import { wishes } from './certificate-wishes.ts';
import { illegal, TLS13 } from './context.ts';
import type { OfferedEarlyData } from './early-data-offer.ts';
import { type ClientKit, requireFeatures } from './kit.ts';
import type { OfferedPsks } from './psk-offer.ts';

/** The offer with what the handshake needs of it later. */
export interface Offer13 extends ClientOffer {
  /** The key exchange that was offered for a group, handed over: whoever takes it wipes it. */
  takeShare(group: number): KeyOffer | undefined;
  readonly kit: ClientKit;
  /** Undefined for a client that has none of it. */
  readonly psks: OfferedPsks | undefined;
  /** Undefined where none is offered. */
  readonly earlyData: OfferedEarlyData | undefined;
}

export function* offer13(config: ClientConfig, kit: ClientKit): Flow<ClientOffer> {
  requireFeatures(config, kit);
  const shares = new Map<number, KeyOffer>();
  const cipherSuites = config.cipherSuites.filter(code => cipherSuiteInfo(code)?.version === TLS13);
  let psks: OfferedPsks | undefined;
  let earlyData: OfferedEarlyData | undefined;
  const wipe = () => {
    for (const share of shares.values()) share.wipe();
    shares.clear();
    psks?.wipe();
    wipeKey(config.session?.psk);
    earlyData?.wipe();
  };
  let complete = false;
  try {
    psks = kit.psks && (yield* kit.psks.offer(config, cipherSuites));
    earlyData = psks && kit.earlyData?.(config, psks, cipherSuites);
    if (!psks?.length && (config.pskOnly === true || config.groups.length === 0)) {
      throw new TlsError('ERR_TLS_INVALID_OPTION', 'there is no key to offer, and nothing else to go by');
    }
    yield* makeShares(config, shares);
    complete = true;
  } finally {
    if (!complete) wipe();
  }
  const keys = psks;
  const early = earlyData;
  const offer: Offer13 = {
    cipherSuites,
    extensions: [
      // RFC 9846 §9.2: where there are groups, there are shares, be it none yet.
      ...(config.groups.length > 0 ? [keyShares(shares)] : []),
      ...(kit.psks === undefined ? [] : [kit.psks.modes(config)]),
      ...(config.postHandshakeAuth === true ? [makeExtension(postHandshakeAuthRow, 'CH', {})] : []),
      ...(early === undefined ? [] : [early.extension]),
      ...wishes(kit, config.certificates, 'CH'),
      ...(keys?.extensions() ?? []),
    ],
    // RFC 9846 §E.4: a client in compatibility mode sends a session ID that is not empty.
    ...(config.compatibilityMode ? { sessionId: config.random(32) } : {}),
    retry: request => retry(config, shares, keys, request),
    ...(keys === undefined ? {} : { bind: (hello, transcript) => keys.bind(hello, transcript) }),
    ...(early === undefined ? {} : { begin: (hello, transcript) => early.begin(hello, transcript) }),
    kit,
    psks: keys,
    earlyData: early,
    takeShare(group) {
      const share = shares.get(group);
      shares.delete(group);
      return share;
    },
    wipe,
  };
  return offer;
}

/** All are begun before the first is waited for: providers with promises make them at the same time. */
function* makeShares(config: ClientConfig, shares: Map<number, KeyOffer>): Flow<void> {
  const begun = new Map<number, MaybePromise<KeyOffer>>();
  try {
    for (const group of config.keyShares) {
      const offer = keyExchangeFor(config, group).offer();
      // What goes wrong is told when its turn comes.
      if ('then' in offer) offer.then(undefined, () => {});
      begun.set(group, offer);
    }
    for (const [group, offer] of begun) {
      shares.set(group, yield* wait(offer));
      begun.delete(group);
    }
  } finally {
    for (const offer of begun.values()) {
      if ('then' in offer) {
        offer.then(
          late => late.wipe(),
          () => {},
        );
      } else offer.wipe();
    }
  }
}

/** The extensions of the second ClientHello that differ from the first's (RFC 9846 §4.2.4). */
function* retry(
  config: ClientConfig,
  shares: Map<number, KeyOffer>,
  psks: OfferedPsks | undefined,
  request: ServerHello,
): Flow<readonly Extension[]> {
  const extensions: Extension[] = [];
  const requested = findExtension(request.extensions, keyShareRow, 'HRR')?.selected_group;
  if (requested !== undefined) {
    // RFC 9846 §4.3.8: a group that we offered, and for which we sent no share.
    const offered = config.groups.includes(requested) && groupInfo(requested) !== undefined;
    if (!offered || config.keyShares.includes(requested)) {
      throw illegal(`HelloRetryRequest asks for a share of ${groupName(requested)}`, 'RFC 9846 §4.3.8');
    }
    for (const share of shares.values()) share.wipe();
    shares.clear();
    shares.set(requested, yield* wait(keyExchangeFor(config, requested).offer()));
    extensions.push(keyShares(shares));
  }
  const cookie = findExtension(request.extensions, cookieRow, 'HRR');
  if (cookie !== undefined) extensions.push(makeExtension(cookieRow, 'CH', cookie));
  // RFC 9846 §4.2.4: a request that changes nothing is illegal.
  if (extensions.length === 0) throw illegal('HelloRetryRequest asks for no change', 'RFC 9846 §4.2.4');
  // RFC 9846 §4.2.2: without the keys that do not go with the suite that the server named.
  psks?.keepOnly(cipherSuiteInfo(request.cipher_suite)?.hash);
  return [...extensions, ...(psks?.extensions() ?? [])];
}

function keyShares(shares: ReadonlyMap<number, KeyOffer>): Extension {
  const entries = [...shares].map(([group, { share }]) => ({ group, key_exchange: share }));
  return makeExtension(keyShareRow, 'CH', { client_shares: entries });
}

export function keyExchangeFor({ provider }: Pick<ClientConfig, 'provider'>, group: number): KeyExchange {
  const name = groupInfo(group)?.provider;
  const exchange = name === undefined ? undefined : provider.groups[name];
  if (exchange === undefined) {
    throw new TlsError('ERR_TLS_INTERNAL', `the provider has no group ${groupName(group)}`);
  }
  return exchange;
}
