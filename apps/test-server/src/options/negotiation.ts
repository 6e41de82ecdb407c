/** What of the command line decides the negotiation, in the terms of the library: single options go before a profile. */
import {
  groups,
  list,
  signatureSchemes,
  suggestion,
  suites,
  UsageError,
  type Version,
  versionRange,
  versions,
} from '@tlskit/cli-kit';
import { type CryptoProvider, defaultGroups, type ServerOptions } from 'tlskit';
import { dheGroup } from '../tls/dhe-groups.ts';
import { type Profile, type ProfileName, profileNames, profileOf } from '../tls/profiles.ts';
import {
  allGroups,
  allSchemes,
  allSuites,
  allVersions,
  isGroupOf,
  isSuiteOf,
  modules,
  type Suites,
  sorted,
} from '../tls/suites.ts';

/** What was given, by the names of the table. */
export interface GivenNegotiation {
  readonly profile?: string;
  readonly tls?: string;
  readonly 'tls-min'?: string;
  readonly 'tls-max'?: string;
  readonly ciphersuites?: string;
  readonly legacy?: string;
  readonly groups?: string;
  readonly 'dhe-group'?: string;
  readonly sigalgs?: string;
  readonly alpn?: string;
  readonly www?: true;
  readonly 'record-size-limit'?: string;
  readonly 'max-fragment-length'?: true;
  readonly heartbeat?: true;
  readonly renegotiation?: true;
}

export type Negotiation = Pick<
  ServerOptions,
  'versions' | 'cipherSuites' | 'legacy' | 'groups' | 'signatureSchemes' | 'preference' | 'alpn' | 'alpnMismatch'
> & { readonly dhParameters: ReturnType<typeof dheGroup> | undefined };

/** @throws UsageError */
export function negotiationOf(given: GivenNegotiation, provider: CryptoProvider): Negotiation {
  const profile = given.profile === undefined ? undefined : profileNamed(given.profile, provider);
  const spoken = versionsOf(given, profile);
  return {
    versions: spoken?.map(version => modules[version]),
    ...suitesOf(given, profile, spoken, provider),
    groups: groupsOf(given, profile, spoken ?? allVersions, provider),
    signatureSchemes: schemesOf(given, profile, spoken ?? allVersions, provider),
    preference: profile?.preference,
    ...alpnOf(given),
    dhParameters: given['dhe-group'] === undefined ? undefined : dheGroup(given['dhe-group']),
  };
}

/** Who was told of none speaks HTTP/1.1 where it is spoken, and lets others have their way. */
function alpnOf({ alpn, www }: GivenNegotiation): Pick<Negotiation, 'alpn' | 'alpnMismatch'> {
  if (alpn !== undefined) return { alpn: list('--alpn', alpn, /,/) };
  return www ? { alpn: ['http/1.1'], alpnMismatch: 'ignore' } : {};
}

function profileNamed(text: string, provider: CryptoProvider): Profile {
  const name = profileNames.find((candidate): candidate is ProfileName => candidate === text.toLowerCase());
  if (name !== undefined) return profileOf(name, provider);
  throw new UsageError(`--profile: no profile is called ${JSON.stringify(text)}${suggestion(text, profileNames)}`);
}

/** Undefined for those that the suites allow. */
function versionsOf(given: GivenNegotiation, profile: Profile | undefined): readonly Version[] | undefined {
  if (given.tls !== undefined) return versions(given.tls);
  const { 'tls-min': min, 'tls-max': max } = given;
  if (min === undefined && max === undefined) return profile?.versions;
  const range = versionRange(min, max);
  // The whole range is what is meant without any: a version without suites is left out.
  return range.length === allVersions.length ? undefined : range;
}

function suitesOf(
  given: GivenNegotiation,
  profile: Profile | undefined,
  spoken: readonly Version[] | undefined,
  provider: CryptoProvider,
): Suites | Pick<Suites, 'legacy'> {
  const beside = given.legacy === undefined ? [] : suites(given.legacy, '--legacy');
  const isAll = given.ciphersuites === 'all';
  const named =
    given.ciphersuites === undefined ? profile?.suites : isAll ? allSuites(provider) : suites(given.ciphersuites);
  if (named === undefined) return { legacy: beside.length === 0 ? undefined : beside };
  // Sets are of all versions, and here is what is left of them; what was named one by one is an error where it cannot be.
  const chosen =
    given.ciphersuites === undefined || isAll ? named.filter(suite => isSuiteOf(spoken ?? allVersions, suite)) : named;
  const repeated = beside.find(suite => chosen.includes(suite) && !isAll && given.ciphersuites !== undefined);
  if (repeated !== undefined) throw new UsageError(`--legacy has ${repeated}, which --ciphersuites has too`);
  return sorted([...new Set([...chosen, ...beside])]);
}

function groupsOf(
  given: GivenNegotiation,
  profile: Profile | undefined,
  spoken: readonly Version[],
  provider: CryptoProvider,
): readonly string[] | undefined {
  if (given.groups !== undefined && given.groups !== 'all') return groups(given.groups);
  const set = given.groups === 'all' ? allGroups(provider) : (profile?.groups ?? withDheGroup(given));
  return set?.filter(group => isGroupOf(spoken, group));
}

/** Clients that name groups of RFC 7919 get DHE in one of them alone (§4): the one there is for others is for them too. */
function withDheGroup({ ciphersuites = '', legacy = '', 'dhe-group': group = 'ffdhe2048' }: GivenNegotiation) {
  const wanted = ciphersuites === 'all' || `${ciphersuites},${legacy}`.includes('_DHE_');
  return wanted ? [...defaultGroups, group.toLowerCase()] : undefined;
}

function schemesOf(
  given: GivenNegotiation,
  profile: Profile | undefined,
  spoken: readonly Version[],
  provider: CryptoProvider,
): readonly string[] | undefined {
  const { sigalgs = profile?.allSchemes && 'all' } = given;
  if (sigalgs === undefined) return undefined;
  if (sigalgs !== 'all' && sigalgs !== 'all+sha1') return signatureSchemes(sigalgs);
  return allSchemes(provider, spoken, sigalgs === 'all+sha1');
}
