/**
 * A connection that stands (RFC 5246 §7.4.1.1), and the handshakes within it: secure renegotiation (RFC 5746), or the answer that
 * there is none.
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type ClientConfig,
  type Connected,
  clientHandshake,
  emit,
  type Flow,
  isMessage,
  next,
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
import { TLS12 } from './context.ts';
import type { Terms } from './terms.ts';

/** What stays of a handshake. */
interface Standing<Config> {
  readonly config: Config;
  readonly terms: Terms;
  /** Wiped with the connection, and when another takes its place. */
  readonly exporter: ExporterSecret12;
  readonly verifyData: Renegotiation;
}

/** Handshakes within one connection, at most: each costs what the first did. */
const MAX_RENEGOTIATIONS = 16;

/** [Application Data] <-->, the client's side: a HelloRequest may come, or a wish of our own. */
export function* clientStanding({ config, terms, exporter, verifyData }: Standing<ClientConfig>): Flow<never> {
  try {
    for (;;) {
      const { command, message } = yield* next('CONNECTED', helloRequest12);
      if (message !== undefined && (config.tls12?.renegotiation !== 'accept' || !terms.secureRenegotiation)) {
        // RFC 5246 §7.4.1.1, RFC 5746 §4.2.
        yield* warn('no_renegotiation_RESERVED');
        continue;
      }
      if (message === undefined && command?.type !== 'renegotiate') continue;
      const transcript = new Transcript();
      const anew = { ...withinOf(config, verifyData), session: undefined, earlyData: false };
      const connection = yield* within(transcript, clientHandshake(anew, transcript));
      if (connection !== undefined) return yield* goOn(config, connection, exporter);
    }
  } finally {
    exporter.wipe();
  }
}

/** [Application Data] <-->, the server's side: a ClientHello may come, asked for by us or not. */
export function* serverStanding({ config, terms, exporter, verifyData }: Standing<ServerConfig>): Flow<never> {
  let asked = false;
  try {
    for (;;) {
      const { command, message } = yield* next('CONNECTED', clientHello);
      if (command?.type === 'renegotiate') {
        asked = true;
        yield* send('application', helloRequest12, {});
        continue;
      }
      if (message === undefined || !isMessage(message, clientHello)) continue;
      if (!terms.secureRenegotiation || (!asked && config.tls12?.renegotiation !== 'accept')) {
        yield* warn('no_renegotiation_RESERVED');
        continue;
      }
      const transcript = new Transcript();
      transcript.add(message.raw);
      const anew = withinOf(config, verifyData);
      const connection = yield* within(transcript, serverHandshakeFrom(anew, transcript, message));
      if (connection !== undefined) return yield* goOn(config, connection, exporter);
    }
  } finally {
    exporter.wipe();
  }
}

/** Another handshake of this version, under the protection that is in force. */
function withinOf<Config extends ClientConfig | ServerConfig>(config: Config, verifyData: Renegotiation): Config {
  const versions = config.versions.filter(({ version }) => version === TLS12);
  return { ...config, versions, renegotiation: verifyData };
}

/** Runs a handshake within the connection. @returns undefined where the peer does not want one */
function* within(transcript: Transcript, handshake: Flow<Connected>): Flow<Connected | undefined> {
  yield* useTranscript(transcript);
  try {
    return yield* handshake;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    yield* emit({ type: 'renegotiation-refused' });
    return undefined;
  } finally {
    yield* useTranscript(undefined);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TlsError && error.sentBy === 'peer' && error.alert === 'no_renegotiation_RESERVED';
}
