/** The server's choice among the pre-shared keys that a client offers (RFC 9846 §4.3.11). */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual, type HashName, wipe } from '@tlskit/tls-crypto';
import {
  type Flow,
  type KnownClient,
  pskFingerprint,
  type ReceivedHello,
  resumedClient,
  type ServerConfig,
  type Transcript,
  unlessItFails,
} from '@tlskit/tls-handshake';
import { EarlySecret, type PskKind } from '@tlskit/tls-keyschedule';
import {
  type ClientHello,
  cipherSuiteInfo,
  findExtension,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { isAlive, remainingLifetime, type ServerSession, type SessionPsk } from '@tlskit/tls-session';
import { equalBytes } from '@tlskit/tls-wire';
import { illegal, missing, type Suite, TLS13 } from './context.ts';
import { pskBinder } from './psk-offer.ts';

/** A key that the client has shown to have. */
export interface ChosenPsk {
  /** The place of its identity in the client's list. */
  readonly index: number;
  /** The secret that the key schedule goes on from: the receiver's to wipe. */
  readonly early: EarlySecret;
  /** When the peers authenticated themselves by more than a ticket, in milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** The ticket that was taken; undefined for a key that was agreed on elsewhere. */
  readonly ticket: ChosenTicket | undefined;
  /** What the key is known by that was agreed on elsewhere, be it in the connection that this one resumes. */
  readonly identity: Uint8Array | undefined;
  /** That key, as the client offered it. */
  readonly offer: SessionPsk | undefined;
  /** The client of the session; undefined for a key that was agreed on elsewhere. */
  readonly client: KnownClient | undefined;
}

/** A ticket that was taken, for the judgement on early data (RFC 9846 §4.3.10). */
export interface ChosenTicket {
  /** Without its key. */
  readonly session: Omit<ServerSession, 'psk'>;
  /** Milliseconds by which the ticket is older for the client than for us (RFC 9846 §8.3). */
  readonly ageSkew: number;
  /** The binder, which was validated. */
  readonly binder: Uint8Array;
}

/** A key that is known here, and that the client has yet to show to have. */
export interface KnownPsk {
  readonly kind: PskKind;
  /** As it is on the wire. */
  readonly identity: Uint8Array;
  /** Ours to wipe. */
  readonly key: Uint8Array;
  readonly hash: HashName;
  readonly authenticatedAt: number;
  readonly session: ServerSession | undefined;
  readonly external: Uint8Array | undefined;
  readonly offer: SessionPsk | undefined;
  /** The client of the session, when that has been judged. */
  readonly client?: KnownClient;
}

/** The most identities to look up: each may cost a decryption or a query. */
const MAX_TRIES = 8;

/** The form of an offer, which is checked whether any key is taken or not (RFC 9846 §4.3.9, §4.3.11). */
export function checkPskOffer({ extensions }: ClientHello): void {
  const offered = findExtension(extensions, preSharedKeyRow, 'CH');
  if (offered === undefined) return;
  if (findExtension(extensions, pskKeyExchangeModesRow, 'CH') === undefined) {
    throw missing('psk_key_exchange_modes', 'ClientHello');
  }
  const { identities, binders } = offered;
  if (identities.length !== binders.length) {
    throw illegal(`${identities.length} identities with ${binders.length} binders`, 'RFC 9846 §4.3.11');
  }
}

/** RFC 9846 §4.2.2: a second ClientHello may leave keys out that the first one offers, and adds none. */
export function checkPskRetry(first: ClientHello, second: ClientHello): void {
  const before = identitiesOf(first);
  let at = 0;
  for (const identity of identitiesOf(second)) {
    while (at < before.length && !equalBytes(before[at] as Uint8Array, identity)) at++;
    if (at === before.length) {
      throw illegal('the second ClientHello offers a key that the first one does not', 'RFC 9846 §4.2.2');
    }
    at++;
  }
}

/** The keys that one client offers, looked up as far as they are asked for, each once. Whoever makes it wipes it. */
export class PskSearch {
  readonly #config: ServerConfig;
  readonly #hello: ReceivedHello;
  readonly #identities: readonly Uint8Array[];
  readonly #sessions = new Map<Uint8Array, KnownPsk | undefined>();
  readonly #external = new Map<Uint8Array, KnownPsk | undefined>();

  constructor(config: ServerConfig, hello: ReceivedHello) {
    this.#config = config;
    this.#hello = hello;
    this.#identities = identitiesOf(hello.hello).slice(0, MAX_TRIES);
  }

  /**
   * The hash of the first key, agreed on elsewhere, that some suite of these may use: what "SHOULD influence cipher suite
   * selection" (RFC 9846 §4.3.11). Tickets do not: their suite was chosen under the same preferences.
   */
  *externalHash(suites: readonly number[]): Flow<HashName | undefined> {
    const hashes = suites.map(code => cipherSuiteInfo(code)?.hash);
    for (const identity of this.#identities) {
      const found = yield* this.#lookUp(identity);
      if (found !== undefined && hashes.includes(found.hash)) return found.hash;
    }
    return undefined;
  }

  /** The first key that is known and fits suite and name; others are passed over. It stays the search's to wipe. */
  *choose(suite: Suite): Flow<KnownPsk | undefined> {
    for (const identity of this.#identities) {
      const ticket = yield* this.#redeem(identity);
      if (ticket?.session !== undefined && this.#fits(ticket.session, suite)) {
        const client = yield* resumedClient(this.#config, ticket.session, this.#hello);
        if (client !== undefined) return { ...ticket, client };
      }
      const external = yield* this.#lookUp(identity);
      if (external !== undefined && external.hash === suite.info.hash) return external;
    }
    return undefined;
  }

  wipe(): void {
    for (const found of [...this.#sessions.values(), ...this.#external.values()]) wipe(found?.key);
  }

  *#redeem(identity: Uint8Array): Flow<KnownPsk | undefined> {
    const { tickets } = this.#config;
    if (tickets === undefined || this.#sessions.has(identity)) return this.#sessions.get(identity);
    const redeem = () => tickets.redeem(identity);
    const session = yield* unlessItFails('tickets', redeem, late => wipe(late?.psk));
    const hash = session && cipherSuiteInfo(session.cipherSuite)?.hash;
    if (hash === undefined) wipe(session?.psk);
    const found: KnownPsk | undefined =
      session === undefined || hash === undefined
        ? undefined
        : {
            kind: 'res',
            identity,
            key: session.psk,
            hash,
            authenticatedAt: session.authenticatedAt,
            session,
            external: session.pskIdentity,
            offer: session.pskOffer,
          };
    this.#sessions.set(identity, found);
    return found;
  }

  *#lookUp(identity: Uint8Array): Flow<KnownPsk | undefined> {
    const { pskLookup, now, provider } = this.#config;
    if (pskLookup === undefined || this.#external.has(identity)) return this.#external.get(identity);
    const key = yield* unlessItFails(
      'pskLookup',
      () => pskLookup(identity, this.#hello),
      late => late?.taken?.(),
    );
    const fingerprint = key && pskFingerprint(provider, { ...key, identity });
    // The key stays whose it is: here is a copy of it, by constructor: `slice` of a Buffer is a view, which is wiped in the end.
    const found: KnownPsk | undefined = key && {
      kind: key.imported === undefined ? 'ext' : 'imp',
      identity,
      key: new Uint8Array(key.key),
      hash: key.hash,
      authenticatedAt: now(),
      session: undefined,
      external: new Uint8Array(key.imported?.identity ?? identity),
      offer: fingerprint && { identity: new Uint8Array(identity), fingerprint },
    };
    key?.taken?.();
    this.#external.set(identity, found);
    return found;
  }

  /**
   * Same version, same hash (RFC 9846 §4.7.1), same name, still alive, and the session's own suite among those offered, be
   * it not the one that is chosen. ALPN may differ, without early data.
   */
  #fits({ version, cipherSuite, serverName, ...session }: ServerSession, suite: Suite): boolean {
    const { hello, serverName: name } = this.#hello;
    const now = this.#config.now();
    return (
      version === TLS13 &&
      cipherSuiteInfo(cipherSuite)?.hash === suite.info.hash &&
      hello.cipher_suites.includes(cipherSuite) &&
      serverName === name &&
      isAlive({ version, cipherSuite, serverName, ...session }, now) &&
      remainingLifetime(session.authenticatedAt, now) > 0
    );
  }
}

/**
 * The key that was chosen, as the hello that counts offers it: after a HelloRetryRequest the second one, whose list may be
 * shorter. One whose binder is wrong ends the handshake.
 * @param before the transcript up to that hello, which is used up
 * @param now milliseconds since 1970
 */
export function acceptPsk(
  { hello, raw }: ReceivedHello,
  { kind, identity, key, authenticatedAt, session, external, offer, client }: KnownPsk,
  suite: Suite,
  before: Transcript,
  now: number,
): ChosenPsk {
  const offered = findExtension(hello.extensions, preSharedKeyRow, 'CH');
  // RFC 9846 §4.2.2: only keys may be left out that do not go with the suite which the HelloRetryRequest named.
  if (offered === undefined) throw missing('pre_shared_key', 'the second ClientHello');
  const index = offered.identities.findIndex(each => equalBytes(each.identity, identity));
  if (index < 0) throw illegal('the second ClientHello leaves out a key that fits', 'RFC 9846 §4.2.2');
  const expected = pskBinder(suite.hash, key, kind, before, truncatedClientHello(raw));
  // RFC 9846 §4.3.11: validated prior to accepting the key, and this one alone.
  const binder = offered.binders[index] as Uint8Array;
  if (!constantTimeEqual(binder, expected)) {
    throw new TlsError('ERR_TLS_BAD_BINDER', 'the binder of a pre-shared key does not verify');
  }
  const age = offered.identities[index]?.obfuscated_ticket_age ?? 0;
  const ticket = session && { session, ageSkew: ageSkew(session, age, now), binder };
  const early = EarlySecret.from(suite.hash, key);
  return { index, early, authenticatedAt, ticket, identity: external, offer, client };
}

/** The age that the client says (RFC 9846 §4.3.11.1), less the one that we measure (§8.3). */
function ageSkew({ issuedAt, ticketAgeAdd }: ServerSession, obfuscatedAge: number, now: number): number {
  return ((obfuscatedAge - ticketAgeAdd) >>> 0) - (now - issuedAt);
}

function identitiesOf({ extensions }: ClientHello): readonly Uint8Array[] {
  return findExtension(extensions, preSharedKeyRow, 'CH')?.identities.map(({ identity }) => identity) ?? [];
}
