/** The commands of `tlskit`: the one list from which they are run, and from which help, manual and completion are made. */
import type { ProgramManual } from '@tlskit/cli-kit';
import { bench } from './bench/command.ts';
import { ca } from './ca/command.ts';
import { cert } from './cert/command.ts';
import type { Command } from './command.ts';
import { completionCommand } from './completion/command.ts';
import { connect } from './connect/command.ts';
import { decode } from './decode/command.ts';
import { exitCodes } from './exit-codes.ts';
import { get } from './get/command.ts';
import { keygen } from './keygen/command.ts';
import { scan } from './scan/command.ts';

export const commands: Readonly<Record<string, Command>> = {
  connect,
  get,
  scan,
  cert,
  decode,
  ca,
  keygen,
  bench,
  completion: completionCommand(() => program),
};

/** What is meant when no command is named. */
export const defaultCommand = 'connect';

export const program: ProgramManual = {
  name: 'tlskit',
  summary: 'TLS client that verifies, reports, inspects and tests',
  commands,
  defaultCommand,
  exitCodes: Object.values(exitCodes),
  environment: [
    ['NO_COLOR', 'Not empty: no colours. They are used on a terminal alone.'],
    ['FORCE_COLOR', 'Colours where there is no terminal, too.'],
    ['SSLKEYLOGFILE', 'The file to append the secrets of connections to, where --keylog names none.'],
    ['SSL_CERT_FILE, SSL_CERT_DIR', 'Where the roots called system are.'],
    ['NODE_EXTRA_CA_CERTS', 'The file of the roots called extra.'],
  ],
  seeAlso: ['tlskit-server(1)', 'openssl-s_client(1)', 'wireshark(1)'],
};

/** When what the manual tells last changed: for its foot. */
export const MANUAL_DATE = '2026-11-21';
