import { defineConfig } from 'vitest/config';
import { Report } from './tooling/ci/reporter.mjs';

// One configuration for every package: each runs `vitest run --config ../../vitest.config.ts` in its own folder,
// so that turbo can cache it. The source condition resolves workspace packages to TypeScript: no build is needed.
const conditions = ['@tlskit/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new Report({ outputFile: '.reports/vitest.json' })],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
