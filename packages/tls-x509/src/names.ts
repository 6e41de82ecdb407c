/** Whom a certificate names, and whether that is who was asked for (RFC 9525). The common name is for people: it never matches. */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from './certificate.ts';
import { type DnsRules, defaultDnsRules, dnsMatches, referenceDns } from './dns.ts';
import { invalidOption, refusal } from './errors.ts';
import type { GeneralName } from './general-name.ts';
import { formatIp, parseIp } from './ip.ts';

/** A name to look for: a string is an IP address if it is exactly one, otherwise a DNS name. */
export type PeerName = string | { readonly dns: string } | { readonly ip: string } | { readonly email: string };

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
  const asked = typeof name === 'string' ? name : Object.values(name).join();
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
  | { readonly type: 'email'; readonly local: string; readonly domain: string };

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function parsePeerName(name: PeerName): Reference {
  if (typeof name === 'string') {
    const ip = parseIp(name);
    return ip === undefined ? dnsReference(name) : { type: 'ip', value: ip };
  }
  if ('ip' in name) {
    const value = parseIp(name.ip);
    if (value === undefined) throw invalidOption(`not an IP address: ${JSON.stringify(name.ip)}`);
    return { type: 'ip', value };
  }
  if ('email' in name) {
    const parts = splitMailbox(name.email);
    if (parts === undefined) throw invalidOption(`not an e-mail address: ${JSON.stringify(name.email)}`);
    return { type: 'email', ...parts };
  }
  return dnsReference(name.dns);
}

/** A mailbox as RFC 5280 §4.2.1.6 has it in rfc822Name: local part and host name, ASCII, neither empty. */
export function splitMailbox(text: string): { readonly local: string; readonly domain: string } | undefined {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (at < 1 || !/^[\x21-\x7e]+$/.test(local) || local.includes('@')) return undefined;
  const host = /^[\x21-\x7e]+$/.test(domain) && !domain.endsWith('.') ? referenceDns(domain) : undefined;
  return host === undefined ? undefined : { local, domain: host };
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
  if (presented.type !== reference.type) return false;
  if (presented.type === 'ip' && reference.type === 'ip') return equalBytes(presented.value, reference.value);
  if (presented.type === 'dns' && reference.type === 'dns') return dnsMatches(presented.value, reference.value, rules);
  if (presented.type !== 'email' || reference.type !== 'email') return false;
  // RFC 5280 §7.5: the local part to the letter, the host without regard to case.
  const mailbox = splitMailbox(presented.value);
  return mailbox?.local === reference.local && mailbox.domain === reference.domain;
}
