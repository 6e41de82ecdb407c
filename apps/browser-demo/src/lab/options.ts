/** The settings in terms of the library's options, one end at a time. */
import type { CookieKeys, MemoryReplayGuard, MemorySessionCache, TicketKeys } from 'tlskit';
import type { ClientEngineOptions, ServerEngineOptions } from 'tlskit/engine';
import type { Kit } from './kit.ts';
import type { Settings } from './settings.ts';

/** The name that the server's certificate is for; nobody looks it up. */
export const SERVER_NAME = 'server.example';

/** What a server keeps from one connection to the next. */
export interface Keeping {
  readonly tickets: TicketKeys;
  readonly cookies: CookieKeys;
  readonly guard: MemoryReplayGuard;
  readonly sessions: MemorySessionCache;
}

const psk = { identity: 'a key of both', key: new TextEncoder().encode('32 bytes that both of them know.') };

/** Bytes of a record of which the client wants no more (RFC 8449). */
const SHORT = 512;

/** Of the options of either end that the settings say the same of. */
function ofBoth({ suite, alpn }: Settings) {
  return {
    ...(/_CBC_|^TLS_RSA_|^TLS_DHE_/.test(suite) ? { cipherSuites: [], legacy: [suite] } : { cipherSuites: [suite] }),
    ...(alpn ? { alpn: ['http/1.1'] } : {}),
  };
}

export function clientOptions(settings: Settings, kit: Kit): ClientEngineOptions {
  const { version, group, clientAuth } = settings;
  return {
    ...ofBoth(settings),
    provider: kit.clientProvider,
    random: kit.clientProvider.random,
    versions: [kit.version],
    emitSecrets: true,
    trust: { roots: [kit.authority] },
    servername: SERVER_NAME,
    // More groups are offered than the server takes, which needs some of them to sign by; a share is sent for its group, or for none.
    groups: [...new Set([group, 'x25519', 'secp256r1', 'secp384r1'])],
    ...(version === '1.3' ? { keyShares: settings.helloRetry ? [] : [group] } : {}),
    compatibilityMode: settings.compatibility,
    ...(settings.psk ? { psk: [psk] } : {}),
    ...(settings.shortRecords ? { recordSizeLimit: SHORT } : {}),
    ...(clientAuth ? { certificate: kit.client.chain, key: kit.client.key } : {}),
    earlyData: settings.resumption === 'early-data',
    ...(version === '1.2' ? { tls12: { sessionTickets: settings.resumption !== 'session-id' } } : {}),
  };
}

export function serverOptions(
  settings: Settings,
  kit: Kit,
  { tickets, guard, sessions }: Keeping,
): ServerEngineOptions {
  const { version, group, clientAuth, resumption } = settings;
  return {
    ...ofBoth(settings),
    provider: kit.serverProvider,
    random: kit.serverProvider.random,
    versions: [kit.version],
    emitSecrets: true,
    groups: [group],
    credentials: [
      {
        certificate: kit.server.chain,
        key: kit.server.key,
        ...(settings.staple ? { ocspResponse: kit.server.staple } : {}),
      },
    ],
    ...(settings.psk ? { pskLookup: () => psk } : {}),
    ...(clientAuth ? { clientAuth: 'require', trust: { roots: [kit.authority] } } : {}),
    tickets,
    earlyData: { guard },
    ...(version === '1.2' ? { tls12: { sessions: resumption === 'session-id' ? sessions : false } } : {}),
  };
}
