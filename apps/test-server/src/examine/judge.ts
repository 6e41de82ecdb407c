/** What to make of what a client did. */
import type { Expectation, Outcome } from '../faults/expectation.ts';

/** How the client's program ended. */
export interface ClientExit {
  /** Null where it was ended by a signal, of the system's or of ours. */
  readonly code: number | null;
  readonly timedOut: boolean;
  /** The end of what it said on standard error. */
  readonly said: string;
}

/** `right` with the alert that is best or none to be seen; `other` refuses as it should and says it by another alert, or by none. */
export type Grade = 'right' | 'other' | 'wrong';

export interface Judgement {
  readonly grade: Grade;
  /** What was done, in words. */
  readonly words: string;
}

/** @param outcomes of the connections that the client made */
export function judge({ verdict, alerts }: Expectation, exit: ClientExit, outcomes: readonly Outcome[]): Judgement {
  const seen = [...new Set(outcomes.flatMap(outcome => outcome.alerts))];
  const told = seen.length === 0 ? 'no alert' : seen.join(', ');
  if (outcomes.length === 0) return { grade: 'wrong', words: 'did not connect' };
  if (exit.timedOut) return { grade: 'wrong', words: 'did not end' };
  if (verdict === 'either') return { grade: 'right', words: exit.code === 0 ? 'accepted' : `refused: ${told}` };
  if (verdict === 'accept') {
    if (exit.code === 0) return { grade: 'right', words: 'accepted' };
    return { grade: 'wrong', words: `refused what is allowed: exit code ${exit.code}, ${told}` };
  }
  if (exit.code === 0) return { grade: 'wrong', words: `accepted: ${told}` };
  if (alerts.length === 0 || seen.some(alert => alerts.includes(alert))) {
    return { grade: 'right', words: alerts.length === 0 ? 'refused' : `refused: ${told}` };
  }
  return { grade: 'other', words: `refused: ${told}` };
}
