/**
 * Late modules, for bundles that Node loads: what is called `*.late.ts` stands, with all that it stands on, in a function of its own, which
 * runs when one of its exports is first called. V8 passes over the body of a function that nobody calls, which takes a fraction of compiling and
 * running it. No file is loaded later: a synchronous call may be the first, and who bundles the bundle has it whole.
 *
 * A late module exports functions, and nothing else. What it shares with the rest of the bundle it has its own copy of.
 */
import { build } from 'esbuild';

/** What the bundle and its late modules have in common. */
export const buildOptions = /** @type {const} @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  conditions: ['@tlskit/source'],
  platform: 'node',
  target: 'node20.19',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
});

/** @returns {{ plugin: import('esbuild').Plugin, inputs: string[] }} the latter are the sources that they were made of, once they are built */
export function lateModulesPlugin() {
  /** @type {string[]} */
  const inputs = [];
  const plugin = /** @type {import('esbuild').Plugin} */ ({
    name: 'late modules',
    setup({ onLoad }) {
      onLoad({ filter: /\.late\.ts$/ }, async ({ path }) => {
        const { code, map, metafile } = await bundled(path);
        inputs.push(...Object.keys(metafile.inputs));
        const builtins = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
        return { contents: deferred(code, map, [...new Set(builtins)], await exportsOf(path)) };
      });
    },
  });
  return { plugin, inputs };
}

/** One CommonJS module, since that can stand within a function. @param {string} path */
async function bundled(path) {
  const { metafile, outputFiles } = await build({
    ...buildOptions,
    entryPoints: [path],
    // Where the map names its sources from.
    outfile: path,
    write: false,
    format: 'cjs',
    sourcemap: 'external',
  });
  const textOf = (/** @type {boolean} */ isMap) =>
    outputFiles.find(file => file.path.endsWith('.map') === isMap)?.text ?? '';
  return { code: textOf(false), map: textOf(true), metafile };
}

/** @param {string} path */
async function exportsOf(path) {
  const { metafile } = await build({ entryPoints: [path], format: 'esm', write: false, metafile: true });
  return Object.values(metafile.outputs).flatMap(output => output.exports);
}

/** The module that runs this one on demand. @param {string} code @param {string} map @param {string[]} builtins @param {string[]} names */
function deferred(code, map, builtins, names) {
  const before = [
    ...builtins.map((name, i) => `import * as builtin${i} from ${JSON.stringify(name)};`),
    `const require = name => ({ ${builtins.map((name, i) => `${JSON.stringify(name)}: builtin${i}`)} })[name];`,
    'let made;',
    'function lateModule() {',
    'const module = { exports: {} };',
  ];
  return [
    ...before,
    code,
    'return module.exports;',
    '}',
    ...names.map(name => `export function ${name}(...args) { return (made ??= lateModule()).${name}(...args); }`),
    `//# sourceMappingURL=data:application/json;base64,${shifted(map, before.length)}`,
  ].join('\n');
}

/** A source map in base64, of lines that stand further down. @param {string} map @param {number} lines */
function shifted(map, lines) {
  const { mappings, ...others } = JSON.parse(map);
  return Buffer.from(JSON.stringify({ ...others, mappings: ';'.repeat(lines) + mappings })).toString('base64');
}
