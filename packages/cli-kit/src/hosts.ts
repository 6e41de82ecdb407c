/** Hosts as they are looked up, and as they are written. */
import { isIPv6 } from 'node:net';

/** What to look up for a host: no resolver is asked for names under `localhost`, as it may know none or answer with anything (RFC 6761 §6.3). */
export function lookedUp(host: string): string {
  return isLocalName(host) ? 'localhost' : host;
}

/** Whether a name means this machine everywhere. */
export function isLocalName(host: string): boolean {
  return /^(?:.*\.)?localhost\.?$/i.test(host);
}

/** As it stands before a colon and a port. */
export function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
