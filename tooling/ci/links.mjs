/**
 * Every relative link in a Markdown file leads to something.
 *
 *     node tooling/ci/links.mjs
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packages, root } from './workspace.mjs';

/** @param {string} base @param {string[]} files relative to it @returns {string[]} dead links, in words */
export function deadLinks(base, files) {
  return files.flatMap(file =>
    linksOf(readFileSync(join(base, file), 'utf8'))
      .filter(link => !existsSync(join(base, dirname(file), decodeURIComponent(link))))
      .map(link => `${file} links to ${link}, which is not there`),
  );
}

/** Targets of relative links, without fragments; code is left aside. @param {string} markdown */
function linksOf(markdown) {
  const prose = markdown.replace(/^(```+)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(match => /** @type {string} */ (match[1]).replace(/#.*$/, ''))
    .filter(link => link !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(link));
}

/** Our Markdown: at the root, in `docs`, and each package's. */
function ourMarkdown() {
  const folders = [root, join(root, 'docs'), ...packages().map(pkg => pkg.dir)];
  return folders.filter(existsSync).flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.md'))
      .map(name => relative(root, join(folder, name))),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = ourMarkdown();
  const dead = deadLinks(root, files);
  for (const link of dead) console.error(link);
  console.log(`${dead.length} dead links in ${files.length} files`);
  process.exitCode = dead.length === 0 ? 0 : 1;
}
