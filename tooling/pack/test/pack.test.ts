/**
 * Each published package, installed from its tarball alone in an empty project: it must work with what it declares.
 * Needs built packages and a package registry, so it runs in `.ci/run` and not in `npm test`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAll } from '../../ci/pack.mjs';
import { isPublished, packages, readJson } from '../../ci/workspace.mjs';
import { Project, packageOf } from './project.ts';

const published = packages().filter(isPublished);
let tarballs: ReadonlyMap<string, string>;

beforeAll(() => {
  tarballs = packAll();
});

/** What a package needs, itself included, by the manifests alone. */
function declared(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const manifest = published.find(pkg => pkg.name === name)?.manifest;
  for (const dependency of Object.keys({ ...manifest?.dependencies })) declared(dependency, seen);
  return seen;
}

/** `import` specifiers of a package's entries. */
function entries(name: string, exports: Record<string, unknown> | undefined): string[] {
  const paths = Object.keys(exports ?? {}).filter(path => path !== './package.json');
  return paths.map(path => name + path.slice(1));
}

/** May a module of ours import a module of Node? */
function mayUseNode(parent: string): boolean {
  const name = packageOf(parent);
  if (name === 'tlskit') return /\/tlskit\/dist\/(node\/|bundle\/node\.js)/.test(parent);
  return name === '@tlskit/tls-crypto-node' || !name?.startsWith('@tlskit/tls-');
}

describe.each(published.map(pkg => ({ name: pkg.name, pkg })))('$name alone', ({ name, pkg }) => {
  let project: Project;
  const specifiers = entries(name, pkg.manifest.exports);
  const bins = Object.values((pkg.manifest as { bin?: Record<string, string> }).bin ?? {});

  beforeAll(() => {
    project = new Project(name, tarballs);
  });
  afterAll(() => {
    project?.remove();
  });

  it('carries its licences, its README and what its manifest points at', () => {
    for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) {
      expect(existsSync(join(project.installed, file)), file).toBe(true);
    }
    const manifest = readJson(join(project.installed, 'package.json'));
    const targets = [manifest.bin, manifest.exports].flatMap(leaves);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter(target => !existsSync(join(project.installed, target)))).toEqual([]);
  });

  it('brings in the packages of the workspace that it declares, and no others', () => {
    const ours = (names: Iterable<string>) => [...names].filter(other => tarballs.has(other)).sort();
    expect(ours(project.closure())).toEqual(ours(declared(name)));
  });

  if (bins.length > 0) {
    it('has programs that run', () => {
      for (const bin of bins) {
        const output = execFileSync(process.execPath, [join(project.installed, bin), '--help'], { encoding: 'utf8' });
        expect(output).toMatch(/usage/i);
      }
    });
  }
  if (specifiers.length === 0) return;

  it('imports under Node, every entry, resolving only what is declared', () => {
    const { names, resolutions } = project.import(specifiers);
    for (const specifier of specifiers) expect(names[specifier], specifier).not.toEqual([]);

    const closure = project.closure();
    for (const { parent, specifier, url } of resolutions) {
      if (url.startsWith('node:')) {
        expect(mayUseNode(parent), `${parent} imports ${specifier}`).toBe(true);
      } else if (packageOf(url) !== undefined) {
        expect(closure, `${parent} imports ${specifier}`).toContain(packageOf(url));
      }
    }
  });

  it('has declarations that a strict consumer compiles', () => {
    expect(project.typeErrors(specifiers)).toEqual([]);
  });
});

describe('@tlskit/tls-record alone', () => {
  it('brings in neither certificates nor handshakes', () => {
    const project = new Project('@tlskit/tls-record', tarballs);
    try {
      const allowed = ['@tlskit/tls-alerts', '@tlskit/tls-crypto', '@tlskit/tls-record', '@tlskit/tls-wire'];
      expect(project.closure()).toEqual(allowed);
      const loaded = project.import(['@tlskit/tls-record']).resolutions.map(({ url }) => packageOf(url));
      expect([...new Set(loaded.filter(name => name !== undefined))].sort()).toEqual(
        allowed.filter(name => loaded.includes(name)),
      );
      expect(loaded).toContain('@tlskit/tls-record');
    } finally {
      project.remove();
    }
  });
});

/** Every string in a nested object of conditions. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [];
}

/** The licence texts are the root's own. */
describe('licences', () => {
  it.each(['LICENSE-APACHE', 'LICENSE-MIT'])('%s is copied as it is', file => {
    const [pkg] = published;
    expect(readFileSync(join(pkg!.dir, file), 'utf8')).toBe(readFileSync(join(pkg!.dir, '../..', file), 'utf8'));
  });
});
