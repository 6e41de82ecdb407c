/**
 * Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b), (c)): whether the names of a certificate lie where an authority above it may
 * name. What is not understood is refused, never passed over.
 */
import type { Certificate } from './certificate.ts';
import { presentedLabels } from './dns.ts';
import type { NameConstraints } from './extensions.ts';
import type { GeneralName, TextName } from './general-name.ts';
import { printable, splitMailbox, textOfName } from './names.ts';
import { emailAddressOid } from './oids.ts';

/** Every name that constraints bear upon: the subject, its e-mail address where no rfc822Name stands, and the alternative names. */
export function constrainedNames(certificate: Certificate): readonly GeneralName[] {
  const alternative = certificate.subjectAltName ?? [];
  const names: GeneralName[] = certificate.subject.isEmpty
    ? [...alternative]
    : [{ type: 'directoryName', value: certificate.subject }, ...alternative];
  if (!alternative.some(name => name.type === 'email')) {
    for (const value of certificate.subject.values(emailAddressOid)) names.push({ type: 'email', value });
  }
  return names;
}

/**
 * The first thing that is wrong with names under constraints, in words, or undefined when they are within.
 *
 * @param count called once for every comparison: where the caller bounds the work
 */
export function constraintProblem(
  constraints: NameConstraints,
  names: readonly GeneralName[],
  count: () => void,
): string | undefined {
  const permitted = group(constraints.permitted);
  const excluded = group(constraints.excluded);
  for (const name of names) {
    const allow = permitted.get(name.type);
    const deny = excluded.get(name.type);
    if (allow === undefined && deny === undefined) continue;
    const shown = (): string => `${name.type}:${printable(textOfName(name))}`;
    if (unprocessed.has(name.type)) return `${shown()} is under constraints of a form that nobody here can judge`;
    const within = (base: GeneralName, permitting: boolean): boolean | undefined => {
      count();
      return isWithin(name, base, permitting);
    };
    const denied = deny?.map(base => within(base, false)) ?? [];
    if (denied.includes(undefined)) return `${shown()} or a constraint on it is malformed`;
    if (denied.includes(true)) return `${shown()} is excluded`;
    if (allow === undefined) continue;
    const allowed = allow.map(base => within(base, true));
    if (allowed.includes(undefined)) return `${shown()} or a constraint on it is malformed`;
    if (!allowed.includes(true)) return `${shown()} is not permitted`;
  }
  return undefined;
}

const unprocessed: ReadonlySet<GeneralName['type']> = new Set([
  'otherName',
  'x400Address',
  'ediPartyName',
  'registeredID',
]);

function group(names: readonly GeneralName[]): ReadonlyMap<GeneralName['type'], readonly GeneralName[]> {
  const groups = new Map<GeneralName['type'], GeneralName[]>();
  for (const name of names) {
    const found = groups.get(name.type);
    if (found === undefined) groups.set(name.type, [name]);
    else found.push(name);
  }
  return groups;
}

/** Undefined when either is malformed: then nothing can be said for the name, and it is refused. */
function isWithin(name: GeneralName, base: GeneralName, permitting: boolean): boolean | undefined {
  if (name.type === 'dns' && base.type === 'dns') return dnsWithin(name, base, permitting);
  if (name.type === 'ip' && base.type === 'ip') return ipWithin(name.value, base.value);
  if (name.type === 'email' && base.type === 'email') return emailWithin(name.value, base.value);
  if (name.type === 'uri' && base.type === 'uri') return uriWithin(name.value, base.value);
  if (name.type === 'directoryName' && base.type === 'directoryName') return name.value.isWithin(base.value);
  return undefined;
}

/** The name itself, and every name with more labels to the left of it. */
function dnsWithin(name: TextName<'dns'>, base: TextName<'dns'>, permitting: boolean): boolean | undefined {
  const host = hostOf(name);
  if (host === undefined) return undefined;
  if (base.value === '') return true;
  const subtree = hostOf(base);
  if (subtree === undefined || subtree.wildcard) return undefined;
  if (host.text === subtree.text || host.text.endsWith(subtree.asSuffix)) return true;
  // A wildcard also stands for names that are one label longer than its base: what is excluded there it must not reach.
  return !permitting && host.wildcard && subtree.parent === host.parent;
}

interface Host {
  readonly text: string;
  readonly asSuffix: string;
  readonly wildcard: boolean;
  /** Without the first label. */
  readonly parent: string;
}

// Names are compared with every constraint, so that each is taken apart once only. Keys are of certificates that somebody holds.
const hosts = new WeakMap<GeneralName, { readonly host: Host | undefined }>();

function hostOf(name: TextName<'dns'>): Host | undefined {
  const cached = hosts.get(name);
  if (cached !== undefined) return cached.host;
  const labels = presentedLabels(name.value, true);
  const text = labels?.join('.') ?? '';
  const parent = labels?.slice(1).join('.') ?? '';
  const host = labels && { text, asSuffix: `.${text}`, wildcard: labels[0] === '*', parent };
  hosts.set(name, { host });
  return host;
}

/** Address and mask (RFC 4632), each of the name's length; a mask with holes is malformed. The other IP version is outside. */
function ipWithin(address: Uint8Array, base: Uint8Array): boolean | undefined {
  if (address.length !== 4 && address.length !== 16) return undefined;
  const { length } = base;
  if (length !== 8 && length !== 32) return undefined;
  const mask = base.subarray(length / 2);
  const text = Array.from(mask, octet => octet.toString(2).padStart(8, '0')).join('');
  if (!/^1*0*$/.test(text)) return undefined;
  if (address.length !== length / 2) return false;
  return address.every((octet, i) => ((octet ^ (base[i] as number)) & (mask[i] as number)) === 0);
}

/** A mailbox, all mailboxes on a host, or all on the hosts of a domain (`.example.com`). No character is a wildcard. */
function emailWithin(name: string, base: string): boolean | undefined {
  const mailbox = splitMailbox(name);
  if (mailbox === undefined) return undefined;
  if (base.includes('@')) {
    const exact = splitMailbox(base);
    return exact && exact.local === mailbox.local && exact.domain === mailbox.domain;
  }
  return hostWithin(mailbox.domain, base);
}

/** A host, or the hosts of a domain (`.example.com`), of a URI with an authority that names one. */
function uriWithin(name: string, base: string): boolean | undefined {
  // MUST: a URI whose authority is missing, or is no host name, cannot stand under constraints. And what no URI may hold is read in
  // as many ways as there are parsers.
  if (/[^!#$%&'()*+,./:;=?@[\]_~a-zA-Z0-9-]/.test(name)) return undefined;
  const host = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#@[\]]+)(?::\d*)?(?:[/?#]|$)/.exec(name)?.[1];
  const labels = host === undefined ? undefined : presentedLabels(host, true);
  if (labels === undefined || labels[0] === '*' || /^\d+$/.test(labels.at(-1) as string)) return undefined;
  return hostWithin(labels.join('.'), base);
}

function hostWithin(host: string, base: string): boolean | undefined {
  if (base === '') return true;
  const domain = base.startsWith('.') ? base.slice(1) : base;
  const labels = presentedLabels(domain, true);
  if (labels === undefined || labels[0] === '*') return undefined;
  return base.startsWith('.') ? host.endsWith(`.${labels.join('.')}`) : host === labels.join('.');
}
