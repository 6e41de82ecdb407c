/** Which relays a build of the page may speak to, as `TLSKIT_DEMO_RELAYS` says it. */

/**
 * @param text origins such as `wss://relay.example`, or `self` for the origin that the page is from, with spaces between
 * @throws Error for what is neither: it would become part of a policy
 */
export function relaysIn(text = ''): readonly string[] {
  return text.split(/\s+/).flatMap(word => {
    if (word === '' || word === 'self') return word === '' ? [] : [word];
    const url = URL.canParse(word) ? new URL(word) : undefined;
    const isOrigin = url !== undefined && /^wss?:$/.test(url.protocol) && /^wss?:\/\/[^/?#@\s;,'"*]+\/?$/.test(word);
    if (!isOrigin)
      throw new Error(
        `TLSKIT_DEMO_RELAYS has ${JSON.stringify(word)}: an origin is wanted, wss://relay.example, or self`,
      );
    return [`${url.protocol}//${url.host}`];
  });
}

/** For `connect-src`. */
export function connectSources(relays: readonly string[]): string {
  return relays.length === 0 ? "'none'" : relays.map(relay => (relay === 'self' ? "'self'" : relay)).join(' ');
}
