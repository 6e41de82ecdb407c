import { expect, it } from 'vitest';
import { countStep } from '../steps.mjs';

it('counts a step that did not count itself as one', () => {
  expect(countStep(undefined, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countStep(undefined, 2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('takes the counts of a step that did', () => {
  expect(countStep('{"passed":3,"failed":0}', 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
  expect(countStep('{"passed":3,"failed":1,"skipped":2}', 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

it('never lets counts hide that a step failed', () => {
  expect(countStep('{"passed":3,"failed":0}', 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(countStep('torn', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countStep('{"passed":"3"}', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
