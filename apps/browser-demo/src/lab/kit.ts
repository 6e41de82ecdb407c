/** What a run is made of beside its settings: providers with all that these ask for, and who the ends are. */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { type CryptoProvider, withExtras } from 'tlskit';
import { type EngineVersion, tls13 } from 'tlskit/engine';
import { authority, client, type EncodedIdentity, servers } from './identities.ts';
import { seededRandom } from './random.ts';
import type { Settings } from './settings.ts';

/** DER. */
export interface Identity {
  readonly chain: readonly Uint8Array[];
  readonly key: Uint8Array;
  readonly staple: Uint8Array;
}

export interface Kit {
  /** Each end draws from a source of its own: what one does changes nothing of the other's. */
  readonly clientProvider: CryptoProvider;
  readonly serverProvider: CryptoProvider;
  readonly version: EngineVersion;
  readonly authority: Uint8Array;
  readonly server: Identity;
  readonly client: Identity;
}

type Parts = Parameters<typeof withExtras> extends [unknown, ...infer P] ? P : never;

/** What only few settings need is loaded with the first of these. */
export async function kitFor(settings: Settings): Promise<Kit> {
  const { group, suite, seed } = settings;
  const parts: Parts = [];
  if (group === 'X25519MLKEM768') parts.push((await import('@tlskit/tls-crypto-noble/pq')).hybridGroups);
  if (group === 'x448') parts.push((await import('@tlskit/tls-crypto-noble/more')).x448);
  if (group.startsWith('ffdhe')) parts.push((await import('@tlskit/tls-crypto-noble/more')).ffdhe);
  if (/_CCM_/.test(suite)) parts.push((await import('@tlskit/tls-crypto-noble/more')).ccm);
  if (settings.version === '1.2') {
    parts.push(...(await import('@tlskit/tls-crypto-noble/legacy')).legacyExtras);
    parts.push((await import('./decrypting.ts')).decrypting);
  }
  const plain = createNobleProvider();
  const provider = (name: string) =>
    withExtras(createNobleProvider({ random: seededRandom(plain, seed, name) }), ...parts);
  return {
    clientProvider: provider('client'),
    serverProvider: provider('server'),
    version: settings.version === '1.2' ? (await import('./version12.ts')).tls12 : tls13,
    authority: bytes(authority),
    server: decoded(servers[settings.certificate]),
    client: decoded(client),
  };
}

function decoded({ chain, key, staple }: EncodedIdentity): Identity {
  return { chain: chain.map(bytes), key: bytes(key), staple: bytes(staple) };
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}
