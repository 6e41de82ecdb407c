/** The relays that this copy of the page was built for: its policy lets it speak to no other. */

/** Put there by the build: origins, and `self` for the page's own. */
declare const __TLSKIT_DEMO_RELAYS__: readonly string[];

/** Origins of WebSockets. */
export const relays: readonly string[] = __TLSKIT_DEMO_RELAYS__.map(relay =>
  relay === 'self' ? location.origin.replace(/^http/, 'ws') : relay,
);
