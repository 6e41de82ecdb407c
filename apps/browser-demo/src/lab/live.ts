/**
 * A client of this page and a real server, over a WebSocket to a relay that passes bytes on: the steps of the client's, and the records of
 * both. Time and random bytes are real ones, and so is what is trusted.
 */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createInspector, type RecordEntry } from '@tlskit/tls-inspect';
import { parseIp } from '@tlskit/tls-x509';
import { withExtras } from 'tlskit';
import { connectionInfo, createClientEngine, type Engine, TlsError, tls12, tls13 } from 'tlskit/engine';
import type { Connection, OtherStep, Step } from './connection.ts';
import type { Version } from './settings.ts';
import { kept, Watch } from './watch.ts';

/** What is chosen for a connection to a real server. */
export interface LiveSettings {
  /** Origin of a relay: `ws://…` or `wss://…`. */
  readonly relay: string;
  readonly host: string;
  readonly port: number;
  /** Of whom a certificate is wanted: a name, which the server is told, or an IP address, which it is not. */
  readonly name: string;
  /** Best first; empty for none. */
  readonly alpn: readonly string[];
  readonly versions: readonly Version[];
  /** PEM of roots; undefined where nobody asks who the server is. */
  readonly roots: string | undefined;
}

/** Why there is no connection, or none any more. */
export type Problem =
  | { readonly type: 'relay' | 'forbidden' | 'nonsense' | 'unreachable' | 'busy' | 'slow' | 'cancelled' | 'long' }
  | { readonly type: 'options'; readonly message: string }
  | { readonly type: 'tls'; readonly error: TlsError };

export interface LiveHandlers {
  /** There is something new to show. */
  changed(): void;
  connected(): void;
  data(bytes: Uint8Array): void;
  /** It is over: in order, or by this. Nothing is told after it. */
  ended(problem: Problem | undefined): void;
}

/** Milliseconds for a handshake, the way to the server included, and for what is left to be said at the end. */
const [HANDSHAKE_TIME, CLOSING_TIME] = [15_000, 2000];

/** Bytes that a server may send, and steps that may come of both ends: everything is kept, and shown. */
export const [MAX_BYTES, MAX_STEPS] = [2 << 20, 5000];

/** The subprotocol by which the relay says why it turns somebody away, and its close codes. */
const TELLING = 'tlskit-relay';
const refusals: Readonly<Record<number, 'forbidden' | 'nonsense' | 'unreachable' | 'busy'>> = {
  4403: 'forbidden',
  4404: 'nonsense',
  4502: 'unreachable',
  4503: 'busy',
};

