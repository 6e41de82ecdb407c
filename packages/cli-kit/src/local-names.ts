/** Names under `localhost` (RFC 6761 §6.3): no resolver is asked for them, as it may know none or answer with anything. */

/** What to look up for a host. */
export function lookedUp(host: string): string {
  return isLocalName(host) ? 'localhost' : host;
}

/** Whether a name means this machine everywhere. */
export function isLocalName(host: string): boolean {
  return /^(?:.*\.)?localhost\.?$/i.test(host);
}
