/**
 * Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b), (c)): whether the names of a certificate lie where an authority above it may
 * name. What is not understood is refused, never passed over.
 */
import type { Certificate } from './certificate.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { presentedLabels } from './dns.ts';
import type { NameConstraints } from './extensions.ts';
import { type GeneralName, utf8Mailbox } from './general-name.ts';
import { printable, splitMailbox, textOfName } from './names.ts';
import { emailAddressOid } from './oids.ts';

/**
 * The first thing that is wrong with the names of a certificate under constraints, in words, or undefined when they are within.
 *
 * @param count called with the number of comparisons before they are made: where the caller bounds the work
 */
export function constraintProblem(
  constraints: NameConstraints,
  certificate: Certificate,
  count: (comparisons: number) => void,
): string | undefined {
  const { permitted, excluded } = subtreesOf(constraints);
  const names = formsOf(certificate);
  for (const type of new Set([...permitted.keys(), ...excluded.keys()])) {
    const presented = names.get(type);
    if (presented === undefined) continue;
    const allow = permitted.get(type);
    const deny = excluded.get(type);
    count(presented.names.length * ((allow?.names.length ?? 0) + (deny?.names.length ?? 0)));
    for (const [i, form] of presented.forms.entries()) {
      const problem = problemOf(form, allow?.forms, deny?.forms ?? []);
      if (problem !== undefined)
        return `${type}:${printable(textOfName(presented.names[i] as GeneralName))} ${problem}`;
    }
  }
  return undefined;
}

function problemOf(
  name: Form | undefined,
  allow: readonly (Subtree | undefined)[] | undefined,
  deny: readonly (Subtree | undefined)[],
): string | undefined {
  if (name === 'unprocessed') return 'is under constraints of a form that nobody here can judge';
  if (name === undefined || deny.includes(undefined)) return 'or a constraint on it is malformed';
  if (deny.some(subtree => isWithin(name, subtree as Subtree, false))) return 'is excluded';
  if (allow === undefined) return undefined;
  if (allow.includes(undefined)) return 'or a constraint on it is malformed';
  return allow.some(subtree => isWithin(name, subtree as Subtree, true)) ? undefined : 'is not permitted';
}

/** Names of one type, and the forms in which they are compared: made once, and only when somebody compares. */
class Group<T> {
  readonly names: GeneralName[] = [];
  readonly #form: (name: GeneralName) => T | undefined;
  #forms: readonly (T | undefined)[] | undefined;

  constructor(form: (name: GeneralName) => T | undefined) {
    this.#form = form;
  }

  /** Undefined where a name is malformed. */
  get forms(): readonly (T | undefined)[] {
    this.#forms ??= this.names.map(this.#form);
    return this.#forms;
  }
}

type Groups<T> = ReadonlyMap<GeneralName['type'], Group<T>>;

function groupsOf<T>(names: readonly GeneralName[], form: (name: GeneralName) => T | undefined): Groups<T> {
  const groups = new Map<GeneralName['type'], Group<T>>();
  for (const name of names) {
    const group = groups.get(name.type) ?? new Group(form);
    groups.set(name.type, group);
    group.names.push(name);
  }
  return groups;
}

const constraintGroups = new WeakMap<
  NameConstraints,
  { readonly permitted: Groups<Subtree>; readonly excluded: Groups<Subtree> }
>();

function subtreesOf(constraints: NameConstraints) {
  let groups = constraintGroups.get(constraints);
  if (groups === undefined) {
    const { permitted, excluded } = constraints;
    groups = { permitted: groupsOf(permitted, subtreeOf), excluded: groupsOf(excluded, subtreeOf) };
    constraintGroups.set(constraints, groups);
  }
  return groups;
}

const nameGroups = new WeakMap<Certificate, Groups<Form>>();

function formsOf(certificate: Certificate): Groups<Form> {
  let groups = nameGroups.get(certificate);
  if (groups === undefined) {
    groups = groupsOf(constrainedNames(certificate), formOf);
    nameGroups.set(certificate, groups);
  }
  return groups;
}

/** Every name that constraints bear upon: the subject, its e-mail address where no rfc822Name stands, and the alternative names. */
function constrainedNames(certificate: Certificate): readonly GeneralName[] {
  // RFC 9598 §6: constraints on rfc822Name bear upon mailboxes in other letters too.
  const alternative = (certificate.subjectAltName ?? []).flatMap(name => {
    const mailbox = utf8Mailbox(name);
    return mailbox === undefined ? [name] : [name, mailbox];
  });
  const names: GeneralName[] = certificate.subject.isEmpty
    ? [...alternative]
    : [{ type: 'directoryName', value: certificate.subject }, ...alternative];
  if (!alternative.some(name => name.type === 'email' && name.utf8 === undefined)) {
    for (const value of certificate.subject.values(emailAddressOid)) names.push({ type: 'email', value });
  }
  return names;
}

/** A presented name, in the form that is compared. */
type Form =
  | { readonly type: 'host'; readonly host: string; readonly wildcard: boolean; readonly local?: string }
  | { readonly type: 'ip'; readonly octets: Uint8Array }
  | { readonly type: 'directory'; readonly name: DistinguishedName }
  | 'unprocessed';

