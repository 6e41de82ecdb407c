/**
 * `tlskit-server examine -- COMMAND`: runs a client against everything that can be wrong, one case after another, and says what it
 * made of it.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { list, type OptionRows, parse, print, secondsOf, UsageError } from '@tlskit/cli-kit';
import type { CryptoProvider } from 'tlskit';
import { badCredentials } from '../bad/credentials.ts';
import type { Outcome as ExitOutcome } from '../exit-codes.ts';
import type { Outcome } from '../faults/expectation.ts';
import type { Io } from '../io.ts';
import { listen } from '../net/listen.ts';
import { type ServerSettings, serverSettings } from '../options/settings.ts';
import { Service } from '../service.ts';
import { type ThrowAway, throwAway } from '../tls/throw-away.ts';
import { type Case, cases } from './cases.ts';
import { filledIn, runClient } from './client.ts';
import { judge } from './judge.ts';
import { junit, lineOf, type Result, summaryOf } from './report.ts';

export const examineOptions = {
  only: {
    value: 'LIST',
    help: 'Only cases that have one of these words in their names, such as certificate,bad-finished.',
  },
  junit: { value: 'FILE', help: "Write the results as JUnit's XML." },
  timeout: { value: 'SECONDS', help: 'How long the client may take for a case; 10 by default.' },
} as const satisfies OptionRows;

/** The name that clients are to ask for. */
const HOST = 'localhost';

/** Milliseconds that connections have to end behind the client. */
const GRACE = 500;

interface Examination {
  readonly command: readonly string[];
  readonly chosen: readonly Case[];
  readonly junit: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** @param args behind the word `examine`. @throws UsageError */
export async function examine(args: readonly string[], provider: CryptoProvider, io: Io): Promise<ExitOutcome> {
  const { command, chosen, junit: file, timeout } = examinationOf(args);
  const made = await throwAway({ kinds: ['ecdsa-p256', 'rsa-2048'] });
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const results: Result[] = [];
  try {
    for (const each of chosen) {
      if (io.signal.aborted) break;
      const result = await examined(each, { command, timeout, provider, made });
      results.push(result);
      await print(io.stdout, lineOf(result, width));
    }
  } finally {
    made.remove();
  }
  await print(io.stdout, summaryOf(results));
  if (file !== undefined) writeFileSync(file, junit(results, command));
  return results.some(({ judgement }) => judgement.grade === 'wrong') ? 'unexpected' : 'good';
}

function examinationOf(args: readonly string[]): Examination {
  const at = args.indexOf('--');
  const command = at < 0 ? [] : args.slice(at + 1);
  const { values, positionals } = parse(examineOptions, at < 0 ? args : args.slice(0, at));
  if (positionals.length > 0)
    throw new UsageError(`what is ${JSON.stringify(positionals[0])}? The command stands behind --`);
  if (command.length === 0) throw new UsageError('which client? examine -- COMMAND {host} {port} {cacert}');
  if (!command.some(word => word.includes('{port}')))
    throw new UsageError('the command has no {port}: how would it find the server?');
  const words = values.only === undefined ? undefined : list('--only', values.only, /,/);
  const chosen = words === undefined ? cases : cases.filter(({ name }) => words.some(word => name.includes(word)));
  if (chosen.length === 0) throw new UsageError(`--only leaves no case: ${values.only}`);
  return { command, chosen, junit: values.junit, timeout: secondsOf('--timeout', values.timeout ?? '10') };
}

/** One server, one run of the client. */
async function examined(
  each: Case,
  {
    command,
    timeout,
    provider,
    made,
  }: Pick<Examination, 'command' | 'timeout'> & { readonly provider: CryptoProvider; readonly made: ThrowAway },
): Promise<Result> {
  const settings = serverSettings(['--www', '--host', HOST, ...each.args], provider);
  const outcomes: Outcome[] = [];
  const service = new Service({
    settings,
    provider,
    credentials: await credentialsFor(settings, provider, made),
    keyLog: undefined,
    log: () => {},
    ended: outcome => outcomes.push(outcome),
  });
  const create = () => createServer({ allowHalfOpen: true, noDelay: true }, transport => service.take(transport));
  const { servers, port } = await listen(HOST, 0, create);
  const began = performance.now();
  try {
    const exit = await clientRun(filledIn(command, { host: HOST, port, cacert: made.ca }), timeout);
    for (const server of servers) server.close();
    await service.end(GRACE);
    return { case: each, exit, judgement: judge(each.expectation, exit, outcomes), took: performance.now() - began };
  } finally {
    for (const server of servers) server.close();
  }
}

async function clientRun(command: readonly string[], timeout: number) {
  try {
    return await runClient(command, timeout);
  } catch (error) {
    throw new UsageError(`the client cannot be started: ${error instanceof Error ? error.message : error}`);
  }
}

async function credentialsFor({ bad, staple }: ServerSettings, provider: CryptoProvider, made: ThrowAway) {
  if (staple !== undefined) return made.stapled(staple);
  if (typeof bad !== 'string') return made.credentials;
  return badCredentials({ provider, root: made.authority, good: made.credentials, always: bad });
}
