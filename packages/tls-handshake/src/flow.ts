/**
 * Flows: a handshake is one generator function that reads top to bottom like the RFC's message diagram
 * and yields what it wants done. It does no I/O and keeps no state but its own variables; the driver does the rest.
 */
import type { AlertName } from '@tlskit/tls-alerts';
import { type MaybePromise, wipe } from '@tlskit/tls-crypto';
import { encodeMessage, type MessageDef } from '@tlskit/tls-messages';
import type { EarlyDataStep } from './early-data.ts';
import type { HandshakeEvent } from './events.ts';
import type { Epoch, TrafficKeys } from './keys.ts';
import type { RecordLimit } from './record-limits.ts';
import type { Transcript } from './transcript.ts';

/** A handshake message that was received: its decoded body, and its bytes as they came, header included. */
export interface Received<T = unknown> {
  readonly def: MessageDef<T>;
  readonly body: T;
  /** What goes into the transcript and under signatures: never a re-encoding. */
  readonly raw: Uint8Array;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of messages of different bodies
export type AnyMessage = MessageDef<any>;

/** What a local caller may ask of a connection once it stands. */
export type Command =
  | { readonly type: 'key-update'; readonly requestPeer: boolean }
  /** Another handshake within the connection, of TLS 1.2 (RFC 5246 §7.4.1.1, RFC 5746). */
  | { readonly type: 'renegotiate' }
  /** A server asks for the client's certificate (RFC 9846 §4.7.2). */
  | {
      readonly type: 'request-certificate';
      /** The certificate_request_context, by which the answer is known. */
      readonly context: Uint8Array;
      /** Whether a client without a certificate is refused. */
      readonly required: boolean;
    };

/**
 * What early data that is not taken is known by (RFC 9846 §4.3.10): records that do not open under the handshake keys, up to
 * the first that does (`trial`), or records of protected content in plaintext, up to the second ClientHello (`type`).
 */
export type EarlyDataMark = 'trial' | 'type';

/** What a flow may ask for. */
export type Effect =
  /** The next handshake message, which must be one of these. Answered with a {@link Received}. */
  | { readonly op: 'recv'; readonly state: string; readonly expected: readonly AnyMessage[] }
  /** The next handshake message, local command or settled promise, whichever is there first: how a standing connection waits. */
  | { readonly op: 'next'; readonly state: string; readonly expected: readonly AnyMessage[] }
  /** A handshake message goes out, under the keys of this epoch. */
  | { readonly op: 'send'; readonly epoch: Epoch; readonly raw: Uint8Array }
  /** A change_cipher_spec record goes out: under the keys in force where it is a message of TLS 1.2, in the clear where it is none. */
  | { readonly op: 'ccs' }
  /**
   * From here on the rules of this version hold for what is no handshake message; messages to pass over are those that come
   * without use, such as a HelloRequest while the client says hello already (RFC 5246 §7.4.1.1).
   */
  | { readonly op: 'speak'; readonly version: number; readonly passOver: readonly AnyMessage[] }
  /** The next thing must be a change_cipher_spec record (RFC 5246 §7.1). */
  | { readonly op: 'recv-ccs'; readonly state: string }
  /** The keys in force are those of application data from here on: the handshake that they came of is complete. */
  | { readonly op: 'open'; readonly direction: 'read' | 'write' }
  /** Messages go into this transcript from here on, or into none. */
  | { readonly op: 'transcript'; readonly transcript: Transcript | undefined }
  /** No part of a further handshake message may be here already. */
  | { readonly op: 'boundary' }
  /** From here on records are read, or written, under these keys. */
  | { readonly op: 'keys'; readonly direction: 'read' | 'write'; readonly epoch: Epoch; readonly keys: TrafficKeys }
  /** From here on records are no longer than this. */
  | { readonly op: 'limit-records'; readonly limit: RecordLimit }
  /** The client may have sent early data, which nobody takes: it is skipped, in one of the two ways of RFC 9846 §4.3.10. */
  | { readonly op: 'skip-early-data'; readonly by: EarlyDataMark }
  /** What becomes of early data, which goes by the flow (RFC 9846 §4.3.10). */
  | { readonly op: 'early-data'; readonly step: EarlyDataStep }
  /** The flow parks until the promise settles. `discard` gets a result that comes too late. */
  | { readonly op: 'wait'; readonly promise: Promise<unknown>; readonly discard: (late: unknown) => void }
  /** The flow goes on; when the promise has settled, `next` says so. `discard` gets a result that comes too late. */
  | { readonly op: 'background'; readonly promise: Promise<unknown>; readonly discard: (late: unknown) => void }
  /** A warning goes out, which ends nothing: TLS 1.2 has one for a handshake that is not wanted (RFC 5746 §4.5). */
  | { readonly op: 'warn'; readonly alert: AlertName }
  /** Should the connection end by a fatal alert, also before the handshake is complete, this is to be done (RFC 5246 §7.2.2). */
  | { readonly op: 'forget-session'; readonly forget: () => void }
  /** Something that the application may want to know. */
  | { readonly op: 'emit'; readonly event: HandshakeEvent };

/** What versions and features of them want of whoever owns the driver, which carries out nothing of it. */
export type OwnersEffect = Extract<
  Effect,
  { op: 'speak' | 'open' | 'limit-records' | 'skip-early-data' | 'early-data' | 'warn' | 'forget-session' }
>;

/** A function that yields effects and returns a `T`. */
export type Flow<T> = Generator<Effect, T, unknown>;

/** A promise that a flow did not wait for has settled. */
export interface Settled {
  /** The effect that told of it. */
  readonly effect: Extract<Effect, { op: 'background' }>;
  readonly outcome: { readonly value: unknown } | { readonly error: unknown };
}

/** What `next` answers with. */
export type Incoming =
  | { readonly message: Received; readonly command?: never; readonly settled?: never }
  | { readonly command: Command; readonly message?: never; readonly settled?: never }
  | { readonly settled: Settled; readonly message?: never; readonly command?: never };

/**
 * Receives the next handshake message, which must be this one, and puts it into the transcript.
 * A hash that must not cover the message is taken before.
 * @param state the RFC's name of the state (RFC 9846 Appendix A)
 */
export function* recv<T>(state: string, message: MessageDef<T>): Flow<Received<T>> {
  return (yield { op: 'recv', state, expected: [message] }) as Received<T>;
}

/** Receives the next handshake message, which must be one of these. */
export function* recvOneOf(state: string, ...expected: AnyMessage[]): Flow<Received> {
  return (yield { op: 'recv', state, expected }) as Received;
}

/** Waits for a handshake message, one of these, or a local command, or for a promise in the background to settle. */
export function* next(state: string, ...expected: AnyMessage[]): Flow<Incoming> {
  return (yield { op: 'next', state, expected }) as Incoming;
}

/** Whether a received message is of this kind, and if so, its body. */
export function isMessage<T>(received: Received, message: MessageDef<T>): received is Received<T> {
  return received.def.type === message.type;
}

/** Sends a handshake message and puts it into the transcript. */
export function* send<T>(epoch: Epoch, message: MessageDef<T>, body: T): Flow<void> {
  yield { op: 'send', epoch, raw: encodeMessage(message, body) };
}

/** Sends a handshake message whose bytes are made already. */
export function* sendRaw(epoch: Epoch, raw: Uint8Array): Flow<void> {
  yield { op: 'send', epoch, raw };
}

/** Sends a change_cipher_spec record. */
export function* sendChangeCipherSpec(): Flow<void> {
  yield { op: 'ccs' };
}

/**
 * Goes over to the rules of a version for alerts and change_cipher_spec: before TLS 1.3 the latter is a message (RFC 5246 §7.1),
 * and one that came already was out of place.
 * @param passOver messages that are ignored wherever they are not waited for
 */
export function* speak(version: number, passOver: readonly AnyMessage[] = []): Flow<void> {
  yield { op: 'speak', version, passOver };
}

/** Receives a change_cipher_spec record. @param state a name for the state, in the manner of RFC 9846 Appendix A */
export function* recvChangeCipherSpec(state: string): Flow<void> {
  yield { op: 'recv-ccs', state };
}

/** Lets application data pass under the keys in force: in TLS 1.2 they are those that Finished was under. */
export function* open(direction: 'read' | 'write'): Flow<void> {
  yield { op: 'open', direction };
}

/** Begins another handshake within a connection, with a transcript of its own; or ends it, with none. */
export function* useTranscript(transcript: Transcript | undefined): Flow<void> {
  yield { op: 'transcript', transcript };
}

/**
 * Demands that the last message ended with its record, as those that may precede a change of keys must (RFC 9846 §5.1).
 * For where it is our turn to speak; a change of keys demands it anyway.
 */
export function* boundary(): Flow<void> {
  yield { op: 'boundary' };
}

/** Installs keys in one direction. The keys belong to the receiver of the effect, who wipes them. */
export function* keys(direction: 'read' | 'write', epoch: Epoch, trafficKeys: TrafficKeys): Flow<void> {
  yield { op: 'keys', direction, epoch, keys: trafficKeys };
}

/** Lets early data be skipped, within a bound that is for whoever drives the flow to know (RFC 9846 §4.3.10). */
export function* skipEarlyData(by: EarlyDataMark): Flow<void> {
  yield { op: 'skip-early-data', by };
}

/** Sends a warning alert. */
export function* warn(alert: AlertName): Flow<void> {
  yield { op: 'warn', alert };
}

/** Says what lets nobody resume the session of this handshake, for connections that end by a fatal alert (RFC 5246 §7.2, §7.2.2). */
export function* forgettable(forget: () => void): Flow<void> {
  yield { op: 'forget-session', forget };
}

/** Tells the application. */
export function* emit(event: HandshakeEvent): Flow<void> {
  yield { op: 'emit', event };
}

/**
 * The value of `x`, parking only for a real promise: with synchronous crypto a whole handshake makes none.
 * @param discard what to do with a result that arrives after the flow was cancelled; by default buffers are wiped
 */
export function* wait<T>(x: MaybePromise<T>, discard: (late: T) => void = wipeLate): Flow<T> {
  if (!isPromise(x)) return x;
  return (yield { op: 'wait', promise: x, discard: discard as (late: unknown) => void }) as T;
}

/**
 * Runs a flow, and in place of each of its effects another flow, whose result is its answer. To let an effect be, that one yields it.
 * An error there is one of the effect's, as far as the flow can tell.
 */
export function* intercepted<T>(flow: Flow<T>, instead: (effect: Effect) => Flow<unknown>): Flow<T> {
  try {
    let step = flow.next();
    while (step.done !== true) {
      let answer: unknown;
      try {
        answer = yield* instead(step.value);
      } catch (error) {
        step = flow.throw(error);
        continue;
      }
      step = flow.next(answer);
    }
    return step.value;
  } finally {
    flow.return(undefined as never);
  }
}

function isPromise<T>(x: MaybePromise<T>): x is Promise<T> {
  return typeof (x as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Wipes what a cancelled operation delivered: buffers, and objects that know how to wipe themselves. */
function wipeLate(late: unknown): void {
  if (late instanceof Uint8Array) return wipe(late);
  if (typeof late !== 'object' || late === null) return;
  if ('wipe' in late && typeof late.wipe === 'function') return late.wipe();
  if ('sharedSecret' in late && late.sharedSecret instanceof Uint8Array) wipe(late.sharedSecret);
}
