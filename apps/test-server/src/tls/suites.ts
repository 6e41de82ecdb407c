/** Which suites, groups and schemes there are, and which of the two lists of the library a suite goes into. */
import { UsageError, type Version } from '@tlskit/cli-kit';
import { NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import type { CryptoProvider } from 'tlskit';
import { defaultGroups, defaultSignatureSchemes } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';

/** What is said to the library for a version. */
export const modules = { '1.3': tls13, '1.2': tls12 } as const;

/** Every version that there is here. */
export const allVersions: readonly Version[] = ['1.3', '1.2'];

const versions = allVersions.map(version => modules[version].handshake);

/** Suites as the library wants them: those of old apart. */
export interface Suites {
  readonly cipherSuites: readonly string[];
  readonly legacy: readonly string[] | undefined;
}

/** @throws UsageError for what is no suite of TLS 1.2 or TLS 1.3 here */
export function sorted(suites: readonly string[]): Suites {
  const unknown = suites.find(suite => versionOf(suite) === undefined);
  if (unknown !== undefined) throw new UsageError(`--ciphersuites: ${unknown} is in none of the versions here`);
  const [modern, old] = [suites.filter(suite => !isLegacy(suite)), suites.filter(isLegacy)];
  return { cipherSuites: modern, legacy: old.length === 0 ? undefined : old };
}

/** Every suite that the provider can do, best first, without those that do not encrypt or do not authenticate. */
export function allSuites(provider: CryptoProvider): readonly string[] {
  return versions
    .flatMap(({ names, suiteInfo }) =>
      Object.entries(names.cipherSuites.values)
        .filter(([, code]) => suiteInfo(code) !== undefined && names.supports(code, provider))
        .map(([name]) => name),
    )
    .filter(name => !/_NULL_|_anon_/.test(name))
    .map((name, place) => ({ name, rank: rankOf(name), place }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ name }) => name);
}

/** Every group that the provider can do: the usual ones first. */
export function allGroups(provider: CryptoProvider): readonly string[] {
  return [...new Set([...defaultGroups, ...Object.keys(provider.groups)])];
}

/** Whether one of the versions has the group. */
export function isGroupOf(spoken: readonly Version[], group: string): boolean {
  const code = NamedGroup.valueOf(group);
  return code !== undefined && spoken.some(version => modules[version].handshake.names.groupInfo(code) !== undefined);
}

/** Whether one of the versions has the suite. */
export function isSuiteOf(spoken: readonly Version[], suite: string): boolean {
  return spoken.some(version => {
    const { names, suiteInfo } = modules[version].handshake;
    const code = names.cipherSuites.valueOf(suite);
    return code !== undefined && suiteInfo(code) !== undefined;
  });
}

/** Every scheme of the versions that the provider can do, the usual ones first, SHA-1 last or not at all. */
export function allSchemes(provider: CryptoProvider, spoken: readonly Version[], sha1: boolean): readonly string[] {
  const usable = Object.entries(SignatureScheme.values)
    .filter(([, code]) => spoken.some(version => canSign(code, provider, version)))
    .map(([name]) => name);
  const isSha1 = (name: string) => /sha1/.test(name);
  return [
    ...new Set([
      ...defaultSignatureSchemes.filter(name => usable.includes(name)),
      ...usable.filter(name => !isSha1(name)),
      ...usable.filter(name => sha1 && isSha1(name)),
    ]),
  ];
}

/** The version that a suite is of. */
function versionOf(suite: string): (typeof versions)[number] | undefined {
  return versions.find(({ names, suiteInfo }) => {
    const code = names.cipherSuites.valueOf(suite);
    return code !== undefined && suiteInfo(code) !== undefined;
  });
}

function isLegacy(suite: string): boolean {
  const names = versionOf(suite)?.names;
  const code = names?.cipherSuites.valueOf(suite);
  return code !== undefined && names?.isLegacy(code) === true;
}

function canSign(code: number, provider: CryptoProvider, version: Version): boolean {
  const info = modules[version].handshake.names.schemeInfo(code);
  if (info === undefined) return false;
  const { algorithm, keys } = info;
  return (
    keys.some(key => provider.keys[key]) && (!('hash' in algorithm) || provider.hashes[algorithm.hash] !== undefined)
  );
}

/** Forward secrecy first, then authenticated encryption, then whole tags and large blocks. */
function rankOf(name: string): number {
  const secrecy = /^TLS_(AES|CHACHA20)/.test(name) ? 0 : /_ECDHE_/.test(name) ? 1 : /_DHE_/.test(name) ? 2 : 3;
  const protection = /GCM|CHACHA20/.test(name)
    ? 0
    : /CCM(?!_8)/.test(name)
      ? 1
      : /CCM_8/.test(name)
        ? 3
        : /3DES/.test(name)
          ? 4
          : 2;
  return secrecy * 10 + protection;
}
