/** `tlskit scan`: what a server really does, found by shaking hands with it. */
import { print, printableJson } from '@tlskit/cli-kit';
import { dial, type Remote } from '../dial/dial.ts';
import { DialError } from '../dial/error.ts';
import { exitCode, type Outcome } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { Connections, type ScanOver } from './connections.ts';
import { type Finding, isAtLeast, sorted } from './findings.ts';
import { type ScanSettings, scanSettings } from './options.ts';
import { departures } from './policy.ts';
import { findingLines, type Scanned, scanLines, scanObject } from './report.ts';
import { STEPS, type Survey, survey } from './survey.ts';
import { weaknesses } from './weaknesses.ts';

/** @returns the exit code. @throws UsageError */
export async function runScan(args: readonly string[], io: Io): Promise<number> {
  const settings = scanSettings(args);
  const progress = new Progress(io, STEPS);
  const begin = Date.now();
  const start = performance.now();
  let remote: Remote | undefined;
  const open = async (signal: AbortSignal) => {
    const dialed = await dial(settings.route, signal);
    remote ??= dialed.remote;
    return dialed.transport;
  };
  const connections = new Connections(
    open,
    {
      max: settings.connections,
      parallel: settings.parallel,
      delay: settings.delay,
      each: settings.each,
      total: settings.total,
      signal: io.signal,
    },
    count => progress.connections(count),
  );
  const { servername, verifyName } = settings.names;
  let found: Survey;
  try {
    const judging = { roots: settings.roots, name: verifyName };
    found = await survey(connections, servername || undefined, judging, title => progress.step(title));
  } finally {
    connections.close();
    progress.end();
  }
  const { result, over } = found;
  const findings = sorted([
    ...weaknesses(result, begin),
    ...(settings.policy === undefined ? [] : departures(result, settings.policy)),
  ]);
  const outcome = outcomeFor(found, findings, settings);
  const scanned: Scanned = {
    settings,
    remote,
    begin,
    duration: performance.now() - start,
    connections: connections.count,
    over,
    result,
    findings,
    outcome,
  };
  await print(io.stdout, textOf(scanned));
  return exitCode(outcome);
}

function textOf(scanned: Scanned): string {
  const { json, quiet } = scanned.settings;
  if (json) return `${printableJson(scanObject(scanned))}\n`;
  const lines = quiet ? findingLines(scanned) : scanLines(scanned);
  return lines.map(line => `${line}\n`).join('');
}

/** What is bad counts, however much of it was seen; then that not all was. */
function outcomeFor({ result, over }: Survey, findings: readonly Finding[], { failOn }: ScanSettings): Outcome {
  if (failOn !== undefined && findings.some(each => isAtLeast(each, failOn))) return 'policy';
  if (over !== undefined) return stopOutcome(over);
  return result.versions.some(({ offered }) => offered) ? 'good' : 'handshake';
}

function stopOutcome({ reason, cause }: ScanOver): Outcome {
  if (reason !== 'unreachable') return 'timeout';
  return cause instanceof DialError && cause.step === 'starttls' ? 'starttls' : 'tcp';
}
