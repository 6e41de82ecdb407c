/** What a server keeps, loaded when it has something to keep. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { ReplayGuard, ServerSessionCache, TicketIssuer } from '@tlskit/tls-session';
import { now } from './clock.ts';
import type { Resumption } from './settings.ts';

/** From one connection to the next. */
export interface Keeping {
  /** Issues none before {@link ready}. */
  readonly tickets: TicketIssuer;
  /** For early data. */
  readonly guard: ReplayGuard | undefined;
  /** For session IDs. */
  readonly sessions: ServerSessionCache | undefined;
  /** Loads what seals tickets: nobody needs it before the first handshake has begun. */
  ready(): Promise<void>;
}

export async function keepingFor(resumption: Resumption, provider: CryptoProvider): Promise<Keeping> {
  const { MemoryReplayGuard } = resumption === 'early-data' ? await load() : {};
  const { MemorySessionCache } = resumption === 'session-id' ? await load() : {};
  let keys: TicketIssuer | undefined;
  return {
    tickets: {
      issue: session => keys?.issue(session),
      redeem: ticket => keys?.redeem(ticket),
    },
    guard: MemoryReplayGuard && new MemoryReplayGuard(),
    sessions: MemorySessionCache && new MemorySessionCache({ now }),
    async ready() {
      const { TicketKeys } = await load();
      keys ??= new TicketKeys({ provider, now });
    },
  };
}

function load(): Promise<typeof import('./sessions.ts')> {
  return import('./sessions.ts');
}
