/** The Heartbeat protocol (RFC 6520): requests and responses, lengths and all. What is not in order is discarded without a word. */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual } from '@tlskit/tls-crypto';
import type { Heartbeat } from '@tlskit/tls-handshake';
import { HeartbeatMessageType, heartbeatMessage } from '@tlskit/tls-messages';
import { DecodeError, decode, encode } from '@tlskit/tls-wire';
import type { EngineLimits } from './config.ts';
import type { Floods } from './floods.ts';
import type { WriteSide } from './write-side.ts';

/** "The padding_length MUST be at least 16." (RFC 6520 §4) */
const PADDING = 16;

/** Bytes of a message beside its payload: type, payload_length, and padding. */
const HEARTBEAT_OVERHEAD = 1 + 2 + PADDING;

/** What they have to do with: what is written, and what a peer may send without use. */
export interface HeartbeatEnvironment {
  readonly random: (length: number) => Uint8Array;
  readonly write: WriteSide;
  readonly floods: Floods;
  readonly limits: EngineLimits;
}

/** Makes the heartbeats of a connection. @param offered whether any may come */
export type MakeHeartbeats = (offered: boolean, environment: HeartbeatEnvironment) => Heartbeats;

export const makeHeartbeats: MakeHeartbeats = (offered, environment) => new Heartbeats(offered, environment);

const none: readonly Uint8Array[] = [];

/** One connection's heartbeats. It makes messages and judges those that come; sending is for others. */
export class Heartbeats {
  readonly #environment: HeartbeatEnvironment;
  /** Whether a heartbeat may come at all: what was offered, and then what was agreed on. */
  #expected: boolean;
  #agreed: Heartbeat | undefined;
  /** Messages to be sent. */
  #output: Uint8Array[] = [];
  /** The request that is on its way: there is never another one (RFC 6520 §3). */
  #inFlight: { readonly payload: Uint8Array; readonly answered: () => void } | undefined;

  constructor(offered: boolean, environment: HeartbeatEnvironment) {
    this.#expected = offered;
    this.#environment = environment;
  }

  /** The handshake is complete. */
  agree(agreed: Heartbeat | undefined): void {
    this.#agreed = agreed;
    this.#expected = agreed !== undefined;
  }

  /** The messages that are to be sent. */
  take(): readonly Uint8Array[] {
    return this.#output.length === 0 ? none : this.#output.splice(0);
  }

  /**
   * Makes a request.
   * @throws TlsError `ERR_TLS_INVALID_STATE` where the peer wants none, or one is on its way; `ERR_TLS_INVALID_OPTION` for a
   *   payload that is too long
   */
  request(payload: Uint8Array, answered: () => void): void {
    const room = this.#environment.write.recordSize;
    if (this.#agreed === undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'no heartbeats were agreed on');
    if (!this.#agreed.send) throw new TlsError('ERR_TLS_INVALID_STATE', 'the peer wants no heartbeats');
    if (this.#inFlight !== undefined) throw new TlsError('ERR_TLS_INVALID_STATE', 'a heartbeat is on its way already');
    if (payload.length + HEARTBEAT_OVERHEAD > room) {
      const message = `a heartbeat has a payload of at most ${room - HEARTBEAT_OVERHEAD} bytes, not ${payload.length}`;
      throw new TlsError('ERR_TLS_INVALID_OPTION', message, { rfc: 'RFC 6520 §4' });
    }
    this.#inFlight = { payload: new Uint8Array(payload), answered };
    this.#message(HeartbeatMessageType.values.heartbeat_request, payload);
  }

  /**
   * Takes a message of the peer's, and makes the response to a request. What is of no use is discarded.
   * @throws TlsError `ERR_TLS_RECORD_TYPE` where no heartbeats were agreed on; `ERR_TLS_FLOOD`
   */
  receive(content: Uint8Array): void {
    if (!this.#expected) throw notAgreed();
    if (!this.#take(content)) this.#environment.floods.idle('heartbeats without use');
  }

  /** @returns whether it was of use */
  #take(content: Uint8Array): boolean {
    const message = parse(content);
    // "The receiving peer SHOULD discard the message silently, if it arrives during the handshake." (RFC 6520 §3)
    if (message === undefined || this.#agreed === undefined) return false;
    const { type, payload } = message;
    if (type === HeartbeatMessageType.values.heartbeat_request) {
      // "SHOULD drop the message silently" where we said that none are to be sent (RFC 6520 §2).
      if (!this.#agreed.receive || payload.length + HEARTBEAT_OVERHEAD > this.#room) return false;
      this.#message(HeartbeatMessageType.values.heartbeat_response, payload);
      return true;
    }
    const waiting = this.#inFlight;
    if (type !== HeartbeatMessageType.values.heartbeat_response || waiting === undefined) return false;
    // "If a received HeartbeatResponse message does not contain the expected payload, [it] MUST be discarded silently" (RFC 6520 §4).
    if (payload.length !== waiting.payload.length || !constantTimeEqual(payload, waiting.payload)) return false;
    this.#inFlight = undefined;
    waiting.answered();
    return true;
  }

  /** The most bytes of a message to answer with: nobody is answered who does not take the answers. */
  get #room(): number {
    const { write, limits } = this.#environment;
    return write.outputLength > limits.maxOutput ? 0 : write.recordSize;
  }

  /** "The sender … MUST use a random padding of at least 16 bytes" (RFC 6520 §4). */
  #message(type: number, payload: Uint8Array): void {
    this.#output.push(encode(heartbeatMessage, { type, payload, padding: this.#environment.random(PADDING) }));
  }
}

/** A record of heartbeats where there are none. */
export function notAgreed(): TlsError {
  return new TlsError('ERR_TLS_RECORD_TYPE', 'a heartbeat, which was not agreed on');
}

/**
 * A message that holds what it says it holds, or undefined: "If the payload_length of a received HeartbeatMessage is too large,
 * the received HeartbeatMessage MUST be discarded silently" (RFC 6520 §4), and the padding behind it counts as well.
 */
function parse(content: Uint8Array) {
  try {
    const message = decode(heartbeatMessage, content);
    return message.padding.length >= PADDING ? message : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
