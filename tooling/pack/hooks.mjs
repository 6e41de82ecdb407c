/** Loader hooks that write down every resolution: one line of JSON `{ parent, specifier, url }` each. */
import { appendFileSync } from 'node:fs';

/** @type {string} */
let log;

/** @param {{ log: string }} data */
export function initialize(data) {
  log = data.log;
}

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  appendFileSync(log, `${JSON.stringify({ parent: context.parentURL ?? '', specifier, url: resolved.url })}\n`);
  return resolved;
}
