/** The TLS of the program: clients that were let in, what is told of them, and what they get. */
import type { Socket } from 'node:net';
import { asUsage, bracketed, type KeyLogFile, printable, UsageError } from '@tlskit/cli-kit';
import { type CredentialOptions, type CredentialSource, type CryptoProvider, TlsError } from 'tlskit';
import { createServer, type RemoteAddress, type TlsServer, type TlsServerOptions, type TlsSocket } from 'tlskit/node';
import type { Outcome } from './faults/expectation.ts';
import { Faulty } from './faults/faulty.ts';
import { type Wishes, wishesIn } from './faults/wishes.ts';
import { modes } from './modes.ts';
import { clientName } from './net/client-name.ts';
import { Gate } from './net/limits.ts';
import { Client } from './observe/client.ts';
import { factsOf } from './observe/facts.ts';
import { Metrics } from './observe/metrics.ts';
import { CountedTickets } from './observe/tickets.ts';
import { readCredentials } from './options/files.ts';
import type { ServerSettings } from './options/settings.ts';
import { type Lasting, lasting, tlsOptions } from './tls/options.ts';
import { Site } from './www/site.ts';

export interface ServiceOptions {
  readonly settings: ServerSettings;
  readonly provider: CryptoProvider;
  /** Those that were made, where none are given. */
  readonly credentials: readonly CredentialOptions[] | CredentialSource | undefined;
  readonly keyLog: KeyLogFile | undefined;
  /** A line for people, of a connection. */
  readonly log: (line: string) => void;
  /** A connection is over. */
  readonly ended?: ((outcome: Outcome) => void) | undefined;
}

/** What clients meet who wish for the same. */
interface Front {
  readonly server: TlsServer;
  /** Undefined where nothing is wrong, and nothing can be asked to go wrong. */
  readonly faulty: Faulty | undefined;
}

/** Fronts that are kept: whoever wishes for more has older ones made again. */
const MAX_FRONTS = 50;

const noWishes: Wishes = { certificate: undefined, faults: [], key: '' };

export class Service {
  readonly #options: ServiceOptions;
  readonly #lasting: Lasting;
  readonly #tickets: CountedTickets | undefined;
  /** By the key of wishes. */
  readonly #fronts = new Map<string, Front>();
  readonly #connections = new Set<TlsSocket>();
  /** Of clients whose name has not come yet. */
  readonly #unnamed = new Set<Socket>();
  readonly #gate: Gate;
  readonly #metrics: Metrics;
  readonly #site: Site;
  readonly #clients = new WeakMap<TlsSocket, Client>();

  /** @throws UsageError for what the library does not take, and for files that cannot be read */
  constructor(options: ServiceOptions) {
    const { settings, provider } = options;
    const { sessions, limits, replySize } = settings;
    this.#options = options;
    this.#gate = new Gate({ ...limits, now: () => performance.now() });
    this.#metrics = new Metrics(() => this.#gate.standing);
    this.#site = new Site({ provider, metrics: this.#metrics, replySize, tooEarly: sessions.tooEarly });
    this.#lasting = lasting(settings, provider);
    this.#tickets = sessions.tickets === 0 ? undefined : new CountedTickets(provider, this.#metrics);
    this.#front(noWishes);
  }

