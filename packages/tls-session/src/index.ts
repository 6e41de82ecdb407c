export { type ClientSession, isUsable, MAX_TICKET_LIFETIME } from './session.ts';
export { type ClientSessionStore, MemorySessionStore, type MemoryStoreLimits } from './store.ts';
