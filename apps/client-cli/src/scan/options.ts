/** What `tlskit scan` can be told. */
import {
  integerOf,
  type MozillaProfileName,
  mozillaProfileNames,
  type OptionRows,
  oneOf,
  parse,
  secondsOf,
  UsageError,
} from '@tlskit/cli-kit';
import type { Address } from '../address.ts';
import { dialOptions, type Route, routeTo } from '../dial/route.ts';
import { rootsOf } from '../roots.ts';
import { milliseconds } from '../timeout.ts';
import { trustOptions } from '../tls/trust.ts';
import { nameOptions, type PeerNames, peerNames } from '../tls-options.ts';
import { type Severity, severities } from './findings.ts';

/** Connections, connections at once, and seconds for each and for all, unless told otherwise. */
const defaults = { connections: 400, parallel: 2, each: 5, total: 300 };

const reportOptions = {
  policy: {
    elsewhere: ['profile', 'mozilla_config', 'mozilla-config'],
    value: 'NAME',
    choices: mozillaProfileNames,
    help: "Report what departs from one of Mozilla's profiles, too: modern, intermediate or old.",
  },
  'fail-on': {
    elsewhere: ['severity', 'fail'],
    value: 'SEVERITY',
    choices: severities,
    help: 'Exit with 10 where there is a finding of this severity or a worse one: info, low, medium, high or critical.',
  },
  json: { help: 'Print the report as one JSON object.' },
  quiet: {
    elsewhere: ['silent', 's'],
    conflicts: ['json'],
    help: 'Print the findings alone, one a line.',
  },
} as const satisfies OptionRows;

const trust = { ...nameOptions, cacert: trustOptions.cacert } as const;

const boundOptions = {
  'max-connections': {
    elsewhere: ['connections', 'max-requests'],
    value: 'NUMBER',
    help: `The most connections to make; ${defaults.connections} by default. What was found until then is reported as partial.`,
  },
  parallel: {
    elsewhere: ['jobs', 'threads', 'concurrency'],
    value: 'NUMBER',
    help: `Connections at once, 1 to 16; ${defaults.parallel} by default.`,
  },
  delay: {
    elsewhere: ['sleep', 'wait'],
    value: 'SECONDS',
    help: 'The least time from one connection to the next; 0 by default.',
  },
  'connect-timeout': {
    elsewhere: ['socket-timeout'],
    value: 'SECONDS',
    help: `For each connection; ${defaults.each} by default.`,
  },
  timeout: {
    elsewhere: ['max-time'],
    value: 'SECONDS',
    help: `For the whole scan; ${defaults.total} by default, 0 for no limit. What was found until then is reported as partial.`,
  },
} as const satisfies OptionRows;

/** By what they are about. */
export const scanSections = {
  'What is reported': reportOptions,
  'Whom to expect': trust,
  'The way there': dialOptions,
  Bounds: boundOptions,
} as const;

const scanOptions = { ...reportOptions, ...trust, ...dialOptions, ...boundOptions } as const;

export interface ScanSettings {
  readonly address: Address;
  readonly route: Route;
  readonly names: PeerNames;
  /** DER. */
  readonly roots: readonly Uint8Array[];
  readonly policy: MozillaProfileName | undefined;
  readonly failOn: Severity | undefined;
  readonly connections: number;
  readonly parallel: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly each: number;
  /** Milliseconds, or undefined for no limit. */
  readonly total: number | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @throws UsageError */
export function scanSettings(args: readonly string[]): ScanSettings {
  const { values, positionals } = parse(scanOptions, args);
  const [target, ...more] = positionals;
  if (target === undefined) throw new UsageError('whom to scan is missing: HOST:PORT');
  if (more.length > 0) throw new UsageError(`one HOST:PORT at a time, and not also ${JSON.stringify(more[0])}`);
  const { 'fail-on': failOn } = values;
  const route = routeTo(target, values);
  const count = (option: 'max-connections' | 'parallel', most: number, usual: number): number => {
    const text = values[option];
    return text === undefined ? usual : integerOf(`--${option}`, text, 1, most);
  };
  return {
    address: route.address,
    route,
    names: peerNames(route.address.host, values),
    roots: rootsOf('--cacert', values.cacert).map(({ der }) => der),
    policy: values.policy === undefined ? undefined : oneOf('--policy', values.policy, mozillaProfileNames),
    failOn: failOn === undefined ? undefined : oneOf('--fail-on', failOn, severities),
    connections: count('max-connections', 100_000, defaults.connections),
    parallel: count('parallel', 16, defaults.parallel),
    delay: secondsOf('--delay', values.delay ?? '0'),
    each: perConnection(values['connect-timeout'] ?? String(defaults.each)),
    total: milliseconds(values.timeout ?? String(defaults.total)),
    json: values.json === true,
    quiet: values.quiet === true,
  };
}

/** Milliseconds. A connection without an end would be the end of the scan. */
function perConnection(text: string): number {
  const each = secondsOf('--connect-timeout', text);
  if (each === 0) throw new UsageError('--connect-timeout is a number of seconds above 0');
  return each;
}
