/** What clients and servers both may say, checked and filled up with defaults to what the engine takes. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '@tlskit/tls-engine';
import { type CertificateCompression, encodeAlpnName, type PeerVerifier } from '@tlskit/tls-handshake';
import type { PublicSuffixRule } from '@tlskit/tls-x509';
import type { CommonOptions } from '../options.ts';
import { certificateFeatures, type JudgingGround, type JudgingOptions } from './certificates.ts';
import { heartbeatOf } from './channels.ts';
import { invalid, optionalFunction, shown, strings } from './check.ts';
import type { KeyFiles } from './key-files.ts';
import { limitsOf } from './limits.ts';
import { certificateSchemeCodes, cipherSuiteCodes, groupCodes, schemeCodes } from './names.ts';
import { pskModeCodes } from './psk.ts';
import type { TrustStores } from './trust-stores.ts';
import { namedVersions } from './versions.ts';

/** What a face fills in where the caller is silent. */
export interface FaceDefaults {
  readonly provider: () => CryptoProvider;
  readonly versions: readonly EngineVersion[];
  /** Absent where trust must be said. */
  readonly verifier?: (provider: CryptoProvider, options: JudgingOptions) => PeerVerifier;
  /** Absent where bundles are to be without it. */
  readonly keyFiles?: KeyFiles;
  /** Roots by name; absent where there are none. */
  readonly trustStores?: TrustStores;
  /** Which domains are registries'; absent for a guess, so that bundles are without the list. */
  readonly isPublicSuffix?: PublicSuffixRule;
  /** Absent for none. */
  readonly certificateCompression?: readonly CertificateCompression[];
}

/** What only the engine's face lets in from outside. */
export interface Injected {
  readonly random?: ((length: number) => Uint8Array) | undefined;
  readonly now?: (() => number) | undefined;
}

/** Fields of the same name and meaning. */
export type CommonConfig = Pick<
  ClientEngineConfig & ServerEngineConfig,
  Exclude<keyof ClientEngineConfig & keyof ServerEngineConfig, 'alpnMismatch' | 'credentials'>
>;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function commonConfig(
  options: CommonOptions & JudgingOptions,
  defaults: FaceDefaults,
  { random, now }: Injected,
): CommonConfig {
  const provider = options.provider ?? defaults.provider();
  if (typeof provider !== 'object' || typeof provider.importPublicKey !== 'function' || provider.keys === undefined) {
    throw invalid(`provider is a crypto provider, not ${shown(provider)}`);
  }
  const versions = namedVersions(options.versions ?? defaults.versions);
  const { maxMessageLength, maxCertificates, maxTickets, maxCertificateRequests, ...engineLimits } = limitsOf(
    options.limits,
  );
  const signatureSchemes = schemeCodes(options.signatureSchemes, { provider, versions });
  return {
    provider,
    random: optionalFunction('random', random) ?? (length => provider.random(length)),
    now: optionalFunction('now', now) ?? Date.now,
    versions,
    cipherSuites: cipherSuiteCodes(options, provider, versions),
    groups: groupCodes(options.groups, provider, versions),
    signatureSchemes,
    certificateSchemes: certificateSchemeCodes(options.certificateSignatureSchemes, { provider, versions }),
    certificates: certificateFeatures(
      options,
      { provider, versions, signatureSchemes },
      defaults.certificateCompression,
    ),
    alpn: alpnOf(options.alpn),
    pskModes: pskModeCodes(options.pskModes),
    limits: { maxMessageLength, maxCertificates, maxTickets, maxCertificateRequests },
    engineLimits,
    heartbeat: heartbeatOf(options),
    alertFor: optionalFunction('alertFor', options.alertFor),
    emitSecrets: false,
  };
}

export function judgingGround({ provider, now }: CommonConfig, { isPublicSuffix }: FaceDefaults): JudgingGround {
  return { provider, now, isPublicSuffix };
}

function alpnOf(given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  const names = strings('alpn', given);
  for (const name of names) encodeAlpnName(name);
  return names;
}
