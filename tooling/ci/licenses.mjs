/** Run by `prepack` in a package's folder: every tarball carries both licence texts. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

for (const name of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT'])
  copyFileSync(join(root, name), join(process.cwd(), name));
