import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deadLinks } from '../links.mjs';

it('finds dead relative links, and only those', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tlskit-links-'));
  try {
    writeFileSync(join(dir, 'b.md'), '');
    const text =
      '[b](b.md#part) [x](no.md) [web](https://example.org/no) [here](#a)\n```\n[c](code.md)\n```\n`[d](d.md)`';
    writeFileSync(join(dir, 'a.md'), text);
    expect(deadLinks(dir, ['a.md', 'b.md'])).toEqual(['a.md links to no.md, which is not there']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
