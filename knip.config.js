/** What is reached from where, for knip: everything that is neither reached nor named here is superfluous. */
const sources = { entry: ['test/**/*.test.ts', 'README.md'], project: ['{src,test}/**/*.ts'] };

/** @type {import('knip').KnipConfig} */
export default {
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': {
      entry: ['tooling/*.mjs', 'README.md'],
      project: ['tooling/*.mjs'],
      // Started by name, in tooling/ci/published.mjs; and what JSX is made of, which is the demo's.
      ignoreDependencies: ['publint', '@arethetypeswrong/cli', 'preact'],
    },
    'packages/*': sources,
    'apps/*': {
      ...sources,
      entry: [...sources.entry, 'src/main.ts'],
      // Readers of manuals, and a shell, where they are there.
      ignoreBinaries: ['groff', 'mandoc', 'fish'],
    },
    'apps/browser-demo': {
      entry: [...sources.entry, 'src/main.tsx', 'src/**/*.worker.ts', 'src/**/worker.ts', 'tools/*.mjs'],
      project: ['{src,test}/**/*.{ts,tsx}', 'tools/*.mjs'],
      // Read as text, to be evaluated in a page.
      ignoreDependencies: ['axe-core'],
      ignoreBinaries: ['openssl', 'tshark'],
    },
    'tooling/*': sources,
    'tooling/bench': {
      entry: [
        ...sources.entry,
        'src/{main,profile,padding-timing,x509}.ts',
        'src/process/child.ts',
        'src/browser/{page,node-crypto}.ts',
      ],
      project: sources.project,
      // Says what the machine can do.
      ignoreBinaries: ['openssl'],
    },
    'tooling/bogo-shim': { ...sources, entry: [...sources.entry, 'src/shim.ts', 'src/run.ts'] },
    'tooling/ledger': { ...sources, entry: [...sources.entry, 'src/*-cli.ts'] },
    'tooling/limbo': { ...sources, entry: [...sources.entry, 'src/*-cli.ts'] },
    'tooling/interop': {
      ...sources,
      entry: [...sources.entry, 'src/node-24-program.ts'],
      // Peers: programs of the machine.
      ignoreBinaries: ['openssl', 'certtool'],
    },
    // Found by path, and only where its platform is.
    'tooling/node-24': { ignoreDependencies: [/^node-/] },
    'tooling/runtimes': {
      ...sources,
      entry: [...sources.entry, 'programs.mjs', 'src/guests/*.ts'],
      project: ['*.mjs', ...sources.project],
      ignoreDependencies: [/^@deno\//, /^@oven\//, /^@cloudflare\//],
    },
    'tooling/vectors': { ...sources, entry: [...sources.entry, 'src/*-cli.ts'] },
    'tooling/ci': {
      // What a test has a runner of its own run.
      entry: ['*.mjs', ...sources.entry, 'test/fixture/*.ts'],
      project: ['*.mjs', '{src,test}/**/*.ts'],
    },
    'tooling/pack': { entry: ['*.mjs', ...sources.entry], project: ['*.mjs', '{src,test}/**/*.ts'] },
    'tooling/examples': {
      ...sources,
      // What the examples import: turbo has to build it before they run.
      ignoreDependencies: [/^@tlskit\//, 'tlskit'],
    },
  },
  compilers: {
    /** A README's examples use what they import. @param {string} text */
    md: text =>
      [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
        .flatMap(([, code]) => code.match(/^import .*$/gm) ?? [])
        .join('\n'),
  },
};
