/** URIs in certificates: compared as a whole (RFC 5280 §7.4), and as names of services (RFC 9525 §2, URI-ID). */
import { presentedLabels } from './dns.ts';

/**
 * A URI in the form that is compared: scheme and host in lower case, percent-encoding as RFC 3986 §6.2.2 normalizes it. Undefined for
 * what is no absolute URI, and for paths with `.` and `..` in them, which parsers resolve in ways of their own: they equal nothing.
 */
export function normalizedUri(text: string): string | undefined {
  const parts = typeof text === 'string' ? /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text) : null;
  if (parts === null) return undefined;
  const [, scheme, rest] = parts as unknown as [string, string, string];
  // The characters of RFC 3986 §2, and nothing that begins as percent-encoding and is none.
  if (rest === '' || !/^(?:[!#$&-;=?-[\]_a-z~]|%[0-9a-fA-F]{2})*$/.test(rest)) return undefined;
  const normal = rest.replace(/%../g, encoded => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
  if (/(?:^|\/)\.{1,2}(?:[/?#]|$)/.test(normal.replace(/[?#].*$/s, ''))) return undefined;
  return `${scheme.toLowerCase()}:${normal.replace(/^\/\/(?:[^/?#@]*@)?[^/?#]*/, lowerHost)}`;
}

/** Whether a presented URI has this scheme and this host, wherever on it. A host is never a pattern there. */
export function isOfService(
  presented: string,
  { scheme, host }: { readonly scheme: string; readonly host: string },
): boolean {
  // With an authority or without one, as in `sip:example.com` (RFC 5922 §7.1), and then without a user: that would be somebody else's.
  const parts = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/)?([^@/?#:;[\]]+)(?::\d*)?(?:[/?#;][^@]*)?$/.exec(presented);
  if (parts?.[1]?.toLowerCase() !== scheme) return false;
  const labels = presentedLabels(parts[2] as string, true);
  return labels !== undefined && labels[0] !== '*' && labels.join('.') === host;
}

/** The user of an authority is kept as it is. */
function lowerHost(authority: string): string {
  const at = authority.lastIndexOf('@') + 1;
  return authority.slice(0, at) + authority.slice(at).toLowerCase();
}
