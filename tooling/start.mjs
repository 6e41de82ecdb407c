/**
 * What `npm start` shows: the test server on a free port, and the client that connects to it, verifies, asks for a page
 * and tells what happened. Both must have been built. Exits 0 only if all of it went well.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const apps = join(dirname(fileURLToPath(import.meta.url)), '..', 'apps');
const server = join(apps, 'test-server', 'bin', 'tlskit-server.js');
const client = join(apps, 'client-cli', 'bin', 'tlskit.js');

/** Lines of the trace that are shown; milliseconds that each half may take. */
const traceLines = 40;
const patience = 30_000;

const work = mkdtempSync(join(tmpdir(), 'tlskit-start-'));
const serving = spawn(process.execPath, [server, '--port', '0', '--json', '--www'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// Should this process die, the server must not outlive it.
process.once('exit', () => serving.kill());

try {
  const { listening, ca } = JSON.parse(await firstLine(serving));
  const peer = `${listening.host.includes(':') ? `[${listening.host}]` : listening.host}:${listening.port}`;
  console.log(`tlskit-server listens on ${peer}\n`);

  const args = ['connect', peer, '--cacert', caFile(ca), '--servername', 'localhost', '--trace'];
  console.log(`$ tlskit ${args.join(' ')}`);
  process.exitCode = await talk([client, ...args], 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  serving.kill();
  rmSync(work, { recursive: true, force: true });
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} */
async function firstLine(child) {
  if (!child.stdout) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill(), patience);
  try {
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`tlskit-server ended before it listened (${signal ?? `code ${code}`})`);
    });
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    return line;
  } finally {
    clearTimeout(timer);
  }
}

/** The file where the certificate authority is: the server names it, or gives it. @param {string} ca */
function caFile(ca) {
  if (!ca.startsWith('-----BEGIN')) return ca;
  const file = join(work, 'ca.pem');
  writeFileSync(file, ca);
  return file;
}

/** Runs the client with `input`, shows the start of what it says, and gives its exit code. @param {string[]} args @param {string} input */
async function talk(args, input) {
  const child = spawn(process.execPath, args, { stdio: 'pipe', timeout: patience });
  const page = collect(child.stdout);
  const report = collect(child.stderr);
  child.stdin.on('error', () => {}); // a client that failed tells so by its exit code
  child.stdin.end(input);
  const [code, signal] = await once(child, 'close');
  show('', await report);
  show('\nThe page:\n', await page);
  if (signal) console.error(`tlskit was stopped by ${signal}`);
  if (code === 0 && !/^HTTP\/1\.[01] 200/m.test(await page)) throw new Error('the server did not answer with its page');
  return code ?? 1;
}

/** @param {string} heading @param {string} text */
function show(heading, text) {
  const lines = text.trimEnd().split(/\r?\n/);
  console.log(heading + lines.slice(0, traceLines).join('\n'));
  if (lines.length > traceLines) console.log(`… and ${lines.length - traceLines} more lines`);
}

/** @param {import('node:stream').Readable} stream */
async function collect(stream) {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += chunk;
  return text;
}
