/** Whom a certificate names, and whether that is who was asked for (RFC 9525). The common name is for people: it never matches. */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from './certificate.ts';
import { type DnsRules, defaultDnsRules, dnsMatches, referenceDns } from './dns.ts';
import { invalidOption, refusal } from './errors.ts';
import { type GeneralName, utf8Mailbox } from './general-name.ts';
import { formatIp, parseIp } from './ip.ts';
import { isOfService, normalizedUri } from './uri.ts';

/** A name to look for: a string is an IP address if it is exactly one, otherwise a DNS name. */
export type PeerName =
  | string
  | { readonly dns: string }
  | { readonly ip: string }
  /** A mailbox. With a local part that is not all ASCII it is looked for in SmtpUTF8Mailbox (RFC 9598), otherwise in rfc822Name. */
  | { readonly email: string }
  /** A whole URI, such as `spiffe://example.org/service`: scheme and host without regard to case (RFC 5280 §7.4), all else to the letter. */
  | { readonly uri: string }
  /** A service by the scheme of its URI, and its host: `{ scheme: 'sip', host: 'voice.example.com' }` (RFC 9525, URI-ID). */
  | { readonly scheme: string; readonly host: string };

/** A name as a certificate presents it. */
export interface SubjectName {
  readonly type: GeneralName['type'];
  /** Text; hexadecimal for forms that have none. Not to be trusted: it is what the certificate says. */
  readonly value: string;
}

/** The subject alternative names in order. @throws TlsError `ERR_TLS_CERT_MALFORMED` */
export function namesOf(certificate: Certificate): readonly SubjectName[] {
  return (certificate.subjectAltName ?? []).map(name => ({ type: name.type, value: textOfName(name) }));
}

/**
 * Whether the certificate is for this name, by its subject alternative names alone.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no name at all; `ERR_TLS_CERT_MALFORMED`
 */
export function matchesName(certificate: Certificate, name: PeerName, rules: DnsRules = defaultDnsRules): boolean {
  const reference = parsePeerName(name);
  return (certificate.subjectAltName ?? []).some(presented => matches(presented, reference, rules));
}

/** Like {@link matchesName}. @throws TlsError `ERR_TLS_CERT_ALTNAME_INVALID` that says which names there are */
export function checkName(certificate: Certificate, name: PeerName, rules: DnsRules = defaultDnsRules): void {
  if (matchesName(certificate, name, rules)) return;
  const names = namesOf(certificate).map(({ type, value }) => `${type}:${printable(value)}`);
  const shown = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
  const asked = typeof name === 'string' ? name : Object.values(name).join(':');
  throw refusal(
    'ERR_TLS_CERT_ALTNAME_INVALID',
    certificate,
    `is not for ${printable(asked)}; ${names.length === 0 ? 'it has no subject alternative names' : `it is for ${shown.join(', ')}`}`,
  );
}

/** A name asked for, in the form that is compared. */
export type Reference =
  | { readonly type: 'dns'; readonly value: string }
  | { readonly type: 'ip'; readonly value: Uint8Array }
  | { readonly type: 'email'; readonly local: string; readonly domain: string; readonly utf8?: true }
  | { readonly type: 'uri'; readonly value: string }
  | { readonly type: 'service'; readonly scheme: string; readonly host: string };

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function parsePeerName(name: PeerName): Reference {
  if (typeof name === 'string') {
    const ip = parseIp(name);
    return ip === undefined ? dnsReference(name) : { type: 'ip', value: ip };
  }
  const keys = typeof name === 'object' && name !== null ? Object.keys(name).sort().join() : '';
  const isText = (value: unknown): boolean => typeof value === 'string';
  if (!['dns', 'ip', 'email', 'uri', 'host,scheme'].includes(keys) || !Object.values(name).every(isText)) {
    throw invalidOption('a name is a string, or one of { dns }, { ip }, { email }, { uri } and { scheme, host }');
  }
  if ('ip' in name) {
    const value = parseIp(name.ip);
    if (value === undefined) throw invalidOption(`not an IP address: ${JSON.stringify(name.ip)}`);
    return { type: 'ip', value };
  }
  if ('email' in name) {
    const parts = splitMailbox(name.email) ?? splitMailbox(name.email, true);
    if (parts === undefined) throw invalidOption(`not an e-mail address: ${JSON.stringify(name.email)}`);
    return { type: 'email', ...parts };
  }
  if ('uri' in name) {
    const value = normalizedUri(name.uri);
    if (value === undefined) throw invalidOption(`not a URI: ${JSON.stringify(name.uri)}`);
    return { type: 'uri', value };
  }
  if ('scheme' in name) {
    const host = referenceDns(name.host);
    if (host === undefined || !/^[a-z][a-z0-9+.-]*$/i.test(name.scheme)) {
      throw invalidOption(`neither the scheme nor the host of a service: ${JSON.stringify(name)}`);
    }
    return { type: 'service', scheme: name.scheme.toLowerCase(), host };
  }
  return dnsReference(name.dns);
}

