/** The rows against the sources, the list of requirements, and the page that is made of them. */
import { describe, expect, it } from 'vitest';
import { differences, problems, strays } from '../src/check.ts';
import { count, documentOf } from '../src/document.ts';
import { entries, type Ledger, testsThatName } from '../src/ledger.ts';
import { ledgers } from '../src/ledgers.ts';
import { jobsOf, part } from '../src/mutate.ts';
import { held, inFile, like, notApplicable, open, patternOf, type Rows } from '../src/row.ts';
import { repository, requirementsFile, requirementsOf, type Sources } from '../src/sources.ts';

const sources = repository();
const absent = requirementsOf(9846) === undefined;
const sizes: Record<string, number> = { 'TLS 1.3': 331, 'TLS 1.2': 281, OCSP: 44 };

describe.each(ledgers.map(ledger => [ledger.name, ledger] as const))('the ledger of %s', (name, ledger) => {
  it.skipIf(absent)(
    `has one row for each requirement${absent ? ` (skipped: there is no ${requirementsFile})` : ''}`,
    () => {
      const listed = ledger.rfcs.filter(({ chosen }) => chosen !== true);
      expect(listed.flatMap(({ number }) => requirementsOf(number) ?? [])).toHaveLength(sizes[name] ?? 0);
      expect(listed.flatMap(rfc => differences(requirementsOf(rfc.number) ?? [], rfc))).toEqual([]);
    },
  );

  it('refers to code, tests and snippets that are there', () => {
    expect(problems(sources, ledger)).toEqual([]);
  });

  it('is what the page says: run pnpm ledger', () => {
    expect(sources.text(ledger.page)).toBe(documentOf(sources, ledger));
  });
});

describe('the ledgers', () => {
  it('have all ids that tests name', () => {
    expect(strays(sources, ledgers)).toEqual([]);
  });

  it('have two hundred mutations and more', () => {
    const all = ledgers.flatMap(ledger => entries(sources, ledger));
    expect(jobsOf(all).length).toBeGreaterThan(200);
    expect(count(all).mutated).toBeGreaterThan(200);
  });

  it('are mutated in parts that leave none out', () => {
    const jobs = jobsOf(ledgers.flatMap(ledger => entries(sources, ledger)));
    const parts = [1, 2, 3].map(number => part(jobs, number, 3));
    expect(parts.flat()).toEqual(jobs);
    for (const { length } of parts) expect(Math.abs(length - jobs.length / 3)).toBeLessThan(1);
  });
});

describe('what is wrong with a row', () => {
  const files: Record<string, string> = {
    'a.ts': 'function check() { if (bad) throw 1; if (bad) throw 2; }',
    'a.test.ts': "it('fails [9846:1:1]', () => {}); it('is seen', () => {});",
  };
  const few: Sources = { text: file => files[file], testFiles: () => ['a.test.ts'] };
  const rfcOf = (rows: Rows) => ({ number: 9846, about: 'x', rows, sections: {} });
  const ledgerOf = (rows: Rows): Ledger => ({ name: 'x', page: 'x.md', folder: 'x', rfcs: [rfcOf(rows)] });
  const code = inFile('a.ts');
  const tests = inFile('a.test.ts');
  const wrong = (row: Rows[string], others: Rows = {}) =>
    problems(few, ledgerOf({ '1:1': held('named', code.code('check')), ...others, '2:1': row })).map(problem =>
      problem.replace(/^9846:/, ''),
    );

  it('is found', () => {
    expect(wrong(held('x', code.code('check'), tests.test('is seen'), code.without('throw 1', '')))).toEqual([]);
    expect(wrong(held('x', code.code('chuck'), tests.test('is seen')))).toEqual(['2:1: a.ts has no "chuck"']);
    expect(wrong(held('x', code.code('check'), tests.test('is not')))).toEqual(['2:1: a.test.ts has no test "is not"']);
    expect(wrong(held('x', tests.test('is seen')))).toEqual(['2:1: names no code']);
    expect(wrong(held('x', code.code('check')))).toEqual(['2:1: names no test, and no test names it']);
    expect(wrong(held('x', code.code('check'), tests.test('is seen'), code.without('if (bad)')))).toEqual([
      '2:1: "if (bad)" stands 2 times in a.ts, not once',
    ]);
    expect(wrong(held('x', code.code('check'), tests.test('is seen'), code.without('throw 3')))).toEqual([
      '2:1: "throw 3" stands 0 times in a.ts, not once',
    ]);
    expect(wrong(like('3:1', 'x'))).toEqual(['2:1: is like 3:1, which is not held by itself']);
    expect(wrong(like('3:1', 'x'), { '3:1': like('1:1', 'y') })).toHaveLength(1);
    expect(wrong(like('1:1', 'x'))).toEqual([]);
    expect(wrong(like('9846:1:1', 'x'))).toEqual([]);
    expect(wrong(like('5246:1:1', 'x'))).toHaveLength(1);
    expect(wrong(open('x', ' '))).toEqual(['2:1: does not say why it is open']);
    expect(wrong(notApplicable('', 'why'))).toEqual(['2:1: says nothing']);
    expect(strays(few, [ledgerOf({})])).toEqual(['a.test.ts names 9846:1:1, which has no row']);
    expect(strays(few, [])).toEqual([]);
  });

  it('is a row too few or too many', () => {
    const list = ['9846:1:1', '9846:2:1'].map(id => ({ id, section: '', title: '', text: '' }));
    expect(differences(list, rfcOf({ '1:1': open('x', 'y'), '3:1': open('x', 'y') }))).toEqual([
      '9846:2:1 has no row',
      '9846:3:1 is no requirement',
    ]);
    expect(differences([...list, ...list], rfcOf({ '1:1': open('x', 'y'), '2:1': open('x', 'y') }))).toHaveLength(1);
  });
});

describe('tests that name rows', () => {
  it('are found by the ids in their titles', () => {
    const text = `
      it('one [9846:4.3.1:1] [9846:B.3.1.4:1]', f); it("two's [9846:4.3.1:11]", f);
      it.each([['case [9846:4.3.1:1]']])('%s', f); // [9846:9:9]
    `;
    const found = testsThatName({ text: () => text, testFiles: () => ['x'] });
    expect([...found.keys()]).toEqual(['9846:4.3.1:1', '9846:B.3.1.4:1', '9846:4.3.1:11']);
    expect(found.get('9846:4.3.1:1')?.map(({ says }) => says)).toEqual(['one', 'case']);
  });

  it('are not those of a row whose id begins another', () => {
    const pattern = patternOf({ kind: 'test', file: '', title: '9846:4.3.1:1' });
    expect([pattern.test('x [9846:4.3.1:1]'), pattern.test('x [9846:4.3.1:11]')]).toEqual([true, false]);
    expect(patternOf({ kind: 'test', file: '', title: 'a (b) + c?' }).test('is a (b) + c?')).toBe(true);
  });
});
