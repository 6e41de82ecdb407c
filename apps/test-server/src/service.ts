/** The TLS of the program: clients that were let in, what is told of them, and what they get. */
import { isIPv6, type Socket } from 'node:net';
import { type KeyLogFile, printable, UsageError } from '@tlskit/cli-kit';
import { type CredentialOptions, type CredentialSource, type CryptoProvider, TlsError } from 'tlskit';
import { createServer, type RemoteAddress, type TlsServer, type TlsServerOptions, type TlsSocket } from 'tlskit/node';
import type { Outcome } from './faults/expectation.ts';
import { Faulty } from './faults/faulty.ts';
import { modes } from './modes.ts';
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

export class Service {
  readonly #options: ServiceOptions;
  readonly #lasting: Lasting;
  readonly #tickets: CountedTickets | undefined;
  readonly #server: TlsServer;
  readonly #gate: Gate;
  readonly #metrics: Metrics;
  readonly #site: Site;
  readonly #faulty: Faulty | undefined;
  readonly #clients = new WeakMap<TlsSocket, Client>();

  /** @throws UsageError for what the library does not take, and for files that cannot be read */
  constructor(options: ServiceOptions) {
    const { settings, provider } = options;
    const { sessions, limits, replySize } = settings;
    this.#options = options;
    const { faults, bad } = settings;
    this.#faulty = faults.length > 0 || bad === true ? new Faulty(faults, bad === true) : undefined;
    this.#gate = new Gate({ ...limits, now: () => performance.now() });
    this.#metrics = new Metrics(() => this.#gate.standing);
    this.#site = new Site({ provider, metrics: this.#metrics, replySize, tooEarly: sessions.tooEarly });
    this.#lasting = lasting(settings, provider);
    this.#tickets = sessions.tickets === 0 ? undefined : new CountedTickets(provider, this.#metrics);
    this.#server = asUsage(() => createServer(this.#tlsOptions()));
    this.#server.on('secureConnection', socket => this.#begin(this.#clientOf(socket)));
    this.#server.on('tlsClientError', (error, remote) => this.#failed(error, remote));
    if (settings.mode === 'www' && sessions.earlyData !== undefined) {
      this.#server.on('earlyData', (chunk, socket) => this.#clientOf(socket).early.push(chunk));
    }
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
    const socket = this.#server.accept(this.#faulty?.transport(transport) ?? transport);
    const client = this.#clientOf(socket);
    socket.once('close', () =>
      this.#options.ended?.({ established: socket.info !== undefined, alerts: client.alerts }),
    );
  }

  /** Reads certificates, keys, staples and authorities again. @throws UsageError; what held before holds on then */
  reload(): void {
    asUsage(() => this.#server.setOptions(this.#tlsOptions()));
  }

  /** Says close_notify to those that are there. @param grace milliseconds that they have to answer it */
  async end(grace: number): Promise<void> {
    const { connections } = this.#server;
    const closed = [...connections].map(socket => new Promise(resolve => socket.once('close', resolve)));
    for (const socket of connections) {
      if (socket.info === undefined) socket.destroy();
      else socket.end();
    }
    const timer = setTimeout(() => this.#server.closeAllConnections(), grace);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  #tlsOptions(): TlsServerOptions {
    const { settings, provider, credentials, keyLog } = this.#options;
    const options = {
      ...tlsOptions(settings, credentials ?? readCredentials(settings.files), this.#lasting),
      tickets: this.#tickets ?? false,
      inspectConnection: socket => this.#clientOf(socket).inspector(this.#metrics),
      ...(keyLog === undefined ? {} : { keyLog: (line: string) => keyLog.write(line) }),
    } satisfies TlsServerOptions;
    return this.#faulty?.options(provider, options) ?? options;
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
  #begin(client: Client): void {
    const { settings } = this.#options;
    const { socket, info } = client;
    this.#metrics.handshake(info, (performance.now() - client.cameAt) / 1000);
    const [[, name], ...negotiated] = factsOf(client) as [[string, string], ...[string, string][]];
    this.#log(`${name} connected: ${negotiated.map(([label, value]) => `${label} ${value}`).join(', ')}`);
    socket.on('error', error => this.#log(`${name} failed: ${errorText(error)}`));
    if (settings.limits.idle > 0) socket.setTimeout(settings.limits.idle, () => socket.end());
    if (settings.clients.afterHandshake) client.held = this.#askForCertificate(client);
    this.#faulty?.begin(socket);
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
    this.#log(`${isIPv6(address) ? `[${address}]` : address}:${port} failed in its handshake: ${errorText(error)}`);
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

/** What the library does not take is what the user should not have said. */
function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof TlsError ? new UsageError(error.message) : error;
  }
}

function ignore(): void {}
