/** What both sides ask of every session of TLS 1.2. */
import type { ClientConfig12, ServerConfig12 } from '@tlskit/tls-handshake';

/** Bytes of a master secret (RFC 5246 §8.1). */
export const MASTER_SECRET = 48;

/** The longest ticket that is kept: a longer one, up to 2^16-1 bytes, leaves no room for the rest of a ClientHello. */
export const MAX_KEPT_TICKET = 2 ** 15;

/**
 * Whether sessions of this kind are kept, offered and resumed at all. RFC 7627 §5.3: clients SHOULD NOT offer, and servers SHOULD
 * NOT resume, one whose master secret is not bound to its handshake, for that is what lets somebody in the middle join two connections.
 */
export function mayResume(tls12: ClientConfig12 | ServerConfig12 | undefined, extendedMasterSecret: boolean): boolean {
  if (extendedMasterSecret) return true;
  return tls12?.resumeWithoutExtendedMasterSecret === true && tls12.requireExtendedMasterSecret !== true;
}
