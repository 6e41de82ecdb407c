/** What `tlskit decode` can be told. */
import { integerOf, type OptionRows, oneOf, parse, UsageError, type Version, versions } from '@tlskit/cli-kit';
import type { Sender } from '@tlskit/tls-inspect';
import { derShapes } from '@tlskit/tls-inspect/der';

/** What bytes may be: a capture, records or handshake messages of TLS, or one of the forms of DER. */
export const kinds = [
  'capture',
  'records',
  'messages',
  ...(Object.keys(derShapes) as (keyof typeof derShapes)[]),
] as const;
export type Kind = (typeof kinds)[number];

/** How bytes are written. */
export const forms = ['hex', 'base64', 'pem', 'binary'] as const;
export type Form = (typeof forms)[number];

export const decodeOptions = {
  as: {
    elsewhere: ['type', 'kind'],
    value: 'KIND',
    choices: kinds,
    help: `What it is, where that is not to be found out: ${kinds.join(', ')}.`,
  },
  from: {
    elsewhere: ['inform', 'form', 'format', 'encoding'],
    value: 'FORM',
    choices: forms,
    help: `How it is written: ${forms.join(', ')}. By default that is found out.`,
  },
  keylog: {
    elsewhere: ['keylogfile', 'key-log', 'secrets'],
    value: 'FILE',
    help: 'Open protected records with the secrets of this key log. What a capture has inside is used in any case.',
  },
  connection: {
    elsewhere: ['stream'],
    value: 'N',
    help: 'Of a capture, this connection alone; the first is 1.',
  },
  sender: {
    value: 'ROLE',
    choices: ['client', 'server'],
    help: 'Who sent records or messages that do not begin with a hello: client or server.',
  },
  tls: {
    elsewhere: ['tls-version', 'version'],
    value: 'VERSION',
    choices: ['1.3', '1.2'],
    help: 'The version of messages that stand without their ServerHello: 1.3, which is the default, or 1.2.',
  },
  full: { elsewhere: ['all', 'long'], help: 'Show values of more than 64 bytes whole.' },
  brief: {
    elsewhere: ['summary', 'short'],
    conflicts: ['full', 'json'],
    help: 'Of records and messages say in sentences what they do, without their bytes.',
  },
  json: { help: 'Print one JSON object.' },
} as const satisfies OptionRows;

export interface DecodeSettings {
  /** A file, `-` for standard input, or hexadecimal digits. */
  readonly target: string;
  readonly kind: Kind | undefined;
  readonly form: Form | undefined;
  readonly keyLog: string | undefined;
  /** From 0. */
  readonly connection: number | undefined;
  readonly sender: Sender | undefined;
  readonly version: Version;
  readonly full: boolean;
  readonly brief: boolean;
  readonly json: boolean;
}

/** @throws UsageError */
export function decodeSettings(args: readonly string[]): DecodeSettings {
  const { values, positionals } = parse(decodeOptions, args);
  const [target, ...more] = positionals;
  if (target === undefined) throw new UsageError('what to decode is missing: a FILE, - or hexadecimal digits');
  if (more.length > 0) throw new UsageError(`one thing at a time, and not also ${JSON.stringify(more[0])}`);
  const [version = '1.3', ...others] = versions(values.tls ?? '1.3');
  if (others.length > 0) throw new UsageError('--tls is one version here: 1.3 or 1.2');
  return {
    target,
    kind: values.as === undefined ? undefined : oneOf('--as', values.as, kinds),
    form: values.from === undefined ? undefined : oneOf('--from', values.from, forms),
    keyLog: values.keylog,
    connection: values.connection === undefined ? undefined : integerOf('--connection', values.connection, 1, 1e9) - 1,
    sender: values.sender === undefined ? undefined : oneOf<Sender>('--sender', values.sender, ['client', 'server']),
    version,
    full: values.full === true,
    brief: values.brief === true,
    json: values.json === true,
  };
}
