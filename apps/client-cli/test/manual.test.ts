/** The manual page and the completion of shells, which come of the same rows as `--help`. `npm run golden` writes the page. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualPage } from '@tlskit/cli-kit';
import { describe, expect, it } from 'vitest';
import { commands, MANUAL_DATE, program } from '../src/commands.ts';
import { startTlsProtocols } from '../src/dial/starttls/starttls.ts';
import { folder, run } from './support.ts';

const page = fileURLToPath(new URL('../man/tlskit.1', import.meta.url));

/** Whether there is such a program: `it.runIf` says of which there is none by its title. */
function isHere(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
}

describe('the manual page', () => {
  it('is what the rows say', async () => {
    const made = manualPage(program, MANUAL_DATE);
    for (const [name, { options }] of Object.entries(commands)) {
      expect(made).toContain(`.SH TLSKIT ${name.toUpperCase()}\n`);
      for (const option of Object.values(options).flatMap(Object.keys)) {
        expect(made).toContain(`\\fB\\-\\-${option.replaceAll('-', '\\-')}\\fR`);
      }
    }
    expect(made).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(made).toMatchFileSnapshot(page);
  });

  const groff = isHere('groff', '--version');
  it.runIf(groff)('is read by groff without a warning (skipped where there is no groff)', () => {
    const { stderr, status } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-P-c', page], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const shown = execFileSync('groff', ['-man', '-Tutf8', '-P-cbou', page], { encoding: 'utf8' });
    expect(shown).toMatch(/^TLSKIT\(1\) +User Commands +TLSKIT\(1\)$/m);
    expect(shown).toMatch(/^ +-k, --insecure$/m);
    expect(shown).toContain("example.test,'*.example.test' --client alice");
  });

  it.runIf(isHere('mandoc', '-h'))('is read by mandoc without a warning (skipped where there is no mandoc)', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});

/** What bash offers for a command line, whose last word is completed. */
function bashOffers(script: string, line: readonly string[], cwd = folder()): string[] {
  const words = line.map(word => `'${word}'`).join(' ');
  const test = `source '${script}'; COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _tlskit; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', test], { encoding: 'utf8', cwd });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(each => each !== '');
}

async function scriptOf(shell: string): Promise<string> {
  const { code, stdout, stderr } = await run(['completion', shell]);
  expect([code, stderr]).toEqual([0, '']);
  const path = join(folder(), shell);
  writeFileSync(path, stdout);
  return path;
}

describe('completion', () => {
  it.each([
    [['tlskit', 'ce'], ['cert']],
    [
      ['tlskit', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['tlskit', 'cert', '--prof'], ['--profile']],
    [
      ['tlskit', 'cert', 'chain.pem', '--purpose', ''],
      ['server', 'client'],
    ],
    [['tlskit', 'cert', '--purpose', '=', 's'], ['server']],
    [['tlskit', '--insec'], ['--insecure']],
    [
      ['tlskit', 'connect', '--tls', '1'],
      ['1.3', '1.2'],
    ],
    [
      ['tlskit', 'connect', '--tls', '1.3,'],
      ['1.3,1.3', '1.3,1.2'],
    ],
    [['tlskit', 'connect', '--groups', 'x25519,secp5'], ['x25519,secp521r1']],
    [['tlskit', 'host:1', '--ciphersuites', '=', 'TLS_AES_256'], ['TLS_AES_256_GCM_SHA384']],
    [['tlskit', 'connect', '--starttls', ''], Object.keys(startTlsProtocols)],
    [['tlskit', 'decode', '--as', 'cap'], ['capture']],
    [
      ['tlskit', 'keygen', 'ml-'],
      ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'],
    ],
    [['tlskit', 'connect', '--timeout', ''], []],
    // The value may be left out: the next word is none.
    [['tlskit', 'connect', '--resume', '--js'], ['--json']],
  ])('in bash: %j', async (line, expected) => {
    const offers = bashOffers(await scriptOf('bash'), line);
    if (line.join().includes('TLS_AES_256')) expect(offers).toEqual(expect.arrayContaining(expected));
    else expect(offers).toEqual(expected);
  });

  it('in bash names files where an option or a command takes one', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'chain one.pem'), '');
    const script = await scriptOf('bash');
    for (const line of [
      ['tlskit', 'cert', 'ch'],
      ['tlskit', 'connect', '--cacert', 'ch'],
      ['tlskit', '--cacert', '=', 'ch'],
    ]) {
      expect(bashOffers(script, line, cwd)).toEqual(['chain one.pem']);
    }
    expect(bashOffers(script, ['tlskit', 'ca', '--out', 'ch'], cwd)).toEqual([]);
  });

  it.runIf(isHere('fish', '--version'))('in fish offers the same (skipped where there is no fish)', async () => {
    const script = await scriptOf('fish');
    const offers = (line: string): string[] => {
      const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      return stdout.split('\n').flatMap(each => (each === '' ? [] : [each.split('\t')[0] as string]));
    };
    expect(offers('tlskit cer')).toEqual(['cert']);
    expect(offers('tlskit cert --pro')).toContain('--profile');
    expect(offers('tlskit cert --pro')).not.toContain('--proxy-protocol');
    expect(offers('tlskit --starttls im')).toEqual(['imap']);
    expect(offers('tlskit connect --tls 1.3,')).toContain('1.3,1.2');
  });

  it.runIf(isHere('zsh', '--version'))('in zsh is a script that it reads (skipped where there is no zsh)', async () => {
    const script = await scriptOf('zsh');
    const test = `autoload -U compinit && compinit -u -D; source ${script}; whence -w _tlskit; print -r -- $_comps[tlskit]`;
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', test], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['_tlskit: function\n_tlskit\n', '']);
  });

  it.each([
    [['completion'], 'one shell is needed'],
    [['completion', 'bash', 'zsh'], 'one shell is needed'],
    [['completion', 'bsh'], 'did you mean bash?'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
