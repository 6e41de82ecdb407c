import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calmest, contest } from '../src/contest.ts';
import { plans } from '../src/plan.ts';
import { processorTimes, stolenSince } from '../src/process/stolen.ts';
import { Lacking } from '../src/stacks/stack.ts';

test('what others took of the processors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-bench-'));
  const file = join(folder, 'stat');
  const times = (line: string) => {
    writeFileSync(file, `${line}\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n`);
    return processorTimes(file);
  };
  const before = times('cpu  100 10 20 300 5 0 5 60 40 0');
  expect(before).toEqual({ stolen: 60, all: 500 });
  expect(stolenSince(before, times('cpu  140 10 20 340 5 0 5 80 80 0'))).toBe(0.2);
  // A clock that stood still, a machine that counts no such thing, and one that has no such file.
  expect(stolenSince(before, before)).toBe(0);
  expect(times('cpu 1 2 3')).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(processorTimes(file)).toBeUndefined();
  expect(stolenSince(undefined, before)).toBe(0);
});

test('the rounds that count are those that others disturbed least', () => {
  expect([...calmest([0.2, 0, 0.1, 0.01, 0.3], 3)].sort()).toEqual([1, 2, 3]);
  expect([...calmest([0, 0, 0], 2)]).toEqual([0, 1]);
  expect([...calmest([0.5], 2)]).toEqual([0]);
});

/** A machine of whose next rounds others take these shares. */
function machine(...shares: number[]) {
  let [stolen, all, ends] = [0, 0, true];
  return () => {
    ends = !ends;
    if (ends) {
      stolen += (shares.shift() ?? 0) * 1000;
      all += 1000;
    }
    return { stolen, all };
  };
}

const silent = { progress() {}, onRounds() {} };

const sample = (units: number) => ({ units, milliseconds: 1, clientCpu: 1, serverCpu: 1 });

test('a round that others disturbed is measured again, and does not count where there are others', async () => {
  const unitsOf = async (...shares: number[]) => {
    let round = 0;
    const contestant = { name: 'a', turn: async () => sample(++round) };
    const [outcome] = await contest([contestant], { ...plans.tiny, rounds: 2 }, silent, machine(...shares));
    return outcome?.samples.map(({ units }) => units);
  };
  expect(await unitsOf()).toEqual([1, 2]);
  expect(await unitsOf(0, 0.1)).toEqual([1, 3]);
  // No more than twice as many, and of these the best.
  expect(await unitsOf(0.1, 0.4, 0.2, 0.3)).toEqual([1, 3]);
});

test('what others took of the rounds that count is told, once they are known', async () => {
  const told: (readonly number[])[] = [];
  const contestant = { name: 'a', turn: async () => sample(1) };
  const listening = { progress() {}, onRounds: (stolen: readonly number[]) => void told.push(stolen) };
  const plan = { ...plans.tiny, rounds: 2, patience: 3 };
  await contest([contestant], plan, listening, machine(0.5, 0.25, 0.5, 0.005, 0.5, 0.5));
  expect(told).toEqual([[0.25, 0.005]]);
});

test('long warm-ups are done in parts, in turn: nobody is idle while others have all of theirs', async () => {
  const turns: string[] = [];
  const contestant = (name: string, warmUp: number) => ({
    name,
    warmUp,
    async turn() {
      turns.push(name);
      return sample(10);
    },
  });
  const plan = { ...plans.tiny, warmUp: 1 };
  await contest([contestant('a', 320), contestant('b', 160), contestant('c', 0)], plan, silent, machine());
  const measured = 3;
  expect(turns.slice(0, -measured).join('')).toBe('caab'.repeat(16));
  turns.length = 0;
  await contest([contestant('a', 0), contestant('b', 0)], plan, silent, machine());
  expect(turns.join('')).toBe('baab');
});

test('all have a turn in each round, and one that fails has no more', async () => {
  const turns: string[] = [];
  const contestant = (name: string, most = Number.POSITIVE_INFINITY, error = new Error('broken')) => ({
    name,
    async turn() {
      if (turns.filter(turn => turn === name).length >= most) throw error;
      turns.push(name);
      return sample(1);
    },
  });
  const contestants = [contestant('a'), contestant('b', 1), contestant('c', 0, new Lacking('no such thing'))];
  const outcomes = await contest(contestants, { ...plans.tiny, rounds: 3 }, silent, machine());
  expect(outcomes.map(({ samples, failure, lacking }) => [samples.length, failure, lacking])).toEqual([
    [3, undefined, false],
    [1, 'broken', false],
    [0, 'no such thing', true],
  ]);
  expect(turns).toEqual(['a', 'b', 'a', 'a']);
});
