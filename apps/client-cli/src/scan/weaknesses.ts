/** From what a server showed to what is wrong with it. */
import { type CipherSuiteAttributes, parseCipherSuiteName } from '@tlskit/tls-messages/tls12';
import { TLS12, TLS13 } from './code-points.ts';
import { type Finding, type FindingId, finding, sorted } from './findings.ts';
import type { CertificateResult, Named, ScanResult } from './result.ts';

/** @param now milliseconds since 1970 */
export function weaknesses(result: ScanResult, now: number): readonly Finding[] {
  const found: Finding[] = [];
  const add = (id: FindingId, when: boolean, evidence: string): void => {
    if (when) found.push(finding(id, evidence));
  };
  versionFindings(result, add);
  suiteFindings(result, add);
  groupFindings(result, add);
  featureFindings(result, add);
  toleranceFindings(result, add);
  for (const certificate of result.certificates) certificateFindings(certificate, now, add);
  return sorted(found);
}

type Add = (id: FindingId, when: boolean, evidence: string) => void;

function versionFindings({ versions }: ScanResult, add: Add): void {
  const how = (name: string): string | undefined => versions.find(each => each.name === name && each.offered)?.how;
  for (const [name, id] of [
    ['SSL 2.0', 'ssl-2'],
    ['SSL 3.0', 'ssl-3'],
    ['TLS 1.0', 'tls-1.0'],
    ['TLS 1.1', 'tls-1.1'],
  ] as const) {
    add(id, how(name) !== undefined, how(name) ?? '');
  }
  const newest = versions.find(({ code }) => code === TLS13);
  add('no-tls-1.3', newest?.offered === false && versions.some(({ offered }) => offered), newest?.how ?? '');
}

/** What is wrong with a suite by its name. */
const suiteRules: readonly (readonly [FindingId, (of: CipherSuiteAttributes) => boolean])[] = [
  ['null-cipher', ({ cipher }) => cipher === 'NULL'],
  ['anonymous', ({ authentication }) => authentication === 'anon' || authentication === 'NULL'],
  ['export', ({ exportable }) => exportable],
  ['rc4', ({ cipher }) => cipher === 'RC4'],
  ['single-des', ({ cipher, exportable }) => (cipher === 'DES' || cipher === 'RC2') && !exportable],
  ['blocks-of-64-bits', ({ blockLength, keyBits }) => blockLength === 8 && keyBits > 56],
  ['no-forward-secrecy', attributes => !isForwardSecret(attributes)],
  ['short-tags', ({ tagLength }) => tagLength === 8],
];

function isForwardSecret({ keyExchange, authentication }: CipherSuiteAttributes): boolean {
  return ['DHE', 'ECDHE', 'SRP', 'ECCPWD'].includes(keyExchange) || authentication === 'anon';
}

function suiteFindings({ suites, encryptThenMac }: ScanResult, add: Add): void {
  const all = new Map(suites.flatMap(({ suites: each }) => each.map(({ name }) => [name, parseCipherSuiteName(name)])));
  const named = (test: (of: CipherSuiteAttributes) => boolean): readonly string[] =>
    [...all].flatMap(([name, attributes]) => (attributes !== undefined && test(attributes) ? [name] : []));
  for (const [id, test] of suiteRules) {
    const names = named(test);
    add(id, names.length > 0, listed(names));
  }
  const cbc = named(({ mode }) => mode === 'CBC');
  add('cbc-without-encrypt-then-mac', cbc.length > 0 && encryptThenMac !== true, listed(cbc));
}

function groupFindings({ groups, dh, schemes }: ScanResult, add: Add): void {
  if (dh !== null) {
    const { bits, knownAs } = dh;
    const prime = `${bits} bits${knownAs === null ? '' : `, ${knownAs}`}`;
    add('dh-below-1024-bits', bits < 1024, prime);
    add('dh-below-2048-bits', bits >= 1024 && bits < 2048, prime);
    add('dh-common-prime', bits < 2048 && knownAs !== null, prime);
  }
  const weak = unique(groups.flatMap(each => each.groups)).filter(({ name }) => weakCurve.test(name));
  add('weak-group', weak.length > 0, listed(weak.map(({ name }) => name)));
  const newest = groups.find(({ version }) => version.code === TLS13)?.groups;
  const hasKem = newest?.some(({ name }) => /MLKEM|Kyber/.test(name)) ?? true;
  add('no-post-quantum-group', !hasKem, listed(newest?.map(({ name }) => name) ?? []));
  const signing = schemes.flatMap(each => each.schemes.map(({ name }) => name));
  add('md5-signature', signing.some(isMd5), listed(signing.filter(isMd5)));
  add('sha1-signature', signing.some(isSha1), listed(signing.filter(isSha1)));
}

