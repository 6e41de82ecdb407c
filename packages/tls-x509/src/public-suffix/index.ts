/**
 * The domains below which registries register, by the Public Suffix List, for `isPublicSuffix` of a verifier. An entry of its own, so that
 * those alone carry the list who go by it: 40 kB, 18 of them compressed.
 *
 * Its section ICANN DOMAINS alone, as the Baseline Requirements tell authorities (§3.2.2.6), and as browsers match wildcards. The other
 * section, PRIVATE DOMAINS, is of companies whose customers have names below theirs: `github.io` belongs to somebody, who has a
 * certificate for `*.github.io`.
 */
import { type PublicSuffixRule, referenceDns } from '../dns.ts';
import { rules } from './rules.ts';

let labelsByParent: ReadonlyMap<string, string> | undefined;

/**
 * Whether a domain is a registry's, so that a wildcard right below it is nobody's. That is
 *
 * - what a rule of the list names, such as `co.uk`; by the rule `*.kobe.jp` both `kobe.jp` and `anything.kobe.jp`, but not
 *   `city.kobe.jp`, its exception;
 * - every single label, known or not, as the list says of what it does not know: `com`, `internal`.
 *
 * Regardless of case and of the final dot; U-labels go by their A-labels. What is no DNS name is none.
 */
export const isPublicSuffix: PublicSuffixRule = Object.assign(
  (domain: string): boolean => {
    const name = referenceDns(domain);
    if (name === undefined) return false;
    const dot = name.indexOf('.');
    if (dot === -1) return true;
    const [label, parent] = [name.slice(0, dot), name.slice(dot + 1)];
    return (isRule(label, parent) || isRule('*', parent)) && !isRule(`!${label}`, parent);
  },
  { id: 'suffixes by list' },
);

function isRule(label: string, parent: string): boolean {
  labelsByParent ??= new Map(rules.split('\n').map(line => [line.slice(0, line.indexOf(' ')), `${line} `]));
  return labelsByParent.get(parent)?.includes(` ${label} `) === true;
}
