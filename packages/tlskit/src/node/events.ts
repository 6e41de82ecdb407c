/** The events of sockets. */
import type { ClientSession } from '@tlskit/tls-session';
import type { EarlyDataOffer } from '../connection/early-data.ts';
import type { KeyUpdate } from '../connection/events.ts';
import type { ConnectionInfo } from '../info.ts';

/** What a `TlsSocket` says beside what every Duplex says. */
export interface TlsSocketEvents {
  /** The handshake is complete, and the peer is who it should be. */
  secureConnect: [info: ConnectionInfo];
  /** The server gave a ticket to resume with. It holds a secret. */
  session: [session: ClientSession];
  /** A line of the key log, without line end; listen before the handshake begins, in the tick of `connect`. */
  keylog: [line: string];
  /**
   * Early data, before the handshake is complete, at a server that takes some: somebody may have recorded it and sent it again.
   * It may be answered at once. Without a listener it is read as all other data when the handshake is complete, which nobody can
   * bring about who merely repeats it.
   */
  earlyData: [chunk: Buffer, offer: EarlyDataOffer];
  keyUpdate: [update: KeyUpdate];
  /** Another handshake within a connection of TLS 1.2 is complete; undefined where the peer did not want one. */
  renegotiated: [info: ConnectionInfo | undefined];
  data: [chunk: Buffer];
  end: [];
  error: [error: Error];
  close: [];
  finish: [];
  drain: [];
  readable: [];
  /** Of the transport, after `setTimeout`. */
  timeout: [];
}
