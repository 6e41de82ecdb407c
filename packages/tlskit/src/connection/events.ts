/** What the events of a handshake mean to the owner of a connection. */
import { type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import type { Connected, HandshakeEvent } from '@tlskit/tls-handshake';
import { keyLogLine } from '@tlskit/tls-keyschedule';
import type { ClientSession } from '@tlskit/tls-session';
import { type ConnectionInfo, connectionInfo } from '../info.ts';

/** `requested`: whether the peer asks for it, or was asked. */
export type KeyUpdate = Omit<Extract<HandshakeEvent, { readonly type: 'key-update' }>, 'type'>;

/** Who is told. */
export interface EventListeners {
  readonly provider: Pick<CryptoProvider, 'hashes'>;
  /** A request for the client's certificate is answered; with undefined where the client has none. */
  answered(context: Uint8Array, info: ConnectionInfo | undefined): void;
  /** Sees every event as it is; secrets are then its own to wipe. */
  readonly inspect: ((event: HandshakeEvent) => void) | undefined;
  keyLog(line: string): void;
  /** Takes a session over, key and all. */
  readonly keepSession: ((session: ClientSession) => void) | undefined;
  /** Is told of a session. */
  readonly session: ((session: ClientSession) => void) | undefined;
  keyUpdate(update: KeyUpdate): void;
  /** Another description of the connection holds from here on. */
  info(info: ConnectionInfo): void;
  /** Another handshake is complete, or was refused. */
  renegotiated(info: ConnectionInfo | undefined): void;
}

/** @param connection as it was at the event: when it is told, the client may be another already */
export function tell(event: HandshakeEvent, connection: Connected | undefined, listeners: EventListeners): void {
  const { inspect, provider } = listeners;
  inspect?.(event);
  switch (event.type) {
    case 'secret': {
      const line = keyLogLine(event.label, event.clientRandom, event.secret);
      if (inspect === undefined) wipe(event.secret);
      listeners.keyLog(line);
      break;
    }
    case 'session':
      if (!passOn(event.session, listeners) && inspect === undefined) wipe(event.session.psk);
      break;
    case 'key-update': {
      const { type: _, ...update } = event;
      listeners.keyUpdate(update);
      break;
    }
    case 'renegotiated': {
      const info = connectionInfo(event.connection, provider);
      listeners.info(info);
      listeners.renegotiated(info);
      break;
    }
    case 'renegotiation-refused':
      listeners.renegotiated(undefined);
      break;
    case 'client-authentication': {
      const authenticated = event.authenticated !== undefined && connection !== undefined;
      const info = authenticated ? connectionInfo(connection, provider) : undefined;
      if (info !== undefined) listeners.info(info);
      listeners.answered(event.context, info);
    }
  }
}

/** What is kept belongs to its keeper, who may wipe it: others get a copy. @returns whether anybody took it */
function passOn(session: ClientSession, { keepSession, session: told }: EventListeners): boolean {
  const shown = keepSession === undefined || told === undefined ? session : { ...session, psk: session.psk.slice() };
  keepSession?.(session);
  told?.(shown);
  return keepSession !== undefined || told !== undefined;
}
