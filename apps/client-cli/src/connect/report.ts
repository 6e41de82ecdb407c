/** What `tlskit connect` tells people of a connection. */

import { printable } from '@tlskit/cli-kit';
import { formatAddress } from '../address.ts';
import { formatProxy } from '../dial/proxy/proxy.ts';
import { validityText } from '../validity.ts';
import type { Failure, Findings, HandshakeSummary } from './findings.ts';
import type { Seen } from './seen.ts';

/** Characters of a line for people, and of the names of a certificate in one. */
const LINE_LENGTH = 400;
const NAMES_LENGTH = 200;

/** At most 12 lines, and one for each thing that was asked for, without their ends, safe for a terminal. The verdict is the last. */
export function reportLines(findings: Findings, now: number, color = false): readonly string[] {
  const paint = (label: string, text: string): string => {
    if (!color || label !== 'verdict') return text;
    return `\x1b[${isGood(findings) ? 32 : 31}m${text}\x1b[0m`;
  };
  const { seen } = findings;
  const certificate = seen.peerCertificate;
  const rows: readonly (readonly [label: string, value: string | undefined])[] = [
    ['peer', peerText(findings)],
    ['protocol', seen.protocol && `${seen.protocol}${seen.resumed ? ', resumed' : ''}`],
    ['cipher suite', seen.cipherSuite && numbered(seen.cipherSuite)],
    ['group', seen.group && `${numbered(seen.group)}${seen.helloRetry ? ', after a HelloRetryRequest' : ''}`],
    ['signature', seen.signatureScheme && numbered(seen.signatureScheme)],
    ['ALPN', seen.protocol === undefined ? undefined : (seen.alpn ?? 'none')],
    ['subject', certificate && (certificate.subject || '(empty)')],
    ['issuer', certificate?.issuer],
    ['key', certificate?.key],
    ['names', certificate && namesText(certificate.names)],
    ['valid', certificate && `${validityText(certificate, now)}${stapleText(seen)}`],
    ...askedRows(findings),
    ['verdict', verdict(findings)],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined ? [] : [`${label.padEnd(14)}${paint(label, printable(value, LINE_LENGTH))}`],
  );
}

function isGood({ failure, verified, judges, seen }: Findings): boolean {
  return failure === undefined && (verified || !judges || seen.pskIdentity !== undefined);
}

/** What went wrong, in one line that is safe for a terminal. */
export function failureText({ message, code, alert, sentBy }: Failure): string {
  const told = alert === undefined || sentBy !== 'us' ? '' : `; the peer was told ${alert.name} (${alert.code})`;
  const named = code === undefined || message.includes(code) ? '' : ` [${code}]`;
  return printable(`${message}${named}${told}`, 600);
}

/** A staple that is no good is no part of a connection that stands. */
function stapleText({ ocspResponse, revocation }: Seen): string {
  if (ocspResponse === undefined) return '';
  return revocation?.[0]?.status === 'good' ? ', stapled OCSP response good' : ', OCSP response stapled';
}

/** A line for each thing that somebody asked for. */
function askedRows({ handshakes, sessionNotes, answers }: Findings): [label: string, value: string | undefined][] {
  const last = handshakes.at(-1);
  const { exports = [], keyUpdate } = answers ?? {};
  return [
    ['session', handshakes.some(({ wanted }) => wanted) ? handshakesText(handshakes) : undefined],
    ...sessionNotes.map((note): [string, string] => ['', note]),
    ['early data', last?.early === undefined ? undefined : earlyText(last.early)],
    ...exports.map(({ label, value }): [string, string] => [
      'export',
      `${label}: ${Buffer.from(value).toString('hex')}`,
    ]),
    ['key update', keyUpdate && (keyUpdate.requested ? 'ours; the server was asked for its own' : 'ours')],
  ];
}

/** The most handshakes that are told one by one. */
const SHOWN_HANDSHAKES = 8;

function handshakesText(handshakes: readonly HandshakeSummary[]): string {
  if (handshakes.length <= SHOWN_HANDSHAKES) {
    return handshakes
      .map(({ resumed, handshakeTime }, i) => {
        const number = handshakes.length === 1 ? '' : `${i + 1} `;
        return `${number}${resumed ? 'resumed' : 'full'} in ${duration(handshakeTime)}`;
      })
      .join(', ');
  }
  const wanted = handshakes.filter(each => each.wanted);
  return `${wanted.filter(({ resumed }) => resumed).length} of ${wanted.length} resumed`;
}

function earlyText({ outcome, sent }: NonNullable<HandshakeSummary['early']>): string {
  if (outcome?.accepted) return 'accepted';
  const late = sent ? '; sent when the handshake was complete' : '';
  if (outcome === undefined) return `not sent early: no session allowed it${late}`;
  return `rejected (${outcome.refusal})${late || '; not sent again'}`;
}

/** What stands between. */
function wayText({ proxy, startTls }: Findings['route']): string {
  const via = proxy === undefined ? '' : ` through ${formatProxy(proxy)}`;
  return `${via}${startTls === undefined ? '' : `, STARTTLS ${startTls.protocol}`}`;
}

function peerText({ address, route, remote, connectTime, handshakeTime }: Findings): string {
  const there =
    remote === undefined || route.proxy !== undefined
      ? ''
      : ` (${formatAddress({ host: remote.address, port: remote.port })})`;
  const same = remote !== undefined && remote.address === address.host;
  const times = [
    connectTime === undefined ? undefined : `TCP ${duration(connectTime)}`,
    handshakeTime === undefined ? undefined : `handshake ${duration(handshakeTime)}`,
  ].filter(text => text !== undefined);
  return `${formatAddress(address)}${same ? '' : there}${wayText(route)}${times.length === 0 ? '' : `, ${times.join(', ')}`}`;
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

function verdict({ failure, verified, insecure, judges, problem, verifyName, seen }: Findings): string {
  if (failure !== undefined) return `FAILED: ${failureText(failure)}`;
  if (!judges || seen.pskIdentity !== undefined) return 'verified: the server has the pre-shared key';
  if (verified) return `verified: a chain to a trusted root, for ${verifyName}`;
  const reason = insecure ? 'any certificate was accepted (--insecure)' : 'nothing was verified';
  return `NOT VERIFIED: ${reason}${problem === undefined ? '' : `; ${problem.message} [${problem.code}]`}`;
}
