/** The two ends of one connection, and who is in between. */
import { createClientEngine, createServerEngine, type Engine, type EngineHandlers } from '@tlskit/tls-engine';
import type { Connected, HandshakeEvent } from '@tlskit/tls-handshake';
import type { Sender } from '@tlskit/tls-inspect';
import type { RecordObservation } from '@tlskit/tls-record';
import type { ClientSession } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { clientConfig, serverConfig } from './configs.ts';
import type { OtherStep } from './connection.ts';
import { loadJudging } from './judge.ts';
import type { Keeping } from './keeping.ts';
import type { Kit } from './kit.ts';
import type { Settings } from './settings.ts';
import { Interceptor, recordsIn, type Tampering } from './tampering.ts';
import { kept, Watch } from './watch.ts';

/** What was seen of a connection, in order; nobody has made anything of its records yet. */
export interface Seen {
  readonly happenings: readonly Happening[];
  /** As the client has it; undefined where the handshake was not completed. */
  readonly connected: Connected | undefined;
}

export type Happening = { readonly time: number } & (
  | OtherStep
  /** A record is on its way. */
  | {
      readonly type: 'sent';
      readonly from: Sender;
      readonly record: RecordObservation;
      readonly arrived: readonly Uint8Array[];
    }
  /** Of the client's. */
  | { readonly type: 'event'; readonly event: HandshakeEvent }
);

type Untimed<T> = T extends unknown ? Omit<T, 'time'> : never;

/** What the client says, and what the server answers. */
const request = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: server.example\r\n\r\n');
const response = new TextEncoder().encode('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nHello!');

/** Whether the page has begun its first handshake. */
let begun = false;

export class Meeting {
  readonly #settings: Settings;
  readonly #ready: () => Promise<unknown>;
  readonly #happenings: Happening[] = [];
  readonly #interceptor: Interceptor;
  readonly #sealed: Record<Sender, RecordObservation[]> = { client: [], server: [] };
  readonly #engines: Readonly<Record<Sender, Engine>>;
  readonly #watches: Readonly<Record<Sender, Watch>> = { client: this.#watch('client'), server: this.#watch('server') };
  readonly #connected = new Set<Sender>();
  #began = performance.now();
  #session: ClientSession | undefined;

  constructor(
    settings: Settings,
    kit: Kit,
    keeping: Keeping,
    {
      tampering,
      session,
    }: { readonly tampering?: Tampering | undefined; readonly session?: ClientSession | undefined },
  ) {
    this.#settings = settings;
    this.#ready = () => Promise.all([keeping.ready(), loadJudging()]);
    this.#interceptor = new Interceptor(tampering);
    const watched = (at: Sender) => this.#watches[at].watched(kit[at].provider);
    this.#engines = {
      client: createClientEngine(
        { ...clientConfig(settings, kit, watched('client')), session },
        this.#handlers('client'),
      ),
      server: createServerEngine(serverConfig(settings, kit, watched('server'), keeping), this.#handlers('server')),
    };
  }

  /** The newest session that the client was given. */
  get session(): ClientSession | undefined {
    return this.#session;
  }

  /** From the first byte to the end. */
  async run(): Promise<Seen> {
    const { client, server } = this.#engines;
    server.start();
    if (!begun) performance.mark('handshake');
    begun = true;
    this.#began = performance.now();
    client.start();
    const helloAt = performance.now();
    await this.#ready();
    // What loads takes no time of the connection's.
    this.#began += performance.now() - helloAt;
    this.#carry();
    if (this.#connected.size === 2) this.#converse();
    return { happenings: this.#happenings, connected: client.connection };
  }

  #note(happening: Untimed<Happening>): void {
    this.#happenings.push({ ...happening, time: performance.now() - this.#began } as Happening);
  }

  #has(type: Happening['type']): boolean {
    return this.#happenings.some(happening => happening.type === type);
  }

  /** A request, an answer, and the end; each is over before the next begins. */
  #converse(): void {
    const { client, server } = this.#engines;
    if (this.#settings.keyUpdate) this.#says(() => client.updateKeys({ requestPeer: true }));
    const early = this.#happenings.some(step => step.type === 'data' && step.early);
    if (!early) this.#says(() => client.write(request));
    this.#says(() => server.write(response));
    this.#says(() => client.close());
    this.#says(() => server.close());
  }

  /** Unless the connection has come to its end before. */
  #says(something: () => void): void {
    if (this.#has('closed')) return;
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
    for (const [index, bytes] of recordsIn(output).entries()) {
      const arrived = this.#interceptor.pass(bytes);
      this.#note({ type: 'sent', from, record: sealed[index] as RecordObservation, arrived });
      for (const each of arrived) this.#receive(to, each);
    }
    for (const late of this.#interceptor.release()) this.#receive(to, late);
    return true;
  }

  #receive(at: Sender, bytes: Uint8Array): void {
    this.#engines[at].receive(bytes);
    this.#look();
  }

  #watch(at: Sender): Watch {
    return new Watch(
      at,
      () => this.#engines[at],
      step => this.#note(step),
    );
  }

  #look(): void {
    this.#watches.client.look();
    this.#watches.server.look();
  }

  #handlers(at: Sender): EngineHandlers {
    const end = this.#watches[at].handlers();
    return {
      ...end,
      record: seen => {
        if (seen.direction === 'out') this.#sealed[at].push(kept(seen));
      },
      event: event => {
        if (at !== 'client') return;
        this.#note({ type: 'event', event });
        if (event.type === 'session') this.#session = event.session;
      },
      earlyData: step => {
        if (at === 'client' && step.status === 'offered') this.#engines.client.writeEarly(request);
      },
      connected: () => {
        this.#connected.add(at);
        end.connected();
      },
    };
  }
}
