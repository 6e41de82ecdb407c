/** Many hosts: a few at a time, a line of JSON for each as soon as it is done, so that a silent one holds nobody's line up. */
import type { Readable } from 'node:stream';
import { print, printableJson, UsageError } from '@tlskit/cli-kit';
import { exitCode, type Outcome, worst } from '../exit-codes.ts';
import { allOf, fromFile } from '../files.ts';
import type { Io } from '../io.ts';
import { failureOf } from './failure.ts';
import { type Findings, newFindings } from './findings.ts';
import { reportObject } from './json.ts';
import type { ConnectSettings, Target } from './options.ts';
import { relay } from './relay.ts';
import { type Means, visit } from './visit.ts';

/** Bytes of a list of hosts, at the most. */
const MAXIMUM = 16 << 20;

/** All that are meant, those of the command line first. @throws UsageError */
export async function targetsOf(settings: ConnectSettings, stdin: Readable): Promise<readonly Target[]> {
  const { targets, hosts, target } = settings;
  if (hosts === undefined) return targets;
  const text = hosts === '-' ? String(await allOf(stdin, MAXIMUM)) : fromFile('--hosts', hosts, String);
  const lines = text.split(/\r?\n/).map(line => line.replace(/#.*$/, '').trim());
  const listed = lines.flatMap((line, i) => {
    if (line === '') return [];
    try {
      return [target(line)];
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`--hosts ${hosts}, line ${i + 1}: ${error.message}`) : error;
    }
  });
  const all = [...targets, ...listed];
  if (all.length === 0) throw new UsageError(`--hosts ${hosts}: there is no HOST:PORT in it`);
  return all;
}

/** @returns the exit code: the worst of all */
export async function connectMany(targets: readonly Target[], means: Means, io: Io): Promise<number> {
  const { settings } = means;
  const outcomes: Outcome[] = [];
  const waiting = targets.values();
  const shown = progress(io, targets.length);
  const worker = async (): Promise<void> => {
    for (const target of waiting) {
      if (io.signal.aborted) return;
      const findings = newFindings(target, settings.tls);
      await look(target, means, findings, io.signal);
      shown.clear();
      await print(io.stdout, `${printableJson(reportObject(findings))}\n`);
      shown.show(outcomes.push(findings.failure?.outcome ?? 'good'));
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.parallel, targets.length) }, worker));
  shown.clear();
  return exitCode(worst(outcomes));
}

/** Connects, asks, and closes. */
async function look(target: Target, means: Means, findings: Findings, signal: AbortSignal): Promise<void> {
  const socket = await visit(target, means, findings, signal);
  if (socket === undefined) return;
  try {
    await relay(socket, { signal });
  } catch (error) {
    findings.failure ??= failureOf(error, true);
  }
}

/** How far it is, on a terminal. */
function progress({ stderr }: Io, total: number): { show(done: number): void; clear(): void } {
  if (stderr.isTTY !== true) return { show() {}, clear() {} };
  return {
    show: done => stderr.write(`\r${done} of ${total} hosts`),
    clear: () => stderr.write('\r\x1b[K'),
  };
}
