/** Several things in one place, one at a time (WAI-ARIA tabs): arrow keys, Home and End go from one to the other. */
import '../style/tabs.css';
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';

interface TabsProps<K extends string> {
  /** Of the list of tabs. */
  readonly label: string;
  /** What ids on the page begin with. */
  readonly id: string;
  readonly tabs: readonly { readonly key: K; readonly name: string; readonly Content: ComponentType }[];
  readonly chosen: Signal<K>;
}

export function Tabs<K extends string>({ label, id, tabs, chosen }: TabsProps<K>) {
  const at = Math.max(
    0,
    tabs.findIndex(({ key }) => key === chosen.value),
  );
  const tab = tabs[at];
  if (tab === undefined) return null;
  const choose = (number: number): void => {
    const { key } = tabs[(number + tabs.length) % tabs.length] as (typeof tabs)[number];
    chosen.value = key;
    document.getElementById(`${id}-${key}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(next);
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(({ key, name }, number) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-selected={number === at}
            aria-controls={number === at ? `${id}-panel` : undefined}
            tabIndex={number === at ? 0 : -1}
            onClick={() => choose(number)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab.key}`}>
        <tab.Content />
      </div>
    </div>
  );
}
