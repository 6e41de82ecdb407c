/** Lists as they are written on a command line, and names of groups as people know them. */
import { AnyCipherSuite, NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import { suggestion, UsageError } from './command-line.ts';

/** `a,b` or `a:b`, each item once. @throws UsageError for an empty or repeated item */
export function list(option: string, text: string, separator: RegExp = /[,:]/): readonly string[] {
  const items = text.split(separator).map(item => item.trim());
  if (items.includes('')) throw new UsageError(`${option} has an empty item: ${JSON.stringify(text)}`);
  const twice = items.find((item, index) => items.indexOf(item) !== index);
  if (twice !== undefined) throw new UsageError(`${option} has ${JSON.stringify(twice)} twice`);
  return items;
}

/** All that {@link suites}, {@link groups} and {@link signatureSchemes} know, for completion. */
export const suiteNames: readonly string[] = Object.keys(AnyCipherSuite.values);
export const groupNames: readonly string[] = Object.keys(NamedGroup.values);
export const signatureSchemeNames: readonly string[] = Object.keys(SignatureScheme.values);

/** IANA's names of cipher suites, best first. @param option whose value this is @throws UsageError */
export function suites(text: string, option = '--ciphersuites'): readonly string[] {
  return named(option, 'cipher suite', text, suiteNames);
}

/** A version of TLS that there is here. */
export type Version = '1.3' | '1.2';

/** The versions of `--tls`, best first, each once: `1.3`, `1.2`, or both. @throws UsageError */
export function versions(text: string): readonly Version[] {
  return list('--tls', text).map(item => {
    const version = versionOf(item);
    if (version !== undefined) return version;
    throw new UsageError(`--tls is 1.3, 1.2 or 1.3,1.2, not ${JSON.stringify(item)}`);
  });
}

/** The versions from `--tls-min` to `--tls-max`, best first; without an end as far as it goes. @throws UsageError */
export function versionRange(min = '1.2', max = '1.3'): readonly Version[] {
  const end = (option: string, text: string) => {
    const version = versionOf(text);
    if (version !== undefined) return version;
    throw new UsageError(`${option} is 1.2 or 1.3, not ${JSON.stringify(text)}`);
  };
  const [from, to] = [end('--tls-min', min), end('--tls-max', max)];
  if (from > to) throw new UsageError(`--tls-min ${from} is above --tls-max ${to}`);
  return (['1.3', '1.2'] as const).filter(version => version >= from && version <= to);
}

/** OpenSSL and curl say tls1.2, TLSv1.2 and tls1_2. */
function versionOf(text: string): Version | undefined {
  const number = /^(?:tlsv?)?(1[._][23])$/i.exec(text)?.[1]?.replace('_', '.');
  return number === '1.3' || number === '1.2' ? number : undefined;
}

/** IANA's names of groups, best first; NIST's and SECG's names for the curves are understood. @throws UsageError */
export function groups(text: string): readonly string[] {
  return named('--groups', 'group', text, groupNames, groupAliases);
}

/** IANA's names of signature schemes, best first. @throws UsageError */
export function signatureSchemes(text: string): readonly string[] {
  return named('--sigalgs', 'signature scheme', text, signatureSchemeNames);
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
