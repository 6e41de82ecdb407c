/** What `tlskit bench` tells: some lines for people, or one object, which `schema/bench.schema.json` describes. */
import { printable } from '@tlskit/cli-kit';
import { formatAddress } from '../address.ts';
import type { Failure } from '../connect/findings.ts';
import { errorObject, rounded } from '../connect/json.ts';
import { failureText } from '../connect/report.ts';
import { exitCode } from '../exit-codes.ts';
import type { Connections } from './connections.ts';
import type { Measured } from './measure.ts';
import type { BenchSettings, MeasureName } from './options.ts';

export interface Findings {
  readonly settings: BenchSettings;
  readonly measured: readonly Measured[];
  /** Of the first connection. */
  readonly first: Connections['first'];
  readonly failure: Failure | undefined;
}

/** What the numbers of each are of. */
const meanings: Readonly<Record<MeasureName, string>> = {
  full: 'full handshakes, each over a TCP connection of its own; times are from the ClientHello to the end of the handshake',
  resumed:
    'handshakes with a session of the connection before, each over a TCP connection of its own; times are from the ClientHello to the end of the handshake, and waiting for tickets is only in the rate',
  get: 'bodies by GET over HTTP/1.1, one a connection; times are from the request to the last byte, without the handshake',
  echo: 'bytes sent and received back at the same time, one connection after another; times are from the first byte sent to the last one received, without the handshake',
};

/** Without their ends, safe for a terminal. */
export function benchLines({ settings, measured, first, failure }: Findings): readonly string[] {
  const { route, concurrency } = settings;
  const rows: (readonly [string, string])[] = [['peer', formatAddress(route.address)]];
  if (first !== undefined) {
    const { protocol, cipherSuite, group } = first.info;
    rows.push(['TLS', [protocol, cipherSuite.name, group?.name].filter(text => text !== undefined).join(', ')]);
  }
  if (measured.length > 0) rows.push(['at a time', String(concurrency)]);
  for (const each of measured) rows.push(...measuredRows(each));
  if (failure !== undefined) rows.push(['verdict', `FAILED: ${failureText(failure)}`]);
  return rows.map(([label, value]) => `${label.padEnd(14)}${printable(value, 400)}`);
}

function measuredRows(measured: Measured): readonly (readonly [string, string])[] {
  const { name, count, resumed, elapsed, bytes, moving, times, cpu } = measured;
  const isBulk = name === 'get' || name === 'echo';
  const what = isBulk ? `${count} connections, ${megabytes(bytes)}` : `${count} handshakes, ${resumed} resumed`;
  const rate = isBulk
    ? `${megabytes(perSecond(bytes, moving) ?? 0)}/s a connection, ${megabytes(perSecond(bytes, elapsed) ?? 0)}/s in all`
    : `${(perSecond(count, elapsed) ?? 0).toFixed(1)}/s`;
  if (times === undefined) return [[name, what]];
  const spread = `median ${ms(times.median)}, 90 % ${ms(times.p90)}, 99 % ${ms(times.p99)}, ${ms(times.min)} to ${ms(times.max)}`;
  return [
    [name, `${what} in ${(elapsed / 1000).toFixed(1)} s: ${rate}; ${ms(cpu ?? 0)} of CPU here for each`],
    ['', spread],
  ];
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
}

/** Millions of bytes. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}

/** @param elapsed milliseconds */
function perSecond(amount: number, elapsed: number): number | undefined {
  return elapsed > 0 ? (amount * 1000) / elapsed : undefined;
}

/** The report, and its version: fields are added under the same number, and never change their meaning. */
export function reportObject({ settings, measured, first, failure }: Findings): Record<string, unknown> {
  const { route, concurrency } = settings;
  return {
    schemaVersion: 1,
    host: route.address.host,
    port: route.address.port,
    remoteAddress: first?.remote.address ?? null,
    remotePort: first?.remote.port ?? null,
    protocol: first?.info.protocol ?? null,
    protocolCode: first?.info.protocolCode ?? null,
    cipherSuite: first?.info.cipherSuite ?? null,
    group: first?.info.group ?? null,
    verified: first?.info.verified ?? false,
    concurrency,
    measures: measured.map(measuredObject),
    error: failure === undefined ? null : errorObject(failure),
    exitCode: exitCode(failure?.outcome ?? 'good'),
  };
}

function measuredObject({
  name,
  count,
  resumed,
  elapsed,
  bytes,
  moving,
  times,
  cpu,
}: Measured): Record<string, unknown> {
  const isBulk = name === 'get' || name === 'echo';
  return {
    name,
    meaning: meanings[name],
    count,
    resumed,
    elapsed: rounded(elapsed),
    perSecond: rounded(perSecond(count, elapsed)),
    bytes: isBulk ? bytes : null,
    bytesPerSecond: isBulk ? rounded(perSecond(bytes, elapsed)) : null,
    bytesPerSecondOfConnection: isBulk ? rounded(perSecond(bytes, moving)) : null,
    times:
      times === undefined
        ? null
        : Object.fromEntries(Object.entries(times).map(([share, time]) => [share, rounded(time as number)])),
    cpu: rounded(cpu),
  };
}
