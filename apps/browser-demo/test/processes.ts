/** Programs that the page's connections lead to, as processes of their own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const running = new Set<ChildProcess>();
const folder = mkdtempSync(join(tmpdir(), 'tlskit-demo-peers-'));

/** To be called when the tests are over. */
export async function stopAll(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The first thing that a program says that matches. */
async function started(command: string, args: readonly string[], ready: RegExp) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  const match = new Promise<RegExpExecArray>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += String(chunk);
      const found = ready.exec(said);
      if (found !== null) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`${command} ended with ${code}: ${said}`)));
  });
  const found = await match;
  return { child, found };
}

const require = createRequire(import.meta.url);
const testServer = join(dirname(require.resolve('@tlskit/test-server/package.json')), 'bin', 'tlskit-server.js');

/** tlskit-server with a relay. */
export async function relay(...args: readonly string[]) {
  const { found } = await started(process.execPath, [testServer, '--json', '--relay', '0', ...args], /^\{.*\}$/m);
  const { listening, relay, ca } = JSON.parse(found[0]) as Record<'listening' | 'relay', { port: number }> & {
    ca: string;
  };
  return { port: relay.port, server: listening.port, ca: readFileSync(ca, 'utf8') };
}

/** A root, and a certificate of its for localhost. */
export function identity(name: string) {
  const at = (file: string) => join(folder, `${name}-${file}`);
  const make = (subject: string, file: string, ...more: readonly string[]) =>
    execFileSync(
      'openssl',
      // biome-ignore format: pairs
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', subject, '-keyout', at(`${file}.key`), '-out', at(`${file}.pem`), ...more],
      { stdio: 'ignore' },
    );
  make(`/CN=${name}`, 'root');
  const extensions = [
    'subjectAltName=DNS:localhost',
    'basicConstraints=critical,CA:FALSE',
    'extendedKeyUsage=serverAuth',
  ];
  const issued = ['-CA', at('root.pem'), '-CAkey', at('root.key'), ...extensions.flatMap(each => ['-addext', each])];
  make('/CN=localhost', 'leaf', ...issued);
  return { root: readFileSync(at('root.pem'), 'utf8'), certificate: at('leaf.pem'), key: at('leaf.key') };
}

/** `openssl s_server` on a port of its own. */
export async function openssl({ certificate, key }: ReturnType<typeof identity>, ...args: readonly string[]) {
  const all = ['s_server', '-accept', '127.0.0.1:0', '-cert', certificate, '-key', key, ...args];
  const { child, found } = await started('openssl', all, /ACCEPT 127\.0\.0\.1:(\d+)/);
  return { port: Number(found[1]), child };
}
