import { expect, it } from 'vitest';
import { named, problems } from '../changesets.mjs';

it('reads the packages that a changeset names', () => {
  expect(named(`---\n'@a/b': minor\n"c": patch\nd: major\n---\n\ne: patch\n`)).toEqual(['@a/b', 'c', 'd']);
  expect(named('no front matter')).toEqual([]);
});

it('asks for a changeset until a package was released', () => {
  expect(problems(['a', 'b'], new Set(['b']), { 'x.md': '---\na: minor\n---\n' })).toEqual([]);
  expect(problems(['a', 'b'], new Set(), { 'x.md': '---\na: minor\n---\n' })).toEqual([
    'b was never released, and no changeset names it',
  ]);
});

it('refuses a changeset that names nothing, or what is not published', () => {
  expect(problems([], new Set(), { 'x.md': 'text', 'y.md': '---\nz: patch\n---\n' })).toEqual([
    'x.md names no package',
    'y.md names z, which is not published',
  ]);
});
