/** What `tlskit scan` tells: about as much as fits a screen for people, and everything as one object for programs. */
import { printable } from '@tlskit/cli-kit';
import { formatAddress } from '../address.ts';
import type { Remote } from '../dial/dial.ts';
import { exitCode, type Outcome } from '../exit-codes.ts';
import { validityText } from '../validity.ts';
import type { ScanOver } from './connections.ts';
import { type Finding, severities } from './findings.ts';
import type { ScanSettings } from './options.ts';
import type { CertificateResult, NameAnswer, Named, ResumptionResult, ScanResult, SuiteResult } from './result.ts';
import { listed } from './weaknesses.ts';

export interface Scanned {
  readonly settings: ScanSettings;
  /** What TCP reached first. */
  readonly remote: Remote | undefined;
  /** Milliseconds since 1970. */
  readonly begin: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly connections: number;
  /** Why it ended early. */
  readonly over: ScanOver | undefined;
  readonly result: ScanResult;
  readonly findings: readonly Finding[];
  readonly outcome: Outcome;
}

/** Characters of a line, lines of suites of a version, and of what is said below. */
const LINE_LENGTH = 240;
const MAX_SUITES = 12;
const MAX_FINDINGS = 20;

const orderText = { server: "in the server's order", client: "in the client's order" } as const;

/** For people: safe for a terminal, without line ends. */
export function scanLines(scanned: Scanned): readonly string[] {
  const { result, findings } = scanned;
  const rows = [
    ...row('server', serverText(scanned)),
    ...row('scan', scanText(scanned)),
    ...row('versions', versionsText(result)),
    ...result.suites.flatMap(({ version, preference, suites }) => [
      ...row(
        version.name,
        suites.length === 1 ? '1 suite' : `${suites.length} suites, ${orderText[preference ?? 'client']}`,
      ),
      ...suiteLines(suites, version.code),
    ]),
    ...result.groups.flatMap(({ version, groups, hiddenBehind }) => {
      const hidden = hiddenBehind === null ? '' : `; more may be hidden behind ${hiddenBehind.name}`;
      return row(`groups ${short(version)}`, `${names(groups)}${hidden}`);
    }),
    ...result.schemes.flatMap(({ version, schemes }) => row(`signs ${short(version)}`, names(schemes))),
    ...row('extensions', result.extensions.map(({ name }) => name).join(', ')),
    ...row('ALPN', protocolsText(result)),
    ...result.resumption.flatMap(each => row(`resumes ${short(each.version)}`, resumptionText(each))),
    ...row('renegotiation', renegotiationText(result)),
    ...row('names', namesText(result)),
    ...row('clients', clientsText(result)),
    ...row('tolerance', toleranceText(result)),
    ...result.certificates.flatMap(certificateLines),
    ...row('findings', findings.length === 0 ? 'none' : countsText(findings)),
    ...findingLines(scanned).slice(0, MAX_FINDINGS),
    ...(findings.length > MAX_FINDINGS ? [`  and ${findings.length - MAX_FINDINGS} more: --quiet has them all`] : []),
  ];
  return rows.map(line => printable(line, LINE_LENGTH));
}

/** The findings alone, the worst first. */
export function findingLines({ findings }: Scanned): readonly string[] {
  const width = Math.max(0, ...findings.map(({ id }) => id.length));
  return findings.map(({ id, severity, evidence }) =>
    printable(`  ${severity.padEnd(9)}${id.padEnd(width)}  ${evidence}`, LINE_LENGTH),
  );
}

