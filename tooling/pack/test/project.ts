/** An empty project outside the workspace, with one tarball installed in it and nothing else asked for. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../import-all.mjs', import.meta.url));
const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const typeRoots = fileURLToPath(new URL('../../../node_modules/@types', import.meta.url));

export interface Resolution {
  readonly parent: string;
  readonly specifier: string;
  readonly url: string;
}

export class Project {
  readonly dir: string = mkdtempSync(join(tmpdir(), 'tlskit-pack-'));
  readonly name: string;

  /** @param tarballs of all packages of the workspace: what stands below the one package comes from tarballs too */
  constructor(name: string, tarballs: ReadonlyMap<string, string>) {
    this.name = name;
    mkdirSync(this.dir, { recursive: true });
    const manifest = {
      name: 'empty',
      private: true,
      type: 'module',
      dependencies: { [name]: `file:${tarballs.get(name)}` },
    };
    writeFileSync(join(this.dir, 'package.json'), JSON.stringify(manifest));
    const overrides = [...tarballs].map(([other, file]) => `  '${other}': 'file:${file}'\n`).join('');
    // Without hoisting a package sees its own dependencies and nothing else.
    writeFileSync(
      join(this.dir, 'pnpm-workspace.yaml'),
      `packages: []\nhoist: false\nnodeLinker: isolated\nautoInstallPeers: false\noverrides:\n${overrides}`,
    );
    execFileSync('pnpm', ['install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile'], {
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
  }

  /** The installed package's folder. */
  get installed(): string {
    return join(this.dir, 'node_modules', this.name);
  }

  /** Names of everything installed, at any depth. */
  closure(): string[] {
    const names = new Set<string>();
    const store = join(this.dir, 'node_modules', '.pnpm');
    for (const entry of readdirSync(store)) {
      const modules = join(store, entry, 'node_modules');
      if (!existsSync(modules)) continue;
      for (const name of readdirSync(modules)) {
        if (!name.startsWith('@')) names.add(name);
        else for (const scoped of readdirSync(join(modules, name))) names.add(`${name}/${scoped}`);
      }
    }
    return [...names].filter(name => !name.startsWith('.')).sort();
  }

  /** Imports all of `specifiers` in a fresh process. */
  import(specifiers: readonly string[]): { names: Record<string, string[]>; resolutions: Resolution[] } {
    const log = join(this.dir, 'resolutions.jsonl');
    writeFileSync(log, '');
    const output = execFileSync(process.execPath, [tool, log, ...specifiers], { cwd: this.dir, encoding: 'utf8' });
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    return { names: JSON.parse(output), resolutions: lines.filter(line => line !== '').map(line => JSON.parse(line)) };
  }

  /** What a strict consumer's TypeScript finds wrong in our declarations; in those of others it is not ours to judge. */
  typeErrors(specifiers: readonly string[]): string[] {
    const source = specifiers.map((specifier, i) => `import * as m${i} from '${specifier}';\nvoid m${i};\n`).join('');
    writeFileSync(join(this.dir, 'consumer.ts'), source);
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [typeRoots],
    };
    writeFileSync(join(this.dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    try {
      execFileSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: this.dir, encoding: 'utf8' });
      return [];
    } catch (error) {
      const lines = String((error as { stdout?: string }).stdout).split('\n');
      const ours = /^consumer\.ts|node_modules\/(@tlskit\/|tlskit\/)/;
      const found = lines.filter(line => line.includes('error TS') && ours.test(line));
      // A failure that names no file is one of the compiler's settings: it must not pass for success.
      return found.length > 0 || lines.some(line => /^\S.*\(\d+,\d+\): error TS/.test(line)) ? found : lines;
    }
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The package that a file in an isolated `node_modules` belongs to: the name after the last `node_modules`. */
export function packageOf(url: string): string | undefined {
  const path = decodeURIComponent(url.slice(url.lastIndexOf('/node_modules/')));
  return /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
