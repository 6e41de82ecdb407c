/** Data that others made, from a folder beside the project that need not be there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function sharedPath(name: string): string {
  return fileURLToPath(new URL(`../../../../shared/${name}`, import.meta.url));
}

export function isThere(name: string): boolean {
  return existsSync(sharedPath(name));
}

/** What a suite is called: where its data is absent it is skipped, and its name says why. */
export function titled(title: string, name: string): string {
  return isThere(name) ? title : `${title} (skipped: ${sharedPath(name)} is absent)`;
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach anywhere into the JSON
export function readShared(name: string): any {
  return JSON.parse(readFileSync(sharedPath(name), 'utf8'));
}

/** Runs `use` on a file of this JSON. */
export async function withFile<T>(value: unknown, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-vectors-'));
  try {
    const path = join(folder, 'file.json');
    writeFileSync(path, JSON.stringify(value));
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Path = readonly (string | number)[];

/** Paths of all values that are no objects. */
export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** A copy in which one value is another: a digit in the middle of a text, a number by one, a truth turned round. */
export function corrupted<T>(value: T, path: Path): T {
  const copy = structuredClone(value);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  const before = at[last];
  if (typeof before === 'number') at[last] = before + 1;
  else if (typeof before === 'boolean') at[last] = !before;
  else if (typeof before === 'string') {
    const middle = Math.floor(before.length / 2);
    const other = before[middle] === '0' ? '1' : '0';
    at[last] = before === '' ? '00' : `${before.slice(0, middle)}${other}${before.slice(middle + 1)}`;
  } else throw new Error(`nothing to corrupt at ${path.join('.')}`);
  return copy;
}
