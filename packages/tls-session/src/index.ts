export { CookieKeys, type CookieKeysOptions, type CookieProtector } from './cookies.ts';
export { MemoryReplayGuard, type ReplayGuard } from './replay.ts';
export { decodeServerSession, encodeServerSession, isAlive, type ServerSession } from './server-session.ts';
export { MemoryServerStore } from './server-store.ts';
export {
  type CertificateDetails,
  type ClientSession,
  isUsable,
  isUsableFor,
  MAX_TICKET_LIFETIME,
  remainingLifetime,
  type SessionPsk,
  type SessionPurpose,
} from './session.ts';
export { MemorySessionCache, type MemorySessionCacheOptions, type ServerSessionCache } from './sessions.ts';
export { type ClientSessionStore, MemorySessionStore, type MemoryStoreLimits } from './store.ts';
export {
  type ServerSessionStore,
  StatefulTickets,
  type TicketIssuer,
  TicketKeys,
  type TicketKeysOptions,
} from './tickets.ts';
