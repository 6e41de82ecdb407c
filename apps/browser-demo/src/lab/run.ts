/**
 * A run: a client and a server of tlskit in one place, from the first byte to the end, with every step that they take. What is chosen
 * decides every byte; nothing waits for a clock or for a thread, so that a whole run is one call.
 */
import { createInspector, type RecordEntry, type Sender } from '@tlskit/tls-inspect';
import { concat } from '@tlskit/tls-wire';
import { CookieKeys, MemoryReplayGuard, MemorySessionCache, TicketKeys } from 'tlskit';
import {
  type ConnectionInfo,
  connectionInfo,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineHandlers,
  type RecordObservation,
  type TlsError,
} from 'tlskit/engine';
import { type Derivation, observed } from './derivations.ts';
import { type Kit, kitFor } from './kit.ts';
import { clientOptions, type Keeping, serverOptions } from './options.ts';
import type { Settings } from './settings.ts';
import { Interceptor, recordsIn, type Tampering } from './tampering.ts';

/** The clock of both ends: the certificates are of that time. */
export const NOW = Date.UTC(2026, 0, 1);

/** One thing that happened, and when: milliseconds from the beginning, as long as it took here. */
export type Step = { readonly time: number } & Happening;

type Happening =
  | {
      readonly type: 'record';
      readonly entry: RecordEntry;
      /** What arrived in its place: the same, unless somebody was in between. */
      readonly arrived: readonly Uint8Array[];
    }
  | { readonly type: 'state'; readonly at: Sender; readonly state: string; readonly waitingFor: readonly string[] }
  | { readonly type: 'derived'; readonly at: Sender; readonly derivation: Derivation }
  | { readonly type: 'message'; readonly at: Sender; readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }
  | { readonly type: 'data'; readonly at: Sender; readonly bytes: Uint8Array; readonly early: boolean }
  | { readonly type: 'alert'; readonly at: Sender; readonly name: string }
  | { readonly type: 'connected'; readonly at: Sender }
  | { readonly type: 'closed'; readonly at: Sender; readonly error: TlsError | undefined };

/** A connection, whole. */
export interface Connection {
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly steps: readonly Step[];
  /** Lines of RFC 9850. */
  readonly keyLog: readonly string[];
  /** What was negotiated, as the client has it; undefined where the handshake was not completed. */
  readonly info: ConnectionInfo | undefined;
}

export interface Run {
  readonly settings: Settings;
  /** The connection that another one resumes, where one does. */
  readonly before: Connection | undefined;
  readonly connection: Connection;
}

/** What the client says, and what the server answers. */
const request = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: server.example\r\n\r\n');
const response = new TextEncoder().encode('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nHello!');

/** @param tampering with the connection itself, not with the one before it */
export async function run(settings: Settings, tampering?: Tampering): Promise<Run> {
  const kit = await kitFor(settings);
  const keeping: Keeping = {
    tickets: new TicketKeys({ provider: kit.serverProvider, now }),
    cookies: new CookieKeys({ provider: kit.serverProvider, now }),
    guard: new MemoryReplayGuard(),
    sessions: new MemorySessionCache({ now }),
  };
  if (settings.resumption === 'none') {
    return { settings, before: undefined, connection: new Meeting(settings, kit, keeping, tampering, undefined).run() };
  }
  const first = new Meeting(settings, kit, keeping, undefined, undefined);
  const before = first.run();
  return { settings, before, connection: new Meeting(settings, kit, keeping, tampering, first.session).run() };
}

function now(): number {
  return NOW;
}

type Session = NonNullable<Parameters<typeof createClientEngine>[0]['session']>;

/** The two ends of one connection, and who is in between. */
class Meeting {
  readonly #settings: Settings;
  readonly #provider: Kit['clientProvider'];
  readonly #began = performance.now();
  readonly #steps: Step[] = [];
  readonly #interceptor: Interceptor;
  readonly #inspector = createInspector({ role: 'client' });
  readonly #sealed: Record<Sender, RecordObservation[]> = { client: [], server: [] };
  readonly #engines: Readonly<Record<Sender, Engine>>;
  readonly #states: Record<Sender, string> = { client: '', server: '' };
  readonly #connected = new Set<Sender>();
  #session: Session | undefined;

