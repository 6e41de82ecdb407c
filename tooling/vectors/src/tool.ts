/** What the command-line tools of this folder have in common: one file in, lines out. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Report, verdict } from './report.ts';

/**
 * @param args exactly one file, JSON, gzipped or not
 * @returns the exit code: 0 when everything agrees, 1 at a difference or when nothing was checked, 2 for a file that is none
 */
export async function runTool(
  name: string,
  args: readonly string[],
  check: (file: unknown) => Promise<Report>,
  print: (line: string) => void = console.log,
): Promise<number> {
  const [path] = args;
  if (path === undefined || args.length !== 1) {
    print(`usage: ${name} FILE`);
    return 2;
  }
  let report: Report;
  try {
    report = await check(readJson(path));
  } catch (error) {
    print(`${path}: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  const { lines, exitCode } = verdict(report);
  for (const line of lines) print(line);
  return exitCode;
}

function readJson(path: string): unknown {
  const bytes = readFileSync(path);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return JSON.parse((gzipped ? gunzipSync(bytes) : bytes).toString('utf8'));
}
