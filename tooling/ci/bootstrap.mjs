/** Brings the pinned pnpm, and installs when a manifest or the lockfile changed since the last time. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packages, readJson, root } from './workspace.mjs';

const stampFile = join(root, 'node_modules', '.tlskit-install');

/** The version that `package.json` pins. */
export function pinnedPnpm() {
  const pin = /** @type {string} */ (readJson(join(root, 'package.json')).packageManager);
  return pin.replace(/^pnpm@/, '').replace(/\+.*$/, '');
}

/** Whether a plain `pnpm`, which turbo also looks for, is the pinned one. */
export function hasPnpm() {
  const shell = process.platform === 'win32';
  const found = spawnSync('pnpm', ['--version'], {
    cwd: root,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return found.status === 0 && found.stdout.trim() === pinnedPnpm();
}

/**
 * Runs this same command again with the pinned pnpm on the PATH, by way of `npm exec`, which keeps it in npm's cache.
 * @param {string[]} args @returns {Promise<number>}
 */
export function againWithPnpm(args) {
  const npx = [
    'exec',
    '--yes',
    `--package=pnpm@${pinnedPnpm()}`,
    '--',
    'node',
    join(root, 'tooling', 'run.mjs'),
    ...args,
  ];
  const npm = process.env.npm_execpath ?? '';
  const env = { TLSKIT_BOOTSTRAPPED: '1' };
  // npm tells its scripts where it is itself; pnpm and yarn tell where they are, which is of no use here.
  if (/npm-cli\.[cm]?js$/.test(npm)) return run(process.execPath, [npm, ...npx], { env });
  return run('npm', npx, { env, shell: process.platform === 'win32' });
}

/** Installs what the lockfile says, if something changed. @returns {Promise<number>} exit code */
export async function install() {
  const stamp = installStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 0;
  const code = await run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], {
    shell: process.platform === 'win32',
  });
  if (code === 0) writeFileSync(stampFile, stamp);
  return code;
}

function installStamp() {
  const hash = createHash('sha256');
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const file of [...files, ...packages().map(pkg => `${pkg.folder}/package.json`)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return `${hash.digest('hex')} ${process.platform}-${process.arch} node${process.versions.modules}\n`;
}

/**
 * Runs a program to its end, with the workspace's own binaries on the PATH and no standard input.
 * @param {string} command @param {string[]} args
 * @param {{ env?: Record<string, string>, shell?: boolean, cwd?: string, onlyOnFailure?: boolean }} [options]
 *   `onlyOnFailure`: its output is shown only if it fails
 * @returns {Promise<number>} exit code
 */
export function run(command, args, options = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const output = options.onlyOnFailure ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...quiet(), PATH: path, ...options.env },
      shell: options.shell ?? false,
      stdio: ['ignore', output, output],
    });
    /** @type {Buffer[]} */
    const held = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => held.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      if (code !== 0) process.stderr.write(Buffer.concat(held));
      resolve(code ?? 1);
    });
  });
}

/** No telemetry; and no colours in a log. @returns {Record<string, string>} */
function quiet() {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  return process.stdout.isTTY || process.env.FORCE_COLOR ? quiet : { ...quiet, NO_COLOR: '1' };
}

/** Runs turbo. @param {string[]} args @param {{ env?: Record<string, string>, onlyOnFailure?: boolean }} [options] */
export function turbo(args, options) {
  return run(process.execPath, [join(root, 'node_modules', 'turbo', 'bin', 'turbo'), ...args], options);
}
