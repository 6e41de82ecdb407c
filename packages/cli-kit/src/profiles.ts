/** Mozilla's recommendations for servers, "Server Side TLS" (5.7), by name: what a server of that kind speaks, and no more. */

export const mozillaProfileNames = ['modern', 'intermediate', 'old'] as const;
export type MozillaProfileName = (typeof mozillaProfileNames)[number];

export interface MozillaProfile {
  /** Best first. */
  readonly versions: readonly ('1.3' | '1.2' | '1.1' | '1.0')[];
  /** IANA's names, best first. */
  readonly suites: readonly string[];
  /** IANA's names, best first, those of finite fields last. */
  readonly groups: readonly string[];
  /** Whose order decides on the suite. */
  readonly preference: 'server' | 'client';
  /** Kinds of key that certificates have. */
  readonly keys: readonly ('ECDSA' | 'RSA')[];
  /** The fewest bits of an RSA key. */
  readonly rsaBits: number;
  /** The fewest bits of a finite-field group; absent where there is none. */
  readonly dhBits?: number;
  /** The most days that a certificate lives. */
  readonly certificateDays: number;
}

/** The hybrid group stands before Mozilla's, as it does in later drafts of theirs. */
const curves = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];
const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const forward = [
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
const outdated = [
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

export const mozillaProfiles: Readonly<Record<MozillaProfileName, MozillaProfile>> = {
  modern: {
    versions: ['1.3'],
    suites: suites13,
    groups: curves,
    preference: 'client',
    keys: ['ECDSA'],
    rsaBits: 2048,
    certificateDays: 90,
  },
  intermediate: {
    versions: ['1.3', '1.2'],
    suites: [...suites13, ...forward],
    groups: [...curves, 'ffdhe2048'],
    preference: 'client',
    keys: ['ECDSA', 'RSA'],
    rsaBits: 2048,
    dhBits: 2048,
    certificateDays: 366,
  },
  old: {
    versions: ['1.3', '1.2', '1.1', '1.0'],
    suites: [...suites13, ...forward, ...outdated],
    groups: [...curves, 'ffdhe2048'],
    preference: 'server',
    keys: ['ECDSA', 'RSA'],
    rsaBits: 2048,
    dhBits: 1024,
    certificateDays: 366,
  },
};