/** Undefined for a malformed name: nothing can be said for it, and it is refused. */
function formOf(name: GeneralName): Form | undefined {
  switch (name.type) {
    case 'dns': {
      const labels = presentedLabels(name.value, true);
      return labels && { type: 'host', host: labels.join('.'), wildcard: labels[0] === '*' };
    }
    case 'email': {
      const mailbox = splitMailbox(name.value, name.utf8);
      return mailbox && { type: 'host', host: mailbox.domain, wildcard: false, local: mailbox.local };
    }
    case 'uri': {
      const host = hostOfUri(name.value);
      return host === undefined ? undefined : { type: 'host', host, wildcard: false };
    }
    case 'ip':
      return name.value.length === 4 || name.value.length === 16 ? { type: 'ip', octets: name.value } : undefined;
    case 'directoryName':
      return { type: 'directory', name: name.value };
    default:
      return 'unprocessed';
  }
}

/** The host of a URI with an authority that names one. */
function hostOfUri(uri: string): string | undefined {
  // MUST: a URI whose authority is missing, or is no host name, cannot stand under constraints. And what no URI may hold is read in
  // as many ways as there are parsers.
  if (/[^!#$%&'()*+,./:;=?@[\]_~a-zA-Z0-9-]/.test(uri)) return undefined;
  const host = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#@[\]]+)(?::\d*)?(?:[/?#]|$)/.exec(uri)?.[1];
  const labels = host === undefined ? undefined : presentedLabels(host, true);
  if (labels === undefined || labels[0] === '*' || /^\d+$/.test(labels.at(-1) as string)) return undefined;
  return labels.join('.');
}

/** What a constraint names. */
type Subtree =
  | { readonly type: 'everything' }
  /** A host itself, and the hosts below it, which end in `suffix`: either or both. With `local`, that one mailbox on the host. */
  | {
      readonly type: 'hosts';
      readonly host: string | undefined;
      readonly suffix: string | undefined;
      readonly local?: string;
    }
  | { readonly type: 'addresses'; readonly base: Uint8Array; readonly mask: Uint8Array }
  | { readonly type: 'directory'; readonly base: DistinguishedName };

/** Undefined for a malformed constraint, under which nothing can stand. */
function subtreeOf(base: GeneralName): Subtree | undefined {
  switch (base.type) {
    case 'dns': {
      if (base.value === '') return { type: 'everything' };
      // The name itself, and every name with more labels to the left of it.
      const host = hostOfConstraint(base.value);
      return host === undefined ? undefined : { type: 'hosts', host, suffix: `.${host}` };
    }
    case 'email': {
      if (!base.value.includes('@')) return hostSubtree(base.value);
      const mailbox = splitMailbox(base.value);
      return mailbox && { type: 'hosts', host: mailbox.domain, suffix: undefined, local: mailbox.local };
    }
    case 'uri':
      return hostSubtree(base.value);
    case 'ip':
      return addressSubtree(base.value);
    case 'directoryName':
      return { type: 'directory', base: base.value };
    default:
      return undefined;
  }
}

/** A host, or the hosts of a domain (`.example.com`). No character is a wildcard. */
function hostSubtree(base: string): Subtree | undefined {
  if (base === '') return { type: 'everything' };
  const isDomain = base.startsWith('.');
  const host = hostOfConstraint(isDomain ? base.slice(1) : base);
  if (host === undefined) return undefined;
  return isDomain ? { type: 'hosts', host: undefined, suffix: `.${host}` } : { type: 'hosts', host, suffix: undefined };
}

function hostOfConstraint(text: string): string | undefined {
  const labels = presentedLabels(text, true);
  return labels === undefined || labels[0] === '*' ? undefined : labels.join('.');
}

/** Address and mask (RFC 4632); a mask with holes is malformed. */
function addressSubtree(value: Uint8Array): Subtree | undefined {
  if (value.length !== 8 && value.length !== 32) return undefined;
  const mask = value.subarray(value.length / 2);
  const bits = Array.from(mask, octet => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? { type: 'addresses', base: value.subarray(0, value.length / 2), mask } : undefined;
}

function isWithin(name: Form, subtree: Subtree, permitting: boolean): boolean {
  if (subtree.type === 'everything') return true;
  if (name === 'unprocessed') return false;
  if (subtree.type === 'hosts') return name.type === 'host' && isHostWithin(name, subtree, permitting);
  if (subtree.type === 'addresses') {
    const { base, mask } = subtree;
    // The other IP version is outside.
    if (name.type !== 'ip' || name.octets.length !== base.length) return false;
    return name.octets.every((octet, i) => ((octet ^ (base[i] as number)) & (mask[i] as number)) === 0);
  }
  return name.type === 'directory' && name.name.isWithin(subtree.base);
}

function isHostWithin(
  { host, wildcard, local }: Extract<Form, { type: 'host' }>,
  subtree: Extract<Subtree, { type: 'hosts' }>,
  permitting: boolean,
): boolean {
  if (host === subtree.host) return subtree.local === undefined || subtree.local === local;
  if (subtree.suffix !== undefined && host.endsWith(subtree.suffix)) return true;
  // A wildcard also stands for names that are one label longer than its base: what is excluded there it must not reach.
  return wildcard && !permitting && subtree.host !== undefined && parentOf(subtree.host) === parentOf(host);
}

function parentOf(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 ? '' : host.slice(dot + 1);
}
