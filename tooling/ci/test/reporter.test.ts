import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { countVitest } from '../reports.mjs';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

it('names the hook that failed, and how', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-reporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = join(folder, 'report.json');
  const root = fileURLToPath(new URL('fixture', import.meta.url));
  const options = { env: { PATH: process.env.PATH, REPORT: report } };
  const code = await new Promise(resolve => {
    execFile(process.execPath, [vitest, 'run', '--root', root], options, error => resolve(error?.code ?? 0));
  });
  expect(code).toBe(1);
  expect(countVitest(JSON.parse(readFileSync(report, 'utf8')))).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['hook.fixture.ts: with a hook: no browser'],
  });
});
