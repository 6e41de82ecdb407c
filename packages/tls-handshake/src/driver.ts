/**
 * The driver runs a flow: it feeds it messages, carries out its effects, parks it for promises,
 * and turns whatever it throws into one TlsError. Nobody else touches a flow.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { decodeMessage, HandshakeType } from '@tlskit/tls-messages';
import type { HandshakeEvent } from './events.ts';
import type { AnyMessage, Command, Effect, Flow, Incoming, OwnersEffect, Received, Settled } from './flow.ts';
import { type Epoch, type TrafficKeys, wipeKeys } from './keys.ts';
import { MessageReassembler } from './reassembler.ts';
import type { Transcript } from './transcript.ts';
import type { Connected } from './version.ts';

/** What the driver's owner does for it. None of these may call back into the driver. */
export interface DriverHooks {
  send(epoch: Epoch, message: Uint8Array): void;
  changeCipherSpec(): void;
  keys(direction: 'read' | 'write', epoch: Epoch, keys: TrafficKeys): void;
  emit(event: HandshakeEvent): void;
  /** What is done by those alone who speak the version, or have the feature, that asks for it. @throws TlsError */
  perform?(effect: OwnersEffect): void;
  /** A message was passed over, which was of no use. @throws TlsError when they are too many */
  passedOver?(message: Uint8Array): void;
  /** A message was received whole and is about to be given to the flow. */
  received?(message: Uint8Array): void;
  /** The handshake is complete. */
  connected(result: Connected): void;
  /** The flow died of this; its secrets are wiped, it will do nothing more. */
  failed(error: TlsError): void;
  /** The flow stopped to wait: for a message, a command, or a promise. */
  idle(): void;
  /** A parked flow has moved on by itself, outside any call of the owner: input that was held back may be read. */
  unparked(): void;
}

export type DriverStatus = 'new' | 'running' | 'waiting' | 'parked' | 'done';

/** The longest queue of local commands. They are few and small; a caller in a loop is told. */
const MAX_COMMANDS = 64;

export class Driver {
  /** Where messages go; none once the handshake is complete, but while TLS 1.2 renegotiates. */
  #transcript: Transcript | undefined;
  readonly #hooks: DriverHooks;
  readonly #messages: MessageReassembler;
  /** The handshake, and then what comes after it. */
  #flow: Generator<Effect, unknown, unknown>;
  /** Whether the flow's own code is at work, which then cannot be ended but by itself. */
  #inFlow = false;
  #status: DriverStatus = 'new';
  #awaiting: Extract<Effect, { op: 'recv' | 'next' | 'recv-ccs' }> | undefined;
  /** Marks the promise that the flow is parked for: results of others come too late. */
  #parkedFor: Extract<Effect, { op: 'wait' }> | undefined;
  #commands: Command[] = [];
  /** Promises in the background, and of those that have settled what came of them. */
  #background: Set<Extract<Effect, { op: 'background' }>> | undefined;
  #settled: Settled[] = [];
  #connected = false;
  #passOver: readonly AnyMessage[] = [];
  #state = 'START';

  /** @param maxMessageLength the longest handshake message to accept, in bytes */
  constructor(flow: Flow<Connected>, transcript: Transcript, maxMessageLength: number, hooks: DriverHooks) {
    this.#flow = flow;
    this.#transcript = transcript;
    this.#messages = new MessageReassembler(maxMessageLength);
    this.#hooks = hooks;
  }

  get status(): DriverStatus {
    return this.#status;
  }

  /** The RFC's name of the state that the flow waits in (RFC 9846 Appendix A). */
  get state(): string {
    return this.#state;
  }

