/** One hello, and what the server answers to it. No handshake is completed: the connection is closed behind the answer. */
import type { Duplex } from 'node:stream';
import { AlertDescription, type AlertName } from '@tlskit/tls-alerts';
import { ContentType, Deframer, type WireRecord } from '@tlskit/tls-record';
import { type Connections, Late } from './connections.ts';
import { type Flight, FlightReader } from './flight.ts';
import { type HelloSpec, helloMessage, helloRecords } from './hello.ts';

export type Answer =
  | { readonly kind: 'hello'; readonly flight: Flight; readonly warnings: readonly AlertSeen[] }
  | { readonly kind: 'alert'; readonly alert: AlertSeen }
  /** The connection ended without a word. */
  | { readonly kind: 'closed' }
  /** Nothing came in time. */
  | { readonly kind: 'silent' }
  /** What came is no answer. */
  | { readonly kind: 'nonsense'; readonly message: string };

export interface AlertSeen {
  readonly name: AlertName | undefined;
  readonly code: number;
}

/** An alert, close_notify at warning level, in a record of its own: a farewell to a server that waits for the rest. */
const farewell = Uint8Array.of(ContentType.values.alert, 3, 1, 0, 2, 1, 0);

/** Asks one server, by the name that it is to be known by. */
export class Prober {
  readonly connections: Connections;
  /** For SNI; undefined for none. */
  readonly serverName: string | undefined;
  /** Whether hellos of TLS 1.3 bear shares, for servers that refuse those without. */
  sendsShares = false;
  readonly #onFlight: (flight: Flight) => void;

  /** @param onFlight sees every flight of the server that is known by that name */
  constructor(connections: Connections, serverName: string | undefined, onFlight: (flight: Flight) => void = () => {}) {
    this.connections = connections;
    this.serverName = serverName;
    this.#onFlight = onFlight;
  }

  /** @param spec with `serverName` to ask for another name, or for none @throws ScanOver */
  async ask(spec: HelloSpec): Promise<Answer> {
    const message = helloMessage({ serverName: this.serverName, shares: this.sendsShares, ...spec });
    const answer = await askRaw(this.connections, helloRecords(message, spec.version));
    if (answer.kind === 'hello' && !('serverName' in spec)) this.#onFlight(answer.flight);
    return answer;
  }

  /** The flight, if the server goes along in the version that was asked for. @throws ScanOver */
  async flight(spec: HelloSpec): Promise<Flight | undefined> {
    const answer = await this.ask(spec);
    return answer.kind === 'hello' && answer.flight.version === spec.version ? answer.flight : undefined;
  }
}

/** @param bytes records @throws ScanOver */
async function askRaw(connections: Connections, bytes: Uint8Array): Promise<Answer> {
  const answer = await answered(connections, bytes);
  connections.heard(answer.kind !== 'silent');
  // A packet may be lost, and a server may be busy: silence counts when it comes twice.
  if (answer.kind !== 'silent') return answer;
  const again = await answered(connections, bytes);
  connections.heard(again.kind !== 'silent');
  return again;
}

async function answered(connections: Connections, bytes: Uint8Array): Promise<Answer> {
  try {
    return await connections.use((transport, signal) => listen(transport, signal, bytes));
  } catch (error) {
    if (error instanceof Late) return { kind: 'silent' };
    throw error;
  }
}

function listen(transport: Duplex, signal: AbortSignal, bytes: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer = new AnswerReader();
    const onAbort = () => {
      if (signal.reason instanceof Late) resolve(answer.ended('silent'));
      else reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    transport.on('data', (chunk: Buffer) => {
      const complete = answer.push(chunk);
      if (complete === undefined) return;
      transport.end(farewell);
      resolve(complete);
    });
    transport.on('error', () => resolve(answer.ended('closed')));
    transport.on('end', () => resolve(answer.ended('closed')));
    transport.on('close', () => resolve(answer.ended('closed')));
    transport.write(bytes);
  });
}

/** Reads the plaintext of a server until nothing more is to be learned from it. */
class AnswerReader {
  readonly #deframer = new Deframer();
  readonly #flight = new FlightReader();
  readonly #warnings: AlertSeen[] = [];

  /** @returns the answer, once it is complete */
  push(chunk: Uint8Array): Answer | undefined {
    try {
      this.#deframer.push(chunk);
      for (let record = this.#deframer.next(); record !== undefined; record = this.#deframer.next()) {
        const answer = this.#read(record);
        if (answer !== undefined) return answer;
      }
      return undefined;
    } catch (error) {
      return this.#hello() ?? { kind: 'nonsense', message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The answer, where no more comes. */
  ended(kind: 'closed' | 'silent'): Answer {
    return this.#hello() ?? { kind };
  }

  #read({ type, fragment }: WireRecord): Answer | undefined {
    const { alert, handshake } = ContentType.values;
    if (type === handshake) {
      this.#flight.push(fragment);
      return this.#flight.flight?.complete ? this.#hello() : undefined;
    }
    if (type !== alert) return this.#hello() ?? { kind: 'nonsense', message: `a record of ${ContentType.label(type)}` };
    const [level, code = 0] = fragment;
    const seen: AlertSeen = { code, name: AlertDescription.nameOf(code) };
    const isWarning = level === 1 && code !== AlertDescription.values.close_notify;
    if (!isWarning) return this.#hello() ?? { kind: 'alert', alert: seen };
    this.#warnings.push(seen);
    if (this.#warnings.length > 16) return { kind: 'nonsense', message: 'warnings without end' };
    return undefined;
  }

  #hello(): Answer | undefined {
    const { flight } = this.#flight;
    return flight === undefined ? undefined : { kind: 'hello', flight, warnings: this.#warnings };
  }
}
