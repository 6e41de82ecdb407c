/** Playing: one stop after the other until the last, as long as nobody pauses. */
import { effect, signal } from '@preact/signals';
import { goTo, position, stops } from '../state/show.ts';

/** Milliseconds a stop. */
const PACE = 900;

export const playing = signal(false);

/** Plays or pauses; at the end, it begins anew. */
export function toggle(): void {
  if (!playing.value && position.value >= stops.value.length - 1) goTo(0);
  playing.value = !playing.value;
}

effect(() => {
  if (!playing.value) return;
  const timer = setInterval(() => {
    goTo(position.value + 1);
    if (position.value >= stops.value.length - 1) playing.value = false;
  }, PACE);
  return () => clearInterval(timer);
});
