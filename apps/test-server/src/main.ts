/** `tlskit-server`: from the command line to the end of the last connection. */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { describe, KeyLogFile, type OptionRows, print, printable, UsageError } from '@tlskit/cli-kit';
import { type ConnectionInfo, TlsError } from 'tlskit';
import { createServer, type TlsServer, type TlsSocket } from 'tlskit/node';
import type { Io } from './io.ts';
import { listen } from './listen.ts';
import { facts, modes } from './modes.ts';
import { type ServerSettings, serverOptions, serverSettings } from './options.ts';
import { type ThrowAway, throwAway } from './throw-away.ts';

export type { Io } from './io.ts';

/** Each exit code with what it means. */
const exitCodes = {
  good: [0, 'the server was asked to end, and did'],
  internal: [1, 'something went wrong here'],
  usage: [2, 'unknown, contradictory or unusable options'],
  listen: [3, 'the address cannot be listened on'],
} as const;

/** Milliseconds that clients have to answer our close_notify when the server ends. */
const GRACE = 1000;

/** @param args without the program's own name. @returns the exit code, once the server has ended */
export async function main(args: readonly string[], io: Io): Promise<number> {
  // Whoever reads our output may go away: the server stays.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', ignore);
  try {
    return exitCodes[await run(args, io)][0];
  } catch (error) {
    if (error instanceof UsageError) {
      await print(io.stderr, `tlskit-server: ${printable(error.message, 400)}\nTry: tlskit-server --help\n`);
      return exitCodes.usage[0];
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await print(io.stderr, `tlskit-server: internal error: ${text}\n`);
    return exitCodes.internal[0];
  } finally {
    for (const stream of [io.stdout, io.stderr]) stream.off('error', ignore);
  }
}

async function run(args: readonly string[], io: Io): Promise<keyof typeof exitCodes> {
  if (args.includes('--help') || args.includes('-h')) {
    await print(io.stdout, help());
    return 'good';
  }
  if (args.includes('--version')) {
    await print(io.stdout, `tlskit-server ${version()}\n`);
    return 'good';
  }
  const settings = serverSettings(args);
  let made: ThrowAway | undefined;
  let keyLog: KeyLogFile | undefined;
  try {
    keyLog = await openKeyLog(settings, io);
    if (settings.credentials.length === 0) made = await throwAway();
    return await serve(settings, io, made, keyLog);
  } finally {
    keyLog?.close();
    made?.remove();
  }
}

async function openKeyLog({ keyLog }: ServerSettings, { stderr }: Io): Promise<KeyLogFile | undefined> {
  if (keyLog === undefined) return undefined;
  let file: KeyLogFile;
  try {
    file = new KeyLogFile(keyLog, ({ message }) => {
      stderr.write(`tlskit-server: the key log is incomplete: ${printable(message)}\n`);
    });
  } catch (error) {
    throw new UsageError(`--keylog: ${error instanceof Error ? error.message : error}`);
  }
  const warning = `the secrets of all connections go to ${keyLog}: whoever reads it can read them`;
  await print(stderr, `tlskit-server: warning: ${printable(warning, 400)}\n`);
  return file;
}

async function serve(
  settings: ServerSettings,
  io: Io,
  made: ThrowAway | undefined,
  keyLog: KeyLogFile | undefined,
): Promise<keyof typeof exitCodes> {
  const { host } = settings;
  let servers: readonly TlsServer[];
  let port: number;
  try {
    ({ servers, port } = await listen(host, settings.port, () => create(settings, io, made, keyLog)));
  } catch (error) {
    if (error instanceof UsageError || !isSystemError(error)) throw error;
    await print(io.stderr, `tlskit-server: ${printable(error.message)}\n`);
    return 'listen';
  }
  for (const server of servers) {
    // When there are too many connections for the system, for instance: there will be fewer.
    server.on('error', error => io.stderr.write(`tlskit-server: ${printable(error.message)}\n`));
  }
  const ready = settings.json
    ? JSON.stringify({ listening: { host, port }, ca: made?.ca ?? null })
    : [
        `Listening on ${isIPv6(host) ? `[${host}]` : host}:${port}`,
        ...(made === undefined ? [] : [`A certificate was made; its authority is in ${made.ca}`]),
      ].join('\n');
  await print(io.stdout, `${ready}\n`);
  await aborted(io.signal);
  await end(servers);
  return 'good';
}

/** @throws UsageError for what the library does not take */
function create(
  { credentials, alpn, versions, cipherSuites, legacy, groups, handshakeTimeout, mode, quiet }: ServerSettings,
  { stderr }: Io,
  made: ThrowAway | undefined,
  keyLog: KeyLogFile | undefined,
): TlsServer {
  const log = (line: string): void => {
    if (!quiet) stderr.write(`${line}\n`);
  };
  let server: TlsServer;
  try {
    server = createServer({
      credentials: made === undefined ? credentials : [made.credential],
      alpn,
      versions,
      cipherSuites,
      legacy,
      groups,
      handshakeTimeout,
      ...(keyLog === undefined ? {} : { keyLog: line => keyLog.write(line) }),
    });
  } catch (error) {
    throw error instanceof TlsError ? new UsageError(error.message) : error;
  }
  server.on('secureConnection', socket => {
    const info = socket.info as ConnectionInfo;
    const [[, client], ...negotiated] = facts(info, socket) as [[string, string], ...[string, string][]];
    log(`${client} connected: ${negotiated.map(([label, value]) => `${label} ${value}`).join(', ')}`);
    socket.on('error', error => log(`${client} failed: ${errorText(error)}`));
    modes[mode](socket, info);
  });
  server.on('tlsClientError', (error, { address = '?', port = 0 }) => {
    log(`${isIPv6(address) ? `[${address}]` : address}:${port} failed in its handshake: ${errorText(error)}`);
  });
  return server;
}

function errorText(error: Error): string {
  const { message, code, alert, sentBy } = TlsError.from(error);
  const told = alert === undefined || sentBy === 'peer' ? '' : `; it was told ${alert}`;
  return printable(`${message} [${code}]${told}`, 400);
}

/** Takes no more clients, and says close_notify to those that are there. */
async function end(servers: readonly TlsServer[]): Promise<void> {
  const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
  for (const { connections } of servers) for (const socket of connections) leave(socket);
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, GRACE);
  await Promise.all(closed);
  clearTimeout(timer);
}

function leave(socket: TlsSocket): void {
  if (socket.info === undefined) socket.destroy();
  else socket.end();
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

function help(): string {
  const more = {
    help: { short: 'h', help: 'Print this, and exit.' },
    version: { help: 'Print the version, and exit.' },
  } as const satisfies OptionRows;
  const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return [
    'Usage: tlskit-server [options]',
    [
      'A TLS server for tests. Without --cert it makes an authority and a certificate',
      'for localhost, 127.0.0.1 and ::1, and says where the certificate of the',
      'authority is. Without --www or --echo clients are connected, and what they send',
      'is thrown away. Connections are told on standard error.',
    ].join('\n'),
    `Options:\n${describe({ ...serverOptions, ...more })}`,
    'Lists are separated by commas; suites and groups by colons too.',
    'SIGTERM and SIGINT end the server: clients are told close_notify.',
    `Exit codes:\n${codes.join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { readonly version: string }).version;
}

function ignore(): void {}
