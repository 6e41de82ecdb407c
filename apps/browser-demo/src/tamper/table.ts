/** The table of a whole connection, as it grows: every byte as another one, and what became of it. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { RecordEntry } from '@tlskit/tls-inspect';
import type { Outcome } from '../lab/outcome.ts';
import { type Settings, toFragment } from '../lab/settings.ts';
import { settings, trouble, view } from '../state/show.ts';
import { record, records, undisturbed } from './draft.ts';
import { foremost, groupKey, groupsOf, type Kind, kindOf, type Mode, type Plan, planOf } from './trials.ts';
import { start } from './workers.ts';

export interface Result {
  readonly kind: Kind;
  readonly outcome: Outcome;
}

export interface Table {
  readonly settings: Settings;
  readonly records: readonly RecordEntry[];
  readonly plan: Plan;
  /** By trial; it grows. */
  readonly results: readonly (Result | undefined)[];
  readonly done: number;
  readonly isRunning: boolean;
  /** Milliseconds since the beginning. */
  readonly took: number;
}

export const mode = signal<Mode>('flip');
export const table = signal<Table | undefined>(undefined);
/** The position that is looked at. */
export const active = signal(0);
/** Key of the group that stands out. */
export const chosenGroup = signal<string | undefined>(undefined);

export const groups = computed(() => groupsOf((table.value?.results ?? []).filter(result => result !== undefined)));

/** Positions with a trial of this kind. */
export function positionsOf({ plan, results }: Table, kind: Kind) {
  return plan.positions.filter(({ trials }) => trials.some(trial => results[trial]?.kind === kind));
}

/** What a position shows: of the group that stands out, where one does. */
export function kindAt({ plan, results }: Table, index: number): { kind: Kind | undefined; isFaint: boolean } {
  const found = (plan.positions[index]?.trials ?? []).flatMap(trial => results[trial] ?? []);
  const group = chosenGroup.value;
  const isFaint = group !== undefined && !found.some(({ kind, outcome }) => groupKey(kind, outcome) === group);
  return { kind: foremost(found.map(({ kind }) => kind)), isFaint };
}

let stop: (() => void) | undefined;

export function begin(): void {
  const of = undisturbed.peek();
  if (of === undefined) return;
  cancel();
  const [entries, began] = [records.peek(), performance.now()];
  const plan = planOf(entries, mode.peek(), record.peek());
  const results: (Result | undefined)[] = Array.from(plan.trials, () => undefined);
  let done = 0;
  const tell = (isRunning: boolean) => {
    const took = performance.now() - began;
    table.value = { settings: of.settings, records: entries, plan, results, done, isRunning, took };
  };
  batch(() => {
    active.value = 0;
    chosenGroup.value = undefined;
    tell(true);
  });
  stop = start(
    { settings: of.settings, trials: plan.trials },
    {
      answered(first, outcomes) {
        for (const [index, outcome] of outcomes.entries()) {
          const trial = plan.trials[first + index];
          const entry = trial && entries[trial.record];
          if (trial === undefined || entry === undefined) continue;
          results[first + index] = { outcome, kind: kindOf(outcome, entry, trial, of.settings.version) };
        }
        done += outcomes.length;
        tell(done < plan.trials.length);
      },
      failed(message) {
        cancel();
        trouble.value = message;
      },
    },
  );
}

/** What is known stays. */
export function cancel(): void {
  stop?.();
  stop = undefined;
  if (table.value?.isRunning === true) table.value = { ...table.value, isRunning: false };
}

let isWanted = false;

/** Other settings are another table: where one was there, and is looked at, it begins anew. */
effect(() => {
  const [chosen, without, there] = [settings.value, undisturbed.value, table.peek()];
  if (there !== undefined && toFragment(there.settings) !== toFragment(chosen)) {
    cancel();
    isWanted = view.value === 'tamper';
    table.value = undefined;
  }
  if (!isWanted || without?.settings !== chosen) return;
  isWanted = false;
  begin();
});
