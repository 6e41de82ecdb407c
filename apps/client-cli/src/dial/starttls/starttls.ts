/** STARTTLS by protocol: what is said in plain text until both sides begin TLS. */
import type { Duplex } from 'node:stream';
import { suggestion, UsageError } from '@tlskit/cli-kit';
import { type Overhear, Wire } from '../wire.ts';
import { ftp } from './ftp.ts';
import { imap } from './imap.ts';
import { ldap } from './ldap.ts';
import { mysql } from './mysql.ts';
import { nntp } from './nntp.ts';
import { pop3 } from './pop3.ts';
import { postgres } from './postgres.ts';
import { sieve } from './sieve.ts';
import { lmtp, smtp } from './smtp.ts';
import { xmpp, xmppServer } from './xmpp.ts';

/** One protocol. */
export interface StartTls {
  /** Where servers listen, as IANA has it. */
  readonly port: number;
  /** Talks until TLS begins, and reads nothing beyond the answer. @throws DialError */
  run(wire: Wire, names: StartTlsNames): Promise<void>;
}

export interface StartTlsNames {
  /** Whom a client wants to talk to, where the protocol has it told (XMPP). */
  readonly host: string;
  /** What the client calls itself, where the protocol wants to know (SMTP). */
  readonly own: string;
}

export const startTlsProtocols = {
  smtp,
  lmtp,
  imap,
  pop3,
  ftp,
  ldap,
  xmpp,
  'xmpp-server': xmppServer,
  postgres,
  mysql,
  nntp,
  sieve,
} as const satisfies Record<string, StartTls>;

export type StartTlsName = keyof typeof startTlsProtocols;

const names = Object.keys(startTlsProtocols) as StartTlsName[];

/** What else they are called. */
const aliases: ReadonlyMap<string, StartTlsName> = new Map([
  ['postgresql', 'postgres'],
  ['pgsql', 'postgres'],
  ['managesieve', 'sieve'],
  ['xmpp-client', 'xmpp'],
  ['submission', 'smtp'],
  ['news', 'nntp'],
]);

/** The protocol of that name, in any case; undefined for none. */
export function startTlsNamed(text: string): StartTlsName | undefined {
  const lower = text.toLowerCase();
  return aliases.get(lower) ?? names.find(name => name === lower);
}

/** @throws UsageError */
export function startTlsName(text: string): StartTlsName {
  const found = startTlsNamed(text);
  if (found !== undefined) return found;
  const all = [...names, ...aliases.keys()];
  throw new UsageError(`--starttls is ${names.join(', ')}, not ${JSON.stringify(text)}${suggestion(text, all)}`);
}

/** Whether the protocol tells anybody's name: of ours, or of the server's. */
export function tellsName(protocol: StartTlsName): boolean {
  return ['smtp', 'lmtp', 'xmpp', 'xmpp-server'].includes(protocol);
}

/**
 * Speaks the protocol on a stream until TLS begins.
 * @throws DialError; among others where anything came behind the answer: it was sent in plain text, and would be taken for what
 *   was sent under TLS (CVE-2011-0411)
 */
export async function startTls(
  stream: Duplex,
  protocol: StartTlsName,
  told: StartTlsNames,
  overhear: Overhear | undefined,
): Promise<void> {
  const wire = new Wire(stream, { step: 'starttls', name: `${protocol}: the server` }, overhear);
  await startTlsProtocols[protocol].run(wire, told);
  const rest = wire.release();
  if (rest.length > 0) {
    throw wire.misconduct('EARLY_DATA', `says more before TLS than its answer: ${rest.length} bytes in plain text`);
  }
}
