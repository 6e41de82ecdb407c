/** Where a line of what was bundled or compiled comes from, by the map beside it. */
import { readFileSync } from 'node:fs';
import { type SourceMap, SourceMap as SourceMapReader } from 'node:module';
import { fileURLToPath } from 'node:url';

const maps = new Map<string, SourceMap | undefined>();

/** @param line from 0 @param column from 0 @returns the file and its line from 1, of the source where a map knows it */
export function sourceOf(url: string, line: number, column: number): { readonly file: string; readonly line: number } {
  const entry = mapOf(url)?.findEntry(line, column);
  if (entry === undefined || !('originalSource' in entry)) return { file: url, line: line + 1 };
  return { file: new URL(entry.originalSource, url).href, line: entry.originalLine + 1 };
}

function mapOf(url: string): SourceMap | undefined {
  if (!url.startsWith('file:')) return undefined;
  if (!maps.has(url)) {
    try {
      maps.set(url, new SourceMapReader(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8'))));
    } catch {
      maps.set(url, undefined);
    }
  }
  return maps.get(url);
}