/** For programs. Fields are added under the same version, and never change their meaning. */
export function scanObject(scanned: Scanned): Record<string, unknown> {
  const { settings, remote, begin, duration, connections, over, result, findings, outcome } = scanned;
  const { address, names: asked, policy, failOn } = settings;
  return {
    schemaVersion: 1,
    host: address.host,
    port: address.port,
    remoteAddress: remote?.address ?? null,
    remotePort: remote?.port ?? null,
    serverName: asked.servername === false ? null : asked.servername,
    verifyName: asked.verifyName,
    startedAt: new Date(begin).toISOString(),
    duration: Math.round(duration),
    connections,
    complete: over === undefined,
    stopped: over === undefined ? null : { reason: over.reason, message: over.message },
    ...result,
    policy: policy ?? null,
    failOn: failOn ?? null,
    findings,
    exitCode: exitCode(outcome),
  };
}

/** A label with its value; nothing where there is no value. */
function row(label: string, value: string): readonly string[] {
  return value === '' ? [] : [`${label.padEnd(14)}${value}`];
}

function short({ name }: Named): string {
  return name.replace(/^TLS /, '');
}

function names(values: readonly Named[]): string {
  return values.map(({ name }) => name).join(', ');
}

function serverText({ settings, remote }: Scanned): string {
  const there = formatAddress(settings.address);
  const reached = remote === undefined ? '' : formatAddress({ host: remote.address, port: remote.port });
  const { servername } = settings.names;
  const asked = servername === false ? ', no name asked for' : `, asked for ${servername}`;
  return `${there}${reached === '' || reached === there ? '' : ` (${reached})`}${asked}`;
}

function scanText({ connections, duration, over }: Scanned): string {
  const effort = `${connections} connections in ${(duration / 1000).toFixed(1)} s`;
  return over === undefined ? effort : `PARTIAL: ${over.message}; ${effort}`;
}

