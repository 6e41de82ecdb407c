/**
 * Packs every published package, as it would be published.
 *
 *     node tooling/ci/pack.mjs [folder]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPublished, packages, root } from './workspace.mjs';

/** Where tarballs are put when nobody says where. */
export const tarballs = join(root, 'build', 'tarballs');

/**
 * Packs into a folder, which is emptied first. The packages must have been built.
 * @param {string} [folder] @returns {Map<string, string>} tarball by package name
 */
export function packAll(folder = tarballs) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = new Map();
  for (const pkg of packages().filter(isPublished)) {
    const file = `${pkg.name.replace('@', '').replace('/', '-')}-${pkg.manifest.version}.tgz`;
    execFileSync('pnpm', ['pack', '--pack-destination', folder], {
      cwd: pkg.dir,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    packed.set(pkg.name, join(folder, file));
  }
  return packed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packed = packAll(process.argv[2] === undefined ? undefined : resolve(process.argv[2]));
  for (const file of packed.values()) console.log(file);
}
