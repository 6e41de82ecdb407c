/**
 * What Node loads of an entry that has the condition `node`: one module with all that it stands on, in place of hundreds. To find, read and
 * link a module costs Node 20 about a millisecond, which is most of what an import takes. Bundlers get the modules as they are, to shake.
 *
 * What is called `*.late.ts` runs later (`late-modules.mjs`).
 *
 *     node ../../tooling/ci/bundle.mjs    within a package, as a part of its build
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { buildOptions, lateModulesPlugin } from './late-modules.mjs';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.values(exports).filter(conditions => typeof conditions.node === 'string');
const outdir = 'dist/bundle';

const lateModules = lateModulesPlugin();

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  ...buildOptions,
  entryPoints: Object.fromEntries(
    entries.map(conditions => [basename(conditions.node, '.js'), conditions['@tlskit/source']]),
  ),
  outdir,
  splitting: true,
  format: 'esm',
  // Names stay, for whoever reads a stack or a profile.
  minifyWhitespace: true,
  // Node shows the whole line of an error that nobody catches.
  lineLimit: 160,
  legalComments: 'none',
  sourcemap: true,
  plugins: [lateModules.plugin],
});
const inputs = [...Object.keys(metafile.inputs), ...lateModules.inputs];
writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences(inputs));

/** The licences of the packages of others that are in it. @param {string[]} paths */
function licences(paths) {
  const folders = new Map();
  for (const path of paths) {
    const at = path.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(path.slice(at + 'node_modules/'.length))?.[0] ?? '';
    folders.set(name, path.slice(0, at) + join('node_modules', name));
  }
  return [...folders]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, folder]) => `${name}\n\n${licenceOf(folder)}`)
    .join('\n\n----------------------------------------\n\n');
}

/** @param {string} folder */
function licenceOf(folder) {
  const file = existsSync(folder) ? readdirSync(folder).find(name => /^licen[cs]e/i.test(name)) : undefined;
  if (file === undefined) throw new Error(`${dirname(folder)} has no licence`);
  return readFileSync(join(folder, file), 'utf8').trim();
}
