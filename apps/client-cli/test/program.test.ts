import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../src/connect/policy.ts';
import { ca, connect, deferred, file, folder, run, silent, tlsServer } from './support.ts';

const bin = fileURLToPath(new URL('../bin/tlskit.js', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The built program as a process of its own. */
function spawned(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, [bin, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}

describe('the program', () => {
  it('runs, and its exit code is what main gives', async () => {
    expect(await spawned(['--version'])).toEqual({ code: 0, stdout: `tlskit ${version}\n`, stderr: '' });
    const { code, stderr } = await spawned(['--jsno']);
    expect(stderr).toContain('did you mean --json?');
    expect(code).toBe(2);
  });

  it.each(['ignore', 'closed'])('ends by itself when standard input is %s', async kind => {
    const port = await tlsServer(silent);
    const command = [bin, `localhost:${port}`, '--cacert', file(ca.pem), '--quiet'];
    // `<&-` closes standard input: there is none.
    const shell = `exec "$0" "$@"${kind === 'closed' ? ' <&-' : ' </dev/null'}`;
    const child = spawn('sh', ['-c', shell, process.execPath, ...command], { stdio: ['ignore', 'inherit', 'inherit'] });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when the peer does, though standard input stays open', async () => {
    const port = await tlsServer(socket => socket.end('bye'));
    const args = [bin, `localhost:${port}`, '--cacert', file(ca.pem), '--quiet'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [out] = await once(child.stdout, 'data');
    expect(out.toString()).toBe('bye');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says close_notify when it is interrupted', async () => {
    const end = deferred<string>();
    const connected = deferred<void>();
    const port = await tlsServer(socket => {
      socket.on('end', () => end.resolve('close_notify')).on('error', error => end.resolve(error.message));
      socket.resume();
      connected.resolve();
    });
    const args = [bin, `localhost:${port}`, '--cacert', file(ca.pem), '--quiet'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
    const exit = once(child, 'exit');
    await connected.promise;
    child.kill('SIGINT');
    expect(await exit).toEqual([130, null]);
    expect(await end.promise).toBe('close_notify');
  });

  it('is not brought down by a reader who leaves', async () => {
    const port = await tlsServer(socket => {
      const write = (): void => {
        while (socket.write(Buffer.alloc(1 << 16)));
        socket.once('drain', write);
      };
      write();
    });
    const args = [bin, `localhost:${port}`, '--cacert', file(ca.pem), '--quiet'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    const exit = once(child, 'close');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await exit).toEqual([0, null]);
    expect(stderr).toBe('');
  });
});

describe('--help', () => {
  it.each([[['connect', '--help']], [['-h']], [['localhost:443', '--nonsense', '--help']]])(
    'comes whatever else is said: %j',
    async args => {
      expect((await run(args)).stdout.toString()).toMatch(/^Usage: tlskit/);
    },
  );

  it('and the README say the same of exit codes, and of what --fail-on finds', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const text = (await run(['--help'])).stdout.toString();
    for (const [, code, meaning] of text.matchAll(/^ +(\d+) {2}(.*)$/gm)) {
      expect(readme.replace(/ +/g, ' ').includes(`| ${code} | ${meaning} |`), meaning).toBe(true);
    }
    expect(readme).toContain(
      Object.entries(rules)
        .map(([name, { about }]) => `| \`${name}\` | ${about} |\n`)
        .join(''),
    );
  });
});

describe('the key log', () => {
  const line = /^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]{64,96}$/;

  it('is appended to, and for its owner alone when it is new', async () => {
    const port = await tlsServer(silent);
    const path = join(folder(), 'keys');
    await connect(port, ['--keylog', path]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await connect(port, ['--keylog', path]);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    for (const text of lines) expect(text).toMatch(line);
    const labels = lines.map(text => text.split(' ')[0]);
    expect(labels.filter(label => label === 'CLIENT_TRAFFIC_SECRET_0')).toHaveLength(2);
    expect(new Set(lines.map(text => text.split(' ')[1])).size).toBe(2);
  });

  it('goes where SSLKEYLOGFILE says, unless --keylog says otherwise', async () => {
    const port = await tlsServer(silent);
    const [environment, option] = [join(folder(), 'environment'), join(folder(), 'option')];
    const env = { SSLKEYLOGFILE: environment };
    await connect(port, ['--keylog', option], { env });
    expect(existsSync(environment)).toBe(false);
    await connect(port, [], { env });
    expect(readFileSync(environment, 'utf8')).toContain('SERVER_TRAFFIC_SECRET_0 ');
    expect((await connect(port, [], { env: { SSLKEYLOGFILE: '' } })).code).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))('that cannot be continued is told once, and the connection goes on', async () => {
    const port = await tlsServer(silent);
    const { code, stderr } = await connect(port, ['--quiet', '--keylog', '/dev/full']);
    expect(stderr).toBe('tlskit: the key log is incomplete: ENOSPC: no space left on device, write\n');
    expect(code).toBe(0);
  });

  it('of the environment that cannot be written is no reason to fail', async () => {
    const port = await tlsServer(silent);
    const { code, stderr } = await connect(port, ['--quiet'], { env: { SSLKEYLOGFILE: '/nonexistent/keys' } });
    expect(stderr).toMatch(/^tlskit: SSLKEYLOGFILE is ignored: ENOENT/);
    expect(code).toBe(0);
  });
});
