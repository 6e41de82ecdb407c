/** `tlskit-server`: from the command line to the end of the last connection. */
import { readFileSync } from 'node:fs';
import { completionFor, helpText, KeyLogFile, print, printable, UsageError } from '@tlskit/cli-kit';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { DOMAIN } from './bad/credentials.ts';
import { examine } from './examine/examine.ts';
import { exitCodes, type Outcome } from './exit-codes.ts';
import { faultNames } from './faults/catalogue.ts';
import { program } from './help.ts';
import type { Io } from './io.ts';
import { readStaple } from './options/files.ts';
import { type ServerSettings, serverSettings } from './options/settings.ts';
import { run as serve } from './run.ts';
import { kindsFor, type ThrowAway, throwAway } from './tls/throw-away.ts';

export type { Io } from './io.ts';

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

async function run(args: readonly string[], io: Io): Promise<Outcome> {
  // Behind `--` is the command of somebody else.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (own.includes('--help') || own.includes('-h')) {
    await print(io.stdout, helpText(program, commandIn(own)));
    return 'good';
  }
  if (own.includes('--version')) {
    await print(io.stdout, `tlskit-server ${version()}\n`);
    return 'good';
  }
  if (args[0] === 'completion') {
    await print(io.stdout, completionFor(program, args.slice(1)));
    return 'good';
  }
  const provider = createNodeProvider();
  if (args[0] === 'examine') return examine(args.slice(1), provider, io);
  const settings = serverSettings(args, provider);
  let made: ThrowAway | undefined;
  let keyLog: KeyLogFile | undefined;
  try {
    keyLog = await openKeyLog(settings, io);
    if (settings.files.certificates.length === 0) made = await certificatesFor(settings);
    return await serve({ settings, provider, made, keyLog }, io);
  } finally {
    keyLog?.close();
    made?.remove();
  }
}

/** The command that the first word names; the server's own has no name. */
function commandIn([first = '']: readonly string[]): string {
  return Object.hasOwn(program.commands, first) ? first : '';
}

/** With names for every fault, where names choose it. */
function certificatesFor({ files, negotiation, staple, bad }: ServerSettings): Promise<ThrowAway> {
  const names = bad === true ? faultNames.map(name => `${name}.${DOMAIN}`) : [];
  return throwAway({ kinds: kindsFor(negotiation), staple: staple ?? readStaple(files.staples[0]), names });
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

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { readonly version: string }).version;
}

function ignore(): void {}
