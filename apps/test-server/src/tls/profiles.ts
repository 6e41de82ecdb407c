/** Sets of versions, suites and groups by name: Mozilla's of "Server Side TLS" (5.7), without the versions that are not here, and all. */
import type { Version } from '@tlskit/cli-kit';
import type { CryptoProvider } from 'tlskit';
import { allGroups, allSuites } from './suites.ts';

export const profileNames = ['modern', 'intermediate', 'old', 'all'] as const;
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

/** In order of the tables. The hybrid group stands before Mozilla's, as it does in later drafts of theirs. */
const curves = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];
const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const intermediate = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];
const old = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
];

export function profileOf(name: ProfileName, provider: CryptoProvider): Profile {
  const both: readonly Version[] = ['1.3', '1.2'];
  switch (name) {
    case 'modern':
      return { versions: ['1.3'], suites: suites13, groups: curves, preference: 'client' };
    case 'intermediate':
      return {
        versions: both,
        suites: [...suites13, ...intermediate],
        groups: [...curves, 'ffdhe2048'],
        preference: 'client',
      };
    case 'old':
      return {
        versions: both,
        suites: [...suites13, ...intermediate, ...old],
        groups: [...curves, 'ffdhe2048'],
        preference: 'server',
      };
    case 'all':
      return {
        versions: both,
        suites: allSuites(provider),
        groups: allGroups(provider),
        preference: 'server',
        allSchemes: true,
      };
  }
}
