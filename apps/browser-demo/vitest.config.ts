import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.ts';

// The page takes seconds to build: once, for all that look at it. Who looks at it waits for a browser, so that two do.
export default mergeConfig(shared, { test: { globalSetup: 'test/built-page.ts', maxWorkers: 2 } });
