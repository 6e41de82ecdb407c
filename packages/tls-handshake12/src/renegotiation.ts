/**
 * A connection that stands (RFC 5246 §7.4.1.1), and the handshakes within it: secure renegotiation (RFC 5746), or the answer that
 * there is none.
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type AnyMessage,
  type ClientConfig,
  type Connected,
  clientHandshake,
  emit,
  type Flow,
  type Incoming,
  isMessage,
  next,
  type Parameters,
  type Renegotiation,
  type ServerConfig,
  send,
  serverHandshakeFrom,
  Transcript,
  useTranscript,
  warn,
} from '@tlskit/tls-handshake';
import type { ExporterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import { clientHello, helloRequest12 } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import { anotherCertificate, refused, TLS12 } from './context.ts';
import type { Terms } from './terms.ts';

/** What stays of a handshake. */
export interface Standing<Config> {
  readonly config: Config;
  readonly terms: Pick<Terms, 'secureRenegotiation' | 'extendedMasterSecret' | 'encryptThenMac'>;
  /** The protocol of the connection (RFC 7301). */
  readonly alpn: string | undefined;
  readonly resumed: boolean;
  /** What the client is known by where a key, agreed on elsewhere, stands for it. */
  readonly pskIdentity: Uint8Array | undefined;
  /** Wiped with the connection, and when another takes its place. */
  readonly exporter: ExporterSecret12;
  readonly verifyData: Pick<Renegotiation, 'client' | 'server'>;
  /** The certificates of the peer. */
  readonly peerCertificates: readonly Uint8Array[];
}

/** Handshakes within one connection, at most, where nothing else is said: each costs what the first did. */
const MAX_RENEGOTIATIONS = 16;

/** [Application Data] <-->, the client's side: a HelloRequest may come, or a wish of our own. */
export function* clientStanding(standing: Standing<ClientConfig>): Flow<never> {
  const { config, exporter } = standing;
  const accepts = config.tls12?.renegotiation === 'accept' && mayRenegotiate(standing);
  try {
    for (;;) {
      const { command, message } = yield* listen(helloRequest12);
      if (message !== undefined && !accepts) {
        // RFC 5246 §7.4.1.1, RFC 5746 §4.2.
        yield* decline(config);
      } else if (message !== undefined || command?.type === 'renegotiate') {
        const transcript = new Transcript();
        // Nor is the protocol spoken of again.
        const anew = { ...within(standing), alpn: [], session: undefined, earlyData: false };
        yield* useTranscript(transcript);
        const connection = yield* unlessRefused(clientHandshake(anew, transcript));
        if (connection !== undefined) return yield* goOn(standing, connection);
      }
    }
  } finally {
    exporter.wipe();
  }
}

/** [Application Data] <-->, the server's side: a ClientHello may come, asked for by us or not. */
export function* serverStanding(standing: Standing<ServerConfig>): Flow<never> {
  const { config, exporter } = standing;
  let asked = false;
  try {
    for (;;) {
      const { command, message } = yield* listen(clientHello);
      if (command?.type === 'renegotiate') {
        asked = true;
        yield* send('application', helloRequest12, {});
      } else if (message !== undefined && isMessage(message, clientHello)) {
        if (mayRenegotiate(standing) && (asked || config.tls12?.renegotiation === 'accept')) {
          const transcript = new Transcript();
          transcript.add(message.raw);
          yield* useTranscript(transcript);
          // A client that names protocols again is told which it is.
          const alpn = standing.alpn === undefined ? [] : [standing.alpn];
          const anew = { ...within(standing), alpn, selectAlpn: undefined };
          const connection = yield* serverHandshakeFrom(anew, transcript, message);
          return yield* goOn(standing, connection);
        }
        yield* decline(config);
      } else {
        // Who has refused does not come back to it.
        asked = false;
      }
    }
  } finally {
    exporter.wipe();
  }
}

/**
 * What a peer hears that asks for what there is not. By itself no_renegotiation is a warning, and "the original requester can decide
 * whether to proceed with the connection"; where we do not, it is the last word, and fatal (RFC 5246 §7.2.2).
 */
function* decline({ tls12 }: ClientConfig | ServerConfig): Flow<void> {
  if (tls12?.renegotiation === 'abort') {
    throw new TlsError('ERR_TLS_NO_RENEGOTIATION', 'the peer asks for a renegotiation, and there is none');
  }
  yield* warn('no_renegotiation_RESERVED');
}

/**
 * Whether a handshake would be bound to this one: not without RFC 5746, nor where a session without extended_master_secret resumed,
 * whose Finished somebody in the middle may have made the same on two connections (RFC 7627 §5.4).
 */
