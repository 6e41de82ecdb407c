/** What `tlskit cert` can be told, checked and put into the terms of the library. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { type OptionRows, oneOf, parse, timeOf, UsageError } from '@tlskit/cli-kit';
import type { Certificate, PeerName, Profile } from '@tlskit/tls-x509';
import { type Crl, loadCrls, parseCrl } from '@tlskit/tls-x509/crl';
import { type CtLog, parseLogList } from '@tlskit/tls-x509/transparency';
import type { Address } from '../address.ts';
import { type DialValues, dialOptions, type Route, routeTo, startTlsOf } from '../dial/route.ts';
import { parseTarget, type Target as Server } from '../dial/target.ts';
import { firstLine, fromFile } from '../files.ts';
import { rootsHelp, rootsOf } from '../roots.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';

export const certOptions = {
  roots: {
    elsewhere: ['cacert', 'cafile', 'ca', 'ca-certificate', 'x509cafile', 'trusted'],
    value: 'FILE',
    many: true,
    help: `${rootsHelp} May be given several times.`,
  },
  name: {
    elsewhere: ['verify-hostname', 'verify_hostname', 'hostname', 'host'],
    value: 'NAME',
    help: 'The DNS name, IP or e-mail address that the certificate must be for; by default HOST, and none for a FILE.',
  },
  servername: {
    elsewhere: ['sni', 'server-name', 'sni-hostname'],
    value: 'NAME',
    help: 'The name to ask the server for (SNI); by default the name, or HOST.',
  },
  time: {
    elsewhere: ['attime', 'at', 'date'],
    value: 'TIME',
    help: 'Judge as of this time, such as 2026-12-31 or 2026-12-31T23:59:59Z; by default now.',
  },
  profile: {
    value: 'PROFILE',
    help: 'What is asked of certificates: webpki, rfc5280 or path; by default webpki of servers, rfc5280 of clients.',
  },
  policy: {
    elsewhere: ['policies', 'certificate-policy'],
    value: 'OID',
    many: true,
    help: 'Ask for a path that is valid under this certificate policy, such as 2.23.140.1.2.2. May be given several times: one of them will do.',
  },
  purpose: {
    elsewhere: ['role', 'eku'],
    value: 'ROLE',
    choices: ['server', 'client'],
    help: 'Whose certificate it is: server, which is the default, or client.',
  },
  crl: {
    elsewhere: ['crlfile', 'crls'],
    value: 'FILE',
    many: true,
    help: 'Look in the CRLs of this file (PEM or DER) for revoked certificates. May be given several times.',
  },
  'fetch-crls': {
    elsewhere: ['crl-download', 'crl_download'],
    help: 'Get CRLs from where certificates say that they are: that goes to the network.',
  },
  ocsp: {
    elsewhere: ['cert-status'],
    help: 'Ask the OCSP responders that certificates name: that goes to the network, and tells them whom you ask about. What a server staples is judged always.',
  },
  aia: {
    elsewhere: ['fetch-issuers'],
    help: 'Get issuers that are missing from where certificates say that they are: that goes to the network. Nothing that comes is trusted for it.',
  },
  'hard-fail': {
    elsewhere: ['crl-check', 'crl-check-all', 'crl_check', 'crl_check_all'],
    help: 'Refuse certificates of whose revocation nobody knows.',
  },
  logs: {
    elsewhere: ['ctlogfile', 'ct-logs'],
    value: 'FILE',
    help: 'Judge timestamps by the certificate logs of this list, JSON as browsers have it.',
  },
  'passphrase-file': {
    elsewhere: ['passin', 'pass', 'password', 'passphrase', 'password-file'],
    value: 'FILE',
    help: 'The passphrase of a file of PKCS#12 is the first line of this file; by default it is empty.',
  },
  ...dialOptions,
  json: {
    help: 'Print the report as one JSON object.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time'],
    value: 'SECONDS',
    help: `For whatever goes to the network, together; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
} as const satisfies OptionRows;

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  /** `servername`: false to ask for nobody. */
  | { readonly kind: 'host'; readonly route: Route; readonly servername: string | false };

/** What is known of revocation, and what is made of not knowing. */
export interface RevocationSettings {
  readonly crls: readonly Crl[];
  /** Whether the CRLs that certificates name are fetched. */
  readonly fetchCrls: boolean;
  /** Whether responders are asked. */
  readonly askOcsp: boolean;
  readonly hardFail: boolean;
}

export interface CertSettings {
  readonly target: Target;
  /** What the trusted are called: `node`, `system`, `extra`, or a file. */
  readonly trusted: readonly string[];
  readonly roots: readonly Certificate[];
  /** Null where nobody is expected. */
  readonly name: PeerName | null;
  /** The same as it is shown. */
  readonly nameText: string | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly profile: Profile;
  readonly purpose: 'server' | 'client';
  readonly revocation: RevocationSettings;
  /** Whether issuers that are missing are fetched. */
  readonly fetchIssuers: boolean;
  /** OIDs of certificate policies, one of which the path must be valid under; empty for any. */
  readonly policies: readonly string[];
  /** The certificate logs that are known; undefined for a report without. */
  readonly logs: readonly CtLog[] | undefined;
  /** Of a file of PKCS#12. */
  readonly passphrase: string;
  readonly json: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
}

