/** The options of the library's server, from what was told and the certificates that there are now. */
import {
  type CredentialOptions,
  type CredentialSource,
  type CryptoProvider,
  defaultLimits,
  MemoryReplayGuard,
  MemorySessionCache,
  TlsError,
} from 'tlskit';
import type { TlsServerOptions } from 'tlskit/node';
import { read } from '../options/files.ts';
import type { ServerSettings } from '../options/settings.ts';

/** What outlives a reload of the certificates. */
export interface Lasting {
  readonly provider: CryptoProvider;
  readonly sessions: MemorySessionCache | undefined;
  /** The tickets are this server's own and of its own time: what came before it, it need not fear. */
  readonly guard: MemoryReplayGuard;
}

export function lasting({ sessions: { cache } }: ServerSettings, provider: CryptoProvider): Lasting {
  return { provider, sessions: cache ? new MemorySessionCache() : undefined, guard: new MemoryReplayGuard() };
}

/** @throws UsageError for a file that cannot be read */
export function tlsOptions(
  settings: ServerSettings,
  credentials: readonly CredentialOptions[] | CredentialSource,
  { provider, sessions: cache, guard }: Lasting,
): TlsServerOptions {
  const { negotiation, records, sessions, clients, limits, serverNames } = settings;
  const { dhParameters, ...negotiated } = negotiation;
  return {
    provider,
    ...(typeof credentials === 'function' ? { selectCredential: credentials } : { credentials }),
    ...negotiated,
    ...clientAuth(clients),
    onClientHello: serverNames && (({ serverName }) => checkName(serverName, serverNames)),
    recordSizeLimit: records.sizeLimit,
    maxFragmentLength: records.maxFragmentLength,
    heartbeat: records.heartbeat ? 'peer_allowed_to_send' : undefined,
    tls12: {
      renegotiation: records.renegotiation ? 'accept' : 'refuse',
      dhParameters,
      sessions: cache ?? false,
      // Clients that know nothing of RFC 7627 are to be tested too.
      resumeWithoutExtendedMasterSecret: true,
    },
    pskLookup: sessions.psk,
    pskModes: sessions.pskKe ? ['psk_dhe_ke', 'psk_ke'] : undefined,
    ...(sessions.tickets === 0 ? { tickets: false } : { ticketCount: sessions.tickets }),
    ticketLifetime: sessions.lifetime,
    earlyData: sessions.earlyData === undefined ? undefined : { maxSize: sessions.earlyData, guard },
    limits: {
      maxMessageLength: limits.message,
      maxHeldInput: Math.max(limits.message * 2, defaultLimits.maxHeldInput),
    },
    handshakeTimeout: limits.handshake,
  };
}

function clientAuth({ mode, ca, afterHandshake }: ServerSettings['clients']): Partial<TlsServerOptions> {
  if (mode === 'none' && !afterHandshake) return {};
  const trust = ca === undefined ? ({ insecure: 'accept any certificate' } as const) : { roots: read('--ca', ca) };
  return { clientAuth: mode, trust };
}

/** RFC 6066 §3: a server that knows not the name "SHOULD … abort the handshake", which here it does. */
function checkName(asked: string | undefined, known: readonly string[]): void {
  if (asked === undefined || known.includes(asked)) return;
  throw new TlsError('ERR_TLS_UNRECOGNIZED_NAME', `the client asks for ${JSON.stringify(asked)}, which is nobody here`);
}
