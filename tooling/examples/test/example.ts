/** The first example of a README, and a run of it as a reader would: under Node, on the built packages. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

/** The first block fenced as `ts`; a README has one. */
export function firstExample(readme: string): string | undefined {
  return /^```ts\r?\n([\s\S]*?)^```\s*$/m.exec(readme.replaceAll('\r\n', '\n'))?.[1];
}

/** Every block fenced as `ts` of a page. */
export function examplesOf(page: string): readonly string[] {
  return [...page.replaceAll('\r\n', '\n').matchAll(/^```ts\n([\s\S]*?)^```\s*$/gm)].map(([, code = '']) => code);
}

export interface Outcome {
  /** Exit code; null when it did not end in time. */
  readonly code: number | null;
  readonly output: string;
}

/** Longer than any example should take: a loaded machine is no reason to fail. */
const patience = 30_000;

/**
 * Runs `source` from inside `dir`, so that it resolves what that package resolves, and the package itself by its name.
 */
export async function runExample(source: string, dir: string): Promise<Outcome> {
  const { code: javascript } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20' });
  const file = join(dir, `.readme-example.${process.pid}.mjs`);
  writeFileSync(file, javascript);
  try {
    return await new Promise(resolve => {
      const child = execFile(process.execPath, [file], { cwd: dir, timeout: patience }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, output: `${stdout}${stderr}` }),
      );
    });
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * What TypeScript says to examples, each as if it were a file of its folder. They are as good as JavaScript, so it is not strict:
 * names, arguments and results must fit, what may be undefined need not be shown to be there.
 */
export function typeErrors(examples: readonly { source: string; dir: string }[]): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const work = mkdtempSync(join(tmpdir(), 'tlskit-examples-'));
  const files = examples.map(({ dir }) => join(dir, `.readme-example.${process.pid}.mts`));
  const compilerOptions = {
    noEmit: true,
    composite: false,
    strict: false,
    exactOptionalPropertyTypes: false,
    noUncheckedIndexedAccess: false,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  const config = { extends: join(root, 'tsconfig.node.json'), compilerOptions, files };
  try {
    for (const [i, { source }] of examples.entries()) writeFileSync(files[i]!, source);
    writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', work, '--pretty', 'false'], { cwd: root, encoding: 'utf8' });
    return '';
  } catch (error) {
    const { stdout, message } = error as { stdout?: string; message: string };
    return stdout || message;
  } finally {
    for (const file of [...files, work]) rmSync(file, { recursive: true, force: true });
  }
}

/** The README of a folder, or an empty one. */
export function readReadme(dir: string): string {
  try {
    return readFileSync(join(dir, 'README.md'), 'utf8');
  } catch {
    return '';
  }
}
