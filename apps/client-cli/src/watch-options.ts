/** What is written of connections beside what a command is for: trace, key log, capture. */
import type { OptionRows, Parsed } from '@tlskit/cli-kit';

/** For every command that watches its connections. */
export const watchOptions = {
  trace: {
    elsewhere: ['msg', 'debug', 'verbose', 'v', 'trace-ascii'],
    value: 'FILE',
    optional: true,
    help: 'Say of every record and message what its bytes are, behind the report, or in a file.',
  },
  keylog: {
    elsewhere: ['keylogfile', 'key-log'],
    value: 'FILE',
    help: 'Append the secrets of the connection, for Wireshark; by default to the file that SSLKEYLOGFILE names.',
  },
  pcap: {
    elsewhere: ['pcapng', 'capture'],
    value: 'FILE',
    help: 'Write what goes over the wire from the ClientHello on as a capture (pcapng) with the secrets inside: Wireshark decrypts it with no setting.',
  },
  'no-color': {
    elsewhere: ['no-colour', 'color', 'colour'],
    help: 'No colours, whatever FORCE_COLOR says. By default there are some on a terminal, unless NO_COLOR is set.',
  },
} as const satisfies OptionRows;

export interface WatchSettings {
  readonly keyLog: string | undefined;
  readonly pcap: string | undefined;
  /** True for behind the report. */
  readonly trace: string | true | undefined;
  /** Whether colours are not wanted. */
  readonly noColor: boolean;
}

export function watchSettings(values: Parsed<typeof watchOptions>['values']): WatchSettings {
  return {
    keyLog: values.keylog,
    pcap: values.pcap,
    trace: values.trace,
    noColor: values['no-color'] === true,
  };
}
