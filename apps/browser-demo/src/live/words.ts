/** What went wrong, in words. */
import type { Problem } from '../lab/live.ts';
import { texts } from '../texts/live.ts';

export function wordsFor(problem: Problem): string {
  if (problem.type === 'options') return texts.options(problem.message);
  if (problem.type !== 'tls') return texts.problem[problem.type];
  const { code, message, sentBy, alert } = problem.error;
  if (code === 'ERR_TLS_TRUNCATED') return texts.truncated;
  return sentBy === 'peer' ? texts.theirError(alert) : texts.ourError(sentence(message), alert);
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
