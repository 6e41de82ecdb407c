/** The provider for the web: public-key work by WebCrypto where the runtime has it, everything else by the portable provider. */
import {
  type AeadName,
  type CryptoProvider,
  type CurveName,
  type GroupName,
  type KeyAlgorithm,
  type KeyExchange,
  type ProviderPart,
  type PublicKey,
  primitiveNames,
  type SigningKey,
  withExtras,
} from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { hybridsOf } from '@tlskit/tls-crypto-noble/pq';
import { type Feature, type Has, webFeatures } from './feature.ts';
import { webEcdh, webMontgomery } from './key-exchange.ts';
import { webMlKem } from './ml-kem.ts';
import { webHas } from './probe.ts';
import { webPublicKey } from './public-key.ts';
import { webSigningKey } from './signing-key.ts';
import { platformSubtle, type Subtle } from './subtle.ts';

export interface WebOptions {
  /**
   * More primitives, such as `hybridGroups` of `@tlskit/tls-crypto-noble/pq`: those of them that WebCrypto has are then native
   * as well. What is added with `withExtras` afterwards stays portable, but for the curves in hybrid groups. None by default.
   */
  readonly extras?: readonly ProviderPart[];
  /** In place of the platform's `crypto.subtle`: another implementation, or null for none. */
  readonly subtle?: SubtleCrypto | null;
}

export type WebProvider = CryptoProvider & {
  /** Fulfilled when it is known what WebCrypto does. Never rejects. */
  readonly ready: Promise<void>;
  /** Who does what, as `primitiveNames` of `@tlskit/tls-crypto` names it. */
  describe(): Record<string, 'web' | 'noble'>;
};

/**
 * The provider for browsers, workers and other runtimes with WebCrypto. What the runtime has is tried out first, all at once, which
 * takes some milliseconds, the first time only. Where there is no WebCrypto, as outside of a secure context, everything is
 * portable, and `describe()` says so. Never rejects for what WebCrypto lacks.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export async function createWebProvider(options: WebOptions = {}): Promise<WebProvider> {
  const provider = startWebProvider(options);
  await provider.ready;
  return provider;
}

/**
 * The same provider at once: until `ready`, everything is done portably, and `describe()` says so; from then on natively where
 * it can be, by the groups and keys too that were taken from it before.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export function startWebProvider(options: WebOptions = {}): WebProvider {
  const { extras = [], subtle = platformSubtle() } = options;
  const noble = createNobleProvider();
  const features = featuresOf(withExtras(noble, ...extras));
  // What newer runtimes have, types of the DOM do not.
  const web = (subtle ?? undefined) as unknown as Subtle | undefined;
  let native: ReadonlySet<Feature> | undefined = web === undefined ? new Set() : undefined;
  const has: Has = feature => native?.has(feature) ?? false;
  const mayBeNative = (key: KeyAlgorithm) => isNative(key, feature => native?.has(feature) ?? true);
  const extended = withExtras(
    { ...noble, groups: web === undefined ? noble.groups : curvesOf(web, noble, has) },
    ...extras,
  );
  return {
    ...extended,
    name: 'web',
    ready: tryOut(web, features).then(found => {
      native = found;
    }),
    aeadOrder: ['chacha20-poly1305', 'aes-128-gcm', 'aes-256-gcm'] satisfies AeadName[],
    groups: web === undefined ? extended.groups : groupsOf(web, extended.groups, has),
    importPublicKey(spki): PublicKey {
      const portable = extended.importPublicKey(spki);
      return web !== undefined && mayBeNative(portable.algorithm) ? webPublicKey(web, has, portable) : portable;
    },
    importPrivateKey(pkcs8): SigningKey {
      const portable = extended.importPrivateKey(pkcs8);
      return web !== undefined && mayBeNative(portable.algorithm) ? webSigningKey(web, has, pkcs8, portable) : portable;
    },
    describe() {
      // What was added afterwards is portable.
      return Object.fromEntries(primitiveNames(this).map(name => [name, has(name as Feature) ? 'web' : 'noble']));
    },
  };
}

async function tryOut(web: Subtle | undefined, features: readonly Feature[]): Promise<ReadonlySet<Feature>> {
  return web === undefined ? new Set() : webHas(web, features);
}

const curves: readonly CurveName[] = ['secp256r1', 'secp384r1', 'secp521r1'];

/** The groups that every provider has. The halves of hybrid groups are taken from these. */
function curvesOf(web: Subtle, { groups }: CryptoProvider, has: Has): CryptoProvider['groups'] {
  const native: { [K in GroupName]?: KeyExchange } = { ...groups };
  for (const curve of curves) {
    const portable = groups[curve] as KeyExchange;
    native[curve] = either(() => has(curve), webEcdh(web, curve, portable), portable);
  }
  const x25519 = groups.x25519 as KeyExchange;
  native.x25519 = either(() => has('x25519'), webMontgomery(web, 'x25519', x25519), x25519);
  return native;
}

/** The groups with those of the extras that WebCrypto may have. */
function groupsOf(web: Subtle, groups: CryptoProvider['groups'], has: Has): CryptoProvider['groups'] {
  const [kem768, kem1024] = [webMlKem(web, 768), webMlKem(web, 1024)];
  const { X25519MLKEM768, SecP256r1MLKEM768, SecP384r1MLKEM1024 } = hybridsOf(groups, kem768, kem1024);
  const native: readonly (readonly [Feature, KeyExchange | undefined])[] = [
    ['x448', groups.x448 && webMontgomery(web, 'x448', groups.x448)],
    ['ml-kem-768', { name: 'MLKEM768', ...kem768 }],
    ['ml-kem-768', X25519MLKEM768],
    ['ml-kem-768', SecP256r1MLKEM768],
    ['ml-kem-1024', { name: 'MLKEM1024', ...kem1024 }],
    ['ml-kem-1024', SecP384r1MLKEM1024],
  ];
  const chosen: { [K in GroupName]?: KeyExchange } = { ...groups };
  for (const [feature, group] of native) {
    const portable = group && groups[group.name];
    if (portable) chosen[group.name] = either(() => has(feature), group, portable);
  }
  return chosen;
}

/** Decided at each exchange, and whoever begins one ends it. */
function either(isNative: () => boolean, native: KeyExchange, portable: KeyExchange): KeyExchange {
  return {
    name: portable.name,
    offer: () => (isNative() ? native : portable).offer(),
    respond: peerShare => (isNative() ? native : portable).respond(peerShare),
  };
}

/** Whether WebCrypto does anything with keys of this kind. */
function isNative(key: KeyAlgorithm, has: Has): boolean {
  switch (key.type) {
    case 'ec':
      return has(`ecdsa-${key.curve}`);
    case 'ml-dsa':
      return has(`ml-dsa-${key.set}`);
    case 'rsa':
      return has('rsa-pss') || has('rsa-pkcs1');
    case 'ed25519':
    case 'ed448':
      return has(key.type);
    default:
      return false;
  }
}

/** What of the provider's WebCrypto may have. */
function featuresOf(provider: CryptoProvider): Feature[] {
  return primitiveNames(provider).filter((name): name is Feature => (webFeatures as readonly string[]).includes(name));
}