  /** The names of the messages that are legal now. */
  get waitingFor(): readonly string[] {
    if (this.#awaiting?.op === 'recv-ccs') return ['ChangeCipherSpec'];
    return this.#awaiting?.expected.map(message => message.name) ?? [];
  }

  /** Whether no fragment of a handshake message waits for the rest of it, or for the flow. */
  get atMessageBoundary(): boolean {
    return this.#messages.empty;
  }

  start(): void {
    if (this.#status !== 'new') throw new Error('a driver starts once');
    this.#run(undefined);
  }

  /** The content of a handshake record. */
  receive(fragment: Uint8Array): void {
    if (this.#status === 'done') return;
    try {
      this.#messages.push(fragment);
      if (this.#status === 'waiting') this.#feed();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A change_cipher_spec record that counts (RFC 5246 §7.1). */
  changeCipherSpec(): void {
    if (this.#status === 'done') return;
    if (this.#status === 'waiting' && this.#awaiting?.op === 'recv-ccs') return this.#run(undefined);
    this.#fail(new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', `a change_cipher_spec in state ${this.#state}`));
  }

  /** The peer does not go along with what the flow waits for, which it may survive. */
  refused(error: TlsError): void {
    if (this.#status === 'waiting' && this.#connected) this.#run(error, true);
  }

  /** A wish of the local caller; it is carried out when the flow next waits for one. */
  command(command: Command): void {
    if (this.#status === 'done') return;
    if (this.#commands.length >= MAX_COMMANDS) {
      throw new TlsError('ERR_TLS_INVALID_STATE', `${MAX_COMMANDS} commands are waiting already`);
    }
    this.#commands.push(command);
    if (this.#status === 'waiting' && this.#awaiting?.op === 'next') this.#feed();
  }

  /** Ends the flow from outside, wherever it is; its `finally` blocks run, nothing more comes of it. */
  cancel(): void {
    if (this.#status === 'done') return;
    this.#status = 'done';
    this.#parkedFor = undefined;
    this.#commands = [];
    this.#background = undefined;
    for (const { effect, outcome } of this.#settled) if ('value' in outcome) effect.discard(outcome.value);
    this.#settled = [];
    // A callback that the flow's code calls may be what ends it: then that happens at its next step.
    if (!this.#inFlow) this.#flow.return(undefined);
  }

  /** Gives a waiting flow the next command or message that is there, as long as it takes them. */
  #feed(): void {
    const awaiting = this.#awaiting;
    if (awaiting === undefined) return;
    const local = awaiting.op === 'next' ? this.#nextLocal() : undefined;
    if (local !== undefined) return this.#run(local);
    let message: Received | undefined;
    try {
      message = this.#nextMessage(expectedBy(awaiting));
    } catch (error) {
      return this.#fail(error);
    }
    if ((this.#status as DriverStatus) === 'done') return;
    if (message === undefined) return this.#hooks.idle();
    this.#run(awaiting.op === 'next' ? { message } : message);
  }

  /** What the flow is to know beside messages. */
  #nextLocal(): Incoming | undefined {
    const settled = this.#settled.shift();
    if (settled !== undefined) return { settled };
    const command = this.#commands.shift();
    return command && { command };
  }

  #nextMessage(expected: readonly AnyMessage[]): Received | undefined {
    const raw = this.#messages.next();
    if (raw === undefined) return undefined;
    const type = raw[0] as number;
    const def = expected.find(candidate => candidate.type === type);
    if (def === undefined) {
      const useless = this.#passOver.find(candidate => candidate.type === type);
      if (useless !== undefined) {
        decodeMessage(useless, raw);
        this.#hooks.passedOver?.(raw);
        return this.#nextMessage(expected);
      }
      const names = expected.map(candidate => candidate.name).join(' or ');
      throw new TlsError(
        'ERR_TLS_UNEXPECTED_MESSAGE',
        `in state ${this.#state} expected ${names || 'no message'}, got ${HandshakeType.label(type)}`,
      );
    }
    this.#hooks.received?.(raw);
    const body = decodeMessage(def, raw);
    this.#transcript?.add(raw);
    return { def, body, raw };
  }

  /** Runs the flow until it waits, with `input` as the answer to the effect that it waits on. */
  #run(input: Received | Incoming | undefined | unknown, thrown = false): void {
    this.#status = 'running';
    this.#awaiting = undefined;
    try {
      let step = this.#step(input, thrown);
      for (;;) {
        if ((this.#status as DriverStatus) === 'done') return this.#abandon(step);
        if (step.done === true) {
          if (this.#connected) throw new TlsError('ERR_TLS_INTERNAL', 'the post-handshake flow ended');
          const result = step.value as Connected;
          this.#connected = true;
          this.#transcript = undefined;
          this.#flow = result.postHandshake;
          // Started before anybody is told: a generator that never ran would not run its `finally` either.
          step = this.#step(undefined);
          this.#hooks.connected(result);
          // The owner may have closed everything in that call.
          if ((this.#status as DriverStatus) === 'done') return;
          continue;
        }
        const effect = step.value;
        let answer: unknown;
        switch (effect.op) {
          case 'recv':
          case 'recv-ccs':
          case 'next': {
            this.#awaiting = effect;
            this.#state = effect.state;
            const local = effect.op === 'next' ? this.#nextLocal() : undefined;
            const message = local === undefined ? this.#nextMessage(expectedBy(effect)) : undefined;
            if (local === undefined && message === undefined) {
              this.#status = 'waiting';
              return this.#hooks.idle();
            }
            answer = effect.op === 'next' ? (local ?? { message }) : message;
            this.#awaiting = undefined;
            break;
          }
          case 'background':
            this.#startInBackground(effect);
            break;
          case 'wait':
            return this.#park(effect);
          case 'send':
            this.#transcript?.add(effect.raw);
            this.#hooks.send(effect.epoch, effect.raw);
            break;
          case 'ccs':
            this.#hooks.changeCipherSpec();
            break;
          case 'boundary':
            if (this.#messages.empty) break;
            throw new TlsError('ERR_TLS_KEY_CHANGE_BOUNDARY', 'handshake bytes came before it was their turn');
          case 'keys':
            // RFC 9846 §5.1: messages before a key change end with their record.
            if (effect.direction === 'read' && !this.#messages.empty) {
              wipeKeys(effect.keys);
              throw new TlsError('ERR_TLS_KEY_CHANGE_BOUNDARY', 'handshake bytes stand before a change of keys');
            }
            this.#hooks.keys(effect.direction, effect.epoch, effect.keys);
            break;
          case 'transcript':
            this.#transcript = effect.transcript;
            break;
          case 'emit':
            this.#hooks.emit(effect.event);
            break;
          default:
            if (effect.op === 'speak') this.#passOver = effect.passOver;
            this.#hooks.perform?.(effect);
        }
        // A hook may have ended the connection, and with it this flow.
        if ((this.#status as DriverStatus) === 'done') return;
        step = this.#step(answer);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #step(input: unknown, thrown = false): IteratorResult<Effect, unknown> {
    this.#inFlow = true;
    try {
      return thrown ? this.#flow.throw(input) : this.#flow.next(input);
    } finally {
      this.#inFlow = false;
    }
  }

  /** Ends a flow that was cancelled by its own code; what its last step gave nobody will use. */
  #abandon(step: IteratorResult<Effect, unknown>): void {
    if (step.done === true) return;
    const effect = step.value;
    if (effect.op === 'wait' || effect.op === 'background') effect.promise.then(effect.discard, () => {});
    if (effect.op === 'keys') wipeKeys(effect.keys);
    this.#flow.return(undefined);
  }

  #park(effect: Extract<Effect, { op: 'wait' }>): void {
    this.#status = 'parked';
    this.#parkedFor = effect;
    effect.promise.then(
      value => {
        if (this.#parkedFor !== effect) return effect.discard(value);
        this.#unpark(value, false);
      },
      (error: unknown) => {
        if (this.#parkedFor === effect) this.#unpark(error, true);
      },
    );
    this.#hooks.idle();
  }

  /** The flow hears of it when it next waits for what comes. */
  #startInBackground(effect: Extract<Effect, { op: 'background' }>): void {
    this.#background ??= new Set();
    this.#background.add(effect);
    const settle = (outcome: Settled['outcome']) => {
      if (this.#background?.delete(effect) !== true) {
        if ('value' in outcome) effect.discard(outcome.value);
        return;
      }
      this.#settled.push({ effect, outcome });
      if (this.#status !== 'waiting' || this.#awaiting?.op !== 'next') return;
      this.#feed();
      this.#hooks.unparked();
    };
    effect.promise.then(
      value => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  }

  #unpark(result: unknown, thrown: boolean): void {
    this.#parkedFor = undefined;
    this.#run(result, thrown);
    this.#hooks.unparked();
  }

  #fail(thrown: unknown): void {
    if (this.#status === 'done') return;
    const error = TlsError.from(thrown);
    error.state ??= this.#state;
    this.cancel();
    this.#hooks.failed(error);
  }
}

/** The messages that an effect waits for: none where it is a change_cipher_spec, which is a record. */
function expectedBy(effect: Extract<Effect, { op: 'recv' | 'next' | 'recv-ccs' }>): readonly AnyMessage[] {
  return effect.op === 'recv-ccs' ? [] : effect.expected;
}
