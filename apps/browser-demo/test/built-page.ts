/** The page, built once before all tests. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../tools/build-page.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the page that speaks to no relay. */
    page: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = await buildPage();
  project.provide('page', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
