/** What happens at a stop, in a few words. */
import { messageName } from '../lab/messages.ts';
import type { Stop } from '../state/stops.ts';
import { texts } from '../texts.ts';

const { player: words } = texts;

export function wordsOf(step: Stop['step']): string {
  switch (step.type) {
    case 'record':
      return words.record(step.entry.sender, step.entry.record.bytes.length);
    case 'message':
      return words.message(step.at, step.direction, messageName(step.bytes));
    case 'data':
      return words.data(step.at, step.bytes.length);
    case 'alert':
      return words.alert(step.at, step.name);
    case 'connected':
      return words.connected(step.at);
    case 'closed':
      return words.closed(step.at, step.error?.message);
  }
}
