/** What users are told: `--help` and the manual page, kept in files. `npm run golden` writes them. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { manualPage } from '@tlskit/cli-kit';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import { MANUAL_DATE, program } from '../src/help.ts';
import { run } from './support.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function isHere(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
}

describe('--help', () => {
  it.each([
    ['', 'help.txt'],
    ['examine', 'help-examine.txt'],
    ['completion', 'help-completion.txt'],
  ])('%j', async (name, file) => {
    const { code, stdout } = await run([...(name === '' ? [] : [name]), '--help']);
    await expect(stdout).toMatchFileSnapshot(at(`golden/${file}`));
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
    for (const option of Object.values(program.commands[name]!.options).flatMap(Object.keys)) {
      expect(stdout).toMatch(new RegExp(`^ {2}(-\\w, )?--${option}(?=[ [=\\n])`, 'm'));
    }
    for (const [exit, meaning] of Object.values(exitCodes))
      expect(stdout).toMatch(new RegExp(`^ +${exit} {2}${meaning}$`, 'm'));
    expect(code).toBe(0);
  });
});

describe('the manual page', () => {
  const page = at('../man/tlskit-server.1');

  it('is what the rows say', async () => {
    await expect(manualPage(program, MANUAL_DATE)).toMatchFileSnapshot(page);
  });

  it.runIf(isHere('groff', '--version'))('is read by groff without a warning (skipped where there is no groff)', () => {
    const { stderr, status } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-P-c', page], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it.runIf(isHere('mandoc', '-h'))('is read by mandoc without a warning (skipped where there is no mandoc)', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});

describe('completion', () => {
  it('is a script for a shell', async () => {
    const { code, stdout } = await run(['completion', 'bash']);
    const test = `COMP_WORDS=(tlskit-server --prof); COMP_CWORD=1; _tlskit_server; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const bash = spawnSync('bash', ['--norc', '-c', `${stdout}\n${test}`], { encoding: 'utf8' });
    expect([bash.stdout, bash.stderr, code]).toEqual(['--profile\n', '', 0]);
    expect((await run(['completion', 'csh'])).code).toBe(2);
  });
});
