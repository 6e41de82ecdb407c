/** Where other runtimes are: programs that run JavaScript, and a browser. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, or undefined. @type {string | undefined} */
export const chromiumPath = places.find(path => path && existsSync(path));

const { platform, arch } = process;

/**
 * Programs that run JavaScript, where the packages that carry them are for this platform.
 * @type {Readonly<Record<'node24' | 'bun' | 'deno' | 'workerd', string | undefined>>}
 */
export const programs = {
  node24: programOf('node-24', `node-${platform}-${arch}`, 'bin/node'),
  bun: programOf('runtimes', `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : 'x64'}`, 'bin/bun'),
  deno: programOf('runtimes', `@deno/${platform}-${arch}-glibc`, 'deno'),
  workerd: programOf('runtimes', `@cloudflare/workerd-${platform}-${arch === 'x64' ? '64' : arch}`, 'bin/workerd'),
};

/**
 * Whether tests are to do without it. CI installs them all: there a missing one is a failure, which the start reports.
 * @param {string | undefined} path where it is
 */
export function isAbsent(path) {
  return path === undefined && !process.env.CI;
}

/** @param {string} folder @param {string} name @param {string} path */
function programOf(folder, name, path) {
  const require = createRequire(new URL(`../${folder}/package.json`, import.meta.url));
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), path);
  } catch {
    return undefined;
  }
}
