import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { markdown } from '@tlskit/cli-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { badCertificates } from '../src/bad/certificates.ts';
import { examineOptions } from '../src/examine/examine.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { faults } from '../src/faults/catalogue.ts';
import { ownOptions } from '../src/help.ts';
import { sections } from '../src/options/table.ts';
import { run } from './support.ts';

const bin = fileURLToPath(new URL('../bin/tlskit-server.js', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('listens, and ends in order by %s', async signal => {
    const child = spawn(process.execPath, [bin, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { listening, ca } = JSON.parse(line);
    expect(listening).toEqual({ host: '127.0.0.1', port: expect.any(Number) });
    expect(readFileSync(ca, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(ca)).toBe(false);
  });

  it('gives its exit code', async () => {
    const child = execFile(process.execPath, [bin, '--nonsense']);
    expect(await once(child, 'exit')).toEqual([2, null]);
  });

  it('tells people where it listens', async () => {
    const child = spawn(process.execPath, [bin, '--host', '::1'], { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    // Where there is no IPv6, it says that instead.
    if (value === undefined) return expect(await once(child, 'exit')).toEqual([3, null]);
    expect(value).toMatch(/^Listening on \[::1\]:\d+$/);
    expect((await lines.next()).value).toMatch(/^Certificates were made; their authority is in .*ca\.pem$/);
  });
});

describe('--help', () => {
  it('says what the README says: the table there is made of the same rows', async () => {
    const path = new URL('../README.md', import.meta.url);
    const tables = Object.entries({ ...sections, About: ownOptions, 'Examining a client': examineOptions }).map(
      ([title, rows]) => `### ${title}\n\n| option | |\n|---|---|\n${markdown(rows)}`,
    );
    const codes = Object.values(exitCodes).map(([exit, meaning]) => `| ${exit} | ${meaning} |\n`);
    const bad = Object.entries(badCertificates).map(
      ([name, { about, alerts }]) =>
        `| \`${name}\` | ${about} | ${alerts.length === 0 ? 'none: it is taken' : alerts.join(', ')} |\n`,
    );
    const wrong = Object.entries(faults).map(
      ([name, { about, alerts, verdict, argument: [form, byDefault] = ['', ''] }]) => {
        const alert =
          verdict === 'accept'
            ? 'none: it goes on'
            : verdict === 'either'
              ? 'none, or its own'
              : alerts.length === 0
                ? 'none to be seen'
                : alerts.join(', ');
        return `| \`${name}${form}\` | ${about}${byDefault === '' ? '' : ` By default \`${form[0]}${byDefault}\`.`} | ${alert} |\n`;
      },
    );
    const made = readFileSync(path, 'utf8')
      .replace(/(\| name \| what is wrong \|.*\n\|---\|---\|---\|\n)(?:\|.*\n)*/, (_, head) => `${head}${bad.join('')}`)
      .replace(
        /(\| fault \| what goes wrong \|.*\n\|---\|---\|---\|\n)(?:\|.*\n)*/,
        (_, head) => `${head}${wrong.join('')}`,
      )
      .replace(/(<!-- options -->\n\n)[\s\S]*?(\n<!-- -->)/, (_, start, end) => `${start}${tables.join('\n')}${end}`)
      .replace(/(\| code \| meaning \|\n\|---\|---\|\n)(?:\|.*\n)*/, (_, head) => `${head}${codes.join('')}`);
    for (const part of [...tables, ...codes, ...bad, ...wrong]) expect(made).toContain(part);
    // `vitest -u` writes it.
    await expect(made).toMatchFileSnapshot(fileURLToPath(path));
  });

  it('is not --version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `tlskit-server ${version}\n`, stderr: '' });
  });
});
