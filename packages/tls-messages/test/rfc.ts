/** The texts of the RFCs, where they were put beside the project, and what is declared in them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../shared/rfc/', import.meta.url));

export const rfcsAbsent = !existsSync(`${folder}rfc9846.md`);

/** The text of `rfc9846.md` and its like; empty where there is none. */
export function rfcText(file: string): string {
  return rfcsAbsent ? '' : readFileSync(folder + file, 'utf8');
}

/** `name<min..max>` declarations, by name. The same name may be declared with more than one pair of bounds. */
export function declaredVectors(text: string): Map<string, [number, number][]> {
  const found = new Map<string, [number, number][]>();
  for (const [, name, min, max] of text.matchAll(/([\w.]+)\s*<(\d+)\.\.([\d^-]+)>/g)) {
    const bounds: [number, number] = [Number(min), numberOf(max as string)];
    found.set(name as string, [...(found.get(name as string) ?? []), bounds]);
  }
  return found;
}

/** `2^16-1` and plain numbers. */
export function numberOf(text: string): number {
  const power = /^2\^(\d+)-(\d)$/.exec(text);
  return power === null ? Number(text) : 2 ** Number(power[1]) - Number(power[2]);
}

/** The members of `enum { … } name`, without the ranges and with `_RESERVED` taken off. */
export function declaredEnum(text: string, name: string): Map<string, number> {
  const members = new Map<string, number>();
  for (const [, body] of text.matchAll(new RegExp(`enum \\{([^}]*)\\} ${name};`, 'g'))) {
    for (const [, member, value] of (body as string).matchAll(/(\w+?)(?:_RESERVED)?\((0x[0-9A-Fa-f]+|\d+)\)/g)) {
      if (member !== 'unallocated') members.set(member as string, Number(value));
    }
  }
  return members;
}

/** RFC 9846 §4.3's table: the messages that may carry each extension. */
export function extensionPlaces(text: string): Map<string, string[]> {
  const table = /\| Extension +\| +TLS 1\.3 +\|([\s\S]*?)\{: #extensions-list/.exec(text)?.[1] ?? '';
  const places = new Map<string, string[]>();
  for (const [, name, messages] of table.matchAll(/^\| (\w+)[^|]*\|([^|]*)\|/gm)) {
    places.set(
      name as string,
      (messages as string).split(',').map(message => message.trim()),
    );
  }
  return places;
}
