/** The files of the repository, and the list of requirements beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Sources {
  /** A file's text, by its path from the root; undefined where there is none. */
  text(file: string): string | undefined;
  testFiles(): readonly string[];
}

/** The files on this disk, each read once. */
export function repository(): Sources {
  const texts = new Map<string, string | undefined>();
  return {
    text(file) {
      if (!texts.has(file)) texts.set(file, existsSync(root + file) ? readFileSync(root + file, 'utf8') : undefined);
      return texts.get(file);
    },
    testFiles: () =>
      ['packages', 'apps', 'tooling'].flatMap(parent =>
        readdirSync(root + parent)
          // This package's own tests have ids in them that are no claims.
          .filter(name => `${parent}/${name}` !== 'tooling/ledger')
          .map(name => `${parent}/${name}/test`)
          .filter(folder => existsSync(root + folder))
          .flatMap(folder =>
            readdirSync(root + folder, { encoding: 'utf8', recursive: true })
              .filter(name => name.endsWith('.test.ts'))
              .map(name => `${folder}/${name}`),
          ),
      ),
  };
}

/** One sentence of an RFC with a MUST in it. */
export interface Requirement {
  /** `9846:4.2.2:7` */
  readonly id: string;
  readonly section: string;
  readonly title: string;
  readonly text: string;
}

/** Where the lists of requirements are, if they were put beside the project. */
export const requirementsFile = join(root, '../shared/rfc/requirements.json');

/** The requirements of an RFC, in its order; undefined where the list was not put beside the project. */
export function requirementsOf(rfc: number): readonly Requirement[] | undefined {
  if (!existsSync(requirementsFile)) return undefined;
  return (JSON.parse(readFileSync(requirementsFile, 'utf8')) as Record<string, Requirement[]>)[rfc];
}
