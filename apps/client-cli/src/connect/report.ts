/** What `tlskit connect` tells of a connection: at most 12 lines for people, or one object for programs. */

import { printable } from '@tlskit/cli-kit';
import type { TlsError } from 'tlskit';
import { type Address, formatAddress } from '../address.ts';
import { exitCode, type Outcome } from '../exit-codes.ts';
import { validityText } from '../validity.ts';
import type { Seen } from './seen.ts';

/** Everything that is known when the report is made. */
export interface Findings {
  readonly address: Address;
  /** The IP address and port that TCP reached. */
  readonly remote: { readonly address: string; readonly port: number } | undefined;
  /** Milliseconds for look-up and TCP, and from the ClientHello to the end of the handshake. */
  readonly connectTime: number | undefined;
  readonly handshakeTime: number | undefined;
  /** The name that was asked for; false for none. */
  readonly servername: string | false;
  /** The name or address that the certificate must be for. */
  readonly verifyName: string;
  readonly seen: Seen;
  readonly verified: boolean;
  readonly insecure: boolean;
  /** What is wrong with a certificate that was accepted all the same. */
  readonly problem: TlsError | undefined;
  readonly failure: Failure | undefined;
}

/** Why it did not go well. */
export interface Failure {
  readonly outcome: Outcome;
  readonly message: string;
  /** Of a TlsError, or of the system's error. */
  readonly code: string | undefined;
  readonly alert?: { readonly name: string; readonly code: number } | undefined;
  readonly sentBy?: 'us' | 'peer';
  readonly state?: string | undefined;
  readonly rfc?: string | undefined;
}

/** Characters of a line for people, and of the names of a certificate in one. */
const LINE_LENGTH = 400;
const NAMES_LENGTH = 200;

/** At most 12 lines, without their ends, safe for a terminal. */
export function reportLines(findings: Findings, now: number): readonly string[] {
  const { seen } = findings;
  const certificate = seen.peerCertificate;
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ['peer', peerText(findings)],
    ['protocol', seen.protocol],
    ['cipher suite', seen.cipherSuite && numbered(seen.cipherSuite)],
    ['group', seen.group && `${numbered(seen.group)}${seen.helloRetry ? ', after a HelloRetryRequest' : ''}`],
    ['signature', seen.signatureScheme && numbered(seen.signatureScheme)],
    ['ALPN', seen.protocol === undefined ? undefined : (seen.alpn ?? 'none')],
    ['subject', certificate && (certificate.subject || '(empty)')],
    ['issuer', certificate?.issuer],
    ['key', certificate?.key],
    ['names', certificate && namesText(certificate.names)],
    ['valid', certificate && validityText(certificate, now)],
    ['verdict', verdict(findings)],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined ? [] : [`${label.padEnd(14)}${printable(value, LINE_LENGTH)}`],
  );
}

/** The report for programs, and its version: fields are added under the same number, and never change their meaning. */
export function reportObject(findings: Findings): Record<string, unknown> {
  const { address, remote, servername, verifyName, seen, failure, problem } = findings;
  return {
    schemaVersion: 1,
    host: address.host,
    port: address.port,
    remoteAddress: remote?.address ?? null,
    remotePort: remote?.port ?? null,
    serverName: servername === false ? null : servername,
    verifyName,
    protocol: seen.protocol ?? null,
    protocolCode: seen.protocolCode ?? null,
    cipherSuite: seen.cipherSuite ?? null,
    group: seen.group ?? null,
    signatureScheme: seen.signatureScheme ?? null,
    alpn: seen.alpn ?? null,
    helloRetry: seen.helloRetry ?? false,
    peerCertificate: seen.peerCertificate ?? null,
    verified: findings.verified,
    problem: problem === undefined ? null : { code: problem.code, message: problem.message },
    connectTime: rounded(findings.connectTime),
    handshakeTime: rounded(findings.handshakeTime),
    error: failure === undefined ? null : errorObject(failure),
    exitCode: exitCode(failure?.outcome ?? 'good'),
  };
}

/** To microseconds: what is beyond is noise. */
function rounded(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 1000) / 1000;
}

/** `error` of the report for programs. */
function errorObject({ code, outcome, message, alert, sentBy, state, rfc }: Failure): Record<string, unknown> {
  return {
    code: code ?? null,
    outcome,
    message,
    alert: alert?.name ?? null,
    alertCode: alert?.code ?? null,
    sentBy: sentBy ?? null,
    state: state ?? null,
    rfc: rfc ?? null,
  };
}

/** What went wrong, in one line that is safe for a terminal. */
export function failureText({ message, code, alert, sentBy }: Failure): string {
  const told = alert === undefined || sentBy !== 'us' ? '' : `; the peer was told ${alert.name} (${alert.code})`;
  const named = code === undefined || message.includes(code) ? '' : ` [${code}]`;
  return printable(`${message}${named}${told}`, 600);
}

function peerText({ address, remote, connectTime, handshakeTime }: Findings): string {
  const there = remote === undefined ? '' : ` (${formatAddress({ host: remote.address, port: remote.port })})`;
  const same = remote !== undefined && remote.address === address.host;
  const times = [
    connectTime === undefined ? undefined : `TCP ${duration(connectTime)}`,
    handshakeTime === undefined ? undefined : `handshake ${duration(handshakeTime)}`,
  ].filter(text => text !== undefined);
  return `${formatAddress(address)}${same ? '' : there}${times.length === 0 ? '' : `, ${times.join(', ')}`}`;
}

function duration(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** Two-byte registries are written in hexadecimal by the RFCs. */
function numbered({ name, code }: { readonly name: string; readonly code: number }): string {
  const number = `0x${code.toString(16).padStart(4, '0')}`;
  return name === number ? number : `${name} (${number})`;
}

/** As many as there is room for; the rest is counted. The first is always there. */
function namesText(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown: string[] = [];
  let length = 0;
  for (const name of names) {
    const text = printable(name.replace(/^(dns|ip):/, ''), 80);
    length += text.length;
    if (shown.length > 0 && length > NAMES_LENGTH) break;
    shown.push(text);
  }
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function verdict({ failure, verified, insecure, problem, verifyName }: Findings): string {
  if (failure !== undefined) return `FAILED: ${failureText(failure)}`;
  if (verified) return `verified: a chain to a trusted root, for ${verifyName}`;
  const reason = insecure ? 'any certificate was accepted (--insecure)' : 'nothing was verified';
  return `NOT VERIFIED: ${reason}${problem === undefined ? '' : `; ${problem.message} [${problem.code}]`}`;
}
