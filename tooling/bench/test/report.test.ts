import { expect, test } from 'vitest';
import { plans } from '../src/plan.ts';
import { withSection } from '../src/report/document.ts';
import { measuredWith } from '../src/report/machine.ts';
import { profileLines, spent } from '../src/report/profile-report.ts';
import { compare, figuresOf, rateTable } from '../src/report/table.ts';
import { targetsSection } from '../src/report/targets.ts';

const unit = { rate: 'MB/s', one: 'MB', size: 1e6, digits: 1, cpuDigits: 2 };
const sample = (units: number, milliseconds = 1000) => ({ units, milliseconds, clientCpu: 400, serverCpu: 600 });
const base = { name: 'theirs', samples: [sample(2e6), sample(4e6)], lacking: false };
const ours = { name: 'ours', samples: [sample(1e6), sample(4e6)], lacking: false };

test('rates, their ratios, and CPU time for each unit', () => {
  expect(compare(ours, base, unit)).toMatchObject({ ratio: 0.75, clientCpu: 250, serverCpu: 375 });
  expect(rateTable([base, ours], base, unit)).toEqual([
    '| client → server | MB/s | CPU ms/MB: client | server | both, ratio |',
    '|---|---:|---:|---:|---:|',
    '| theirs | **1.00** · 3.0 (2.2–3.8) | 150.00 | 225.00 | **1.00** |',
    '| ours | **0.75** · 2.5 (1.3–3.7) | 250.00 | 375.00 | **0.75** |',
  ]);
});

test('what others took of the machine stands with the figures, and what of the rounds that count', () => {
  const line = (meanwhile: number, ...rounds: number[]) =>
    measuredWith('pnpm bench', { ...plans.tiny, rounds: 2 }, { meanwhile, rounds });
  expect(line(0.0004, 0, 0)).toMatch(/^Measured with `pnpm bench`, 2 rounds, on Node .*\.$/);
  expect(line(0.0004, 0, 0)).not.toContain('Others');
  expect(line(0.11)).toMatch(/\. Others took 11\.0 % of the processors meanwhile\.$/);
  expect(line(0.11, 0, 0.047)).toMatch(/ meanwhile, and of the rounds that count 4\.7 % at most\.$/);
  expect(line(0.11, 0, 0)).toMatch(/ meanwhile, and of the rounds that count nothing\.$/);
});

test('what could not be measured says why, in the table and among the figures', () => {
  const broken = { name: 'ours', samples: [], failure: 'the process ended', lacking: false };
  expect(rateTable([broken], base, unit).at(-1)).toBe('| ours | the process ended |  |  |  |');
  expect(figuresOf('bulk/up', broken, base, unit)).toMatchObject({ 'bulk/up/ratio': 'the process ended' });
  const late = { ...ours, failure: 'the connection ended' };
  expect(rateTable([late], base, unit).at(-1)).toContain('then the connection ended');
});

test('targets are met, missed, or not measured', () => {
  const rows = targetsSection({
    'bulk/up/ratio': 0.8,
    'bulk/up/cpu-ratio': 0.75,
    'bulk/down/ratio': 0.79,
    'bulk/down/cpu-ratio': 0.9,
    'memory/server': 1,
    'import/tlskit/node': 59.94,
    'resumed/ratio': 'the process ended',
  }).lines;
  const row = (what: string) => rows.find(line => line.startsWith(`| ${what}`));
  expect(row('bulk up')).toBe('| bulk up, both ends ours | 0.8 × node:tls | 0.80 | 0.75 | yes |');
  expect(row('bulk down')).toContain('| 0.79 | 0.90 | **no** |');
  expect(row('memory of an idle connection, server')).toContain('| 1.00 |  | **no** |');
  expect(row('import of')).toContain('| below 60 ms | 59.9 |  | yes |');
  expect(row('resumed')).toContain('| the process ended |  | – |');
  expect(row('full handshakes')).toContain('| not measured |  | – |');
});

test('a section is replaced between its markers, and prose stays', () => {
  const text = 'before\n<!-- bulk -->\nold\n<!-- /bulk -->\nafter\n';
  const written = withSection(text, { marker: 'bulk', lines: ['new', ''] });
  expect(written).toBe('before\n<!-- bulk -->\nnew\n<!-- /bulk -->\nafter\n');
  expect(() => withSection(text, { marker: 'sizes', lines: [] })).toThrow('no <!-- sizes -->');
});

test('a profile by function and by file, without what is idle', () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 6, columnNumber: 0 },
  });
  const profile = {
    nodes: [
      node(1, '(root)', ''),
      node(2, '(idle)', ''),
      node(3, 'seal', 'file:///a/packages/tls-record/dist/aead13.js'),
      node(4, 'open', 'file:///a/packages/tls-record/dist/aead13.js'),
      node(5, '(garbage collector)', ''),
    ],
    startTime: 0,
    endTime: 10_000,
    samples: [2, 3, 4, 3, 5],
    timeDeltas: [0, 5000, 2000, 1000, 4000],
  };
  expect(spent(profile)).toEqual({
    busy: 7,
    functions: [
      { name: 'seal tls-record/aead13.js:7', self: 6 },
      { name: 'open tls-record/aead13.js:7', self: 1 },
      { name: '(garbage collector) ', self: 0 },
    ],
    files: [
      { name: 'tls-record/aead13.js', self: 7 },
      { name: '(garbage collector) (native)', self: 0 },
    ],
  });
  expect(profileLines('bulk', profile, 1)).toContain('   85.7 %  seal tls-record/aead13.js:7');
});