/** Names of SECG's curves have their bits in them. */
const weakCurve = /^sec[tp](1\d\d)[kr]\d$/;
const isMd5 = (name: string): boolean => /md5/.test(name);
const isSha1 = (name: string): boolean => /sha1/.test(name);

function featureFindings(result: ScanResult, add: Add): void {
  const { renegotiation, compression, extensions, heartbeat, resumption, oddities, versions } = result;
  const speaks12 = versions.some(({ code, offered }) => code === TLS12 && offered);
  const isAnswered = (name: string): boolean => extensions.some(each => each.name === name);
  add('no-secure-renegotiation', renegotiation?.secure === false, 'no renegotiation_info in its ServerHello');
  add('client-renegotiation', renegotiation?.clientInitiated === true, 'a second handshake was completed');
  add('compression', (compression ?? []).length > 0, `method ${listed((compression ?? []).map(String))}`);
  const lacksEms = speaks12 && compression !== null && !isAnswered('extended_master_secret');
  add('no-extended-master-secret', lacksEms, 'none in its ServerHello');
  add('truncated-hmac', isAnswered('truncated_hmac'), 'truncated_hmac in its ServerHello');
  add('heartbeat', heartbeat === true, 'heartbeat among its extensions');
  for (const each of resumption) {
    const { version, ticketLifetime, ticketIsReusable, earlyData, resumesWithoutKeyExchange: bare } = each;
    const where = `in ${version.name}`;
    add('long-lived-tickets', (ticketLifetime ?? 0) > MAX_LIFETIME, `${ticketLifetime} s ${where}`);
    add('ticket-reuse', version.code >= TLS13 && ticketIsReusable === true, `the same ticket resumed twice ${where}`);
    add('early-data', (earlyData ?? 0) > 0, `tickets for ${earlyData} bytes`);
    add('resumption-without-key-exchange', bare === true, `resumed by psk_ke ${where}`);
  }
  for (const oddity of oddities) add('protocol-violation', true, oddity);
  const { closing } = result;
  add('no-close-notify', closing !== null && closing !== 'close_notify', closingText[closing ?? 'close_notify']);
}

/** Seconds: 7 days. */
const MAX_LIFETIME = 604_800;

const closingText: Readonly<Record<NonNullable<ScanResult['closing']>, string>> = {
  close_notify: '',
  alert: 'it sent another alert',
  end: 'it ended the connection',
  reset: 'it reset the connection',
  silent: 'it said nothing to that',
};

function toleranceFindings({ tolerance, versions }: ScanResult, add: Add): void {
  const { grease, refusedHello, futureVersions, fallbackScsv, downgradeSentinel } = tolerance;
  const lower = versions.filter(({ offered }) => offered)[1]?.name;
  add('no-fallback-scsv', fallbackScsv === false, `a hello of ${lower} with it was answered`);
  add('no-downgrade-sentinel', downgradeSentinel === false, `none in its random for ${lower}`);
  add('version-intolerance', futureVersions === false, 'version 0x0305 beside what it speaks was refused');
  add('grease-intolerance', grease === false, 'a hello with reserved values was refused');
  add('long-hello-intolerance', (refusedHello ?? 65_535) <= 5000, `one of ${refusedHello} bytes was refused`);
}

const DAY = 86_400_000;

function certificateFindings(certificate: CertificateResult, now: number, add: Add): void {
  const { problem, key, keyBits, notAfter, notBefore, weakChain, weakSignature, mustStaple, stapled } = certificate;
  const own = `${certificate.subject || '(no subject)'}, ${key}`;
  const code = problem?.code;
  const isTimely = now >= Date.parse(notBefore) && now <= Date.parse(notAfter);
  const isNamed = code === 'ERR_TLS_CERT_ALTNAME_INVALID';
  const isExpired = code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID';
  add('certificate-expired', isExpired || !isTimely, `${own}: ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}`);
  const left = (Date.parse(notAfter) - now) / DAY;
  add('certificate-expires-soon', isTimely && left < 14, `${own}: on ${notAfter.slice(0, 10)}`);
  add('certificate-name', isNamed, `${own}: ${problem?.message}`);
  add('certificate-revoked', code === 'CERT_REVOKED', `${own}: ${problem?.message}`);
  const isOther = problem !== null && !isNamed && !isExpired && code !== 'CERT_REVOKED';
  add('certificate-untrusted', isOther, `${own}: ${problem?.message} [${code}]`);
  add('certificate-weak-signature', weakSignature || weakChain, `${own}: ${certificate.signature}`);
  add('certificate-short-key', key.startsWith('RSA') && (keyBits ?? 2048) < 2048, own);
  add('certificate-without-staple', mustStaple && !stapled, own);
}

function unique(values: readonly Named[]): readonly Named[] {
  return [...new Map(values.map(each => [each.code, each])).values()];
}

/** The first few, and how many more. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
