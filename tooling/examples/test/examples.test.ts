/** Every README's example runs: one that has none, or whose example does nothing that could fail, is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertFor, type TlsErrorCode } from '@tlskit/tls-alerts';
import { describe, expect, it } from 'vitest';
import { packages, root } from '../../ci/workspace.mjs';
import { examplesOf, firstExample, readReadme, runExample, typeErrors } from './example.ts';

const libraries = packages().filter(pkg => pkg.folder.startsWith('packages/'));

describe('the example of', () => {
  it.each(libraries.map(pkg => ({ name: pkg.name, dir: pkg.dir })))('$name', async ({ name, dir }) => {
    const source = example(dir);
    expect(source, 'an example imports its package by name').toMatch(importOf(name));
    await expectToRun(source, dir);
  });

  it('the root', async () => {
    // It shows the meta-package, so it runs where that is.
    await expectToRun(example(root), join(root, 'packages', 'tlskit'));
  });
});

describe.each([
  ['tls-x509', /^/],
  ['tls-crypto-web', /^/],
  // Others are parts that lean on what stands around them.
  ['tlskit', /from 'tlskit\/(web|streams)'/],
] as const)('the further examples of packages/%s/README.md', (folder, whole) => {
  const dir = join(root, 'packages', folder);
  const [, ...examples] = examplesOf(readReadme(dir));
  const numbered = examples.map((source, i) => ({ number: i + 2, source })).filter(({ source }) => whole.test(source));

  it('has some', () => expect(numbered.length).toBeGreaterThan(0));

  it.each(numbered)('example $number runs', async ({ source }) => {
    expect(typeErrors([{ source, dir }])).toBe('');
    const { code, output } = await runExample(source, dir);
    expect(code, output).toBe(0);
    const lines = output.split('\n');
    // Behind a colon may stand why.
    for (const said of printed(source))
      expect(
        lines.some(line => said === line || said?.startsWith(`${line}: `)),
        said,
      ).toBe(true);
  });
});

describe('docs/certificates.md', () => {
  const page = readFileSync(join(root, 'docs', 'certificates.md'), 'utf8');
  const dir = join(root, 'packages', 'tls-x509');
  const examples = examplesOf(page);

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(3);
  });

  it.each(examples.map((source, i) => ({ number: i + 1, source })))('example $number runs', async ({ source }) => {
    expect(typeErrors([{ source, dir }])).toBe('');
    const { code, output } = await runExample(source, dir);
    expect(code, output).toBe(0);
    // What it prints is what its comments say.
    const said = printed(source);
    expect(said.length).toBeGreaterThan(0);
    for (const line of said) expect(output.split('\n')).toContain(line);
  });

  it('its table has the alerts that the errors have', () => {
    const rows = [...page.matchAll(/^\| (`[A-Z].*?) \| .* \| ([a-z_]+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(15);
    for (const [, codes = '', alert] of rows) {
      for (const [, code = ''] of codes.matchAll(/`(\w+)`/g))
        expect([code, alertFor(code as TlsErrorCode)]).toEqual([code, alert]);
    }
  });
});

it('all examples are sound TypeScript', () => {
  const examples = libraries.map(({ dir }) => ({ source: firstExample(readReadme(dir)) ?? '', dir }));
  const shown = { source: example(root), dir: join(root, 'tooling', 'examples') };
  expect(typeErrors([...examples.filter(({ source }) => source !== ''), shown])).toBe('');
});

describe('the runner', () => {
  const dir = join(root, 'tooling', 'examples');

  it('takes the first block of TypeScript, whole', () => {
    const readme =
      '# A\n\n```sh\nnpm i\n```\n\n```ts\nconst a: number = 1;\n\nconsole.log(a);\n```\n\n```ts\nno\n```\n';
    expect(firstExample(readme)).toBe('const a: number = 1;\n\nconsole.log(a);\n');
    expect(firstExample('```js\n1\n```\n')).toBeUndefined();
  });

  it('tells a failure from a success', async () => {
    expect(await runExample('const a: number = 1; console.log(a);', dir)).toEqual({ code: 0, output: '1\n' });
    const thrown = await runExample("throw new Error('as asked');", dir);
    expect(thrown.code).toBe(1);
    expect(thrown.output).toContain('as asked');
    expect((await runExample("import 'no-such-package';", dir)).code).toBe(1);
    expect(typeErrors([{ source: "export const a: number = 'one';", dir }])).toContain('TS2322');
  });
});

/** What the comments of an example say that it prints. */
function printed(source: string): (string | undefined)[] {
  return [...source.matchAll(/^.*console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment);
}

function example(dir: string): string {
  const source = firstExample(readReadme(dir));
  expect(source, `${join(dir, 'README.md')} has a block of \`\`\`ts`).toBeDefined();
  return source!;
}

async function expectToRun(source: string, dir: string): Promise<void> {
  const { code, output } = await runExample(source, dir);
  expect(code, output).toBe(0);
  expect(output !== '' || /\bassert\b|\bthrow\b/.test(source), 'it prints or asserts something').toBe(true);
}

/** `from '@tlskit/tls-wire'`, or one of its entries. */
function importOf(name: string): RegExp {
  return new RegExp(`from '${name.replace('/', '\\/')}(/[a-z0-9-]+)?'`);
}
