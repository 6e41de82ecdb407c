/** The "heartbeat" extension (RFC 6520 §2): either side says whether the other may send requests. */
import { type Extension, findExtension, HeartbeatMode, heartbeatRow, makeExtension } from '@tlskit/tls-messages';
import type { ClientConfig, ServerConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';

/** A HeartbeatMode, by its name. */
export type HeartbeatModeName = keyof typeof HeartbeatMode.values;

/** Who may send requests. */
export interface Heartbeat {
  /** Whether we may. */
  readonly send: boolean;
  /** Whether the peer may, whom we then answer. */
  readonly receive: boolean;
}

/** The client's part of a ClientHello. */
export function offerHeartbeat({ heartbeat }: ClientConfig): Extension[] {
  return heartbeat === undefined ? [] : [makeExtension(heartbeatRow, 'CH', HeartbeatMode.values[heartbeat])];
}

export function agreedHeartbeat(
  { heartbeat }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): Heartbeat | undefined {
  return settle(heartbeat, findExtension(extensions, heartbeatRow, message));
}

export function chooseHeartbeat({ heartbeat }: ServerConfig, hello: readonly Extension[]): Heartbeat | undefined {
  return settle(heartbeat, findExtension(hello, heartbeatRow, 'CH'));
}

/** The server's answer. */
export function answerHeartbeat(message: AnswerMessage, heartbeat: Heartbeat | undefined): Extension[] {
  if (heartbeat === undefined) return [];
  const { peer_allowed_to_send, peer_not_allowed_to_send } = HeartbeatMode.values;
  return [makeExtension(heartbeatRow, message, heartbeat.receive ? peer_allowed_to_send : peer_not_allowed_to_send)];
}

function settle(ours: HeartbeatModeName | undefined, theirs: number | undefined): Heartbeat | undefined {
  if (ours === undefined || theirs === undefined) return undefined;
  // "Upon reception of an unknown mode, an error Alert message using illegal_parameter … MUST be sent" (RFC 6520 §2).
  const mode = HeartbeatMode.nameOf(theirs);
  if (mode === undefined) throw illegal(`there is no heartbeat mode ${theirs}`, 'RFC 6520 §2');
  return { send: mode === 'peer_allowed_to_send', receive: ours === 'peer_allowed_to_send' };
}
