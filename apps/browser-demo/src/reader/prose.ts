/** The prose of a field: by the struct that it is in and its label, and by the message where messages differ. */
import type { Field } from '@tlskit/tls-inspect';
import { derFields } from '../texts/der-fields.ts';
import { extensions } from '../texts/extensions.ts';
import { fields, generic, messages, type Source } from '../texts/fields.ts';

export interface Note {
  readonly text: string;
  readonly source: Source | undefined;
}

/** @param chain from the outermost field of the section to the one that is asked for; undefined where nothing is known of it */
export type Prose = (chain: readonly Field[]) => Note | undefined;

const all: Readonly<Record<string, readonly [source: Source | undefined, text: string]>> = {
  ...fields,
  ...messages,
  ...extensions,
  ...derFields,
};

export function proseFor(version: '1.3' | '1.2'): Prose {
  const found = (...keys: readonly string[]): Note | undefined => foundAs(version, ...keys);
  const foundAs = (version: '1.3' | '1.2', ...keys: readonly string[]): Note | undefined => {
    for (const key of keys) {
      const entry = all[`${version} ${key}`] ?? all[key];
      if (entry !== undefined) return { source: entry[0], text: entry[1] };
    }
    return undefined;
  };
  const proseOf: Prose = chain => {
    const field = chain.at(-1);
    const parent = chain.at(-2);
    const outer = chain.slice(0, -1);
    if (field === undefined) return undefined;
    const { label, type, unread } = field;
    if (unread === true) return note(generic.unread);
    const message = chain.find(each => each.label === 'Handshake')?.text ?? '';
    if (label === 'header') return note(generic.derHeader);
    if (label === 'length' && parent?.type.includes('<')) return note(generic.vectorLength(parent.label, field));
    // The bytes of a vector are what the vector is.
    if (parent !== undefined && label === parent.label && parent.type.startsWith('opaque')) return proseOf(outer);
    if (parent?.label === 'extension_data' || type === 'Extension') {
      const name = type === 'Extension' ? field.text : label;
      const extension = found(`${message} extension ${name}`, `extension ${name}`);
      if (extension !== undefined) return extension;
    }
    if (label === 'extension_data') {
      const extension = outer.findLast(each => each.type === 'Extension')?.text ?? '';
      return found(`${message} extension ${extension}`, `extension ${extension}`);
    }
    // Whoever offers TLS 1.3 too says hello as TLS 1.3 has it, whatever the server takes.
    const hello = message === 'ClientHello' && offersVersions(chain[0]) ? '1.3' : version;
    if (label === 'body' || label === 'Handshake') return foundAs(hello, `message ${message}`);
    const struct = structOf(outer);
    const isOffer = struct === 'ClientHello' && offers.has(label);
    const known = foundAs(
      isOffer ? hello : version,
      `${message}/${struct}.${label}`,
      `${struct}.${label}`,
      label,
      ...(isIndex(label) ? [type] : []),
    );
    if (known !== undefined) return known;
    if (isIndex(label) && parent !== undefined) return isDer(chain) ? note(generic.der) : proseOf(outer);
    return isDer(chain) ? note(generic.der) : undefined;
  };
  return proseOf;
}

/** What supported_versions gives another meaning. */
const offers: ReadonlySet<string> = new Set(['legacy_version', 'legacy_session_id', 'cipher_suites']);

function offersVersions(field: Field | undefined): boolean {
  if (field === undefined) return false;
  if (field.type === 'Extension') return field.text === 'supported_versions';
  return field.children.some(offersVersions);
}

function note([source, text]: readonly [Source | undefined, string]): Note {
  return { source, text };
}

/** The innermost struct: vectors and byte strings have no names of their own. */
function structOf(outer: readonly Field[]): string {
  return outer.findLast(({ type }) => /^[A-Za-z][\w ]*$/.test(type) && !/^opaque|^[A-Z ]+$/.test(type))?.type ?? '';
}

function isIndex(label: string): boolean {
  return /^\d+$/.test(label);
}

function isDer(chain: readonly Field[]): boolean {
  return chain.some(({ children }) => children[0]?.label === 'header');
}
