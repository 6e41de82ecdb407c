/** What a link says, in its fragment: the settings, what somebody in between does, and what is looked at. No server ever sees it. */
import { fromFragment, type Settings, toFragment } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { type TourPlace, tourFrom, tourSettings, tourText } from './tour.ts';

export const views = ['handshake', 'keys', 'tamper', 'live', 'learn'] as const;

export type View = (typeof views)[number];

export interface Link {
  readonly settings: Settings;
  readonly tampering: Tampering | undefined;
  readonly view: View;
  /** Number of the stop; undefined for the last one. */
  readonly stop: number | undefined;
  /** Whether it is a stop of the connection that was resumed. */
  readonly before: boolean;
  /** Where a guided tour is, which then says what is looked at. */
  readonly tour: TourPlace | undefined;
}

/** Without the `#`. */
export function toLink({ settings, tampering, view, stop, before, tour }: Link): string {
  return [
    toFragment(settings),
    ...(tampering === undefined ? [] : [`tamper=${tamperingText(tampering)}`]),
    ...(view === 'handshake' ? [] : [`view=${view}`]),
    ...(stop === undefined ? [] : [`stop=${stop}`]),
    ...(before ? ['before=1'] : []),
    ...(tour === undefined ? [] : [`tour=${tourText(tour)}`]),
  ].join('&');
}

/** Undefined where it is no link of ours; what makes no sense in one is as if it were not there. */
export function fromLink(fragment: string): Link | undefined {
  const values = new URLSearchParams(fragment);
  const tour = tourFrom(values.get('tour') ?? '');
  // A tour has settings of its own, where the link has none.
  const settings = fromFragment(fragment) ?? (tour && tourSettings(tour.name));
  if (settings === undefined) return undefined;
  const stop = values.get('stop') ?? '';
  return {
    settings,
    tampering: tamperingFrom(values.get('tamper') ?? ''),
    view: views.find(view => view === values.get('view')) ?? 'handshake',
    stop: /^\d{1,4}$/.test(stop) ? Number(stop) : undefined,
    before: values.get('before') === '1',
    tour,
  };
}

/** `change.RECORD.OFFSET.VALUE`, or another action with the record alone; the value in two hexadecimal digits. */
function tamperingText(tampering: Tampering): string {
  const { action, record } = tampering;
  if (action !== 'change') return `${action}.${record}`;
  return `change.${record}.${tampering.offset}.${tampering.value.toString(16).padStart(2, '0')}`;
}

function tamperingFrom(text: string): Tampering | undefined {
  const [action, record = '', offset = '', value = ''] = text.split('.');
  if (!isNumber(record)) return undefined;
  if (action === 'drop' || action === 'repeat' || action === 'swap') return { action, record: Number(record) };
  if (action !== 'change' || !isNumber(offset) || !/^[0-9a-f]{2}$/.test(value)) return undefined;
  return { action, record: Number(record), offset: Number(offset), value: Number.parseInt(value, 16) };
}

function isNumber(text: string): boolean {
  return /^\d{1,5}$/.test(text);
}
