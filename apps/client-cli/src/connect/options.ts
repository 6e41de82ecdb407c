/** What `tlskit connect` can be told, checked and put into the terms of the library. */
import { type OptionRows, parse, UsageError } from '@tlskit/cli-kit';
import { type Address, parseAddress } from '../address.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';
import type { Env } from '../tls/own.ts';
import { type PeerNames, type TlsSettings, tlsOptions, tlsSettings } from '../tls-options.ts';

export const connectOptions = {
  ...tlsOptions,
  keylog: {
    elsewhere: ['keylogfile', 'key-log'],
    value: 'FILE',
    help: 'Append the secrets of the connection, for Wireshark; by default to the file that SSLKEYLOGFILE names.',
  },
  trace: {
    elsewhere: ['msg', 'debug', 'verbose', 'v'],
    help: 'After the report, say of every record and message what its bytes are.',
  },
  json: {
    help: 'Connect, print the report as one JSON object on standard output, and close. No data is moved.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time'],
    value: 'SECONDS',
    help: `For the look-up, TCP and the handshake together; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
  quiet: {
    elsewhere: ['silent', 's'],
    conflicts: ['json'],
    help: 'No report. What goes wrong is still said, in one line.',
  },
} as const satisfies OptionRows;

/** What a client's options and the report come from. */
export interface ConnectSettings {
  readonly address: Address;
  readonly tls: TlsSettings;
  /** Whom to ask for, and whom to expect. */
  readonly names: PeerNames;
  readonly keyLog: string | undefined;
  readonly trace: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
}

/** @throws UsageError */
export function connectSettings(args: readonly string[], env: Env): ConnectSettings {
  const { values, positionals } = parse(connectOptions, args);
  const [target, ...more] = positionals;
  if (target === undefined) throw new UsageError('whom to connect to is missing: HOST:PORT');
  if (more.length > 0) throw new UsageError(`one HOST:PORT at a time, and not also ${JSON.stringify(more[0])}`);
  const address = parseAddress(target);
  const tls = tlsSettings(values, env);
  return {
    address,
    tls,
    names: tls.names(address.host),
    keyLog: values.keylog,
    trace: values.trace === true,
    json: values.json === true,
    quiet: values.quiet === true,
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
  };
}
