/** What `tlskit ca` can be told. */
import { integerOf, list, type OptionRows, oneOf, parse, timeOf, UsageError } from '@tlskit/cli-kit';
import type { KeyKind } from '@tlskit/tls-testing';
import { firstLine, fromFile } from '../files.ts';
import { DEFAULT_KIND, keyKinds } from '../keys/kinds.ts';

/** Days that a leaf is valid, unless told otherwise. */
const DEFAULT_DAYS = 90;

/** Ten years: what `--days` may be, and what the authorities have. */
export const MAX_DAYS = 3650;

export const caOptions = {
  out: {
    elsewhere: ['output', 'outdir', 'dir'],
    value: 'DIR',
    help: 'The folder that the files go to, which is made where it is missing; by default this one.',
  },
  client: {
    value: 'NAME',
    many: true,
    help: 'A certificate for a client of this name. May be given several times.',
  },
  key: {
    elsewhere: ['keytype', 'algorithm', 'newkey'],
    value: 'KIND',
    choices: keyKinds,
    help: `The kind of the keys: ${keyKinds.join(', ')}. By default ${DEFAULT_KIND}.`,
  },
  'ca-key': {
    value: 'KIND',
    choices: keyKinds,
    help: 'The kind of the keys of the authorities, where it is to be another.',
  },
  'no-intermediate': { help: 'Let the root sign the leaves itself.' },
  from: {
    elsewhere: ['not-before', 'not_before', 'startdate'],
    value: 'TIME',
    help: 'When leaves become valid, such as 2026-12-31 or 2026-12-31T23:59:59Z; by default a day ago.',
  },
  days: {
    elsewhere: ['validity', 'not-after'],
    value: 'N',
    help: `How many days leaves are valid, from then on; ${DEFAULT_DAYS} by default.`,
  },
  p12: {
    elsewhere: ['pkcs12', 'pfx'],
    help: 'Write each leaf with its key and chain as PKCS#12, too.',
  },
  'passphrase-file': {
    value: 'FILE',
    needs: ['p12'],
    help: 'The passphrase of PKCS#12 is the first line of this file; by default it is empty.',
  },
  force: { elsewhere: ['overwrite', 'f'], help: 'Write over files that are there.' },
} as const satisfies OptionRows;

/** A leaf, as it is asked for. */
export interface LeafWish {
  /** What its files are called. */
  readonly file: string;
  /** The first is the common name, too. */
  readonly names: readonly string[];
  readonly role: 'server' | 'client';
}

export interface CaSettings {
  readonly out: string;
  readonly leaves: readonly LeafWish[];
  readonly key: KeyKind;
  readonly caKey: KeyKind;
  readonly intermediate: boolean;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** Undefined where no PKCS#12 is asked for. */
  readonly p12: { readonly passphrase: string } | undefined;
  readonly force: boolean;
}

const DAY = 86_400_000;

/** @throws UsageError */
export function caSettings(args: readonly string[], now: number): CaSettings {
  const { values, positionals } = parse(caOptions, args);
  const clients = values.client ?? [];
  const asked = positionals.length === 0 && clients.length === 0 ? ['localhost,127.0.0.1,::1'] : positionals;
  const leaves = [
    ...asked.map(names => leafOf('NAME', names, 'server')),
    ...clients.map(names => leafOf('--client', names, 'client')),
  ];
  const files = leaves.map(({ file }) => file);
  const twice = files.find((file, i) => files.indexOf(file) !== i || file === 'root' || file === 'intermediate');
  if (twice !== undefined) throw new UsageError(`two certificates would both be ${twice}.pem`);
  const key = oneOf('--key', values.key ?? DEFAULT_KIND, keyKinds);
  const from = values.from === undefined ? now - DAY : timeOf('--from', values.from);
  const days = integerOf('--days', values.days ?? String(DEFAULT_DAYS), 1, MAX_DAYS);
  const file = values['passphrase-file'];
  return {
    out: values.out ?? '.',
    leaves,
    key,
    caKey: oneOf('--ca-key', values['ca-key'] ?? key, keyKinds),
    intermediate: values['no-intermediate'] !== true,
    from,
    until: from + days * DAY,
    p12: values.p12
      ? { passphrase: file === undefined ? '' : fromFile('--passphrase-file', file, firstLine) }
      : undefined,
    force: values.force === true,
  };
}

function leafOf(option: string, text: string, role: LeafWish['role']): LeafWish {
  const names = list(option, text, /,/);
  // Certificates have names in IA5 (RFC 5280 §4.2.1.6).
  const odd = names.find(name => !/^[!-~]+$/.test(name));
  if (odd !== undefined) throw new UsageError(`${option}: ${JSON.stringify(odd)} is no name in ASCII`);
  const file = (names[0] as string)
    .replace(/\*/g, '_wildcard')
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\./, '_');
  return { file, names, role };
}
