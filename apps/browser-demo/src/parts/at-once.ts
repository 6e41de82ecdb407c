import { effect } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Runs again at once when a signal that it reads changes. What `useSignalEffect` runs waits for the next frame, and a key that is pressed
 * before that would meet the tab stops of before.
 * @param inputs what `run` reads besides signals
 */
export function useEffectAtOnce(run: () => void, inputs: readonly unknown[]): void {
  useLayoutEffect(() => effect(run), inputs);
}
