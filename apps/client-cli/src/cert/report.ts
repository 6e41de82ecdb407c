/** What `tlskit cert` tells of a chain: lines for people, or one object for programs. */

import { printable } from '@tlskit/cli-kit';
import { AlertDescription } from '@tlskit/tls-alerts';
import {
  anyPolicy,
  type Certificate,
  type DeadBranch,
  formatSerialNumber,
  type RevocationReport,
  type TransparencyReport,
} from '@tlskit/tls-x509';
import {
  type CertificateDetails,
  certificateDetails,
  describePolicy,
  type ExtensionDetails,
} from '@tlskit/tls-x509/details';
import { type OcspResponse, parseOcspResponse } from '@tlskit/tls-x509/ocsp';
import { TlsError } from 'tlskit';
import { formatAddress } from '../address.ts';
import { failureText } from '../connect/report.ts';
import { exitCode, type Outcome } from '../exit-codes.ts';
import { validityText } from '../validity.ts';
import type { Fetched } from './fetch.ts';
import type { CertSettings } from './options.ts';
import { provider } from './provider.ts';
import { type ChainFacts, factLines, isSame, type SentCertificate } from './sent.ts';
import type { Verdict } from './verdict.ts';

/** Everything that is known when the report is made. */
export interface CertFindings {
  readonly settings: CertSettings;
  /** Undefined for a file. */
  readonly fetched: Fetched | undefined;
  readonly sent: readonly SentCertificate[];
  readonly facts: ChainFacts;
  /** Undefined where there is no chain. */
  readonly verdict: Verdict | undefined;
  readonly outcome: Outcome;
}

/** Characters of a line, and lines of one extension. */
const LINE_LENGTH = 2000;
const EXTENSION_LINES = 20;

/** Lines without their ends, safe for a terminal. */
export function certLines(findings: CertFindings): readonly string[] {
  const { sent, facts, verdict, settings, fetched } = findings;
  const lines = [
    ...row('source', sourceText(findings)),
    ...(sent.length === 0 ? [] : row('as sent', ...factLines(facts, sent.length))),
    ...(fetched === undefined || sent.length === 0 ? [] : row('stapled', ...stapledTexts(fetched))),
    ...sent.flatMap(one => ['', ...certificateLines(one, sent.length, settings.time)]),
    ...(sent.length === 0 ? [] : ['']),
    ...(verdict?.good ? row('path', ...pathTexts(verdict.peer.path, sent)) : []),
    ...(verdict?.good ? row('policies', ...policyTexts(verdict.peer.policies)) : []),
    ...(verdict?.good ? row('revocation', ...verdict.peer.revocation.map(each => revocationText(each, sent))) : []),
    ...(verdict?.good && verdict.peer.transparency !== undefined
      ? row('transparency', ...transparencyTexts(verdict.peer.transparency))
      : []),
    ...row('verdict', verdictText(findings)),
    ...(verdict === undefined || verdict.good || verdict.branches.length < 2
      ? []
      : row('branches', ...verdict.branches.map(branchText))),
  ];
  return lines.map(line => printable(line, LINE_LENGTH));
}

/** The report for programs, and its version: fields are added under the same number, and never change their meaning. */
export function certObject({
  settings,
  fetched,
  sent,
  facts,
  verdict,
  outcome,
}: CertFindings): Record<string, unknown> {
  const { target, trusted, nameText, time, profile, purpose } = settings;
  return {
    schemaVersion: 1,
    source: {
      kind: target.kind,
      file: target.kind === 'file' ? target.path : null,
      host: target.kind === 'host' ? target.route.address.host : null,
      port: target.kind === 'host' ? target.route.address.port : null,
      remoteAddress: fetched?.remote?.address ?? null,
      remotePort: fetched?.remote?.port ?? null,
      serverName: target.kind === 'host' && target.servername !== false ? target.servername : null,
      protocol: fetched?.protocol ?? null,
    },
    certificates: sent.map(certificateObject),
    asSent: sent.length === 0 ? null : facts,
    stapled: fetched === undefined ? null : stapledObject(fetched),
    judgedBy: { roots: trusted, name: nameText, time: new Date(time).toISOString(), profile, purpose },
    verified: verdict?.good ?? false,
    path: verdict?.good
      ? verdict.peer.path.map((certificate, i, path) => pathObject(certificate, sent, i === path.length - 1))
      : null,
    policies: verdict?.good ? verdict.peer.policies : null,
    revocation: verdict?.good ? verdict.peer.revocation.map(each => revocationObject(each, sent)) : null,
    transparency: verdict?.good ? transparencyObject(verdict.peer.transparency) : null,
    work: verdict?.good ? verdict.peer.work : null,
    expires: verdict?.good ? new Date(verdict.peer.expires).toISOString() : null,
    error: verdict === undefined || verdict.good ? null : errorObject(verdict.error),
    branches: verdict === undefined || verdict.good ? [] : verdict.branches.map(branchObject),
    connection:
      fetched?.failure === undefined ? null : { code: fetched.failure.code ?? null, message: fetched.failure.message },
    exitCode: exitCode(outcome),
  };
}

