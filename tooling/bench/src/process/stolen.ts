/**
 * What others take of a machine that is a guest: time in which its processors had work and the host did not run them (`steal` of
 * proc_stat(5)). It says when figures are not the program's own; what the neighbours do to caches and clocks it does not say.
 */
import { readFileSync } from 'node:fs';

export interface ProcessorTimes {
  readonly stolen: number;
  readonly all: number;
}

/** Since the machine began; undefined where it does not tell. */
export function processorTimes(file = '/proc/stat'): ProcessorTimes | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  // user, nice, system, idle, iowait, irq, softirq, steal; what comes behind them is in user and nice already.
  const times = /^cpu +([\d ]+)/.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number) ?? [];
  const stolen = times[7];
  return stolen === undefined ? undefined : { stolen, all: times.reduce((sum, each) => sum + each) };
}

/** The share of the processors' time, 0 to 1, that others took since then; 0 where nobody can tell. */
export function stolenSince(before: ProcessorTimes | undefined, now = processorTimes()): number {
  if (before === undefined || now === undefined || now.all <= before.all) return 0;
  return (now.stolen - before.stolen) / (now.all - before.all);
}
