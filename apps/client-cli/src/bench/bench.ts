/** `tlskit bench`: how quickly a server shakes hands and moves bytes, with this client. */
import { asUsage, print, printableJson, UsageError } from '@tlskit/cli-kit';
import { createClient, type TlsClient } from 'tlskit/node';
import { failureOf } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import { exitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { BenchError, Connections } from './connections.ts';
import { type Measured, measure } from './measure.ts';
import { type BenchSettings, benchSettings } from './options.ts';
import { benchLines, reportObject } from './report.ts';

/** @returns the exit code. @throws UsageError */
export async function runBench(args: readonly string[], io: Io): Promise<number> {
  const settings = benchSettings(args, io.env);
  const connections = new Connections(settings, clientOf(settings), io.signal);
  const progress = new Progress(io, settings.measures.length);
  const measured: Measured[] = [];
  let failure: Failure | undefined;
  try {
    for (const name of settings.measures) {
      if (failure !== undefined || io.signal.aborted) break;
      progress.step(name);
      const each = await measure(
        name,
        settings,
        () => connections.worker(name),
        count => progress.connections(count),
        io.signal,
      );
      measured.push(each.measured);
      if (each.error !== undefined) failure = failureFor(each.error);
    }
  } finally {
    progress.end();
  }
  const findings = { settings, measured, first: connections.first, failure };
  const text = settings.json ? printableJson(reportObject(findings)) : benchLines(findings).join('\n');
  await print(io.stdout, `${text}\n`);
  return exitCode(failure?.outcome ?? 'good');
}

/** One deadline is for each connection, and it is ours. @throws UsageError */
function clientOf({ tls, measures }: BenchSettings): TlsClient {
  const alpn = measures.includes('get') && tls.client.alpn === undefined ? { alpn: ['http/1.1'] } : {};
  return asUsage(() => createClient({ ...tls.client, ...alpn, handshakeTimeout: 0 }));
}

function failureFor(error: unknown): Failure {
  if (error instanceof UsageError) throw error;
  return error instanceof BenchError ? error.failure : failureOf(error, true);
}
