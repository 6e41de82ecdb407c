/** DNS names as certificates present them and as callers ask for them (RFC 9525 §2, §6.3; RFC 5280 §4.2.1.6). */

/**
 * Whether a domain belongs to a registry, so that `*.domain` belongs to nobody. It is told of domains of several A-labels in lower case.
 * `id` names the rule, as part of the policy that sessions are bound to.
 */
export type PublicSuffixRule = ((domain: string) => boolean) & { readonly id?: string };

/** What may be asked of presented names beyond RFC 9525. */
export interface DnsRules {
  /** Whether `_` may stand in presented names. RFC 5280's preferred name syntax has none; private authorities write them. */
  readonly underscores: boolean;
  readonly isPublicSuffix: PublicSuffixRule;
}

export const defaultDnsRules: DnsRules = { underscores: true, isPublicSuffix: looksLikePublicSuffix };

/**
 * A name asked for, as lower-case A-labels without the dot of the root, or undefined when it is no DNS name.
 * Names with other letters than ASCII go through the platform's URL parser (UTS #46) to their A-labels.
 */
export function referenceDns(name: string): string | undefined {
  const ascii = toAscii(name);
  if (ascii === undefined) return undefined;
  // The final dot says that the name is absolute; presented names never bear it.
  const relative = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const lower = relative.toLowerCase();
  const labels = lower.split('.');
  if (!isHostName(labels, true)) return undefined;
  // A name that ends in a number is an address to many parsers: too close to one to be a name.
  return /^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) as string) ? undefined : lower;
}

/** Whether a presented DNS name covers the name asked for, which is in the form of {@link referenceDns} (RFC 9525 §6.3). */
export function dnsMatches(presented: string, reference: string, rules: DnsRules): boolean {
  const labels = presentedLabels(presented, rules.underscores);
  if (labels === undefined) return false;
  if (labels[0] !== '*') return labels.join('.') === reference;
  // The wildcard stands for exactly one label; a registry's domain has no owner that could ask for it.
  const base = labels.slice(1).join('.');
  const dot = reference.indexOf('.');
  return labels.length > 2 && dot > 0 && reference.slice(dot + 1) === base && !rules.isPublicSuffix(base);
}

/**
 * The labels of a presented name in lower case, a wildcard only as the whole first one; undefined for any other string:
 * spaces, control characters, a final dot, U-labels, part of a label as wildcard.
 */
export function presentedLabels(presented: string, underscores: boolean): readonly string[] | undefined {
  const labels = presented.toLowerCase().split('.');
  const plain = labels[0] === '*' ? labels.slice(1) : labels;
  return isHostName(plain, underscores) && presented.length <= 253 ? labels : undefined;
}

function isHostName(labels: readonly string[], underscores: boolean): boolean {
  const label = underscores ? /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/ : /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
  return labels.length > 0 && labels.every(text => label.test(text)) && labels.join('.').length <= 253;
}

function toAscii(name: string): string | undefined {
  if (name.length > 1024) return undefined;
  if (/^[\x21-\x7e]+$/.test(name)) return name;
  // Whatever means something to a URL outside its host is no part of a name.
  if (typeof URL !== 'function' || /[\p{Cc}\p{Z}/:?#@%\\[\]<>^|`]/u.test(name)) return undefined;
  try {
    return new URL(`https://${name}/`).hostname;
  } catch {
    return undefined;
  }
}

/** Labels under which registries of countries register, in place of the whole list, which is `@tlskit/tls-x509/public-suffix`. */
const registryLabels = new Set('ac co com edu gob gouv gov go ltd mil ne net nom or org plc sch'.split(' '));

/** Top-level domains, and the second-level domains of countries by custom. */
function looksLikePublicSuffix(domain: string): boolean {
  const labels = domain.split('.');
  if (labels.length < 2) return true;
  return labels.length === 2 && labels[1]?.length === 2 && registryLabels.has(labels[0] as string);
}
