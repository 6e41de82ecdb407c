/**
 * Authorities that are kept by `openssl ca`: what they issue is made by `openssl genpkey`, `req` and `ca` alone, so that a chain under
 * test has nothing of ours in it.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { genpkeyArguments } from './openssl-keys.ts';
import { outputOf } from './programs.ts';

export type OpensslKeyKind = keyof typeof genpkeyArguments;

/** The kinds of keys that this openssl has. */
export function opensslKeyKinds(): readonly OpensslKeyKind[] {
  const known = outputOf('openssl', ['list', '-public-key-algorithms']);
  const kinds = Object.keys(genpkeyArguments) as OpensslKeyKind[];
  return kinds.filter(kind => kind !== 'ML-DSA-65' || known.includes('ML-DSA-65'));
}

/** What a certificate is to say; what is not said is as authorities usually have it. */
export interface OpensslOptions {
  readonly kind?: OpensslKeyKind;
  /** In the form of `-subj`: `/CN=localhost`. */
  readonly subject?: string;
  /** By the names that x509v3_config(5) has; `undefined` leaves a default out. */
  readonly extensions?: Readonly<Record<string, string | undefined>> | undefined;
  /** Further sections of the file of extensions, which those refer to. */
  readonly sections?: string;
  /** `YYYYMMDDHHMMSSZ` */
  readonly start?: string;
  readonly end?: string;
  /** Further arguments of `openssl ca`: `-md`, `-sigopt`. */
  readonly args?: readonly string[];
  /** The file of a key that is there. */
  readonly key?: string;
}

/** What was issued: files in PEM. */
export interface OpensslIssued {
  readonly certificate: string;
  readonly key: string;
}

let folder: string | undefined;
let count = 0;

/** A new path in a folder of its own. */
function path(name: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'tlskit-openssl-ca-'));
  return join(folder, `${count++}-${name}`);
}

/** Removes all that was made here. */
export function removeAuthorities(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

const isAuthority = {
  basicConstraints: 'critical,CA:TRUE',
  keyUsage: 'critical,keyCertSign,cRLSign',
  subjectKeyIdentifier: 'hash',
};

export class OpensslAuthority implements OpensslIssued {
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authorities above, the nearest first, the root left out: what goes with a leaf. */
  readonly above: string;
  readonly #config: string;
  readonly #database: string;

  private constructor(certificate: string, key: string, above: string, config: string, database: string) {
    this.certificate = certificate;
    this.key = key;
    this.above = above;
    this.#config = config;
    this.#database = database;
  }

  static root(options: OpensslOptions = {}): OpensslAuthority {
    const { config, database } = books();
    const { subject = '/CN=OpenSSL root' } = options;
    const key = options.key ?? newKey(options.kind ?? 'P-256');
    const issued = signed(config, { ...options, subject, key }, isAuthority, ['-selfsign', '-keyfile', key]);
    return new OpensslAuthority(issued.certificate, key, '', config, database);
  }

  /** An authority below this one. */
  intermediate(options: OpensslOptions = {}): OpensslAuthority {
    const { config, database } = books();
    const { subject = `/CN=OpenSSL intermediate ${count}` } = options;
    const defaults = { ...isAuthority, authorityKeyIdentifier: 'keyid:always' };
    const issued = this.#sign({ ...options, subject }, defaults);
    const above = readFileSync(issued.certificate, 'utf8') + this.above;
    return new OpensslAuthority(issued.certificate, issued.key, above, config, database);
  }

  /** A certificate of a server, for localhost. */
  issue(options: OpensslOptions = {}): OpensslIssued {
    return this.#sign(
      { subject: '/CN=localhost', ...options },
      {
        keyUsage: 'critical,digitalSignature',
        extendedKeyUsage: 'serverAuth',
        subjectAltName: 'DNS:localhost',
        subjectKeyIdentifier: 'hash',
        authorityKeyIdentifier: 'keyid:always',
      },
    );
  }

  revoke({ certificate }: OpensslIssued, ...args: readonly string[]): void {
    this.#ca(['-revoke', certificate, ...args]);
  }

  /** The file of a CRL, PEM. @param extensions of the CRL, as for certificates */
  crl(
    args: readonly string[] = [],
    extensions: Readonly<Record<string, string>> = {},
    sections: string | undefined = undefined,
  ): string {
    const out = path('crl.pem');
    const file = extensionsFile({ authorityKeyIdentifier: 'keyid:always', ...extensions }, sections);
    this.#ca(['-gencrl', '-crlexts', 'ext', '-out', out, ...args], file);
    return out;
  }

  /** The file that `openssl ocsp -index` reads. */
  get index(): string {
    return this.#database;
  }

  #sign(options: OpensslOptions, defaults: Readonly<Record<string, string>>): OpensslIssued {
    return signed(this.#config, options, defaults, ['-cert', this.certificate, '-keyfile', this.key]);
  }

  #ca(args: readonly string[], extensions?: string): void {
    const config = path('config');
    writeFileSync(
      config,
      readFileSync(this.#config, 'utf8') + (extensions === undefined ? '' : readFileSync(extensions, 'utf8')),
    );
    openssl(['ca', '-config', config, '-batch', '-cert', this.certificate, '-keyfile', this.key, ...args]);
  }
}

