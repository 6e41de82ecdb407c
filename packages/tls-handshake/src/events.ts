import type { KeyLogLabel } from '@tlskit/tls-keyschedule';
import type { CertificateDetails, ClientSession } from '@tlskit/tls-session';
import type { VerifiedPeer } from './peer.ts';
import type { Connected } from './version.ts';

/** What a flow tells the application beside its result. */
export type HandshakeEvent =
  /** A secret for the key log (RFC 9850), emitted only when the configuration asks for it. The bytes are a copy. */
  | {
      readonly type: 'secret';
      readonly label: KeyLogLabel;
      readonly clientRandom: Uint8Array;
      readonly secret: Uint8Array;
    }
  /** The server gave a ticket: what resuming needs. */
  | { readonly type: 'session'; readonly session: ClientSession }
  /**
   * Something of the application's failed, and the connection went on without it: a look-up of keys, the making of a ticket, a
   * cache of sessions, a replay guard; the decryption of a premaster secret, of which the client hears nothing but that its Finished is wrong.
   */
  | {
      readonly type: 'failure';
      readonly of: 'tickets' | 'sessions' | 'pskLookup' | 'replayGuard' | 'decryption';
      readonly error: unknown;
    }
  /** The client answered a request that came after the handshake (RFC 9846 §4.7.2): by a certificate that was found good, or by none. */
  | {
      readonly type: 'client-authentication';
      /** The certificate_request_context of the request. */
      readonly context: Uint8Array;
      readonly authenticated:
        | {
            readonly peer: VerifiedPeer;
            /** DER, the client's own first. */
            readonly chain: readonly Uint8Array[];
            readonly details: CertificateDetails;
            /** The code point of the scheme that the client signed with. */
            readonly scheme: number;
          }
        | undefined;
    }
  /**
   * Data may go before the server's Finished (RFC 7918): to whoever has the key of its certificate, by suite, group and protocol as the
   * hellos have them, which nobody has confirmed yet.
   */
  | {
      readonly type: 'false-start';
      /** The protocol that data is of, where one was negotiated. */
      readonly alpn: string | undefined;
      /** As that of {@link Connected}, until the handshake is complete or has failed. */
      readonly exportKeyingMaterial: Connected['exportKeyingMaterial'];
    }
  /** Another handshake within the connection is complete (RFC 5746): what it settled is in force. */
  | { readonly type: 'renegotiated'; readonly connection: Connected }
  /** The peer does not renegotiate (RFC 5246 §7.2.2): all stays as it was. */
  | { readonly type: 'renegotiation-refused' }
  /**
   * The peer updated its keys, and perhaps asks us to update ours before we send data (RFC 9846 §4.7.3); `answers`: it is the first
   * since we asked it to.
   */
  | { readonly type: 'key-update'; readonly direction: 'read'; readonly requested: boolean; readonly answers: boolean }
  /** We updated our keys. */
  | { readonly type: 'key-update'; readonly direction: 'write' };
