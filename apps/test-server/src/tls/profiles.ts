/** Sets of versions, suites and groups by name: Mozilla's, without the versions that are not here, and all. */
import { mozillaProfileNames, mozillaProfiles, type Version } from '@tlskit/cli-kit';
import type { CryptoProvider } from 'tlskit';
import { allGroups, allSuites, allVersions } from './suites.ts';

export const profileNames = [...mozillaProfileNames, 'all'] as const;
export type ProfileName = (typeof profileNames)[number];

export interface Profile {
  readonly versions: readonly Version[];
  /** Best first. */
  readonly suites: readonly string[];
  /** Best first; absent for the usual ones. */
  readonly groups?: readonly string[];
  /** Whose order decides on the suite. */
  readonly preference: 'server' | 'client';
  /** Whether everything that can sign may, but SHA-1. */
  readonly allSchemes?: true;
}

export function profileOf(name: ProfileName, provider: CryptoProvider): Profile {
  if (name === 'all') {
    return {
      versions: allVersions,
      suites: allSuites(provider),
      groups: allGroups(provider),
      preference: 'server',
      allSchemes: true,
    };
  }
  const { versions, suites, groups, preference } = mozillaProfiles[name];
  return { versions: allVersions.filter(version => versions.includes(version)), suites, groups, preference };
}
