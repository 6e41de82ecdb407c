/** Pre-shared keys as a client has them: tickets that it keeps, sessions that it resumes, keys that were agreed on elsewhere (RFC 9846 §2.2, §4.3.11, §4.7.1). */
import {
  type ClientConfig,
  type ClientContext,
  emit,
  type Flow,
  type KnownServer,
  type ReceivedServerHello,
  resumedServer,
  sessionPeer,
} from '@tlskit/tls-handshake';
import { resumptionPsk } from '@tlskit/tls-keyschedule';
import {
  type Extension,
  earlyDataRow,
  findExtension,
  hasFlag,
  makeExtension,
  type NewSessionTicket,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  RESUMPTION_ACROSS_NAMES,
  tlsFlagsRow,
} from '@tlskit/tls-messages';
import { remainingLifetime } from '@tlskit/tls-session';
import { illegal, missing, TLS13 } from './context.ts';
import type { ClientFeature } from './kit.ts';
import type { ClientPostHandshake, ExternalAuth } from './post-handshake.ts';
import { checkSelectedMode, modesOf } from './psk-modes.ts';
import { externalKeys, type OfferedPsk, OfferedPsks } from './psk-offer.ts';

/** Without it a client offers no keys, and says so to servers, which then give no tickets. */
export type ClientPsks = typeof clientPsks;

const clientPsks = {
  *offer(config: ClientConfig, suites: readonly number[]): Flow<OfferedPsks> {
    return new OfferedPsks(config, suites, yield* externalKeys(config));
  },
  /** Without it a server gives no tickets. */
  modes(config: ClientConfig): Extension {
    return makeExtension(pskKeyExchangeModesRow, 'CH', { ke_modes: modesOf(config) });
  },
  selected: selectedPsk,
  externalAuth,
  resumedAuth,
  keepTicket,
};

/** Sessions, and keys that were agreed on elsewhere. */
export const psks: ClientFeature = {
  psks: clientPsks,
  rows: [preSharedKeyRow, pskKeyExchangeModesRow, earlyDataRow, tlsFlagsRow],
};

/** The key that the server chose of those that were offered, with the checks of RFC 9846 §4.3.11. */
function selectedPsk(
  config: ClientConfig,
  offered: OfferedPsks,
  { hello, suite }: ReceivedServerHello,
): OfferedPsk | undefined {
  const index = findExtension(hello.extensions, preSharedKeyRow, 'SH')?.selected_identity;
  if (index === undefined) {
    // RFC 9846 §9.2: it is required for what alone was offered.
    if (config.pskOnly === true) throw missing('pre_shared_key', 'ServerHello');
    return undefined;
  }
  const psk = offered.at(index);
  if (psk === undefined) throw illegal(`selected_identity is ${index} of ${offered.length}`, 'RFC 9846 §4.3.11');
  if (psk.hash.name !== suite.hash) {
    throw illegal(`${suite.name} does not go with the key that the server selected`, 'RFC 9846 §4.3.11');
  }
  checkSelectedMode(config, hello);
  return psk;
}

/** The key, agreed on elsewhere, that the server has shown to have: in this connection, or in the one that this resumes. */
function externalAuth({ config }: ClientContext, psk: OfferedPsk): ExternalAuth | undefined {
  if (psk.external === undefined) return undefined;
  return { psk: psk.external, authenticatedAt: psk.session?.authenticatedAt ?? config.now() };
}

/** Who the server is, as the session has it that is resumed. */
function* resumedAuth(
  { config }: ClientContext,
  { session }: OfferedPsk,
): Flow<{ readonly request?: undefined; readonly auth?: KnownServer | undefined }> {
  return { auth: session && (yield* resumedServer(config, session)) };
}

/** A ticket becomes a session for the application to keep (RFC 9846 §4.7.1). */
function* keepTicket(c: ClientPostHandshake, ticket: NewSessionTicket): Flow<void> {
  const { config, suite } = c;
  const peer = sessionPeer(config, c);
  if (peer === undefined) return;
  const now = config.now();
  const lifetime = Math.min(ticket.ticket_lifetime, remainingLifetime(peer.authenticatedAt, now));
  // "The value of zero indicates that the ticket should be discarded immediately."
  if (lifetime <= 0) return;
  yield* emit({
    type: 'session',
    session: {
      version: TLS13,
      cipherSuite: suite.info.code,
      psk: resumptionPsk(suite.hash, c.resumption, ticket.ticket_nonce),
      ticket: ticket.ticket.slice(),
      ticketAgeAdd: ticket.ticket_age_add,
      receivedAt: now,
      lifetime,
      maxEarlyData: findExtension(ticket.extensions, earlyDataRow, 'NST')?.max_early_data_size ?? 0,
      acrossNames: mayGoAcrossNames(ticket),
      alpn: c.alpn,
      ...peer,
    },
  });
}

/** draft-ietf-tls-tlsflags §2: flags end where the last of them is. */
function mayGoAcrossNames({ extensions }: NewSessionTicket): boolean | undefined {
  const up = findExtension(extensions, tlsFlagsRow, 'NST');
  if (up?.flags.at(-1) === 0) throw illegal('tls_flags has zeros at its end', 'draft-ietf-tls-tlsflags §2');
  return up && hasFlag(up, RESUMPTION_ACROSS_NAMES) ? true : undefined;
}