function versionsText({ versions }: ScanResult): string {
  const those = (offered: boolean | null) => versions.filter(each => each.offered === offered).map(({ name }) => name);
  const [spoken, refused, unknown] = [those(true), those(false), those(null)];
  return [
    spoken.length === 0 ? 'none was found' : spoken.join(', '),
    ...(refused.length === 0 ? [] : [`not ${refused.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`no answer to ${unknown.join(', ')}`]),
  ].join('; ');
}

function suiteLines(suites: readonly SuiteResult[], version: number): readonly string[] {
  const most = version >= 0x0303 ? MAX_SUITES : 3;
  const shown = suites.length > most + 1 ? suites.slice(0, most) : suites;
  const width = Math.max(...shown.map(({ name }) => name.length));
  const lines = shown.map(({ name, group, dhBits, signatureScheme }) => {
    const exchange = group?.name ?? (dhBits === null ? undefined : `DH ${dhBits}`);
    const notes = [exchange, signatureScheme?.name].filter(text => text !== undefined);
    return `  ${notes.length === 0 ? name : `${name.padEnd(width)}  ${notes.join(', ')}`}`;
  });
  const more = suites.length - shown.length;
  return more === 0 ? lines : [...lines, `  and ${more} more: --json has them all`];
}

function protocolsText({ protocols }: ScanResult): string {
  if (protocols === null) return '';
  const { protocols: found, otherwise } = protocols;
  const others = otherwise === 'refused' ? '; others are refused' : '';
  return `${found.length === 0 ? 'none' : found.join(', ')}${others}`;
}

function resumptionText(each: ResumptionResult): string {
  const { tickets, ticketLifetime, resumesByTicket, ticketIsReusable, resumesById, earlyData } = each;
  const count = tickets === 1 ? '1 ticket' : `${tickets} tickets`;
  const lifetime = ticketLifetime === null || ticketLifetime === 0 ? '' : ` for ${ticketLifetime} s`;
  const use = resumesByTicket === true ? (ticketIsReusable ? ', good again and again' : ', good once') : ', not taken';
  return [
    tickets === 0 ? 'no tickets' : `${count}${lifetime}${use}`,
    ...(resumesById === null ? [] : [resumesById ? 'session IDs' : 'no session IDs']),
    ...(earlyData === null ? [] : [earlyData === 0 ? 'no early data' : `early data, ${earlyData} bytes`]),
    ...(each.resumesWithoutKeyExchange ? ['without key exchange'] : []),
  ].join('; ');
}

function renegotiationText({ renegotiation, encryptThenMac, compression }: ScanResult): string {
  if (renegotiation === null) return '';
  const { secure, clientInitiated } = renegotiation;
  return [
    secure ? 'secure (RFC 5746)' : 'NOT secure',
    ...(clientInitiated === null ? [] : [clientInitiated ? 'clients may begin one' : 'clients may not begin one']),
    ...(encryptThenMac === null ? [] : [encryptThenMac ? 'encrypt-then-MAC' : 'no encrypt-then-MAC']),
    ...(compression === null ? [] : [compression.length > 0 ? 'COMPRESSION' : 'no compression']),
  ].join('; ');
}

function namesText({ names: { without, unknown } }: ScanResult): string {
  return [
    ...(without === null ? [] : [`none: ${nameText(without)}`]),
    ...(unknown === null ? [] : [`unknown: ${nameText(unknown)}`]),
  ].join('; ');
}

function nameText({ accepted, alert, otherCertificate }: NameAnswer): string {
  if (!accepted) return `refused${alert === null ? '' : ` by ${alert}`}`;
  if (otherCertificate === null) return 'accepted';
  return otherCertificate ? 'another certificate' : 'the same certificate';
}

function clientsText({ clientAuth }: ScanResult): string {
  if (clientAuth === null) return '';
  if (!clientAuth.requested) return 'are not asked for certificates';
  return clientAuth.required === true ? 'must have a certificate' : 'are asked for a certificate';
}

function toleranceText({ tolerance, closing }: ScanResult): string {
  const { grease, longestHello, refusedHello, futureVersions, fallbackScsv, downgradeSentinel } = tolerance;
  const said = (value: boolean | null, yes: string, no: string): readonly string[] =>
    value === null ? [] : [value ? yes : no];
  return [
    ...said(grease, 'GREASE', 'NO GREASE'),
    ...said(futureVersions, 'future versions', 'NO future versions'),
    ...(longestHello === null ? [] : [`hellos of ${longestHello} bytes`]),
    ...(refusedHello === null ? [] : [`not of ${refusedHello}`]),
    ...said(fallbackScsv, 'fallback SCSV', 'no fallback SCSV'),
    ...said(downgradeSentinel, 'downgrade sentinel', 'NO downgrade sentinel'),
    ...(closing === null ? [] : [closing === 'close_notify' ? 'close_notify' : 'no close_notify']),
  ].join(', ');
}

function certificateLines(certificate: CertificateResult, index: number): readonly string[] {
  const { subject, issuer, key, signature, names: bare, chainLength, verified, problem } = certificate;
  const now = Date.now();
  const extras = [
    certificate.stapled ? 'OCSP stapled' : 'no staple',
    ...(certificate.mustStaple ? ['must staple'] : []),
    ...(certificate.scts > 0 ? [`${certificate.scts} SCTs beside it`] : []),
  ];
  return [
    ...row(
      `certificate ${index + 1}`,
      `${subject || '(no subject)'}; ${key}, signed by ${signature}; ${extras.join(', ')}`,
    ),
    ...row(
      '  issuer',
      `${issuer || '(no name)'}; ${chainLength === 1 ? '1 certificate' : `${chainLength} certificates`} sent`,
    ),
    ...row(
      '  names',
      listed(
        bare.map(name => name.replace(/^(dns|ip):/, '')),
        6,
      ) || 'none',
    ),
    ...row('  valid', validityText(certificate, now)),
    ...row('  verdict', verified ? 'verified' : `NOT VERIFIED: ${problem?.message} [${problem?.code}]`),
  ];
}

function countsText(findings: readonly Finding[]): string {
  return [...severities]
    .reverse()
    .map(severity => [severity, findings.filter(each => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
}
