/** What a run is made of beside its settings: providers, a version, keys and certificates. It is made once for settings that need the same. */
import type { EngineVersion } from '@tlskit/tls-engine';
import type { ClientAuthentication, Credential } from '@tlskit/tls-handshake';
import { identityOf } from './identities/index.ts';
import { judgeOf, loadJudging } from './judge.ts';
import { type Means, meansFor } from './providers.ts';
import type { Settings } from './settings.ts';

export interface Kit {
  readonly client: Means & { readonly credential: Credential | undefined };
  readonly server: Means & { readonly credential: Credential; readonly clientAuth: ClientAuthentication | undefined };
  readonly version: EngineVersion;
}

let last: { readonly name: string; readonly kit: Kit } | undefined;

/** The last one again, where it fits: who tries thousand variations of a connection imports keys once. */
export async function kitFor(settings: Settings): Promise<Kit> {
  const { version, suite, group, certificate, clientAuth, staple } = settings;
  const name = [version, suite, group, certificate, clientAuth, staple].join();
  if (last?.name !== name) last = { name, kit: await makeKit(settings) };
  return last.kit;
}

async function makeKit(settings: Settings): Promise<Kit> {
  const [means, version, server, client] = await Promise.all([
    meansFor(settings),
    versionOf(settings),
    identityOf(settings.certificate),
    settings.clientAuth ? identityOf('client') : undefined,
  ]);
  const [clientMeans, serverMeans] = [means('client'), means('server')];
  const importKey = ({ provider }: Means, key: Uint8Array) => provider.importPrivateKey(key);
  return {
    version,
    client: {
      ...clientMeans,
      credential: client && { chain: client.chain, key: importKey(clientMeans, client.key) },
    },
    server: {
      ...serverMeans,
      credential: {
        chain: server.chain,
        key: importKey(serverMeans, server.key),
        ...(settings.staple ? { ocsp: server.staple } : {}),
      },
      clientAuth: settings.clientAuth ? await clientAuthentication() : undefined,
    },
  };
}

async function clientAuthentication(): Promise<ClientAuthentication> {
  const { authorityName } = await loadJudging();
  return { mode: 'require', verifier: judgeOf('plain'), certificateAuthorities: [authorityName] };
}

async function versionOf({ version }: Settings): Promise<EngineVersion> {
  if (version === '1.2') return (await import('./version12.ts')).tls12;
  return (await import('./version13.ts')).tls13;
}
