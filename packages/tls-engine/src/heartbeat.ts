/** The Heartbeat protocol (RFC 6520): requests and responses, lengths and all. What is not in order is discarded without a word. */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual } from '@tlskit/tls-crypto';
import type { Heartbeat } from '@tlskit/tls-handshake';
import { HeartbeatMessageType, heartbeatMessage } from '@tlskit/tls-messages';
import { DecodeError, decode, encode } from '@tlskit/tls-wire';

/** "The padding_length MUST be at least 16." (RFC 6520 §4) */
const PADDING = 16;

/** Bytes of a message beside its payload: type, payload_length, and padding. */
const HEARTBEAT_OVERHEAD = 1 + 2 + PADDING;

/** Makes the heartbeats of a connection. @param offered whether any may come */
export type MakeHeartbeats = (offered: boolean, random: (length: number) => Uint8Array) => Heartbeats;

export const makeHeartbeats: MakeHeartbeats = (offered, random) => new Heartbeats(offered, random);

const none: readonly Uint8Array[] = [];

/** One connection's heartbeats. It makes messages and judges those that come; sending is for others. */
export class Heartbeats {
  readonly #random: (length: number) => Uint8Array;
  /** Whether a heartbeat may come at all: what was offered, and then what was agreed on. */
  #expected: boolean;
  #agreed: Heartbeat | undefined;
  /** Messages to be sent. */
  #output: Uint8Array[] = [];
  /** The request that is on its way: there is never another one (RFC 6520 §3). */
  #inFlight: { readonly payload: Uint8Array; readonly answered: () => void } | undefined;

  constructor(offered: boolean, random: (length: number) => Uint8Array) {
    this.#expected = offered;
    this.#random = random;
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
   * @param room the most bytes of a message
   * @throws TlsError `ERR_TLS_INVALID_STATE` where the peer wants none, or one is on its way; `ERR_TLS_INVALID_OPTION` for a
   *   payload that is too long
   */
  request(payload: Uint8Array, room: number, answered: () => void): void {
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
   * Takes a message of the peer's, and makes the response to a request.
   * @param room the most bytes of a message to answer with
   * @returns whether it was of use; otherwise it is discarded
   * @throws TlsError `ERR_TLS_RECORD_TYPE` where no heartbeats were agreed on
   */
  receive(content: Uint8Array, room: number): boolean {
    if (!this.#expected) throw notAgreed();
    const message = parse(content);
    // "The receiving peer SHOULD discard the message silently, if it arrives during the handshake." (RFC 6520 §3)
    if (message === undefined || this.#agreed === undefined) return false;
    const { type, payload } = message;
    if (type === HeartbeatMessageType.values.heartbeat_request) {
      // "SHOULD drop the message silently" where we said that none are to be sent (RFC 6520 §2).
      if (!this.#agreed.receive || payload.length + HEARTBEAT_OVERHEAD > room) return false;
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

  /** "The sender … MUST use a random padding of at least 16 bytes" (RFC 6520 §4). */
  #message(type: number, payload: Uint8Array): void {
    this.#output.push(encode(heartbeatMessage, { type, payload, padding: this.#random(PADDING) }));
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
