/**
 * The house rules that no other tool knows: a package stands only on packages of lower floors, says so alike in
 * `package.json` and `tsconfig.json`, and uses Node nowhere but where Node is its subject.
 *
 *     node tooling/ci/floors.mjs
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packages, readJson, root, workspaceDependencies } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Package} Package */

/** Sources that may use Node: a package's folder, or one under it. Apps and tooling always may. */
const nodeAllowed = ['packages/cli-kit/', 'packages/tls-crypto-node/', 'packages/tlskit/src/node/'];

/**
 * Every breach of the house rules, in words.
 * @param {Package[]} all @param {Record<string, number>} floors by folder name in `packages/`
 * @returns {string[]}
 */
export function breaches(all, floors) {
  return [
    ...unknownFloors(all, floors),
    ...all.flatMap(pkg => higherFloors(pkg, all, floors)),
    ...all.flatMap(pkg => references(pkg, all)),
    ...all.flatMap(pkg => imports(pkg)),
    ...cycles(all),
  ];
}

/**
 * The root's project references against the packages that have a project: one that is missing is not built by
 * `tsc -b`, one too many breaks every tool that follows them.
 * @param {Package[]} all @param {{ references?: { path: string }[] }} config the root's `tsconfig.json` @returns {string[]}
 */
export function rootReferences(all, config) {
  const said = (config.references ?? []).map(({ path }) => posix.normalize(path));
  const meant = all.filter(pkg => existsSync(join(pkg.dir, 'tsconfig.json'))).map(pkg => pkg.folder);
  return [
    ...meant.filter(path => !said.includes(path)).map(path => `tsconfig.json lacks a reference to ${path}`),
    ...said.filter(path => !meant.includes(path)).map(path => `tsconfig.json refers to ${path}, which is no project`),
  ];
}

/** @param {Package[]} all @param {Record<string, number>} floors */
function unknownFloors(all, floors) {
  const names = all.filter(isLibrary).map(pkg => basename(pkg.folder));
  return [
    ...names.filter(name => floors[name] === undefined).map(name => `packages/${name} has no floor in floors.json`),
    ...Object.keys(floors)
      .filter(name => !names.includes(name))
      .map(name => `floors.json knows packages/${name}, which is not there`),
  ];
}

/** Dependencies on the same floor or above. @param {Package} pkg @param {Package[]} all @param {Record<string, number>} floors */
function higherFloors(pkg, all, floors) {
  /** @param {Package} other */
  const floor = other => (isLibrary(other) ? (floors[basename(other.folder)] ?? 0) : Number.POSITIVE_INFINITY);
  return dependencies(pkg, all)
    .filter(dependency => (isLibrary(pkg) ? floor(dependency) >= floor(pkg) : !isLibrary(dependency)))
    .map(dependency =>
      isLibrary(dependency)
        ? `${pkg.folder} (floor ${floor(pkg)}) stands on ${dependency.folder} (floor ${floor(dependency)})`
        : `${pkg.folder} stands on ${dependency.folder}, which is no library`,
    );
}

/** TypeScript's project references against the manifest's dependencies. @param {Package} pkg @param {Package[]} all */
function references(pkg, all) {
  const file = join(pkg.dir, 'tsconfig.json');
  if (!existsSync(file)) return [];
  const said = (readJson(file).references ?? []).map((/** @type {{ path: string }} */ { path }) =>
    posix.join(pkg.folder, path),
  );
  const meant = dependencies(pkg, all)
    .filter(dependency => existsSync(join(dependency.dir, 'tsconfig.json')))
    .map(dependency => dependency.folder);
  return [
    ...meant
      .filter(path => !said.includes(path))
      .map(path => `${pkg.folder}/tsconfig.json lacks a reference to ${path}`),
    ...said
      .filter((/** @type {string} */ path) => !meant.includes(path))
      .map(
        (/** @type {string} */ path) => `${pkg.folder}/tsconfig.json refers to ${path}, on which it does not depend`,
      ),
  ];
}

/** Node's modules, and what reaches past a package's exports or out of its folder. @param {Package} pkg */
function imports(pkg) {
  const found = [];
  for (const file of sources(join(pkg.dir, 'src'))) {
    const path = `${pkg.folder}/src/${file}`;
    const mayUseNode = !isLibrary(pkg) || nodeAllowed.some(prefix => path.startsWith(prefix));
    for (const specifier of importsOf(readFileSync(join(pkg.dir, 'src', file), 'utf8'))) {
      if (!mayUseNode && (specifier.startsWith('node:') || builtinModules.includes(specifier))) {
        found.push(`${path} imports ${specifier}`);
      }
      if (specifier.startsWith('.') && posix.join('src', posix.dirname(file), specifier).split('/')[0] !== 'src') {
        found.push(`${path} reaches out of its sources: ${specifier}`);
      }
      if (/^(@tlskit\/[^/]+|tlskit)\/(src|dist)\//.test(specifier)) {
        found.push(`${path} reaches past the exports of a package: ${specifier}`);
      }
    }
  }
  return found;
}

/** Circles among all dependencies, those for tests included: turbo could not order them. @param {Package[]} all */
function cycles(all) {
  /** @type {string[]} */
  const found = [];
  /** @type {Set<Package>} */
  const done = new Set();
  /** @param {Package} pkg @param {Package[]} path */
  const visit = (pkg, path) => {
    const at = path.indexOf(pkg);
    if (at >= 0) {
      found.push(`a circle: ${[...path.slice(at), pkg].map(({ folder }) => folder).join(' → ')}`);
      return;
    }
    if (done.has(pkg)) return;
    for (const next of dependencies(pkg, all, true)) visit(next, [...path, pkg]);
    done.add(pkg);
  };
  for (const pkg of all) visit(pkg, []);
  return found;
}

/** The workspace packages that one depends on. @param {Package} pkg @param {Package[]} all @param {boolean} [dev] */
function dependencies(pkg, all, dev = false) {
  const { dependencies, peerDependencies, devDependencies } = pkg.manifest;
  const names = workspaceDependencies({ ...dependencies, ...peerDependencies, ...(dev ? devDependencies : {}) });
  return all.filter(other => names.includes(other.name));
}

/** @param {Package} pkg */
const isLibrary = pkg => pkg.folder.startsWith('packages/');

/** TypeScript files under `dir`, relative to it. @param {string} dir */
function sources(dir) {
  if (!existsSync(dir)) return [];
  const files = /** @type {string[]} */ (readdirSync(dir, { recursive: true }));
  return files.map(file => file.replaceAll('\\', '/')).filter(file => /\.[cm]?tsx?$/.test(file));
}

/** What a source imports, comments left aside. @param {string} source */
export function importsOf(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  const clauses = code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g);
  return [...clauses].map(match => /** @type {string} */ (match[2]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = packages();
  const found = [
    ...breaches(all, readJson(join(root, 'tooling/ci/floors.json'))),
    ...rootReferences(all, readJson(join(root, 'tsconfig.json'))),
  ];
  for (const breach of found) console.error(breach);
  console.log(`${found.length} breaches of the house rules`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
