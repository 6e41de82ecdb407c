/** IANA's names become code points; what the provider cannot do is left out of the defaults, and refused by name. */
import type { AeadName, CryptoProvider } from '@tlskit/tls-crypto';
import type { EngineVersion } from '@tlskit/tls-engine';
import type { SchemeNeeds, VersionNames } from '@tlskit/tls-handshake';
import { CipherSuite, groupInfo, NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import type { Registry } from '@tlskit/tls-wire';
import { invalid, nearest, shown, strings } from './check.ts';

/** What names are judged by. */
export interface Abilities {
  readonly provider: CryptoProvider;
  readonly versions: readonly { readonly handshake: { readonly name: string; readonly names: VersionNames } }[];
}

/** What names are looked up in. */
type Names = Pick<Registry<string>, 'valueOf' | 'values'>;

/** Best first. The hybrid is as strong as the stronger of its halves, whichever that turns out to be (RFC 9954). */
export const defaultGroups = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'] as const;

/**
 * Best first. The last three are for signatures in certificates: they stand in `signature_algorithms`, so that servers
 * may present chains so signed, and no CertificateVerify of TLS 1.3 may bear them (RFC 9846 §4.3.3).
 */
export const defaultSignatureSchemes = [
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ed25519',
  'ecdsa_secp521r1_sha512',
  'ed448',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pss_pss_sha256',
  'rsa_pss_pss_sha384',
  'rsa_pss_pss_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
] as const;

/**
 * The suites, best first. Those of old are on only where `legacy` names them: behind the others, so that nobody who has better
 * comes to them.
 */
export function cipherSuiteCodes(
  {
    cipherSuites: named,
    legacy,
  }: { readonly cipherSuites?: readonly string[] | undefined; readonly legacy?: readonly string[] | undefined },
  provider: CryptoProvider,
  versions: readonly EngineVersion[],
): readonly number[] {
  // Whoever wants suites of old and no others says so by an empty list beside them.
  const none = named?.length === 0 && legacy !== undefined;
  const modern = none ? [] : suiteCodes('cipherSuites', named, provider, versions, false);
  if (legacy === undefined) return modern;
  const old = suiteCodes('legacy', legacy, provider, versions, true);
  return [...modern, ...old];
}

function suiteCodes(
  option: 'cipherSuites' | 'legacy',
  named: readonly string[] | undefined,
  provider: CryptoProvider,
  versions: readonly EngineVersion[],
  old: boolean,
): readonly number[] {
  const all = versions.map(({ handshake }) => handshake.names);
  const defaults = versions.flatMap(version => quickestFirst(version, provider));
  return codes(option, suiteRegistry(all), named, defaults, code => {
    const version = versions.find(({ handshake }) => handshake.suiteInfo(code) !== undefined);
    if (version === undefined) return 'belongs to none of the versions';
    const { names } = version.handshake;
    if (names.isLegacy(code) !== old) return old ? 'is for cipherSuites' : 'is on only where legacy names it';
    return names.supports(code, provider) ? undefined : lacking(provider);
  });
}

/** The default suites of a version: best first, or, where the provider says that it makes a difference, quickest first. */
function quickestFirst({ handshake }: EngineVersion, { aeadOrder }: CryptoProvider): readonly string[] {
  const { cipherSuites, defaultCipherSuites } = handshake.names;
  if (aeadOrder === undefined) return defaultCipherSuites;
  const place = (name: string) => {
    const info = handshake.suiteInfo(cipherSuites.valueOf(name) as number);
    const aead = aeadOf(info);
    const at = aead === undefined ? -1 : aeadOrder.indexOf(aead);
    return at < 0 ? aeadOrder.length : at;
  };
  return defaultCipherSuites.toSorted((a, b) => place(a) - place(b));
}

function aeadOf(info: ReturnType<EngineVersion['handshake']['suiteInfo']>): AeadName | undefined {
  if (info === undefined || 'aead' in info) return info?.aead;
  return info.protection.type === 'aead' ? info.protection.aead : undefined;
}

/** The suites of all versions by name; those that are known of, but of none of them, too. */
function suiteRegistry(all: readonly VersionNames[]): Names {
  const registries = [...all.map(({ cipherSuites }) => cipherSuites), CipherSuite];
  return {
    values: Object.assign({}, ...registries.map(({ values }) => values)),
    valueOf: name => registries.map(registry => registry.valueOf(name)).find(value => value !== undefined),
  };
}

export function groupCodes(
  named: readonly string[] | undefined,
  provider: CryptoProvider,
  versions: readonly EngineVersion[],
): readonly number[] {
  return codes('groups', NamedGroup, named, defaultGroups, code => {
    const infos = versions.map(({ handshake }) => handshake.names.groupInfo(code)).filter(info => info !== undefined);
    return infos.some(info => provider.groups[info.provider] !== undefined) ? undefined : lacking(provider);
  });
}

/** @param option whose value this is, for messages */
export function schemeCodes(
  named: readonly string[] | undefined,
  abilities: Abilities,
  option = 'signatureSchemes',
): readonly number[] {
  const chosen = anySchemeCodes(named, abilities, option);
  if (!chosen.some(code => schemeInfos(code, abilities).some(({ handshake }) => handshake))) {
    const names = abilities.versions.map(({ handshake }) => handshake.name).join(' or ');
    throw invalid(`${option} has only schemes for certificates: none of them may sign a handshake of ${names}`);
  }
  return chosen;
}

/** Schemes for certificates, where they are said apart (RFC 9846 §4.3.3). */
export function certificateSchemeCodes(
  named: readonly string[] | undefined,
  abilities: Abilities,
): readonly number[] | undefined {
  return named && anySchemeCodes(named, abilities, 'certificateSignatureSchemes');
}

function anySchemeCodes(named: readonly string[] | undefined, abilities: Abilities, option: string): readonly number[] {
  const chosen = codes(option, SignatureScheme, named, defaultSignatureSchemes, code => schemeProblem(code, abilities));
  // RFC 9846 §4.3.3: clients "MUST list them as the lowest priority".
  const isSha1 = (code: number) => schemeInfos(code, abilities).some(({ algorithm }) => hashOf(algorithm) === 'sha1');
  const last = chosen.findLastIndex(code => !isSha1(code));
  if (chosen.slice(0, last).some(isSha1)) throw invalid(`${option} has SHA-1 before others: it comes last`);
  return chosen;
}

/** Why a scheme must not be offered: peers would answer it with what the provider cannot verify. */
export function schemeProblem(code: number, abilities: Abilities): string | undefined {
  const { provider } = abilities;
  const can = schemeInfos(code, abilities).some(({ keys, algorithm }) => {
    const hash = hashOf(algorithm);
    return keys.some(key => provider.keys[key]) && (hash === undefined || provider.hashes[hash] !== undefined);
  });
  return can ? undefined : lacking(provider);
}

/** What each of the versions makes of a scheme. */
function schemeInfos(code: number, { versions }: Pick<Abilities, 'versions'>): readonly SchemeNeeds[] {
  return versions.map(({ handshake }) => handshake.names.schemeInfo(code)).filter(info => info !== undefined);
}

function hashOf(algorithm: SchemeNeeds['algorithm']) {
  return 'hash' in algorithm ? algorithm.hash : undefined;
}

/**
 * The groups to send shares for (RFC 9846 §4.3.8), which are of TLS 1.3: by default the best one, and where that has ML-KEM in it, which many servers
 * do not know yet, the best of the others too.
 */
export function keyShareCodes(named: readonly string[] | undefined, groups: readonly number[]): readonly number[] {
  if (named === undefined) {
    const shared = groups.filter(hasShares);
    const [best] = shared;
    if (best === undefined) return [];
    const isNew = (code: number) => groupInfo(code)?.postQuantum === true;
    const other = isNew(best) ? shared.find(code => !isNew(code)) : undefined;
    return other === undefined ? [best] : [best, other];
  }
  const chosen = strings('keyShares', named).map(name => code('keyShares', NamedGroup, name));
  let at = -1;
  for (const share of chosen) {
    const place = groups.indexOf(share);
    if (place < 0) throw invalid(`keyShares has ${NamedGroup.label(share)}, which is not among groups`);
    if (!hasShares(share)) throw invalid(`keyShares has ${NamedGroup.label(share)}, which TLS 1.3 has not`);
    // RFC 9846 §4.3.8: shares "MUST appear in the same order" as the groups.
    if (place < at) throw invalid('keyShares has another order than groups');
    at = place;
  }
  return chosen;
}

/** secp224r1 is TLS 1.2's alone. */
function hasShares(code: number): boolean {
  return groupInfo(code) !== undefined;
}

/** Sets of groups of equal preference, each group in one set at most and among those that are on. */
export function equalGroupCodes(
  named: readonly (readonly string[])[] | undefined,
  groups: readonly number[],
): readonly (readonly number[])[] | undefined {
  if (named === undefined) return undefined;
  if (!Array.isArray(named)) throw invalid('equalGroups is a list of lists of groups');
  const sets = named.map(set => strings('equalGroups', set).map(name => code('equalGroups', NamedGroup, name)));
  const all = sets.flat();
  if (new Set(all).size < all.length) throw invalid('equalGroups has a group twice');
  const off = all.find(group => !groups.includes(group));
  if (off !== undefined) throw invalid(`equalGroups has ${NamedGroup.label(off)}, which is not among groups`);
  return sets;
}

/** The best group of ours that the server is known to take, so that it need not ask for a share; undefined where none is known. */
export function predictedShare(
  named: readonly string[] | undefined,
  groups: readonly number[],
): readonly number[] | undefined {
  if (named === undefined) return undefined;
  const known = strings('serverGroups', named).map(name => code('serverGroups', NamedGroup, name));
  const best = groups.find(group => known.includes(group) && hasShares(group));
  return best === undefined ? undefined : [best];
}

function codes(
  option: string,
  registry: Names,
  named: readonly string[] | undefined,
  defaults: readonly string[],
  problem: (code: number) => string | undefined,
): readonly number[] {
  const names = named === undefined ? defaults : strings(option, named);
  const found: number[] = [];
  for (const name of names) {
    const value = code(option, registry, name);
    const reason = problem(value);
    if (reason === undefined) found.push(value);
    else if (named !== undefined) throw invalid(`${option}: ${name} ${reason}`);
  }
  if (found.length === 0) throw invalid(`${option} is empty`);
  return found;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION`, with the name that was probably meant */
export function code(option: string, registry: Names, name: string): number {
  const value = registry.valueOf(name);
  if (value !== undefined) return value;
  const near = nearest(name, Object.keys(registry.values));
  throw invalid(`${option}: IANA knows no ${shown(name)}${near === undefined ? '' : `; did you mean '${near}'?`}`);
}

function lacking(provider: CryptoProvider): string {
  return `is beyond the crypto provider '${provider.name}'`;
}