  /** @param session to resume */
  constructor(
    settings: Settings,
    kit: Kit,
    keeping: Keeping,
    tampering: Tampering | undefined,
    session: Session | undefined,
  ) {
    this.#settings = settings;
    this.#provider = kit.clientProvider;
    this.#interceptor = new Interceptor(tampering);
    const watched = (at: Sender, provider: Kit['clientProvider']) =>
      observed(provider, derivation => this.#note({ type: 'derived', at, derivation }));
    const own = {
      ...kit,
      clientProvider: watched('client', kit.clientProvider),
      serverProvider: watched('server', kit.serverProvider),
    };
    this.#engines = {
      client: createClientEngine({ ...clientOptions(settings, own), now, session }, this.#handlers('client')),
      server: createServerEngine({ ...serverOptions(settings, own, keeping), now }, this.#handlers('server')),
    };
  }

  /** The newest session that the client was given. */
  get session(): Session | undefined {
    return this.#session;
  }

  #note(happening: Happening): void {
    this.#steps.push({ ...happening, time: performance.now() - this.#began });
  }

  /** From the first byte to the end. */
  run(): Connection {
    const { client, server } = this.#engines;
    server.start();
    client.start();
    this.#carry();
    if (this.#connected.size === 2) this.#converse();
    const info = client.connection && connectionInfo(client.connection, this.#provider);
    return { openedAt: NOW, steps: this.#steps, keyLog: this.#inspector.keyLog, info };
  }

  /** A request, an answer, and the end; each is over before the next begins. */
  #converse(): void {
    const { client, server } = this.#engines;
    if (this.#settings.keyUpdate) this.#says(() => client.updateKeys({ requestPeer: true }));
    if (!this.#steps.some(step => step.type === 'data' && step.early)) this.#says(() => client.write(request));
    this.#says(() => server.write(response));
    this.#says(() => client.close());
    this.#says(() => server.close());
  }

  /** Unless the connection has come to its end before. */
  #says(something: () => void): void {
    if (this.#steps.some(step => step.type === 'closed')) return;
    something();
    this.#carry();
  }

  /** Records both ways until neither end has any. */
  #carry(): void {
    for (let moved = true; moved; ) {
      moved = this.#deliver('client', 'server');
      moved = this.#deliver('server', 'client') || moved;
    }
  }

  #deliver(from: Sender, to: Sender): boolean {
    const output = concat(...this.#engines[from].takeOutput());
    this.#look();
    if (output.length === 0) return false;
    const sealed = this.#sealed[from].splice(0);
    for (const [index, record] of recordsIn(output).entries()) {
      const arrived = this.#interceptor.pass(record);
      this.#note({ type: 'record', entry: this.#entryOf(sealed[index] as RecordObservation, from), arrived });
      for (const each of arrived) this.#receive(to, each);
    }
    for (const late of this.#interceptor.release()) this.#receive(to, late);
    return true;
  }

  #receive(at: Sender, bytes: Uint8Array): void {
    this.#engines[at].receive(bytes);
    this.#look();
  }

  #entryOf(record: RecordObservation, from: Sender): RecordEntry {
    this.#inspector.handlers.record({ ...record, direction: from === 'client' ? 'out' : 'in' });
    return this.#inspector.entries.at(-1) as RecordEntry;
  }

  /** Whether an end is in another state than it was. */
  #look(): void {
    for (const at of ['client', 'server'] as const) {
      const { state, waitingFor } = this.#engines[at];
      if (state === this.#states[at]) continue;
      this.#states[at] = state;
      this.#note({ type: 'state', at, state, waitingFor });
    }
  }

  #handlers(at: Sender): EngineHandlers {
    return {
      record: seen => {
        if (seen.direction === 'out')
          this.#sealed[at].push({ ...seen, bytes: seen.bytes.slice(), content: seen.content.slice() });
      },
      message: ({ direction, bytes }) => {
        // Several messages come in one record: the state in which this one was waited for is seen now.
        this.#look();
        this.#note({ type: 'message', at, direction, bytes: bytes.slice() });
      },
      alert: ({ direction, name, description }) => {
        if (direction === 'out') this.#note({ type: 'alert', at, name: name ?? String(description) });
      },
      event: event => {
        if (at !== 'client') return;
        this.#inspector.handlers.event(event);
        if (event.type === 'session') this.#session = event.session;
      },
      earlyData: step => {
        if (at === 'client' && step.status === 'offered') this.#engines.client.writeEarly(request);
      },
      data: (bytes, early) => this.#note({ type: 'data', at, bytes: bytes.slice(), early }),
      connected: () => {
        this.#connected.add(at);
        this.#note({ type: 'connected', at });
      },
      closed: error => this.#note({ type: 'closed', at, error }),
    };
  }
}
