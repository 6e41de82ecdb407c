/** What `tlskit connect` can be told, checked and put into its own terms. */
import { integerOf, type OptionRows, type Parsed, parse, UsageError } from '@tlskit/cli-kit';
import { dialOptions, type Route, routeTo } from '../dial/route.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';
import type { Env } from '../tls/own.ts';
import { type PeerNames, type TlsSettings, tlsOptions, tlsSections, tlsSettings } from '../tls-options.ts';
import { type WatchSettings, watchOptions, watchSettings } from '../watch-options.ts';
import { type Asked, askedOf, askOptions } from './asked.ts';
import { type Policy, policyHelp, policyOf } from './policy.ts';
import { type SessionSettings, sessionOptions, sessionSettings } from './sessions.ts';

/** How many hosts are connected to at a time, unless `--parallel` says otherwise. */
const DEFAULT_PARALLEL = 8;

const outputOptions = {
  ...watchOptions,
  'save-chain': {
    elsewhere: ['showcerts', 'show-certs', 'save-cert', 'print-cert'],
    value: 'FILE',
    help: 'Write the certificates to this file (PEM) as the server sent them, verified or not.',
  },
  crlf: {
    conflicts: ['json'],
    help: 'Send the line ends of standard input as CR LF, as SMTP and HTTP want them.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time'],
    value: 'SECONDS',
    help: `For the look-up, TCP and the handshake together, and for those of --resume; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
  'fail-on': {
    elsewhere: ['fail', 'policy'],
    value: 'LIST',
    help: policyHelp,
  },
  json: {
    help: 'Connect, print the report as one JSON object on standard output, and close. No data is moved.',
  },
  hosts: {
    elsewhere: ['targets', 'hosts-file', 'input-file'],
    value: 'FILE',
    needs: ['json'],
    help: 'Connect to each HOST:PORT of this file too, one a line; - is standard input. What is behind # is passed over.',
  },
  parallel: {
    elsewhere: ['concurrency', 'jobs', 'p'],
    value: 'N',
    needs: ['json'],
    help: `How many hosts are connected to at a time; ${DEFAULT_PARALLEL} by default.`,
  },
  quiet: {
    elsewhere: ['silent', 's', 'q'],
    conflicts: ['json'],
    help: 'No report. What goes wrong is still said, in one line.',
  },
} as const satisfies OptionRows;

/** By what they are about, for `--help`. */
export const connectSections = {
  ...tlsSections,
  'Sessions and early data': sessionOptions,
  'Once the connection stands': askOptions,
  'The way there': dialOptions,
  'What is told': outputOptions,
} as const;

export const connectOptions = {
  ...tlsOptions,
  ...sessionOptions,
  ...askOptions,
  ...dialOptions,
  ...outputOptions,
} as const;

export type ConnectValues = Parsed<typeof connectOptions>['values'];

/** One to connect to. */
export interface Target {
  readonly route: Route;
  /** Whom to ask for, and whom to expect. */
  readonly names: PeerNames;
}

export interface ConnectSettings extends WatchSettings {
  /** As they were given; those of `hosts` come behind them. */
  readonly targets: readonly Target[];
  /** A file with more, or `-`. */
  readonly hosts: string | undefined;
  readonly parallel: number;
  readonly tls: TlsSettings;
  readonly sessions: SessionSettings;
  readonly asked: Asked;
  readonly policy: Policy;
  readonly saveChain: string | undefined;
  /** Whether the lines of standard input are sent with CR LF. */
  readonly crlf: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
  /** The same for another HOST:PORT. @throws UsageError */
  target(text: string): Target;
}

/** @throws UsageError */
export function connectSettings(args: readonly string[], env: Env): ConnectSettings {
  const { values, positionals } = parse(connectOptions, args);
  checkTargets(positionals, values);
  const tls = tlsSettings(values, env);
  const target = (text: string): Target => {
    const route = routeTo(text, values);
    return { route, names: tls.names(route.address.host) };
  };
  return {
    targets: positionals.map(target),
    hosts: values.hosts,
    parallel: integerOf('--parallel', values.parallel ?? String(DEFAULT_PARALLEL), 1, 1000),
    tls,
    sessions: sessionSettings(values),
    asked: askedOf(values),
    policy: policyOf(values),
    saveChain: values['save-chain'],
    crlf: values.crlf === true,
    json: values.json === true,
    quiet: values.quiet === true,
    ...watchSettings(values),
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
    target,
  };
}

/** What is for one connection, and of no sense for many. */
const forOne = ['trace', 'save-chain', 'sess-in', 'sess-out'] as const;

function checkTargets(given: readonly string[], values: ConnectValues): void {
  if (values.hosts === undefined && given.length === 0) {
    throw new UsageError('whom to connect to is missing: HOST:PORT');
  }
  if (values.hosts === undefined && given.length < 2) return;
  if (!values.json) {
    throw new UsageError(`one HOST:PORT at a time, and not also ${JSON.stringify(given[1])}: many go with --json`);
  }
  const misfit = forOne.find(name => values[name] !== undefined);
  if (misfit !== undefined) throw new UsageError(`--${misfit} is for one HOST:PORT, and not for many`);
}
