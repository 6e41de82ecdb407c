/** 0-RTT on the client's side (RFC 9846 §2.3, §4.3.10): data behind the first ClientHello, under keys of a session's PSK alone. */
import {
  type ClientConfig,
  type ClientContext,
  type EarlyDataGrant,
  type EarlyDataOutcome,
  earlyData,
  type Flow,
  KeyLog,
  type Parameters,
  sendChangeCipherSpec,
  type Transcript,
} from '@tlskit/tls-handshake';
import { EarlySecret, ExporterSecret, type TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  type CipherSuiteInfo,
  type ClientHello,
  cipherSuiteInfo,
  type EncryptedExtensions,
  type Extension,
  earlyDataRow,
  findExtension,
  makeExtension,
} from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { illegal, install, suiteOf } from './context.ts';
import type { ClientFeature } from './kit.ts';
import type { OfferedPsk, OfferedPsks } from './psk-offer.ts';

/** Whether early data is offered, and all that becomes of it. */
export type ClientEarlyData = typeof OfferedEarlyData.of;

/** Data behind the first ClientHello: with `psks`, under whose keys it goes. */
export const earlyDataExtension: ClientFeature = {
  earlyData: (config, offered, suites) => OfferedEarlyData.of(config, offered, suites),
  rows: [earlyDataRow],
};

/** Early data that is offered with the first key, and the server's answer to it. */
export class OfferedEarlyData {
  readonly extension: Extension = makeExtension(earlyDataRow, 'CH', {});
  readonly #config: ClientConfig;
  readonly #psk: OfferedPsk;
  readonly #session: ClientSession;
  readonly #suite: CipherSuiteInfo;
  #grant: EarlyDataGrant | undefined;
  #exporter: ExporterSecret | undefined;
  #outcome: EarlyDataOutcome | undefined;

  private constructor(config: ClientConfig, psk: OfferedPsk, session: ClientSession, suite: CipherSuiteInfo) {
    this.#config = config;
    this.#psk = psk;
    this.#session = session;
    this.#suite = suite;
  }

  /** Early data with the session that is offered, if the application wants it, the session allows it, and both agree. */
  static of(config: ClientConfig, psks: OfferedPsks, suites: readonly number[]): OfferedEarlyData | undefined {
    // RFC 9846 §4.3.10: the key is the first.
    const psk = psks.at(0);
    const session = psk?.session;
    if (config.earlyData !== true || session === undefined || session.maxEarlyData === 0) return undefined;
    // Suite and protocol are those of the session; what is not offered could not be accepted.
    const suite = suites.includes(session.cipherSuite) ? cipherSuiteInfo(session.cipherSuite) : undefined;
    if (suite === undefined || (session.alpn !== undefined && !config.alpn.includes(session.alpn))) return undefined;
    return new OfferedEarlyData(config, psk as OfferedPsk, session, suite);
  }

  /** (Application Data*) -->, from here on. @param transcript up to the ClientHello */
  *begin(hello: ClientHello, transcript: Transcript): Flow<void> {
    const config = this.#config;
    // RFC 9846 §E.4: the dummy change_cipher_spec stands immediately behind the first ClientHello.
    if (config.compatibilityMode) yield* sendChangeCipherSpec();
    const suite = suiteOf(config.provider, this.#suite);
    const fork = transcript.fork();
    fork.use(suite.hash);
    const early = EarlySecret.from(suite.hash, this.#psk.key);
    const { traffic, exporter } = earlySecrets(early, fork.hash());
    early.wipe();
    this.#exporter = exporter;
    try {
      yield* logEarlySecrets(new KeyLog(config, hello.random), traffic, exporter);
      yield* install(suite, 'write', 'early', traffic);
    } finally {
      traffic.wipe();
    }
    const { maxEarlyData, alpn, serverName } = this.#session;
    this.#grant = earlyDataGrant(maxEarlyData, alpn, serverName, exporter);
    yield* earlyData({ status: 'offered', grant: this.#grant });
  }

  /** Whether the server may yet take it when its ServerHello is here: it wanted no other hello, and took the first key. */
  mayBeAccepted({ retryRequest }: ClientContext, psk: OfferedPsk | undefined): boolean {
    return retryRequest === undefined && psk === this.#psk;
  }

  /**
   * Whether the server takes it, by its EncryptedExtensions.
   * @throws TlsError `ERR_TLS_ILLEGAL_PARAMETER` where it takes what it may not take (RFC 9846 §4.3.10, §4.3.11)
   */
  isAccepted(
    { retryRequest }: ClientContext,
    psk: OfferedPsk | undefined,
    suite: CipherSuiteInfo,
    { extensions }: EncryptedExtensions,
    { alpn }: Parameters,
  ): boolean {
    if (findExtension(extensions, earlyDataRow, 'EE') === undefined) {
      const refusal = retryRequest !== undefined ? 'hello-retry' : psk !== this.#psk ? 'not-resumed' : 'declined';
      this.#outcome = { accepted: false, refusal };
      this.wipe();
      return false;
    }
    if (psk !== this.#psk) throw illegal('early data was taken without the first key', 'RFC 9846 §4.3.11');
    if (suite !== this.#suite) throw illegal(`early data was taken with ${suite.name}`, 'RFC 9846 §4.3.10');
    if (alpn !== this.#session.alpn) throw illegal('early data was taken with another protocol', 'RFC 9846 §4.3.10');
    this.#outcome = { accepted: true };
    return true;
  }

  /** Tells what became of it, when the keys are in force that hold from here on. */
  *tell({ retryRequest }: ClientContext): Flow<void> {
    if (this.#outcome?.accepted && this.#grant) yield* earlyData({ status: 'accepted', grant: this.#grant });
    // A HelloRetryRequest told so when it came.
    else if (retryRequest === undefined) yield* earlyData({ status: 'rejected' });
  }

  /** What became of it; undefined before {@link isAccepted}. */
  get outcome(): EarlyDataOutcome | undefined {
    return this.#outcome;
  }

  /** Hands over the early exporter, if early data was accepted: whoever takes it wipes it. */
  takeExporter(): ExporterSecret | undefined {
    const exporter = this.#exporter;
    this.#exporter = undefined;
    return exporter;
  }

  wipe(): void {
    this.#exporter?.wipe();
    this.#exporter = undefined;
  }
}

/** What an early secret has for the connection that it begins (RFC 9846 §7.1). @param helloHash of the ClientHello */
export function earlySecrets(early: EarlySecret, helloHash: Uint8Array) {
  return {
    traffic: early.clientEarlyTraffic(helloHash),
    exporter: new ExporterSecret(early.hash, early.earlyExporter(helloHash)),
  };
}

export function* logEarlySecrets(log: KeyLog, traffic: TrafficSecret, exporter: ExporterSecret): Flow<void> {
  yield* log.secret('CLIENT_EARLY_TRAFFIC_SECRET', traffic);
  yield* log.secret('EARLY_EXPORTER_SECRET', exporter);
}

export function earlyDataGrant(
  maxSize: number,
  alpn: string | undefined,
  serverName: string | undefined,
  exporter: ExporterSecret,
): EarlyDataGrant {
  return {
    maxSize,
    alpn,
    serverName,
    exportKeyingMaterial: (label, context, length) => exporter.export(label, context, length),
  };
}
