import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breaches, importsOf, rootReferences } from '../floors.mjs';
import { packages } from '../workspace.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tlskit-floors-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** A package, with references as its dependencies ask for unless told. */
function add(folder: string, deps: string[] = [], references = deps, devDeps: string[] = []): void {
  const range = (paths: string[]) => Object.fromEntries(paths.map(path => [nameOf(path), 'workspace:^']));
  const manifest = { name: nameOf(folder), dependencies: range(deps), devDependencies: range(devDeps) };
  write(`${folder}/package.json`, JSON.stringify(manifest));
  const config = { references: references.map(path => ({ path: `../../${path}` })) };
  write(`${folder}/tsconfig.json`, JSON.stringify(config));
}

const nameOf = (folder: string) => `@tlskit/${folder.split('/')[1]}`;
const check = (floors: Record<string, number>) => breaches(packages(dir), floors);

describe('breaches', () => {
  it('finds none in a sound house', () => {
    add('packages/low');
    add('packages/high', ['packages/low']);
    add('apps/app', ['packages/high']);
    write('packages/high/src/index.ts', "// import 'node:fs'\nimport { a } from '@tlskit/low';\n");
    write('apps/app/src/index.ts', "import fs from 'node:fs';\n");
    expect(check({ low: 0, high: 1 })).toEqual([]);
  });

  it('finds a package without a floor, and a floor without a package', () => {
    add('packages/low');
    expect(check({ other: 0 })).toHaveLength(2);
  });

  it('finds a package that stands on its own floor or above, or on an app', () => {
    add('packages/a', ['packages/b']);
    add('packages/b', ['packages/c', 'apps/app']);
    add('packages/c');
    add('apps/app');
    const found = check({ a: 1, b: 1, c: 2 });
    expect(found).toHaveLength(3);
    expect(found).toContain('packages/a (floor 1) stands on packages/b (floor 1)');
    expect(found).toContain('packages/b stands on apps/app, which is no library');
  });

  it('finds references that are missing or too many', () => {
    add('packages/low');
    add('packages/high', ['packages/low'], []);
    add('packages/top', [], ['packages/low']);
    expect(check({ low: 0, high: 1, top: 1 })).toEqual([
      'packages/high/tsconfig.json lacks a reference to packages/low',
      'packages/top/tsconfig.json refers to packages/low, on which it does not depend',
    ]);
  });

  it('finds what sources may not import', () => {
    add('packages/low');
    write('packages/low/src/a.ts', "import { x } from 'node:crypto';\nexport * from '@tlskit/b/src/c.ts';\n");
    write('packages/low/src/deep/b.ts', "const fs = await import('fs');\nimport type { T } from '../../test/t.ts';\n");
    expect(check({ low: 0 }).sort()).toEqual([
      'packages/low/src/a.ts imports node:crypto',
      'packages/low/src/a.ts reaches past the exports of a package: @tlskit/b/src/c.ts',
      'packages/low/src/deep/b.ts imports fs',
      'packages/low/src/deep/b.ts reaches out of its sources: ../../test/t.ts',
    ]);
  });

  it('finds circles, those through tests included', () => {
    add('packages/low', [], [], ['packages/high']);
    add('packages/high', ['packages/low']);
    expect(check({ low: 0, high: 1 })).toEqual(['a circle: packages/high → packages/low → packages/high']);
  });
});

it('rootReferences finds projects that are left out, and references to none', () => {
  add('packages/low');
  add('packages/high', ['packages/low']);
  const refer = (...paths: string[]) => ({ references: paths.map(path => ({ path })) });
  expect(rootReferences(packages(dir), refer('packages/low', './packages/high'))).toEqual([]);
  expect(rootReferences(packages(dir), refer('packages/low', 'tooling/gone'))).toEqual([
    'tsconfig.json lacks a reference to packages/high',
    'tsconfig.json refers to tooling/gone, which is no project',
  ]);
});

it('importsOf reads imports of every form, and no comments', () => {
  const source = `/* from 'a' */ import b from 'b';\nimport 'c'; // import 'd'\nexport { e } from "e";\nimport('f');\nimport type {\n  G,\n} from 'g';`;
  expect(importsOf(source)).toEqual(['b', 'c', 'e', 'f', 'g']);
});
