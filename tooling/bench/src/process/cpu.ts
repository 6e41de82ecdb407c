/** Work that is synchronous and waits for nobody, by CPU time as `openssl speed` counts it: other programs take no part in it. */
import type { Length, Turn } from './turns.ts';

export function repeatNow({ milliseconds, atLeast }: Length, once: () => void): Turn {
  const [begin, before] = [performance.now(), cpuTime()];
  for (let units = 1; ; units++) {
    once();
    if (units >= atLeast && performance.now() - begin >= milliseconds)
      return { units, milliseconds: cpuTime() - before };
  }
}

/** Milliseconds of CPU time of this process. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
