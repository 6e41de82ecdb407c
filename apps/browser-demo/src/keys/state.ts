/** What the view of keys has for itself: whose keys, which node, and all that was worked out of the connection. */
import { computed, effect, signal } from '@preact/signals';
import type { Sender } from '@tlskit/tls-inspect';
import type { KeyNode } from '../lab/key-nodes.ts';
import { connection, done, picked, pointedNode, position, stops, trouble, view } from '../state/show.ts';
import { layoutOf } from './layout.ts';
import { type Keying, keyingOf } from './model.ts';

export const keying = signal<Keying | undefined>(undefined);
/** The end that is asked for. */
const wished = signal<Sender>('client');
/** Number of the node that was chosen by hand. */
const picking = signal<number | undefined>(undefined);

/** The end that is looked at: of a server elsewhere nothing is known. */
export const at = computed<Sender>(() =>
  keying.value?.ends[wished.value].points.length === 0 ? 'client' : wished.value,
);
export const end = computed(() => keying.value?.ends[at.value]);
export const layout = computed(() => layoutOf(end.value?.nodes ?? []));

/** How many steps were done at the stop before this one: what is behind them is new. */
const doneBefore = computed(() => stops.value[position.value - 1]?.done ?? 0);

export type Stage = 'there' | 'new' | 'to come';

/** How a thing stands at this stop. @param step of the connection in which it comes about */
export function stageAt(step: number): Stage {
  if (step >= done.value) return 'to come';
  return step >= doneBefore.value ? 'new' : 'there';
}

/** The node that is looked at: the one that was chosen, or that somebody speaks of, or else the newest. */
export const chosen = computed<KeyNode | undefined>(() => {
  const nodes = end.value?.nodes ?? [];
  const pointed = nodes.find(({ name }) => name === pointedNode.value);
  return nodes[picking.value ?? -1] ?? pointed ?? nodes.findLast(({ step }) => step < done.value) ?? nodes[0];
});

export function choose(number: number): void {
  picking.value = number;
}

export function lookAt(sender: Sender): void {
  wished.value = sender;
  picking.value = undefined;
}

/** Reads a record, in the view that is made for it. */
export function readRecord(number: number): void {
  picked.value = number;
  view.value = 'handshake';
}

effect(() => {
  const shown = connection.value;
  if (shown === undefined || view.value !== 'keys' || keying.peek()?.connection === shown) return;
  keyingOf(shown).then(
    made => {
      if (connection.peek() !== shown) return;
      picking.value = undefined;
      keying.value = made;
    },
    (error: unknown) => {
      trouble.value = String(error);
    },
  );
});

effect(() => {
  if (pointedNode.value !== undefined) picking.value = undefined;
});
