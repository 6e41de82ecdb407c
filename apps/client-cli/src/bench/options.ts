/** What `tlskit bench` can be told, checked and put into its own terms. */
import { integerOf, list, type OptionRows, parse, secondsOf, suggestion, UsageError } from '@tlskit/cli-kit';
import { dialOptions, type Route, routeTo } from '../dial/route.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';
import type { Env } from '../tls/own.ts';
import { type PeerNames, type TlsSettings, tlsOptions, tlsSections, tlsSettings } from '../tls-options.ts';

/** What can be measured, in the order it is. */
export const measures = ['full', 'resumed', 'get', 'echo'] as const;

export type MeasureName = (typeof measures)[number];

const DEFAULT_DURATION = '5';
const DEFAULT_SIZE = 16 * 1024 * 1024;

const benchOptions = {
  measure: {
    elsewhere: ['mode', 'only', 'new', 'reuse'],
    value: 'LIST',
    help: 'What to measure: full (handshakes), resumed (handshakes with a session), get (bytes down, by GET of --path over HTTP/1.1), echo (bytes up and down, of a server that sends back what it gets); full,resumed by default.',
  },
  duration: {
    elsewhere: ['time', 'seconds'],
    value: 'SECONDS',
    help: `How long to measure each; ${DEFAULT_DURATION} by default. What has begun is brought to its end.`,
  },
  count: {
    short: 'n',
    elsewhere: ['connections', 'requests', 'number'],
    value: 'N',
    help: 'How many connections to measure each by, at most; by default as many as the time allows.',
  },
  concurrency: {
    short: 'c',
    elsewhere: ['parallel', 'jobs', 'clients'],
    value: 'N',
    help: 'How many connections at a time; 1 by default.',
  },
  path: {
    elsewhere: ['www', 'url'],
    value: 'PATH',
    help: 'What get asks for; / by default.',
  },
  size: {
    elsewhere: ['bytes', 'length'],
    value: 'BYTES',
    help: `How much echo sends over each connection; ${DEFAULT_SIZE} by default.`,
  },
  json: {
    help: 'Print what was measured as one JSON object on standard output.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time'],
    value: 'SECONDS',
    help: `For the look-up, TCP and the handshake of each connection, and for each body; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
} as const satisfies OptionRows;

export const benchSections = {
  'What is measured': benchOptions,
  ...tlsSections,
  'The way there': dialOptions,
} as const;

const allOptions = { ...benchOptions, ...tlsOptions, ...dialOptions } as const;

export interface BenchSettings {
  readonly route: Route;
  readonly names: PeerNames;
  readonly tls: TlsSettings;
  readonly measures: readonly MeasureName[];
  /** Milliseconds of each. */
  readonly duration: number;
  /** Connections of each, at most. */
  readonly count: number;
  readonly concurrency: number;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly json: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
}

/** @param env for `--pass`. @throws UsageError */
export function benchSettings(args: readonly string[], env: Env): BenchSettings {
  const { values, positionals } = parse(allOptions, args);
  const [target, ...more] = positionals;
  if (target === undefined) throw new UsageError('whom to connect to is missing: HOST:PORT');
  if (more.length > 0) throw new UsageError(`one HOST:PORT at a time, and not also ${JSON.stringify(more[0])}`);
  const chosen = measuresOf(values.measure ?? 'full,resumed');
  checkFits('path', 'get', values.path, chosen);
  checkFits('size', 'echo', values.size, chosen);
  if (chosen.includes('get') && values.starttls !== undefined) {
    throw new UsageError('--measure get is of HTTP, and --starttls of another protocol');
  }
  const route = routeTo(target, values);
  const tls = tlsSettings(values, env);
  const duration = secondsOf('--duration', values.duration ?? DEFAULT_DURATION);
  if (duration === 0) throw new UsageError('--duration is more than 0');
  return {
    route,
    names: tls.names(route.address.host),
    tls,
    measures: chosen,
    duration,
    count: values.count === undefined ? Number.POSITIVE_INFINITY : integerOf('--count', values.count, 1, 1e9),
    concurrency: integerOf('--concurrency', values.concurrency ?? '1', 1, 1000),
    path: pathOf(values.path ?? '/'),
    size: integerOf('--size', values.size ?? String(DEFAULT_SIZE), 1, 1e12),
    json: values.json === true,
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
  };
}

function measuresOf(text: string): readonly MeasureName[] {
  const asked = list('--measure', text, /,/).map(name => {
    const found = measures.find(each => each === name.toLowerCase());
    if (found !== undefined) return found;
    throw new UsageError(
      `--measure is of ${measures.join(', ')}, not ${JSON.stringify(name)}${suggestion(name, measures)}`,
    );
  });
  return measures.filter(each => asked.includes(each));
}

function checkFits(option: string, of: MeasureName, value: string | undefined, chosen: readonly MeasureName[]): void {
  if (value !== undefined && !chosen.includes(of)) throw new UsageError(`--${option} goes with --measure ${of}`);
}

function pathOf(text: string): string {
  if (/^\/[!-~]*$/.test(text)) return text;
  throw new UsageError(`--path begins with / and has no spaces, not ${JSON.stringify(text)}`);
}
