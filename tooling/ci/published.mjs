/**
 * publint and attw on every package as it would be published: its tarball, not its folder.
 * Each package counts as one test for each tool.
 *
 *     node tooling/ci/published.mjs
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packAll } from './pack.mjs';
import { writeStep } from './steps.mjs';
import { isPublished, packages, root } from './workspace.mjs';

const counts = { passed: 0, failed: 0, skipped: 0 };
const tarballs = packAll();

for (const pkg of packages().filter(isPublished)) {
  const tarball = /** @type {string} */ (tarballs.get(pkg.name));
  check(pkg.name, 'publint', ['run', tarball, '--strict']);
  // attw is about what can be imported; a package of programs alone has nothing for it.
  if (pkg.manifest.exports) check(pkg.name, 'attw', ['--profile', 'esm-only', '--no-color', tarball]);
}
writeStep(counts);
console.log(`publint and attw: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** @param {string} name @param {string} tool @param {string[]} args */
function check(name, tool, args) {
  const result = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (result.status === 0) {
    counts.passed++;
  } else {
    counts.failed++;
    console.log(`FAILED ${tool} ${name}\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
  }
}
