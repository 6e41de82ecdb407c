/** A field of a record, found by what it is: `ClientHello.key_share.client_shares`. */
import type { Field, RecordEntry, Section } from '@tlskit/tls-inspect';

export interface FoundField {
  /** The bytes and fields that it is among: on the wire, decrypted, or a message of several records. */
  readonly section: Section;
  /** From the outermost field to the found one. */
  readonly trail: readonly Field[];
}

/**
 * @param path names of fields, messages and extensions, each somewhere within the one before it; the first that fits is found, and
 *   what is under protection before what protects it
 */
export function fieldAt({ record, inner, messages }: RecordEntry, path: string): FoundField | undefined {
  const whole = messages.filter(({ parts }) => parts.length > 1).map(({ section }) => section);
  for (const section of [...whole, ...(inner === undefined ? [] : [inner]), record]) {
    const trail = trailOf(section, path);
    if (trail !== undefined) return { section, trail };
  }
  return undefined;
}

/** From the outermost field of the section to the one that is found in it. */
export function trailOf(section: Section, path: string): readonly Field[] | undefined {
  return trailIn(section.fields, path.split('.'));
}

function trailIn(fields: readonly Field[], names: readonly string[]): readonly Field[] | undefined {
  const [name, ...others] = names;
  if (name === undefined) return [];
  for (const field of fields) {
    const rest = isCalled(field, name) ? others : names;
    const below = trailIn(field.children, rest);
    if (below !== undefined) return [field, ...below];
  }
  return undefined;
}

/** Messages and extensions are called what they are, not `Handshake` or by their place. */
function isCalled({ label, type, text }: Field, name: string): boolean {
  return label === name || ((type === 'Handshake' || type === 'Extension') && text === name);
}
