/** What a bundle of one version drags in: a walk over the imports of the sources, types left out, as they are erased. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));

/** The sources that are reached from some of them, relative to the packages. */
function reached(...entries: readonly string[]): string[] {
  const seen = new Set<string>();
  const waiting = entries.map(entry => join(packages, entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      const next = resolved(specifier, file);
      if (next !== undefined) waiting.push(next);
    }
  }
  return [...seen].map(file => file.slice(packages.length)).sort();
}

function importsOf(source: string): string[] {
  const found = source.matchAll(/^(?:import|export)\s(?!type\s)(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  return Array.from(found, ([, specifier]) => specifier as string);
}

/** Undefined for what is not of this project. */
function resolved(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(from), specifier);
  const [, name, subpath = ''] = /^@tlskit\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const { exports } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
  const source = join(packages, name, exports[`.${subpath}`]['@tlskit/source']);
  if (!existsSync(source)) throw new Error(`${specifier} leads nowhere`);
  return source;
}

const isOf = (version: '12' | '13') => (file: string) => file.startsWith(`tls-handshake${version}/`);

describe('the engine with one version', () => {
  it('has nothing of the handshake of TLS 1.2 where that is TLS 1.3', () => {
    const files = reached('tls-engine/src/index.ts', 'tls-engine/src/tls13.ts');
    expect(files.filter(isOf('13'))).not.toEqual([]);
    expect(files.filter(file => isOf('12')(file) || /\/tls12\.ts$/.test(file))).toEqual([]);
  });

  it('has nothing of the handshake of TLS 1.3 where that is TLS 1.2', () => {
    const files = reached('tls-engine/src/index.ts', 'tls-engine/src/tls12.ts');
    expect(files.filter(isOf('12'))).not.toEqual([]);
    expect(files.filter(isOf('13'))).toEqual([]);
  });
});
