/** What a run gives: every step of both ends, in the order in which they were taken. */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import type { ConnectionInfo, TlsError } from 'tlskit/engine';
import type { Derivation } from './derivations.ts';

/** One thing that happened, and when: milliseconds from the beginning, as long as it took here. */
export type Step = { readonly time: number } & (RecordStep | OtherStep);

export interface RecordStep {
  readonly type: 'record';
  readonly entry: RecordEntry;
  /** What arrived in its place: the same, unless somebody was in between. */
  readonly arrived: readonly Uint8Array[];
}

/** What is no record on its way. */
export type OtherStep =
  | { readonly type: 'state'; readonly at: Sender; readonly state: string; readonly waitingFor: readonly string[] }
  | { readonly type: 'derived'; readonly at: Sender; readonly derivation: Derivation }
  | { readonly type: 'message'; readonly at: Sender; readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }
  | { readonly type: 'data'; readonly at: Sender; readonly bytes: Uint8Array; readonly early: boolean }
  | { readonly type: 'alert'; readonly at: Sender; readonly name: string }
  | { readonly type: 'connected'; readonly at: Sender }
  | { readonly type: 'closed'; readonly at: Sender; readonly error: TlsError | undefined };

/** A connection, whole. */
export interface Connection {
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly steps: readonly Step[];
  /** Lines of RFC 9850. */
  readonly keyLog: readonly string[];
  /** What was negotiated, as the client has it; undefined where the handshake was not completed. */
  readonly info: ConnectionInfo | undefined;
}
