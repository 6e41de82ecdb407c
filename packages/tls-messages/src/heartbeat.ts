/** The message of the Heartbeat protocol (RFC 6520 §4), which has a content type of its own. */
import { type Codec, declared, opaqueVector, rest, struct } from '@tlskit/tls-wire';
import { HeartbeatMessageType } from './registries/others.ts';

/** RFC 6520 §4. Whether the padding is long enough is for the receiver to check. */
export interface HeartbeatMessage {
  /** A HeartbeatMessageType. */
  readonly type: number;
  /** Behind its `payload_length`, which cannot be more than there is. */
  readonly payload: Uint8Array;
  /** Random bytes, at least 16, which mean nothing. */
  readonly padding: Uint8Array;
}

export const heartbeatMessage: Codec<HeartbeatMessage> = /* @__PURE__ */ declared(() =>
  struct('HeartbeatMessage', {
    type: HeartbeatMessageType,
    payload: opaqueVector(0, 2 ** 16 - 1),
    padding: rest,
  }),
);
