/** The CPU profile of what a process does between two calls, by V8's own sampling profiler, as `--cpu-prof` takes it. */
import { type Profiler, Session } from 'node:inspector/promises';

/** Microseconds between samples. */
const INTERVAL = 200;

let session: Session | undefined;

export async function startProfile(): Promise<void> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.post('Profiler.start');
}

export async function stopProfile(): Promise<Profiler.Profile> {
  if (session === undefined) throw new Error('no profile was begun');
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  return profile;
}
