import type { AlertName } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type {
  ClientModule,
  Connected,
  Driver,
  OwnersEffect,
  ServerModule,
  TrafficKeys,
  VersionModule,
} from '@tlskit/tls-handshake';
import { ProtocolVersion } from '@tlskit/tls-messages';
import type { RecordOpener, RecordSealer } from '@tlskit/tls-record';
import type { MakeEarlyData } from './early-data.ts';
import type { Floods } from './floods.ts';
import type { MakeHeartbeats } from './heartbeat.ts';
import type { ReadSide } from './read-side.ts';
import type { MakeRecordLimits } from './record-limits.ts';
import type { WriteSide } from './write-side.ts';

export const { 'TLS 1.3': TLS13 } = ProtocolVersion.values;

/** What is different about the records of a version, once keys are in force. */
export interface RecordRules {
  /** The most bytes of a record's fragment (RFC 9846 §5.2, RFC 5246 §6.2.3). */
  readonly maxCiphertext: number;
  /** Whether change_cipher_spec is under the keys like everything else, as before TLS 1.3 (RFC 5246 §6.2.3). */
  readonly protectsAll: boolean;
}

/** What the rules of a version before TLS 1.3 act upon. */
export interface RulesEnvironment {
  readonly role: 'client' | 'server';
  readonly read: ReadSide;
  readonly write: WriteSide;
  readonly driver: Driver;
  readonly floods: Floods;
  /** Whether a peer that asks for a renegotiation ends the connection. */
  readonly abortsRenegotiation: boolean;
}

/**
 * What a version before TLS 1.3 has by rules of its own for what is no handshake message. They are there while it may yet be spoken, and hold
 * once it is.
 */
export interface EarlierRules {
  /** Whether the version is settled, and this is it: then change_cipher_spec is a message (RFC 5246 §7.1). */
  readonly spoken: boolean;
  /** @returns whether the effect is one of the version's */
  perform(effect: OwnersEffect): boolean;
  /** A change_cipher_spec came, and was dropped. */
  drops(): void;
  /** Whether the keys in force are those of the next record, while the flow is parked. */
  readonly settled: boolean;
  /** Whether data may be sent. @param connected whether the handshake is complete */
  maySend(connected: boolean): boolean;
  /** Whether other records may stand within a handshake message. */
  readonly passesFragments: boolean;
  /** Whether a record of handshake messages is passed over. @throws TlsError where it must not come */
  passesOver(): boolean;
  /** Takes an alert that ends nothing, also where the version may yet be spoken. @throws TlsError for what is no alert */
  takesAlert(level: number, description: number): boolean;
  /** The peer will say no more. @returns whether nothing can be sent any more */
  endRenegotiation(): boolean;
  /** @throws TlsError `ERR_TLS_INVALID_STATE` */
  renegotiate(connection: Connected): void;
  /** The connection ends by an alert, ours or the peer's. */
  endsBy(alert: AlertName): void;
}

/**
 * A protocol version as the engine takes it: its handshake, and the protection of its records.
 * Bundles carry the versions that they name; `@tlskit/tls-engine/tls13` has the one of TLS 1.3.
 */
export interface EngineVersion<Handshake extends ClientModule | ServerModule = VersionModule> {
  readonly handshake: Handshake;
  readonly records: RecordRules;
  /** Early data (RFC 9846 §4.3.10), for versions that have it. */
  readonly earlyData?: MakeEarlyData | undefined;
  /** Heartbeats (RFC 6520), for versions that have them. */
  readonly heartbeats?: MakeHeartbeats | undefined;
  /** Limits of records (RFC 8449, RFC 6066 §4), where they may be agreed on. */
  readonly recordLimits?: MakeRecordLimits | undefined;
  /** Of a version before TLS 1.3. */
  readonly earlierRules?: ((environment: RulesEnvironment) => EarlierRules) | undefined;
  /** Copies what it needs of the keys. */
  createOpener(provider: CryptoProvider, keys: TrafficKeys): RecordOpener;
  /** Copies what it needs of the keys. */
  createSealer(provider: CryptoProvider, keys: TrafficKeys): RecordSealer;
}

/** What the first of the versions that has it brings along. */
export function brought<Name extends 'earlyData' | 'heartbeats' | 'recordLimits' | 'earlierRules'>(
  versions: readonly EngineVersion<ClientModule | ServerModule>[],
  name: Name,
): EngineVersion<ClientModule | ServerModule>[Name] {
  return versions.find(version => version[name] !== undefined)?.[name];
}
