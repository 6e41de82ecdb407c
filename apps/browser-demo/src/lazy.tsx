/** Parts of the page that are loaded when somebody looks at them. */
import { type Signal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { shown, trouble } from './state/show.ts';

/**
 * A component whose module is loaded when it is first shown, though not before the first handshake, which is not to wait for it; until then
 * there is `waiting` in its place.
 */
export function lazily(load: () => Promise<ComponentType>, waiting: string): ComponentType {
  const loaded: Signal<ComponentType | undefined> = signal(undefined);
  let begun = false;
  return function Lazily() {
    if (!begun && (shown.value !== undefined || trouble.value !== undefined)) {
      begun = true;
      load().then(
        component => {
          loaded.value = component;
        },
        (error: unknown) => {
          begun = false;
          trouble.value = String(error);
        },
      );
    }
    const Component = loaded.value;
    return Component === undefined ? <p class="quiet">{waiting}</p> : <Component />;
  };
}
