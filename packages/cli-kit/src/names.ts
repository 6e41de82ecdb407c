/** Lists as they are written on a command line, and names of groups as people know them. */
import { AnyCipherSuite, NamedGroup } from '@tlskit/tls-messages';
import { suggestion, UsageError } from './command-line.ts';

/** `a,b` or `a:b`, each item once. @throws UsageError for an empty or repeated item */
export function list(option: string, text: string, separator: RegExp = /[,:]/): readonly string[] {
  const items = text.split(separator).map(item => item.trim());
  if (items.includes('')) throw new UsageError(`${option} has an empty item: ${JSON.stringify(text)}`);
  const twice = items.find((item, index) => items.indexOf(item) !== index);
  if (twice !== undefined) throw new UsageError(`${option} has ${JSON.stringify(twice)} twice`);
  return items;
}

/** IANA's names of cipher suites, best first. @param option whose value this is @throws UsageError */
export function suites(text: string, option = '--ciphersuites'): readonly string[] {
  return named(option, 'cipher suite', text, Object.keys(AnyCipherSuite.values));
}

/** The versions of `--tls`, best first, each once: `1.3`, `1.2`, or both. @throws UsageError */
export function versions(text: string): readonly ('1.3' | '1.2')[] {
  return list('--tls', text).map(item => {
    // OpenSSL and curl say tls1.2, TLSv1.2 and tls1_2.
    const number = /^(?:tlsv?)?(1[._][23])$/i.exec(item)?.[1]?.replace('_', '.');
    if (number === '1.3' || number === '1.2') return number;
    throw new UsageError(`--tls is 1.3, 1.2 or 1.3,1.2, not ${JSON.stringify(item)}`);
  });
}

/** IANA's names of groups, best first; NIST's and SECG's names for the curves are understood. @throws UsageError */
export function groups(text: string): readonly string[] {
  return named('--groups', 'group', text, Object.keys(NamedGroup.values), groupAliases);
}

/** What OpenSSL, NIST and X9.62 call them. */
const groupAliases: ReadonlyMap<string, string> = new Map([
  ['p-256', 'secp256r1'],
  ['p-384', 'secp384r1'],
  ['p-521', 'secp521r1'],
  ['prime256v1', 'secp256r1'],
]);

function named(
  option: string,
  what: string,
  text: string,
  known: readonly string[],
  aliases: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const found = list(option, text).map(item => {
    const lower = item.toLowerCase();
    const name = aliases.get(lower) ?? known.find(candidate => candidate.toLowerCase() === lower);
    if (name !== undefined) return name;
    throw new UsageError(
      `${option}: no ${what} is called ${JSON.stringify(item)}${suggestion(item, [...known, ...aliases.keys()])}`,
    );
  });
  const twice = found.find((name, index) => found.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${option} has ${twice} twice`);
  return found;
}
