/**
 * Imports what is named on the command line from the current folder's node_modules and prints `{ specifier: [names] }`.
 *
 *     node import-all.mjs LOG SPECIFIER…
 */
import { writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [log, ...specifiers] = process.argv.slice(2);
register('./hooks.mjs', import.meta.url, { data: { log } });

// The import has to be made by a file of the project, not by this one.
const file = join(process.cwd(), 'entry.mjs');
writeFileSync(file, 'export const load = specifier => import(specifier);');
const { load } = await import(pathToFileURL(file).href);

/** @type {Record<string, string[]>} */
const names = {};
for (const specifier of specifiers) names[specifier] = Object.keys(await load(specifier));
console.log(JSON.stringify(names));