/** The books of a new authority. */
function books(): { readonly config: string; readonly database: string } {
  const database = path('index.txt');
  const number = path('crlnumber');
  const config = path('openssl.cnf');
  writeFileSync(database, '');
  writeFileSync(number, '01\n');
  writeFileSync(
    config,
    [
      '[ca]\ndefault_ca = here\n[here]',
      `database = ${database}\ncrlnumber = ${number}\nnew_certs_dir = ${folder}`,
      'rand_serial = yes\ndefault_md = sha256\npolicy = any\nunique_subject = no\npreserve = yes\ndefault_crl_days = 30',
      '[any]\norganizationName = optional\ncommonName = optional\nemailAddress = optional\n[req]\ndistinguished_name = name\nutf8 = yes\n[name]\n',
    ].join('\n'),
  );
  return { config, database };
}

/** The file of a key of DSA, with parameters of its own: 2048 bits, and a q of 256. */
export function dsaKey(): string {
  const [parameters, key] = [path('dsa-parameters.pem'), path('key.pem')];
  const bits = ['-pkeyopt', 'dsa_paramgen_bits:2048', '-pkeyopt', 'dsa_paramgen_q_bits:256'];
  openssl(['genpkey', '-genparam', '-algorithm', 'DSA', ...bits, '-out', parameters]);
  openssl(['genpkey', '-paramfile', parameters, '-out', key]);
  return key;
}

function newKey(kind: OpensslKeyKind): string {
  const key = path('key.pem');
  openssl(['genpkey', ...genpkeyArguments[kind], '-out', key]);
  return key;
}

function signed(
  config: string,
  options: OpensslOptions,
  defaults: Readonly<Record<string, string>>,
  by: readonly string[],
): OpensslIssued {
  const key = options.key ?? newKey(options.kind ?? 'P-256');
  const request = path('request.pem');
  const certificate = path('certificate.pem');
  openssl(['req', '-new', '-config', config, '-key', key, '-subj', options.subject ?? '/', '-out', request]);
  const file = extensionsFile({ ...defaults, ...options.extensions }, options.sections);
  const { start = '20200101000000Z', end = '20991231235959Z', args = [] } = options;
  openssl([
    ...['ca', '-config', config, '-batch', '-notext', '-in', request, '-out', certificate, ...by],
    ...['-startdate', start, '-enddate', end, '-extfile', file, '-extensions', 'ext', ...args],
  ]);
  return { certificate, key };
}

function extensionsFile(extensions: Readonly<Record<string, string | undefined>>, sections = ''): string {
  const file = path('extensions.cnf');
  const lines = Object.entries(extensions).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${value}`],
  );
  writeFileSync(file, `[ext]\n${lines.join('\n')}\n`);
  appendFileSync(file, sections);
  return file;
}

/** @throws Error with what it said, where it fails */
function openssl(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** How `openssl verify` judges. */
export interface OpensslVerdict {
  readonly good: boolean;
  /** The numbers of its errors (X509_V_ERR_…), in order. */
  readonly errors: readonly number[];
  readonly text: string;
}

/** @param untrusted PEM of further certificates */
export function opensslVerify(
  leaf: string,
  root: string,
  untrusted: string,
  args: readonly string[] = [],
): OpensslVerdict {
  const others = path('untrusted.pem');
  writeFileSync(others, untrusted);
  const { status, stdout, stderr } = spawnSync(
    'openssl',
    [
      ...['verify', '-x509_strict', '-no-CApath', '-no-CAstore', '-CAfile', root],
      ...(untrusted === '' ? [] : ['-untrusted', others]),
      ...args,
      leaf,
    ],
    { encoding: 'utf8' },
  );
  const text = `${stdout}${stderr}`;
  const errors = [...text.matchAll(/^error (\d+) at/gm)].map(([, number]) => Number(number));
  return { good: status === 0 && /: OK$/m.test(stdout), errors, text };
}