  /** A client comes: in, or away. */
  take(transport: Socket): void {
    const refusal = this.#gate.enter();
    if (refusal !== undefined) {
      this.#metrics.refused(refusal);
      transport.on('error', ignore);
      transport.destroy();
      return;
    }
    this.#metrics.connection();
    transport.once('close', () => this.#gate.leave());
    const { bad, limits } = this.#options.settings;
    if (bad !== true) return this.#accept(transport, noWishes);
    transport.on('error', ignore);
    this.#unnamed.add(transport);
    void clientName(transport, limits.handshake).then(name => {
      this.#unnamed.delete(transport);
      if (transport.destroyed) return;
      try {
        this.#accept(transport, wishesIn(name));
      } catch (error) {
        // A server for these wishes is made now, of files that may be gone by now.
        if (!(error instanceof UsageError)) throw error;
        this.#log(`a client was sent away: ${printable(error.message, 400)}`);
        transport.destroy();
      }
    });
  }

  #accept(transport: Socket, wishes: Wishes): void {
    const { server, faulty } = this.#front(wishes);
    const records = faulty?.transport(transport);
    const socket = server.accept(records ?? transport);
    this.#connections.add(socket);
    const client = this.#clientOf(socket);
    if (records !== undefined && this.#options.settings.bad === true) {
      client.misbehave = fault => {
        if (fault.records !== undefined) records.add([fault.records()]);
        fault.begin?.(socket);
      };
    }
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#options.ended?.({ established: socket.info !== undefined, alerts: client.alerts });
    });
  }

  /** @throws UsageError for what the library does not take */
  #front({ faults: wished, key }: Wishes): Front {
    const known = this.#fronts.get(key);
    if (known !== undefined) return known;
    const { faults, bad } = this.#options.settings;
    const faulty = bad === true || faults.length > 0 ? new Faulty([...faults, ...wished]) : undefined;
    const server = asUsage(() => createServer(this.#tlsOptions(faulty)));
    server.on('secureConnection', socket => this.#begin(this.#clientOf(socket), faulty));
    server.on('tlsClientError', (error, remote) => this.#failed(error, remote));
    if (this.#options.settings.mode === 'www' && this.#options.settings.sessions.earlyData !== undefined) {
      server.on('earlyData', (chunk, socket) => this.#clientOf(socket).early.push(chunk));
    }
    const front = { server, faulty };
    this.#fronts.set(key, front);
    // The first one is for those who wish for nothing.
    const [, oldest] = this.#fronts.keys();
    if (this.#fronts.size > MAX_FRONTS && oldest !== undefined) this.#fronts.delete(oldest);
    return front;
  }

  /** Reads certificates, keys, staples and authorities again. @throws UsageError; what held before holds on then */
  reload(): void {
    const [first, ...others] = this.#fronts;
    asUsage(() => first?.[1].server.setOptions(this.#tlsOptions(first[1].faulty)));
    for (const [key] of others) this.#fronts.delete(key);
  }

  /** Says close_notify to those that are there. @param grace milliseconds that they have to answer it */
  async end(grace: number): Promise<void> {
    for (const transport of this.#unnamed) transport.destroy();
    const closed = [...this.#connections].map(socket => new Promise(resolve => socket.once('close', resolve)));
    for (const socket of this.#connections) {
      if (socket.info === undefined) socket.destroy();
      else socket.end();
    }
    const timer = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, grace);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  #tlsOptions(faulty: Faulty | undefined): TlsServerOptions {
    const { settings, provider, credentials, keyLog } = this.#options;
    const options = {
      ...tlsOptions(settings, credentials ?? readCredentials(settings.files), this.#lasting),
      tickets: this.#tickets ?? false,
      inspectConnection: socket => this.#clientOf(socket).inspector(this.#metrics),
      ...(keyLog === undefined ? {} : { keyLog: (line: string) => keyLog.write(line) }),
    } satisfies TlsServerOptions;
    return faulty?.options(provider, options) ?? options;
  }

  #clientOf(socket: TlsSocket): Client {
    let client = this.#clients.get(socket);
    if (client === undefined) {
      client = new Client(socket);
      this.#clients.set(socket, client);
    }
    return client;
  }

  /** The handshake is complete. */
  #begin(client: Client, faulty: Faulty | undefined): void {
    const { settings } = this.#options;
    const { socket, info } = client;
    this.#metrics.handshake(info, (performance.now() - client.cameAt) / 1000);
    const [[, name], ...negotiated] = factsOf(client) as [[string, string], ...[string, string][]];
    this.#log(`${name} connected: ${negotiated.map(([label, value]) => `${label} ${value}`).join(', ')}`);
    socket.on('error', error => this.#log(`${name} failed: ${errorText(error)}`));
    if (settings.limits.idle > 0) socket.setTimeout(settings.limits.idle, () => socket.end());
    if (settings.clients.afterHandshake) client.held = this.#askForCertificate(client);
    faulty?.begin(socket);
    modes[settings.mode](client, this.#site);
  }

  /** RFC 9846 §4.7.2, for clients that offered it; over when they have answered, or are gone. */
  async #askForCertificate({ socket, name }: Client): Promise<void> {
    const required = this.#options.settings.clients.mode === 'require';
    try {
      const info = await socket.requestClientCertificate({ required });
      const subject = info?.peerCertificate?.subject;
      this.#log(`${name} showed ${subject === undefined ? 'no certificate' : printable(subject)}`);
    } catch (error) {
      // Who did not offer it is not asked, and who is gone is told of elsewhere.
      if (!(error instanceof TlsError)) throw error;
    }
  }

  #failed(error: TlsError, { address = '?', port = 0 }: RemoteAddress): void {
    this.#metrics.failure(error.code);
    this.#log(`${bracketed(address)}:${port} failed in its handshake: ${errorText(error)}`);
  }

  #log(line: string): void {
    this.#options.log(line);
  }
}

function errorText(error: Error): string {
  const { message, code, alert, sentBy } = TlsError.from(error);
  const told = alert === undefined || sentBy === 'peer' ? '' : `; it was told ${alert}`;
  return printable(`${message} [${code}]${told}`, 400);
}

function ignore(): void {}
