/** Files of C2SP/wycheproof (Apache-2.0), gzipped, from a folder beside the project that need not be there. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export interface WycheproofFile {
  readonly algorithm: string;
  readonly numberOfTests: number;
  readonly testGroups: readonly TestGroup[];
}

/** A group of cases that share parameters. Which fields there are depends on `type`. */
export interface TestGroup {
  readonly type: string;
  readonly tests: readonly TestCase[];
  readonly [parameter: string]: unknown;
}

export interface TestCase {
  readonly tcId: number;
  readonly comment: string;
  readonly flags?: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: unknown;
}

const folder = new URL('../../../../shared/vectors/wycheproof/', import.meta.url);

/** Why the vectors cannot be read, or undefined when they can. */
export const wycheproofAbsent: string | undefined = existsSync(folder)
  ? undefined
  : `Wycheproof vectors are absent: no folder ${fileURLToPath(folder)}`;

/** Whether this file is among the vectors; the folder need not have all of them. @param name without `_test.json.gz` */
export function hasWycheproof(name: string): boolean {
  return existsSync(fileOf(name));
}

/** @param name without `_test.json.gz` */
export function loadWycheproof(name: string): WycheproofFile {
  return JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString('utf8'));
}

function fileOf(name: string): URL {
  return new URL(`${name}_test.json.gz`, folder);
}