/** @throws UsageError */
export function certSettings(args: readonly string[]): CertSettings {
  const { values, positionals } = parse(certOptions, args);
  const [given, ...more] = positionals;
  if (given === undefined) throw new UsageError('what to look at is missing: FILE, HOST:PORT, or - for standard input');
  if (more.length > 0) throw new UsageError(`one FILE or HOST:PORT at a time, and not also ${JSON.stringify(more[0])}`);
  const target = targetOf(given, values);
  const host = target.kind === 'host' ? hostOf(target.route.address) : undefined;
  const nameText = values.name ?? host ?? null;
  const trusted = values.roots ?? ['node'];
  const purpose = oneOf('--purpose', values.purpose ?? 'server', ['server', 'client']);
  return {
    target,
    trusted,
    roots: trusted.flatMap(each => rootsOf('--roots', each)),
    name: nameText?.includes('@') ? { email: nameText } : nameText,
    nameText,
    time: values.time === undefined ? Date.now() : timeOf('--time', values.time),
    profile: oneOf('--profile', values.profile ?? (purpose === 'server' ? 'webpki' : 'rfc5280'), profiles),
    purpose,
    revocation: revocationOf(values),
    fetchIssuers: values.aia === true,
    policies: policiesOf(values.policy ?? []),
    logs:
      values.logs === undefined ? undefined : fromFile('--logs', values.logs, file => parseLogList(String(file)).logs),
    passphrase: passphraseOf(values['passphrase-file']),
    json: values.json === true,
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
  };
}

const profiles: readonly Profile[] = ['webpki', 'rfc5280', 'path'];

/** A file that is there is a file, whatever else its name could be. */
function targetOf(
  given: string,
  { name, servername, ...values }: DialValues & { readonly name?: string; readonly servername?: string },
): Target {
  const kind = given === '-' ? 'stdin' : existsSync(given) ? 'file' : 'host';
  if (kind !== 'host' && servername !== undefined)
    throw new UsageError('--servername is for HOST:PORT: nobody is asked for a file');
  const way = (Object.keys(dialOptions) as (keyof DialValues)[]).find(option => values[option] !== undefined);
  if (kind !== 'host' && way !== undefined) throw new UsageError(`--${way} is for HOST:PORT, and not for a file`);
  if (kind === 'stdin') return { kind };
  if (kind === 'file') return { kind, path: given };
  const server = serverOf(given, values);
  const host = hostOf(server.address);
  if (servername !== undefined && isIP(servername) !== 0) {
    throw new UsageError('--servername is a DNS name: addresses are never asked for (RFC 6066 §3)');
  }
  const expected = name === undefined || isIP(name) !== 0 || name.includes('@') ? host : name;
  const asked = servername ?? expected;
  return { kind, route: routeTo(server, values), servername: isIP(asked) === 0 ? asked : false };
}

function serverOf(given: string, values: DialValues): Server {
  const startTls = startTlsOf(values);
  try {
    return parseTarget(given, startTls);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`there is no file ${JSON.stringify(given)}, and as a host: ${error.message}`);
  }
}

/** An address with a zone, such as fe80::1%eth0, is in certificates without it. */
function hostOf({ host }: Address): string {
  return host.replace(/%.*$/, '');
}

function revocationOf(values: {
  readonly crl?: readonly string[];
  readonly 'fetch-crls'?: true;
  readonly ocsp?: true;
  readonly 'hard-fail'?: true;
}): RevocationSettings {
  const files = values.crl ?? [];
  const crls = files.flatMap(path => fromFile('--crl', path, file => loadCrls(file).map(parseCrl)));
  const fetchCrls = values['fetch-crls'] === true;
  const hardFail = values['hard-fail'] === true;
  const askOcsp = values.ocsp === true;
  if (hardFail && !fetchCrls && !askOcsp && files.length === 0) {
    throw new UsageError('--hard-fail refuses everybody where nobody is asked: say --ocsp, --crl or --fetch-crls too');
  }
  return { crls, fetchCrls, askOcsp, hardFail };
}

function policiesOf(oids: readonly string[]): readonly string[] {
  const bad = oids.find(oid => !/^[0-2](\.\d+)+$/.test(oid));
  if (bad !== undefined)
    throw new UsageError(`--policy is a dotted OID, such as 2.23.140.1.2.1, not ${JSON.stringify(bad)}`);
  return oids;
}

function passphraseOf(path: string | undefined): string {
  if (path === undefined) return '';
  return fromFile('--passphrase-file', path, firstLine);
}
