/** What the view works on: the connection as it is with nobody in between, and the byte that is looked at. */
import { batch, computed, effect, signal } from '@preact/signals';
import { type Connection, run } from '../lab/run.ts';
import type { Settings } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { settings, tamper, tampering, trouble, view } from '../state/show.ts';
import { recordsOf } from './records.ts';

interface Undisturbed {
  readonly settings: Settings;
  readonly connection: Connection;
}

export const undisturbed = signal<Undisturbed | undefined>(undefined);
export const records = computed(() => (undisturbed.value === undefined ? [] : recordsOf(undisturbed.value.connection)));
/** Number of the record. */
export const record = signal(0);
export const offset = signal(0);

export type Action = Tampering['action'];

export const action = computed<Action>(() => tampering.value?.action ?? 'change');

/** What arrives for the byte that is looked at. */
export const value = computed(() => {
  const how = tampering.value;
  if (how?.action === 'change' && how.record === record.value && how.offset === offset.value) return how.value;
  return original.value;
});
export const original = computed(() => records.value[record.value]?.record.bytes[offset.value] ?? 0);

/** Only while somebody looks: it is a run more. */
effect(() => {
  const chosen = settings.value;
  if (view.value !== 'tamper' || undisturbed.peek()?.settings === chosen) return;
  run(chosen).then(
    ({ connection }) => {
      if (settings.peek() === chosen) undisturbed.value = { settings: chosen, connection };
    },
    (error: unknown) => {
      trouble.value = String(error);
    },
  );
});

/** Whoever meddles, by an example or a link: it is the byte that is looked at. */
effect(() => {
  const how = tampering.value;
  if (how === undefined) return;
  record.value = how.record;
  if (how.action === 'change') offset.value = how.offset;
});

/** Another record: what is done to the whole of one is done to this one instead; a changed byte is as it was. */
export function chooseRecord(number: number): void {
  const how = tampering.value;
  batch(() => {
    record.value = number;
    offset.value = 0;
    if (how !== undefined) tamper(how.action === 'change' ? undefined : { action: how.action, record: number });
  });
}

export function chooseAction(chosen: Action): void {
  tamper(chosen === 'change' ? undefined : { action: chosen, record: record.value });
}

export function chooseOffset(chosen: number): void {
  batch(() => {
    offset.value = chosen;
    tamper(undefined);
  });
}

/** The byte that was sent is no change. */
export function chooseValue(chosen: number): void {
  const same = chosen === original.value;
  tamper(same ? undefined : { action: 'change', record: record.value, offset: offset.value, value: chosen });
}
