/** What keeps sessions, apart: it is loaded with the first ticket. */
export { MemoryReplayGuard, MemorySessionCache, TicketKeys } from '@tlskit/tls-session';
