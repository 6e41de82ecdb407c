/** What `--help` says, from the table of options. */
import { describe, type OptionRows } from '@tlskit/cli-kit';
import { examineOptions } from './examine/examine.ts';
import { exitCodes } from './exit-codes.ts';
import { sections } from './options/table.ts';

/** Options that are looked at before all others. */
export const ownOptions = {
  help: { short: 'h', help: 'Print this, and exit.' },
  version: { help: 'Print the version, and exit.' },
} as const satisfies OptionRows;

export function help(): string {
  const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return [
    'Usage: tlskit-server [options]\n       tlskit-server examine [options] -- COMMAND {host} {port} {cacert}',
    [
      'A TLS server for tests. Without --cert it makes an authority and certificates',
      'for localhost, 127.0.0.1 and ::1, and says where the certificate of the',
      'authority is. Without --www or --echo clients are connected, and what they send',
      'is thrown away. Connections are told on standard error.',
    ].join('\n'),
    ...Object.entries({ ...sections, About: ownOptions, 'Examining a client': examineOptions }).map(
      ([title, rows]) => `${title}:\n${describe(rows)}`,
    ),
    'examine runs COMMAND against every fault and every bad certificate, one after\nanother, with the name, port and authority filled in, and prints what it did.',
    'Lists are separated by commas; suites, groups and schemes by colons too.',
    'SIGTERM and SIGINT end the server: clients are told close_notify. At SIGHUP it\nreads certificates, keys, staples and authorities again.',
    `Exit codes:\n${codes.join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}
