/** What `tlskit keygen` can be told. */
import { type OptionRows, oneOf, parse, UsageError } from '@tlskit/cli-kit';
import type { KeyKind } from '@tlskit/tls-testing';
import { firstLine, fromFile } from '../files.ts';
import { DEFAULT_KIND, keyKinds } from '../keys/kinds.ts';

const keyForms = ['pkcs8', 'sec1', 'pkcs1'] as const;

export const keygenOptions = {
  out: {
    elsewhere: ['output', 'outfile', 'o'],
    value: 'FILE',
    help: 'Where the private key goes, readable by its owner alone; by default, or as -, to standard output.',
  },
  public: {
    elsewhere: ['pubout', 'public-out', 'pub'],
    value: 'FILE',
    help: 'Write the public key (SubjectPublicKeyInfo), too.',
  },
  form: {
    elsewhere: ['outform', 'format', 'traditional'],
    value: 'FORM',
    choices: keyForms,
    help: 'Of the private key: pkcs8, which is the default; sec1 of EC keys; pkcs1 of RSA keys.',
  },
  'passphrase-file': {
    elsewhere: ['passout', 'passphrase', 'password'],
    value: 'FILE',
    conflicts: ['form'],
    help: 'Encrypt the key under the first line of this file (PKCS#8, PBES2 with AES-256).',
  },
  der: { help: 'Write DER, not PEM.' },
  force: { elsewhere: ['overwrite', 'f'], help: 'Write over files that are there.' },
} as const satisfies OptionRows;

export interface KeygenSettings {
  readonly kind: KeyKind;
  /** Undefined for standard output. */
  readonly out: string | undefined;
  readonly publicOut: string | undefined;
  readonly form: (typeof keyForms)[number];
  readonly passphrase: string | undefined;
  readonly der: boolean;
  readonly force: boolean;
}

/** @throws UsageError */
export function keygenSettings(args: readonly string[]): KeygenSettings {
  const { values, positionals } = parse(keygenOptions, args);
  const [word = DEFAULT_KIND, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one key at a time, and not also ${JSON.stringify(more[0])}`);
  const kind = oneOf('KIND', word, keyKinds);
  const form = oneOf('--form', values.form ?? 'pkcs8', keyForms);
  if (form === 'sec1' && !kind.startsWith('ecdsa')) throw new UsageError(`--form sec1 is of EC keys, not of ${kind}`);
  if (form === 'pkcs1' && !/^rsa-\d/.test(kind)) throw new UsageError(`--form pkcs1 is of RSA keys, not of ${kind}`);
  const file = values['passphrase-file'];
  const passphrase = file === undefined ? undefined : fromFile('--passphrase-file', file, firstLine);
  if (passphrase === '') throw new UsageError('--passphrase-file has an empty first line: nothing would be protected');
  return {
    kind,
    out: values.out === '-' ? undefined : values.out,
    publicOut: values.public,
    form,
    passphrase,
    der: values.der === true,
    force: values.force === true,
  };
}
