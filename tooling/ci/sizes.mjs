/**
 * What the bundles of `.size-limit.json` are made of: minified bytes of each package in it, and what gzip saves where the package is left out.
 *
 *     pnpm sizes [PART OF A ROW'S NAME] [--modules]    after a build; by module with --modules
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './workspace.mjs';

/** @typedef {{ name: string, import?: Record<string, string>, path?: string }} Row */
/** @typedef {[start: number, end: number]} Range */

const [wanted = ''] = process.argv.slice(2).filter(word => !word.startsWith('--'));
const byModule = process.argv.includes('--modules');

/** @type {Row[]} */
const rows = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8'));
for (const row of rows) if (row.import !== undefined && row.name.includes(wanted)) await report(row.name, row.import);

/** @param {string} name @param {Record<string, string>} imports */
async function report(name, imports) {
  const { code, owners } = await bundle(imports);
  const whole = gzipSync(code).length;
  console.log(`\n${name}: ${code.length} bytes minified, ${whole} by gzip\n`);
  console.log(`| ${byModule ? 'module' : 'package'} | minified | by gzip |\n|---|---:|---:|`);
  const parts = [...owners].map(([owner, ranges]) => {
    const length = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
    return { owner, length, gain: whole - gzipSync(without(code, ranges)).length };
  });
  for (const { owner, length, gain } of parts.sort((a, b) => b.gain - a.gain)) {
    console.log(`| ${owner} | ${length} | ${gain} |`);
  }
}

/** The minified code, and the ranges in it of each owner. @param {Record<string, string>} imports */
async function bundle(imports) {
  const lines = Object.entries(imports).map(([path, names]) => {
    const list = names.replace(/[{}]/g, '').trim();
    return `import { ${list} } from ${JSON.stringify(join(root, path))};\nconsole.log(${list});`;
  });
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, sourcefile: 'entry.js' },
    bundle: true,
    minify: true,
    write: false,
    sourcemap: 'external',
    outdir: join(root, 'out'),
    absWorkingDir: root,
  });
  const [map, js] = ['.map', '.js'].map(end => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '');
  const code = js ?? '';
  const { sources, mappings } = JSON.parse(map ?? '');
  const places = segments(code, mappings);
  /** @type {Map<string, Range[]>} */
  const owners = new Map();
  places.forEach(([at, source], i) => {
    const owner = ownerOf(sources[source] ?? 'entry.js');
    const ranges = owners.get(owner) ?? [];
    ranges.push([at, places[i + 1]?.[0] ?? code.length]);
    owners.set(owner, ranges);
  });
  return { code, owners };
}

/** @param {string} source */
function ownerOf(source) {
  const path = source.replace(/.*node_modules\//, '').replace(/.*packages\//, '');
  if (byModule) return path.replace(/^(\.\.\/)+/, '');
  return /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
}

/** @param {string} code @param {Range[]} ranges */
function without(code, ranges) {
  let rest = '';
  let at = 0;
  for (const [start, end] of ranges) {
    rest += code.slice(at, start);
    at = end;
  }
  return rest + code.slice(at);
}

/** Where the code of a source begins, and its index; a map of version 3. @param {string} code @param {string} mappings */
function segments(code, mappings) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  /** @type {[number, number][]} */
  const found = [];
  let source = 0;
  let line = 0;
  for (const group of mappings.split(';')) {
    let column = 0;
    for (const segment of group.split(',').filter(text => text !== '')) {
      const [step = 0, sourceStep] = numbers(segment);
      column += step;
      source += sourceStep ?? 0;
      found.push([line + column, sourceStep === undefined ? -1 : source]);
    }
    line = code.indexOf('\n', line) + 1;
  }
  return found;

  /** Base64 VLQ. @param {string} text */
  function numbers(text) {
    const values = [];
    let value = 0;
    let shift = 0;
    for (const digit of text) {
      const bits = digits.indexOf(digit);
      value |= (bits & 31) << shift;
      shift += 5;
      if (bits & 32) continue;
      values.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
    return values;
  }
}