function mayRenegotiate<Config>({ terms, resumed }: Standing<Config>): boolean {
  return terms.secureRenegotiation && (terms.extendedMasterSecret || !resumed);
}

/** Another handshake of this version, under the protection that is in force. @throws TlsError `ERR_TLS_FLOOD` */
function within<Config extends ClientConfig | ServerConfig>(standing: Standing<Config>): Config {
  const { config, terms, verifyData, alpn } = standing;
  const { extendedMasterSecret } = terms;
  const count = (config.renegotiation?.count ?? 0) + 1;
  const most = config.tls12?.maxRenegotiations ?? MAX_RENEGOTIATIONS;
  if (count > most) throw new TlsError('ERR_TLS_FLOOD', `a renegotiation after the last of ${most}`);
  const versions = config.versions.filter(({ version }) => version === TLS12);
  // RFC 7627 §5.4: what is bound to its handshake is not followed by what is not.
  const tls12 = extendedMasterSecret ? { ...config.tls12, requireExtendedMasterSecret: true } : config.tls12;
  const [peerCertificate] = standing.peerCertificates;
  const renegotiation = { ...verifyData, count, peerCertificate, extendedMasterSecret, alpn };
  return { ...config, versions, tls12, renegotiation };
}

/** RFC 7301 §3.2: a protocol holds until it is negotiated anew, which it is not: whoever talks by it would have to change in the middle. */
export function withProtocol({ renegotiation }: ClientConfig | ServerConfig, parameters: Parameters): Parameters {
  return renegotiation === undefined ? parameters : { ...parameters, alpn: renegotiation.alpn };
}

/** Waits for what comes; a peer that refuses what we asked for goes on as before (RFC 5246 §7.2.2, no_renegotiation). */
function* listen(message: AnyMessage): Flow<Partial<Incoming>> {
  try {
    return yield* next('CONNECTED', message);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    yield* emit({ type: 'renegotiation-refused' });
    return {};
  }
}

/** The handshake, or undefined where the server does not want one. */
function* unlessRefused(handshake: Flow<Connected>): Flow<Connected | undefined> {
  try {
    return yield* handshake;
  } catch (error) {
    // Once the server has said hello it goes along; from there on there is no way back to what was.
    if (!isRefusal(error) || (error as TlsError).state !== 'WAIT_SH') throw error;
    yield* useTranscript(undefined);
    yield* emit({ type: 'renegotiation-refused' });
    return undefined;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TlsError && error.sentBy === 'peer' && error.alert === 'no_renegotiation_RESERVED';
}

/** From here on what the new handshake settled is in force. */
function* goOn<Config>(standing: Standing<Config>, connection: Connected): Flow<never> {
  const { postHandshake } = connection;
  let begun = false;
  try {
    checkSamePeer(standing, connection);
    checkMac(standing, connection);
    yield* useTranscript(undefined);
    standing.exporter.wipe();
    yield* emit({ type: 'renegotiated', connection });
    begun = true;
    return yield* postHandshake;
  } finally {
    if (!begun) {
      // A generator that never ran would not run its `finally` either, which wipes the exporter.
      postHandshake.next();
      postHandshake.return(undefined as never);
    }
  }
}

/**
 * Who was known is not somebody else all of a sudden: data before and after would be taken for one peer's (the triple handshake
 * attack; RFC 7627 §1). A client that was not known may make itself known (RFC 5746 §1).
 */
function checkSamePeer<Config>({ peerCertificates, pskIdentity }: Standing<Config>, connection: Connected): void {
  // One that is shown was looked at when it came: this is about those who resume, or show none.
  if (!isSame(peerCertificates[0], connection.peerCertificates[0])) throw anotherCertificate();
  if (!isSame(pskIdentity, connection.pskIdentity)) {
    throw new TlsError('ERR_TLS_ILLEGAL_PARAMETER', 'the peer renegotiates with another key', { rfc: 'RFC 5746 §5' });
  }
}

function isSame(before: Uint8Array | undefined, after: Uint8Array | undefined): boolean {
  return before === undefined || (after !== undefined && equalBytes(before, after));
}

/** RFC 7366 §3.1: from encryption before the MAC there is no way back to block ciphers without. */
function checkMac<Config>({ terms }: Standing<Config>, { cipherSuite, tls12 }: Connected): void {
  const isCbc = 'protection' in cipherSuite && cipherSuite.protection.type === 'cbc';
  if (!terms.encryptThenMac || !isCbc || tls12?.encryptThenMac === true) return;
  throw refused('a renegotiation gives encrypt_then_mac up', 'RFC 7366 §3.1');
}
