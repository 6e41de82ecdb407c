/** The server's choice among the pre-shared keys that a client offers (RFC 9846 §4.3.11). */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual, type HashName, wipe } from '@tlskit/tls-crypto';
import { type Flow, type ReceivedHello, type ServerConfig, type ServerContext, wait } from '@tlskit/tls-handshake';
import { EarlySecret, type PskKind } from '@tlskit/tls-keyschedule';
import {
  type ClientHello,
  cipherSuiteInfo,
  findExtension,
  PskKeyExchangeMode,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { isAlive, type ServerSession } from '@tlskit/tls-session';
import { illegal, missing, type Suite, TLS13 } from './context.ts';
import { pskBinder } from './psk-offer.ts';
import { remainingLifetime } from './tickets.ts';

/** A key that the client has shown to have. */
export interface ChosenPsk {
  /** The place of its identity in the client's list. */
  readonly index: number;
  /** The secret that the key schedule goes on from: the receiver's to wipe. */
  readonly early: EarlySecret;
  /** When the peers authenticated themselves by more than a ticket, in milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** What a key that was agreed on elsewhere is known by; absent for tickets. */
  readonly identity?: Uint8Array;
  /** The ticket that was taken; absent for other keys. */
  readonly ticket?: ChosenTicket;
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

/** Whether the client takes keys together with a key exchange, the only way that is gone here (RFC 9846 §4.3.9). */
export function takesPskWithExchange({ extensions }: ClientHello): boolean {
  const modes = findExtension(extensions, pskKeyExchangeModesRow, 'CH')?.ke_modes;
  return modes?.includes(PskKeyExchangeMode.values.psk_dhe_ke) ?? false;
}

/**
 * The first key that is known and fits suite and name; one whose binder is wrong ends the handshake.
 * Others are passed over: without any the handshake goes on with certificates.
 */
export function* choosePsk(
  { config, transcript }: ServerContext,
  { hello, raw, serverName }: ReceivedHello,
  suite: Suite,
): Flow<ChosenPsk | undefined> {
  const offered = findExtension(hello.extensions, preSharedKeyRow, 'CH');
  if (offered === undefined || !takesPskWithExchange(hello)) return undefined;
  for (const [index, { identity, obfuscated_ticket_age }] of offered.identities.slice(0, MAX_TRIES).entries()) {
    const found = (yield* redeem(config, identity, suite, serverName)) ?? (yield* lookUp(config, identity, suite));
    if (found === undefined) continue;
    const { kind, key, authenticatedAt, session } = found;
    const binder = offered.binders[index] as Uint8Array;
    try {
      const expected = pskBinder(suite.hash, key, kind, transcript.forkBefore(), truncatedClientHello(raw));
      // RFC 9846 §4.3.11: validated prior to accepting the key, and this one alone.
      if (!constantTimeEqual(binder, expected)) {
        throw new TlsError('ERR_TLS_BAD_BINDER', 'the binder of a pre-shared key does not verify');
      }
      const external = kind === 'ext' ? { identity: identity.slice() } : {};
      const ticket = session && { session, ageSkew: ageSkew(session, obfuscated_ticket_age, config.now()), binder };
      const common = { index, early: EarlySecret.from(suite.hash, key), authenticatedAt };
      return { ...common, ...external, ...(ticket === undefined ? {} : { ticket }) };
    } finally {
      wipe(key);
    }
  }
  return undefined;
}

/**
 * The hash of the first key, agreed on elsewhere, that the client offers and that some suite of these may use: what "SHOULD
 * influence cipher suite selection" (RFC 9846 §4.3.11). Tickets do not: their suite was chosen under the same preferences.
 */
export function* externalHash(
  { pskLookup }: ServerConfig,
  hello: ClientHello,
  suites: readonly number[],
): Flow<HashName | undefined> {
  const offered = findExtension(hello.extensions, preSharedKeyRow, 'CH');
  if (offered === undefined || pskLookup === undefined || !takesPskWithExchange(hello)) return undefined;
  for (const { identity } of offered.identities.slice(0, MAX_TRIES)) {
    const found = yield* wait(pskLookup(identity), () => {});
    if (found !== undefined && suites.some(code => cipherSuiteInfo(code)?.hash === found.hash)) return found.hash;
  }
  return undefined;
}

/** A key that is known; it is ours to wipe. */
interface FoundPsk {
  readonly kind: PskKind;
  readonly key: Uint8Array;
  readonly authenticatedAt: number;
  readonly session?: ServerSession;
}

function* redeem(
  config: ServerConfig,
  identity: Uint8Array,
  suite: Suite,
  serverName: string | undefined,
): Flow<FoundPsk | undefined> {
  if (config.tickets === undefined) return undefined;
  const session = yield* wait(config.tickets.redeem(identity), late => wipe(late?.psk));
  if (session === undefined) return undefined;
  if (fits(session, config, suite, serverName)) {
    return { kind: 'res', key: session.psk, authenticatedAt: session.authenticatedAt, session };
  }
  wipe(session.psk);
  return undefined;
}

function* lookUp({ pskLookup, now }: ServerConfig, identity: Uint8Array, suite: Suite): Flow<FoundPsk | undefined> {
  if (pskLookup === undefined) return undefined;
  // The key stays whose it is: here is a copy of it.
  const found = yield* wait(pskLookup(identity), () => {});
  if (found === undefined || found.hash !== suite.info.hash) return undefined;
  return { kind: 'ext', key: found.key.slice(), authenticatedAt: now() };
}

/** The age that the client says (RFC 9846 §4.3.11.1), less the one that we measure (§8.3). */
function ageSkew({ issuedAt, ticketAgeAdd }: ServerSession, obfuscatedAge: number, now: number): number {
  return ((obfuscatedAge - ticketAgeAdd) >>> 0) - (now - issuedAt);
}

/** Same version, same hash (RFC 9846 §4.7.1), same name, still alive. ALPN may differ, without early data. */
function fits(session: ServerSession, { now }: ServerConfig, suite: Suite, serverName: string | undefined): boolean {
  return (
    session.version === TLS13 &&
    cipherSuiteInfo(session.cipherSuite)?.hash === suite.info.hash &&
    session.serverName === serverName &&
    isAlive(session, now()) &&
    remainingLifetime(session.authenticatedAt, now()) > 0
  );
}
