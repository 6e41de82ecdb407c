import { readFileSync } from 'node:fs';
import { errorTable } from '@tlskit/tls-alerts';
import { describe, expect, it } from 'vitest';
import { readExpected } from '../src/compare.ts';

const file = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

const config = JSON.parse(file('config.json')) as {
  readonly DisabledTests: Readonly<Record<string, string>>;
  readonly ErrorMap: Readonly<Record<string, readonly string[]>>;
  readonly ErrorMapReasons: Readonly<Record<string, string>>;
};

describe('config.json', () => {
  it('gives a reason for every test that it disables: a sentence, with the section where an RFC decides', () => {
    for (const [pattern, reason] of Object.entries(config.DisabledTests)) {
      expect(reason, pattern).toMatch(/^[A-Z].{20,}\.$/);
      if (/RFC/.test(reason)) expect(reason, pattern).toMatch(/RFC \d{4}/);
    }
  });

  it('gives a reason for every error that it maps', () => {
    expect(Object.keys(config.ErrorMapReasons)).toEqual(Object.keys(config.ErrorMap));
    for (const reason of Object.values(config.ErrorMapReasons)) expect(reason).toMatch(/^[A-Za-z].+\.$/);
  });

  it('maps to codes that there are', () => {
    for (const [error, wanted] of Object.entries(config.ErrorMap)) {
      expect(wanted.length, error).toBeGreaterThan(0);
      for (const text of wanted) {
        const code = /^\[(\w+)\]/.exec(text)?.[1];
        expect(Object.keys(errorTable), `${error}: ${text}`).toContain(code);
      }
    }
  });
});

describe('expected.json', () => {
  const expected = readExpected(file('expected.json'));

  it('expects no test to fail', () => {
    expect([...expected].filter(([, outcome]) => outcome === 'FAIL')).toEqual([]);
  });

  it('has no test that config.json disables', () => {
    // Of what the runner takes for patterns, stars and sets of characters are in use.
    const patterns = Object.keys(config.DisabledTests).map(glob => new RegExp(`^${glob.replaceAll('*', '.*')}$`));
    expect([...expected.keys()].filter(name => patterns.some(pattern => pattern.test(name)))).toEqual([]);
  });
});
