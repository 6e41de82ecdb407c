/** The server's choice among the pre-shared keys that a client offers (RFC 9846 §4.3.11). */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual, wipe } from '@tlskit/tls-crypto';
import { type Flow, type ReceivedHello, type ServerConfig, type ServerContext, wait } from '@tlskit/tls-handshake';
import { EarlySecret } from '@tlskit/tls-keyschedule';
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
  if (offered === undefined || config.tickets === undefined || !takesPskWithExchange(hello)) return undefined;
  for (const [index, { identity }] of offered.identities.slice(0, MAX_TRIES).entries()) {
    const session = yield* wait(config.tickets.redeem(identity), late => wipe(late?.psk));
    if (session === undefined) continue;
    try {
      if (!fits(session, config, suite, serverName)) continue;
      const truncated = truncatedClientHello(raw);
      const expected = pskBinder(suite.hash, session.psk, 'res', transcript.forkBefore(), truncated);
      // RFC 9846 §4.3.11: validated prior to accepting the key, and this one alone.
      if (!constantTimeEqual(offered.binders[index] as Uint8Array, expected)) {
        throw new TlsError('ERR_TLS_BAD_BINDER', 'the binder of a pre-shared key does not verify');
      }
      const { authenticatedAt } = session;
      return { index, early: EarlySecret.from(suite.hash, session.psk), authenticatedAt };
    } finally {
      wipe(session.psk);
    }
  }
  return undefined;
}

/** Same version, same hash (RFC 9846 §4.7.1), same name, still alive. ALPN may differ: there is no early data. */
function fits(session: ServerSession, { now }: ServerConfig, suite: Suite, serverName: string | undefined): boolean {
  return (
    session.version === TLS13 &&
    cipherSuiteInfo(session.cipherSuite)?.hash === suite.info.hash &&
    session.serverName === serverName &&
    isAlive(session, now()) &&
    remainingLifetime(session.authenticatedAt, now()) > 0
  );
}
