/**
 * Every published package has been released, or is named in a changeset that will release it; and no changeset
 * names a package that is not published.
 *
 *     node tooling/ci/changesets.mjs
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPublished, packages, root } from './workspace.mjs';

/** The packages that a changeset's front matter names. @param {string} changeset */
export function named(changeset) {
  const front = /^---\r?\n([\s\S]*?)^---\s*$/m.exec(changeset)?.[1] ?? '';
  return [...front.matchAll(/^\s*(['"]?)([^'":\s]+)\1\s*:\s*(?:patch|minor|major)\s*$/gm)].map(match =>
    String(match[2]),
  );
}

/** What is wrong, in words. @param {string[]} published @param {Set<string>} released @param {Record<string, string>} changesets */
export function problems(published, released, changesets) {
  const all = Object.entries(changesets).map(([file, text]) => ({ file, names: named(text) }));
  return [
    ...published
      .filter(name => !released.has(name) && !all.some(({ names }) => names.includes(name)))
      .map(name => `${name} was never released, and no changeset names it`),
    ...all.filter(({ names }) => names.length === 0).map(({ file }) => `${file} names no package`),
    ...all.flatMap(({ file, names }) =>
      names.filter(name => !published.includes(name)).map(name => `${file} names ${name}, which is not published`),
    ),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, '.changeset');
  const files = readdirSync(folder).filter(name => name.endsWith('.md') && name !== 'README.md');
  const ours = packages().filter(isPublished);
  const released = ours.filter(pkg => existsSync(join(pkg.dir, 'CHANGELOG.md'))).map(pkg => pkg.name);
  const found = problems(
    ours.map(pkg => pkg.name),
    new Set(released),
    Object.fromEntries(files.map(file => [file, readFileSync(join(folder, file), 'utf8')])),
  );
  for (const problem of found) console.error(problem);
  console.log(`${files.length} changesets, ${found.length} problems`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