export class LiveConnection {
  readonly #handlers: LiveHandlers;
  readonly #provider = withExtras(createNobleProvider(), ...allExtras);
  readonly #steps: Step[] = [];
  readonly #inspector = createInspector({ role: 'client', maxEntries: 0, onEntry: entry => this.#record(entry) });
  readonly #watch = new Watch(
    'client',
    () => this.#engine,
    step => this.#note(step),
  );
  readonly #engine: Engine;
  readonly #socket: WebSocket;
  #openedAt = Date.now();
  #began = performance.now();
  #received = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTooLong = false;
  #isOver = false;
  #seen: Connection | undefined;

  /** @throws TlsError `ERR_TLS_INVALID_OPTION` @param signal ends it */
  constructor(settings: LiveSettings, handlers: LiveHandlers, signal: AbortSignal) {
    this.#handlers = handlers;
    this.#engine = this.#engineFor(settings);
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    this.#socket = new WebSocket(`${settings.relay}/${encodeURIComponent(`${host}:${settings.port}`)}`, TELLING);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#begin();
    this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) =>
      this.#do(() => this.#engine.receive(new Uint8Array(data)));
    this.#socket.onclose = ({ code }) => this.#gone(code);
    this.#timer = setTimeout(() => this.#end({ type: 'slow' }), HANDSHAKE_TIME);
    signal.addEventListener('abort', () => this.#end({ type: 'cancelled' }), { once: true });
  }

  /** As far as it has come; the same until there is more. */
  get connection(): Connection {
    if (this.#seen?.steps.length === this.#steps.length) return this.#seen;
    const { connection } = this.#engine;
    this.#seen = {
      openedAt: this.#openedAt,
      steps: [...this.#steps],
      keyLog: [...this.#inspector.keyLog],
      info: connection && connectionInfo(connection, this.#provider),
    };
    return this.#seen;
  }

  /** Whether anything has come back. */
  get hasHeard(): boolean {
    return this.#steps.some(step => step.type === 'record' && step.entry.sender === 'server');
  }

  say(bytes: Uint8Array): void {
    this.#do(() => this.#engine.write(bytes));
  }

  /** Says close_notify, and waits a little for the server's. */
  close(): void {
    this.#do(() => this.#engine.close());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(undefined), CLOSING_TIME);
  }

  #engineFor({ name, alpn, versions, roots }: LiveSettings): Engine {
    const isAddress = parseIp(name) !== undefined;
    const end = this.#watch.handlers();
    return createClientEngine(
      {
        provider: this.#watch.watched(this.#provider),
        versions: versions.map(version => (version === '1.2' ? tls12 : tls13)),
        trust: roots === undefined ? { insecure: 'accept any certificate' } : { roots },
        ...(isAddress ? { servername: false, verifyName: name } : { servername: name }),
        ...(alpn.length === 0 ? {} : { alpn }),
        emitSecrets: true,
      },
      {
        ...end,
        record: record => {
          // What the record before led to comes before this one.
          if (record.direction === 'in') {
            this.#watch.look();
            this.#count(record.bytes.length);
          }
          this.#inspector.handlers.record(kept(record));
        },
        event: event => this.#inspector.handlers.event(event),
        connected: () => {
          end.connected();
          clearTimeout(this.#timer);
          this.#handlers.connected();
        },
        data: (bytes, early) => {
          end.data(bytes, early);
          this.#handlers.data(bytes.slice());
        },
        // The server has said all: so have we.
        end: () => this.#engine.close(),
        closed: error => {
          end.closed(error);
          this.#flush();
          if (this.#isTooLong) this.#end({ type: 'long' });
          else this.#end(error && { type: 'tls', error });
        },
        wake: () => this.#flush(),
      },
    );
  }

  /** What is thrown ends the engine's loop: a single message of the relay may bring more records than can be kept. */
  #count(bytes: number): void {
    this.#received += bytes;
    if (this.#received <= MAX_BYTES && this.#steps.length < MAX_STEPS) return;
    this.#isTooLong = true;
    throw new TlsError('ABORT_ERR', 'the server says more than is kept');
  }

  #begin(): void {
    this.#openedAt = Date.now();
    this.#began = performance.now();
    this.#do(() => this.#engine.start());
  }

  /** Something that the engine may answer. */
  #do(something: () => void): void {
    if (this.#isOver) return;
    something();
    this.#flush();
  }

  #flush(): void {
    for (const bytes of this.#engine.takeOutput()) {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
    }
    this.#watch.look();
    if (!this.#isOver) this.#handlers.changed();
  }

  /** The WebSocket is. */
  #gone(code: number): void {
    if (this.#isOver) return;
    const refusal = refusals[code];
    if (refusal !== undefined) return this.#end({ type: refusal });
    if (this.#steps.length === 0) return this.#end({ type: 'relay' });
    // Whether that was all that the server had to say, TLS knows.
    this.#engine.receiveEnd();
    this.#flush();
    this.#end(undefined);
  }

  /** Once. */
  #end(problem: Problem | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    this.#watch.look();
    this.#handlers.changed();
    this.#handlers.ended(problem);
  }

  #note(step: OtherStep): void {
    this.#steps.push({ ...step, time: performance.now() - this.#began });
  }

  #record(entry: RecordEntry): void {
    this.#steps.push({ type: 'record', entry, arrived: [entry.record.bytes], time: performance.now() - this.#began });
  }
}

/** What somebody is told whose choices make no client; or no WebSocket, which a policy or an address may forbid. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof TlsError) return { type: 'options', message: thrown.message };
  return { type: 'relay' };
}
