/** The life of the server: it listens, says so, serves, and ends when it is told to. */
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { bracketed, type KeyLogFile, print, printable, UsageError } from '@tlskit/cli-kit';
import type { CryptoProvider } from 'tlskit';
import { badCertificates } from './bad/certificates.ts';
import { badCredentials } from './bad/credentials.ts';
import type { Outcome } from './exit-codes.ts';
import { type Outcome as ClientOutcome, complaint, expectationOf } from './faults/expectation.ts';
import type { Io } from './io.ts';
import { Gate } from './net/limits.ts';
import { listen } from './net/listen.ts';
import type { ServerSettings } from './options/settings.ts';
import { pagesOf } from './relay/pages.ts';
import { createRelay } from './relay/relay.ts';
import type { Target } from './relay/targets.ts';
import { Service } from './service.ts';
import type { ThrowAway } from './tls/throw-away.ts';

/** Milliseconds that clients have to answer our close_notify when the server ends. */
const GRACE = 1000;

/** Milliseconds that the relay carries nothing for, where no limit is set. */
const RELAY_IDLE = 300_000;

export interface RunOptions {
  readonly settings: ServerSettings;
  readonly provider: CryptoProvider;
  /** What was made where no certificate was given. */
  readonly made: ThrowAway | undefined;
  readonly keyLog: KeyLogFile | undefined;
}

/** @throws UsageError */
export async function run({ settings, provider, made, keyLog }: RunOptions, io: Io): Promise<Outcome> {
  const { stderr, stdout, signal, reloads } = io;
  const tell = (message: string) => stderr.write(`tlskit-server: ${printable(message, 400)}\n`);
  const log = (line: string) => {
    if (!settings.quiet) stderr.write(`${line}\n`);
  };
  const credentials = await credentialsOf(settings, provider, made);
  const witness = new AbortController();
  let complaints: string | undefined;
  const ended = (outcome: ClientOutcome) => {
    if (witness.signal.aborted || !settings.expect) return;
    complaints = complaint(expectationFor(settings), outcome);
    witness.abort();
  };
  const service = new Service({ settings, provider, credentials, keyLog, log, ended });
  const { host } = settings;
  let servers: readonly Server[] = [];
  let port: number;
  let relay: Relay | undefined;
  try {
    const create = () => createServer({ allowHalfOpen: true, noDelay: true }, transport => service.take(transport));
    ({ servers, port } = await listen(host, settings.port, create));
    relay = await relayOf(settings, { host: ownAddress(servers), port }, log);
  } catch (error) {
    for (const server of servers) server.close();
    if (!isSystemError(error)) throw error;
    await print(stderr, `tlskit-server: ${printable(error.message)}\n`);
    return 'listen';
  }
  // When there are too many connections for the system, for instance: there will be fewer.
  for (const server of [...servers, ...(relay?.servers ?? [])]) server.on('error', error => tell(error.message));
  const reload = () => reloaded(service, tell);
  reloads?.addEventListener('reload', reload);
  const ready = settings.json
    ? JSON.stringify({
        listening: { host, port },
        ca: made?.ca ?? null,
        ...(relay === undefined ? {} : { relay: { host, port: relay.port } }),
      })
    : [
        `Listening on ${bracketed(host)}:${port}`,
        ...(relay === undefined ? [] : [`The relay is at ws://${bracketed(host)}:${relay.port}/`]),
        ...(settings.relay?.pages === undefined ? [] : [`The demo is at http://${bracketed(host)}:${relay?.port}/`]),
        ...(made === undefined ? [] : [`Certificates were made; their authority is in ${made.ca}`]),
      ].join('\n');
  await print(stdout, `${ready}\n`);
  await aborted(settings.expect ? AbortSignal.any([signal, witness.signal]) : signal);
  reloads?.removeEventListener('reload', reload);
  relay?.close();
  const closed = [...servers, ...(relay?.servers ?? [])].map(
    server => new Promise<void>(resolve => server.close(() => resolve())),
  );
  await service.end(GRACE);
  await Promise.all(closed);
  if (complaints === undefined) return 'good';
  tell(complaints);
  return 'unexpected';
}

function expectationFor({ faults, bad }: ServerSettings) {
  const certificate = typeof bad === 'string' ? badCertificates[bad] : undefined;
  return expectationOf(
    faults.map(({ fault }) => fault),
    certificate,
  );
}

interface Relay {
  readonly servers: readonly HttpServer[];
  readonly port: number;
  /** Ends what it carries. */
  close(): void;
}

/** @param own where a path without a target leads to */
async function relayOf(
  { relay, host, limits: { idle } }: ServerSettings,
  own: Target,
  log: (line: string) => void,
): Promise<Relay | undefined> {
  if (relay === undefined) return undefined;
  const { targets, origins, connections, pages: folder } = relay;
  const gate = new Gate({ connections, rate: undefined, now: () => performance.now() });
  const sockets = new Set<Socket>();
  const pages = folder === undefined ? undefined : pagesOf(folder);
  const options = { targets, origins, own: () => own, gate, idle: idle || RELAY_IDLE, log, pages };
  const create = () =>
    createRelay(options).on('connection', socket => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  const close = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { ...(await listen(host, relay.port, create)), close };
}

/** An address of ours that this machine can connect to. */
function ownAddress([server]: readonly Server[]): string {
  const { address } = (server as Server).address() as AddressInfo;
  return address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
}

async function credentialsOf({ bad }: ServerSettings, provider: CryptoProvider, made: ThrowAway | undefined) {
  if (made === undefined || bad === undefined) return made?.credentials;
  const { authority: root, credentials: good } = made;
  return badCredentials({ provider, root, good, always: bad === true ? undefined : bad });
}

function reloaded(service: Service, tell: (message: string) => void): void {
  try {
    service.reload();
    tell('certificates were read again');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`certificates stay what they were: ${error.message}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
