import type { ClientConfig, ClientModule, ServerConfig, ServerModule } from '@tlskit/tls-handshake';
import type { PaddingPolicy, RecordSizing } from '@tlskit/tls-record';
import type { AlertChoice } from './alerts.ts';
import type { CertificateRequests } from './certificate-requests.ts';
import type { SkippedEarlyData } from './skipped-early-data.ts';
import type { EngineVersion } from './version.ts';

/** Bounds on the engine's own buffers and counters. */
export interface EngineLimits {
  /** The most bytes to hold, undecrypted, while a handshake waits for its own side; beyond is an error. */
  readonly maxHeldInput: number;
  /** The most records in a row that carry nothing: empty ones, change_cipher_specs, key updates without data between. */
  readonly maxIdleRecords: number;
  /** The most `user_canceled` alerts: a `close_notify` should follow the first (RFC 9846 §6.1). */
  readonly maxUserCanceled: number;
  /** The most warning alerts in a row of TLS 1.2 that are ignored (RFC 5246 §7.2); 4 by default. */
  readonly maxWarnings?: number | undefined;
  /**
   * The most bytes of records, headers included, that a server skips as early data that it does not take (RFC 9846 §4.3.10),
   * beside the `maxSize` of what it might take.
   */
  readonly maxSkippedEarlyData: number;
  /** The most bytes of output that wait for the transport before {@link Engine.wantsInput} says stop. */
  readonly maxOutput: number;
}

export const defaultEngineLimits: EngineLimits = {
  maxHeldInput: 1 << 20,
  maxIdleRecords: 32,
  maxUserCanceled: 4,
  maxSkippedEarlyData: 1 << 16,
  maxOutput: 1 << 20,
};

interface EngineOptions {
  /** The most bytes of content in a record that we send, 1 to 16,384. */
  readonly recordSize?: number;
  /** Shorter records of data at the beginning, and after a pause; by `config.now`. Not at all by default. */
  readonly recordSizing?: RecordSizing | undefined;
  /** How records of application data are padded (RFC 9846 §5.4); not at all by default. */
  readonly padding?: PaddingPolicy;
  readonly engineLimits?: EngineLimits;
  /** Which alert the peer gets for an error, given the one that it is to get: to conceal reasons, say (RFC 9846 §6.2, general_error). */
  readonly alertFor?: AlertChoice;
}

export type ClientEngineConfig = Omit<ClientConfig, 'versions'> &
  EngineOptions & {
    /** Best first. */
    readonly versions: readonly EngineVersion<ClientModule>[];
  };
export type ServerEngineConfig = Omit<ServerConfig, 'versions'> &
  EngineOptions & {
    /** Best first. */
    readonly versions: readonly EngineVersion<ServerModule>[];
  };

/** What a server has beside what both sides have. */
export interface ServerParts {
  readonly requests: CertificateRequests;
  readonly skipped: SkippedEarlyData;
  /** Whether a first hello may have been another engine's, and what comes behind it is to be passed over (RFC 9846 §4.3.2). */
  readonly begun: boolean;
}