/** A label with its lines, the label on the first alone. */
function row(label: string, ...values: readonly string[]): readonly string[] {
  return values.map((value, i) => `${(i === 0 ? label : '').padEnd(14)}${value}`);
}

function sourceText({ settings: { target }, fetched, sent }: CertFindings): string {
  const count = sent.length === 0 ? '' : sent.length === 1 ? ', 1 certificate' : `, ${sent.length} certificates`;
  if (target.kind === 'stdin') return `standard input${count}`;
  if (target.kind === 'file') return `${target.path}${count}`;
  const remote = fetched?.remote;
  const reached = remote === undefined ? '' : formatAddress({ host: remote.address, port: remote.port });
  const there = formatAddress(target.route.address);
  const asked =
    target.servername === false || target.servername === target.route.address.host
      ? ''
      : `, asked for ${target.servername}`;
  const protocol = fetched?.protocol === undefined ? '' : `, ${fetched.protocol}`;
  return `${there}${reached === '' || reached === there ? '' : ` (${reached})`}${asked}${protocol}${count}`;
}

function stapledTexts({ ocsp, scts }: Fetched): readonly string[] {
  const count = scts.length === 1 ? '1 timestamp' : `${scts.length === 0 ? 'no' : scts.length} timestamps`;
  if (ocsp === undefined) return [`no OCSP response, ${count}`];
  return [`an OCSP response of ${ocsp.length} bytes, ${count}`, ...responseTexts(ocsp)];
}

function responseTexts(der: Uint8Array): readonly string[] {
  const response = readResponse(der);
  if (response instanceof TlsError) return [response.message];
  if (response.status !== 'successful') return [response.status];
  const { responder, responses } = response.basic;
  const who = 'name' in responder ? String(responder.name) : `key ${Buffer.from(responder.keyHash).toString('hex')}`;
  return responses.map(({ certId, status, thisUpdate, nextUpdate }) => {
    const since = status.status === 'revoked' ? ` since ${iso(status.at)} (${status.reason ?? 'no reason'})` : '';
    const until = nextUpdate === undefined ? '' : ` to ${iso(nextUpdate)}`;
    return `${formatSerialNumber(certId.serialNumber)} is ${status.status}${since}, from ${iso(thisUpdate)}${until}, says ${who}`;
  });
}

function stapledObject({ ocsp, scts }: Fetched): Record<string, unknown> {
  return { ocsp: base64(ocsp), response: responseObject(ocsp), scts: scts.map(base64) };
}

function responseObject(der: Uint8Array | undefined): Record<string, unknown> | null {
  if (der === undefined) return null;
  const response = readResponse(der);
  if (response instanceof TlsError)
    return { status: null, error: errorObject(response), producedAt: null, responses: [] };
  const { status } = response;
  if (response.status !== 'successful') return { status, error: null, producedAt: null, responses: [] };
  const { producedAt, responses } = response.basic;
  return {
    status,
    error: null,
    producedAt: iso(producedAt),
    responses: responses.map(({ certId, status: { status: of }, thisUpdate, nextUpdate }) => ({
      serialNumber: formatSerialNumber(certId.serialNumber),
      status: of,
      thisUpdate: iso(thisUpdate),
      nextUpdate: nextUpdate === undefined ? null : iso(nextUpdate),
    })),
  };
}

function readResponse(der: Uint8Array): OcspResponse | TlsError {
  try {
    return parseOcspResponse(der);
  } catch (error) {
    return TlsError.from(error);
  }
}

function certificateLines(
  { number, certificate, error }: SentCertificate,
  count: number,
  now: number,
): readonly string[] {
  const title = `certificate ${number} of ${count}`;
  if (certificate === undefined) return [title, ...field('unreadable', error?.message ?? '')];
  const details = certificateDetails(certificate, provider.hashes.sha256);
  return [
    title,
    ...field('subject', details.subject || '(empty)'),
    ...field('issuer', details.selfIssued ? 'itself, by name' : details.issuer),
    ...field('serial', details.serialNumber),
    ...field('valid', validityText(details, now)),
    ...field('key', keyText(details)),
    ...field(
      'signature',
      `${details.signature.words}${details.signature.weak && !details.selfIssued ? ', which is weak' : ''}`,
    ),
    ...field('sha256', details.fingerprint256 ?? ''),
    ...field('pin', details.pin ?? ''),
    ...(details.version === 3 ? [] : field('version', String(details.version))),
    ...details.extensions.flatMap(extensionLines),
  ];
}

function field(label: string, value: string): readonly string[] {
  return [`  ${label.padEnd(12)}${value}`];
}

function keyText({ keyDetails: { words, exponent } }: CertificateDetails): string {
  return exponent === undefined || exponent === '65537' ? words : `${words}, exponent ${exponent}`;
}

function extensionLines({ oid, name, critical, words }: ExtensionDetails): readonly string[] {
  const title = `  ${name ?? oid}${critical ? ', critical' : ''}:`;
  const [only, ...others] = words;
  if (others.length === 0) return [`${title} ${only ?? 'empty'}`];
  const shown = words.slice(0, EXTENSION_LINES).map(line => `    ${line}`);
  return [
    title,
    ...shown,
    ...(words.length > EXTENSION_LINES ? [`    and ${words.length - EXTENSION_LINES} more`] : []),
  ];
}

