/** The workspace as data: its root, its packages, which of them are published. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, unknown>} [exports]
 * @property {string} [packageManager]
 *
 * @typedef {object} Package
 * @property {string} name as in `package.json`
 * @property {string} folder relative to the root, with `/`: `packages/tls-wire`
 * @property {string} dir absolute
 * @property {Manifest} manifest
 */

export const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Where the folders of packages are: the patterns of `pnpm-workspace.yaml`. */
const parents = ['packages', 'apps', 'tooling'];

/** @param {string} path @returns {any} */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Every package of the workspace but the root, in the order of their folders. @returns {Package[]} */
export function packages(base = root) {
  return parents.flatMap(parent => {
    const path = join(base, parent);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .sort()
      .filter(name => existsSync(join(path, name, 'package.json')))
      .map(name => {
        const dir = join(path, name);
        const manifest = /** @type {Manifest} */ (readJson(join(dir, 'package.json')));
        return { name: manifest.name, folder: `${parent}/${name}`, dir, manifest };
      });
  });
}

/** @param {Package} pkg */
export const isPublished = pkg => !pkg.manifest.private;

/** The names of what a package depends on inside this workspace. @param {Record<string, string> | undefined} deps */
export function workspaceDependencies(deps) {
  return Object.entries(deps ?? {})
    .filter(([, range]) => range.startsWith('workspace:'))
    .map(([name]) => name);
}
