/** What must work with every peer: cipher suite × group × kind of certificate. */

export const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
export const groups = ['x25519', 'secp256r1', 'secp384r1'] as const;
export const kinds = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048'] as const;

export type Suite = (typeof suites)[number];
export type Group = (typeof groups)[number];
export type Kind = (typeof kinds)[number];

export interface Combination {
  readonly suite: Suite;
  readonly group: Group;
  readonly kind: Kind;
}

/** All 36, those of one kind of certificate together. */
export const matrix: readonly Combination[] = kinds.flatMap(kind =>
  groups.flatMap(group => suites.map(suite => ({ suite, group, kind }))),
);

/** Every suite, group and kind at least once. */
export const diagonal: readonly Combination[] = kinds.map((kind, i) => ({
  kind,
  suite: suites[i % suites.length]!,
  group: groups[(i + 1) % groups.length]!,
}));

/** Those of one kind of certificate, as rows whose first columns are for titles. */
export function rows(combinations: readonly Combination[], kind: Kind): [Suite, Group, Combination][] {
  return combinations.filter(each => each.kind === kind).map(each => [each.suite, each.group, each]);
}

/** IANA's name of the signature scheme that a TLS 1.3 handshake uses with such a key. */
export const schemes: Readonly<Record<Kind, string>> = {
  'ecdsa-p256': 'ecdsa_secp256r1_sha256',
  'ecdsa-p384': 'ecdsa_secp384r1_sha384',
  ed25519: 'ed25519',
  'rsa-2048': 'rsa_pss_rsae_sha256',
};

/** OpenSSL's names, for `-groups`, `--curves` and `ecdhCurve`. */
export const opensslGroups: Readonly<Record<Group, string>> = {
  x25519: 'X25519',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
};

/** How OpenSSL tells of a group after the handshake. */
export const opensslKeys: Readonly<Record<Group, RegExp>> = {
  x25519: /Server Temp Key: X25519, 253 bits/,
  secp256r1: /Server Temp Key: ECDH, (prime256v1|P-256), 256 bits/,
  secp384r1: /Server Temp Key: ECDH, (secp384r1|P-384), 384 bits/,
};
