/** What is told of the program: help, manual and completion are made of the tables of options. */
import { commonOptions, completionManual, type ProgramManual } from '@tlskit/cli-kit';
import { examineOptions } from './examine/examine.ts';
import { exitCodes } from './exit-codes.ts';
import { sections } from './options/table.ts';

/** Options that are looked at before all others. */
export const ownOptions = commonOptions;

export const program: ProgramManual = {
  name: 'tlskit-server',
  summary: 'TLS server for tests, that does what is right and all that is wrong',
  defaultCommand: '',
  commands: {
    '': {
      usage: ['tlskit-server [options]'],
      summary: 'serves',
      about: [
        'A TLS server for tests. Without --cert it makes an authority and certificates for localhost, 127.0.0.1 and ::1, and says where the certificate of the authority is. Without --www or --echo clients are connected, and what they send is thrown away. Connections are told on standard error.',
      ],
      options: sections,
      notes: [
        'Lists are separated by commas; suites, groups and schemes by colons too.',
        'SIGTERM and SIGINT end the server: clients are told close_notify. At SIGHUP it reads certificates, keys, staples and authorities again.',
      ],
      examples: [
        ['tlskit-server --www --port 8443', 'answers GET by HTTP, with certificates of its own'],
        ['tlskit-server --cert rsa.pem --key rsa.key --cert ec.pem --key ec.key', 'two certificates'],
        ['tlskit-server --fault bad-finished --expect', 'examines the one client that comes'],
      ],
    },
    examine: {
      usage: ['tlskit-server examine [options] -- COMMAND {host} {port} {cacert}'],
      summary: 'runs a client against everything that can be wrong',
      about: [
        'Runs COMMAND against every fault and every bad certificate, one after another, with the name, port and authority filled in, and prints what it did.',
      ],
      options: { Options: examineOptions },
      examples: [
        ['tlskit-server examine -- curl -s --cacert {cacert} https://{host}:{port}/', 'what curl takes, and refuses'],
      ],
    },
    completion: completionManual('tlskit-server'),
  },
  exitCodes: Object.values(exitCodes),
  environment: [],
  seeAlso: ['tlskit(1)', 'openssl-s_server(1)'],
};

/** When what the manual tells last changed: for its foot. */
export const MANUAL_DATE = '2026-11-21';