/** The number of a certificate among those that were sent, or undefined for one that is trusted and was not. */
function numberOf(certificate: Certificate, sent: readonly SentCertificate[]): number | undefined {
  return sent.find(one => isSame(one.der, certificate.der))?.number;
}

function pathTexts(path: readonly Certificate[], sent: readonly SentCertificate[]): readonly string[] {
  return path.map((certificate, i) => {
    const number = numberOf(certificate, sent);
    const trusted = i === path.length - 1 ? ', trusted' : number === undefined ? ', fetched' : '';
    return `${number === undefined ? '' : `${number}: `}${certificate.subject.toString() || '(empty)'}${trusted}`;
  });
}

function pathObject(
  certificate: Certificate,
  sent: readonly SentCertificate[],
  isAnchor: boolean,
): Record<string, unknown> {
  return {
    number: numberOf(certificate, sent) ?? null,
    subject: certificate.subject.toString(),
    fingerprint256: certificate.fingerprint256(provider.hashes.sha256 as NonNullable<typeof provider.hashes.sha256>),
    trusted: isAnchor,
  };
}

function policyTexts(policies: readonly string[]): readonly string[] {
  return policies.map(oid => (oid === anyPolicy ? 'any' : describePolicy(oid)));
}

function revocationText(
  { certificate, status, by, until, why = [] }: RevocationReport,
  sent: readonly SentCertificate[],
): string {
  const number = numberOf(certificate, sent);
  const which = number === undefined ? certificate.label : String(number);
  if (status === 'good') return `${which}: good, says ${by}${until === undefined ? '' : `, until ${iso(until)}`}`;
  return `${which}: unknown${why.map(({ message }) => `; ${message}`).join('')}`;
}

function revocationObject(
  { certificate, status, by, until, why = [] }: RevocationReport,
  sent: readonly SentCertificate[],
): Record<string, unknown> {
  return {
    number: numberOf(certificate, sent) ?? null,
    status,
    by: by ?? null,
    until: until === undefined ? null : iso(until),
    why: why.map(errorObject),
  };
}

function transparencyTexts({ satisfied, why, scts }: TransparencyReport): readonly string[] {
  const count = scts.length === 1 ? '1 timestamp' : `${scts.length} timestamps`;
  return [
    `${count}, ${satisfied ? 'which are enough' : `not enough: ${why ?? ''}`}`,
    ...scts.map(({ delivery, status, why: reason, log, logId, timestamp }) => {
      const whose = log === undefined ? (logId ?? 'unreadable') : `${log.description} of ${log.operator}`;
      const when = timestamp === undefined ? '' : `, ${iso(timestamp)}`;
      return `${status}: ${whose}${when}, ${delivery}${reason === undefined ? '' : `: ${reason}`}`;
    }),
  ];
}

function transparencyObject(report: TransparencyReport | undefined): Record<string, unknown> | null {
  if (report === undefined) return null;
  const { satisfied, why, scts } = report;
  return {
    satisfied,
    why: why ?? null,
    scts: scts.map(({ timestamp, ...rest }) => ({
      ...rest,
      timestamp: timestamp === undefined ? null : iso(timestamp),
    })),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function verdictText({ settings, verdict, fetched }: CertFindings): string {
  const { nameText, profile, purpose, trusted } = settings;
  const failed = fetched?.failure === undefined ? '' : `FAILED: ${failureText(fetched.failure)}`;
  if (verdict === undefined) return failed;
  const by = `${purpose}, profile ${profile}, roots of ${trusted.join(', ')}`;
  if (!verdict.good) return `REFUSED: ${errorText(verdict.error)}; ${by}`;
  const whom = nameText === null ? 'for whatever name' : `for ${nameText}`;
  const found = `a path to a trusted root, ${whom}; ${by}`;
  return failed === '' ? `good: ${found}` : `${failed}; the certificates are good: ${found}`;
}

function errorText(error: TlsError): string {
  const { code, message, alert } = error;
  const told = alert === undefined ? '' : `; a peer would be told ${alert} (${AlertDescription.values[alert]})`;
  return `${message} [${code}]${told}`;
}

function branchText({ check, message }: DeadBranch): string {
  return `${message} [${check}]`;
}

function branchObject({ certificate, error }: DeadBranch): Record<string, unknown> {
  return { ...errorObject(error), certificate: certificate ?? null };
}

function errorObject({ code, kind, message, alert, rfc }: TlsError): Record<string, unknown> {
  return {
    code,
    kind,
    message,
    alert: alert ?? null,
    alertCode: alert === undefined ? null : AlertDescription.values[alert],
    rfc: rfc ?? null,
  };
}

function certificateObject({ number, der, certificate, error }: SentCertificate): Record<string, unknown> {
  const common = { number, der: base64(der) };
  if (certificate === undefined) return { ...common, error: error === undefined ? null : errorObject(error) };
  return { ...common, ...certificateDetails(certificate, provider.hashes.sha256) };
}

function base64(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('base64');
}
