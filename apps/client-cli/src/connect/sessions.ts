/** Sessions and early data as the command line says them: what is brought along, what is kept, how often the server is seen again. */
import { integerOf, type OptionRows, UsageError } from '@tlskit/cli-kit';
import type { ClientSession } from 'tlskit';
import { fromFile } from '../files.ts';
import { checkSessionFile, sessionFromFile } from './session-file.ts';

/** The most connections that `--resume` makes. */
const MAX_RESUME = 1000;

export const sessionOptions = {
  resume: {
    elsewhere: ['reconnect', 'session-reuse'],
    value: 'N',
    optional: true,
    help: 'Wait for a ticket, connect again with it, once or N times, and say of each handshake whether it was resumed. Data goes over the last connection.',
  },
  'sess-out': {
    elsewhere: ['sess_out', 'session-out', 'save-session'],
    value: 'FILE',
    help: 'Keep the newest session in this file: whoever has it can be taken for us.',
  },
  'sess-in': {
    elsewhere: ['sess_in', 'session-in', 'session'],
    value: 'FILE',
    help: 'Offer the session of this file, if it is of this server, still good, and made under the same trust.',
  },
  'early-data': {
    elsewhere: ['early_data', 'earlydata', 'early', '0-rtt', '0rtt', 'tls-earlydata'],
    value: 'FILE',
    needs: ['sess-in', 'resume'],
    help: 'Send this with the ClientHello, where a session of a verified server allows it. Somebody may record it and send it again: only what does no harm if it happens twice. What is rejected is not sent again, but told.',
  },
  'resend-early-data': {
    needs: ['early-data'],
    help: 'Send it when the handshake is complete, if it could not go early or was rejected; not where the server chose another application protocol.',
  },
} as const satisfies OptionRows;

export interface SessionSettings {
  /** How many times to connect again. */
  readonly resume: number;
  /** What is brought along, and the file that it is of. */
  readonly brought: { readonly session: ClientSession; readonly path: string } | undefined;
  readonly out: string | undefined;
  readonly earlyData: Uint8Array | undefined;
  /** Whether early data may be sent late. */
  readonly resend: boolean;
}

interface SessionValues {
  readonly resume?: string | true;
  readonly 'sess-out'?: string;
  readonly 'sess-in'?: string;
  readonly 'early-data'?: string;
  readonly 'resend-early-data'?: true;
}

/** @throws UsageError */
export function sessionSettings(values: SessionValues): SessionSettings {
  const { resume, 'sess-out': out, 'sess-in': path, 'early-data': early } = values;
  if (out !== undefined) checkSessionFile(out);
  return {
    resume: resume === undefined ? 0 : resume === true ? 1 : integerOf('--resume', resume, 1, MAX_RESUME),
    brought: path === undefined ? undefined : { session: sessionFromFile(path), path },
    out,
    earlyData: early === undefined ? undefined : fromFile('--early-data', early, notEmpty),
    resend: values['resend-early-data'] === true,
  };
}

function notEmpty(file: Buffer): Uint8Array {
  if (file.length === 0) throw new UsageError('it is empty');
  return file;
}
