/**
 * What tests depend on besides this repository's files, as environment variables that turbo puts into a test's hash:
 * without them a result made before OpenSSL or `../shared` was there would be served again after.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './workspace.mjs';

/** Programs that tests talk to, when they are on the PATH. */
const peers = ['openssl', 'curl', 'chromium', 'chromium-browser', 'google-chrome'];

/** @returns {Record<string, string>} */
export function testEnvironment() {
  return {
    TLSKIT_SHARED: fingerprint(join(root, '..', 'shared')),
    TLSKIT_PEERS: digest(peers.map(onPath)),
    TLSKIT_RUNTIME: `${process.version} ${process.platform}-${process.arch}`,
  };
}

/** Names, sizes and times of all files under a folder, or `absent`. @param {string} dir */
export function fingerprint(dir) {
  if (!existsSync(dir)) return 'absent';
  /** @type {string[]} */
  const lines = [];
  /** @param {string} path @param {string} name */
  const visit = (path, name) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const file = join(path, entry.name);
      if (entry.isDirectory()) visit(file, `${name}${entry.name}/`);
      else lines.push(describe(file, `${name}${entry.name}`));
    }
  };
  visit(dir, '');
  return digest(lines.sort());
}

/** @param {string} command */
function onPath(command) {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(dir, command);
    if (dir !== '' && existsSync(file)) return describe(realpathSync(file), command);
  }
  return `${command} absent`;
}

/** @param {string} file @param {string} name */
function describe(file, name) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return `${name} ${stat?.size} ${stat && Math.trunc(stat.mtimeMs)}`;
}

/** @param {string[]} lines */
function digest(lines) {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