interface Mailbox {
  readonly local: string;
  readonly domain: string;
  readonly utf8?: true;
}

/**
 * A mailbox: local part and host name, neither empty. ASCII as RFC 5280 §4.2.1.6 has it in rfc822Name; with `utf8` one whose local part
 * is not all ASCII, as RFC 9598 §3 has it in SmtpUTF8Mailbox.
 */
export function splitMailbox(text: string, utf8?: true): Mailbox | undefined {
  if (typeof text !== 'string') return undefined;
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (at < 1 || local.includes('@')) return undefined;
  const isAscii = /^[\x21-\x7e]+$/.test(local);
  if (utf8 ? isAscii || /[\p{Cc}\p{Cs}\p{Z}]/u.test(local) : !isAscii) return undefined;
  const host = /^[\x21-\x7e]+$/.test(domain) && !domain.endsWith('.') ? referenceDns(domain) : undefined;
  return host === undefined ? undefined : { local, domain: host, ...(utf8 ? { utf8 } : {}) };
}

export function textOfName(name: GeneralName): string {
  switch (name.type) {
    case 'dns':
    case 'email':
    case 'uri':
      return name.value;
    case 'ip':
      return formatIp(name.value);
    case 'directoryName':
      return name.value.toString();
    default:
      return `#${Array.from(name.value, octet => octet.toString(16).padStart(2, '0')).join('')}`;
  }
}

/** Text from a certificate for a message: nothing that could move a cursor, and not too much of it. */
export function printable(text: string): string {
  const escaped = text.replace(/[^\x20-\x7e]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return escaped.length > 100 ? `${escaped.slice(0, 100)}…` : escaped;
}

function dnsReference(name: string): Reference {
  const value = referenceDns(name);
  if (value === undefined) throw invalidOption(`neither an IP address nor a DNS name: ${JSON.stringify(name)}`);
  return { type: 'dns', value };
}

function matches(presented: GeneralName, reference: Reference, rules: DnsRules): boolean {
  if (reference.type === 'service') return presented.type === 'uri' && isOfService(presented.value, reference);
  if (reference.type === 'uri') return presented.type === 'uri' && normalizedUri(presented.value) === reference.value;
  if (reference.type === 'email') return emailMatches(reference.utf8 ? utf8Mailbox(presented) : presented, reference);
  if (presented.type === 'ip' && reference.type === 'ip') return equalBytes(presented.value, reference.value);
  return presented.type === 'dns' && reference.type === 'dns' && dnsMatches(presented.value, reference.value, rules);
}

/** RFC 5280 §7.5, RFC 9598 §5: the local part to the letter, the host without regard to case. */
function emailMatches(presented: GeneralName | undefined, reference: Mailbox): boolean {
  if (presented?.type !== 'email') return false;
  const mailbox = splitMailbox(presented.value, presented.utf8);
  return mailbox?.local === reference.local && mailbox.domain === reference.domain;
}
