/** What bundles weigh: as `size-limit` says, by the limits of the project. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scenario } from './scenario.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

interface Weighed {
  readonly name: string;
  /** Bytes, minified and by gzip. */
  readonly size: number;
  readonly sizeLimit: number;
  readonly passed: boolean;
}

export const sizes: Scenario = {
  name: 'sizes',
  title: 'sizes of bundles, by gzip',
  async run() {
    const weighed = await weigh();
    const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
    return {
      sections: [
        {
          marker: 'sizes',
          lines: [
            'kB (10³ bytes), minified and by gzip; the limit is what `pnpm size` holds them to.',
            '',
            '| bundle | kB | limit |',
            '|---|---:|---:|',
            ...weighed.map(({ name, size, sizeLimit }) => `| ${name} | ${kilobytes(size)} | ${kilobytes(sizeLimit)} |`),
          ],
        },
      ],
      figures: Object.fromEntries(weighed.map(({ name, size }) => [`size/${name}`, size / 1000])),
    };
  },
};

async function weigh(): Promise<readonly Weighed[]> {
  const program = `${root}node_modules/size-limit/bin.js`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--json'], { cwd: root });
    return JSON.parse(stdout);
  } catch (error) {
    // One that is too large is no failure of the bench.
    const { stdout = '' } = error as { stdout?: string };
    if (stdout.trim().startsWith('[')) return JSON.parse(stdout);
    throw error;
  }
}
