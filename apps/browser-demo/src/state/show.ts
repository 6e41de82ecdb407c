/** What the page shows: every part of it reads these signals, and changes them by the functions. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { RecordEntry } from '@tlskit/tls-inspect';
import type { Connection } from '../lab/run.ts';
import { changed, defaults, type Settings } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { fromLink, type Link, toLink, type View } from './link.ts';
import { endsAt, recordAt, stopsOf } from './stops.ts';
import { type TourName, type TourPlace, tourSettings } from './tour.ts';

/** A connection on the page, wherever it came from. */
export interface Shown {
  readonly connection: Connection;
  /** The one that it resumes. */
  readonly before: Connection | undefined;
  /** Of another place: a real server. */
  readonly live: boolean;
  /** What it was made by, which is not what is chosen where a later run came to nothing; undefined of a real server. */
  readonly chosen: { readonly settings: Settings; readonly tampering: Tampering | undefined } | undefined;
}

const start: Link = fromLink(location.hash.slice(1)) ?? {
  settings: defaults('1.3', newSeed()),
  tampering: undefined,
  view: 'handshake',
  stop: undefined,
  before: false,
  tour: undefined,
};

export const settings = signal<Settings>(start.settings);
export const tampering = signal<Tampering | undefined>(start.tampering);
export const view = signal<View>(start.view);
export const shown = signal<Shown | undefined>(undefined);
/** What went wrong with the page itself. */
export const trouble = signal<string | undefined>(undefined);
/** Whether a run is under way. */
export const busy = signal(false);
/** Whether the connection that was resumed is looked at. */
export const inBefore = signal(false);
/** Number of the stop that is looked at. */
export const position = signal(0);
/** Number of the record that was picked by hand, until the next step. */
export const picked = signal<number | undefined>(undefined);
/** Where a guided tour is, while there is one. */
export const tour = signal<TourPlace | undefined>(start.tour);
/** The path of the field of the record that somebody speaks of, for `fieldAt` of lab/fields.ts: it is to be open, and marked. */
export const pointed = signal<string | undefined>(undefined);
/** The name of the node of the key schedule that somebody speaks of. */
export const pointedNode = signal<string | undefined>(undefined);

export const connection = computed(() => (inBefore.value ? shown.value?.before : shown.value?.connection));
export const stops = computed(() => (connection.value === undefined ? [] : stopsOf(connection.value)));
export const stop = computed(() => stops.value[position.value]);
/** How many steps are done at the stop. */
export const done = computed(() => stop.value?.done ?? 0);
export const ends = computed(() => (connection.value === undefined ? undefined : endsAt(connection.value, done.value)));
export const records = computed<readonly RecordEntry[]>(() =>
  stops.value.flatMap(({ step }) => (step.type === 'record' ? [step.entry] : [])),
);
/** The record that is read. */
export const record = computed<RecordEntry | undefined>(
  () => records.value[picked.value ?? recordAt(stops.value, position.value) ?? -1],
);
export const link = computed(() =>
  toLink({
    settings: settings.value,
    tampering: tampering.value,
    view: view.value,
    stop: position.value,
    before: inBefore.value,
    tour: tour.value,
  }),
);

/** Goes to a stop, or as near as there is one. */
export function goTo(number: number): void {
  batch(() => {
    picked.value = undefined;
    position.value = Math.max(0, Math.min(number, stops.value.length - 1));
  });
}

/** Looks at the connection that was resumed, or at the one that resumes it, from its beginning. */
export function look(before: boolean): void {
  batch(() => {
    inBefore.value = before;
    goTo(0);
  });
}

/** Other settings are another connection: nobody is in between any more. */
export function change(some: Partial<Settings>): void {
  batch(() => {
    settings.value = changed(settings.value, some);
    tampering.value = undefined;
  });
}

export function tamper(how: Tampering | undefined): void {
  tampering.value = how;
}

/** Begins a guided tour, in a connection of its own settings. @param step to begin at, the first one unless given */
export function guide(name: TourName, step = 0): void {
  batch(() => {
    change(tourSettings(name, settings.value.seed));
    tour.value = { name, step };
    // The panel of the tour, which is there, knows whether it is keys that are looked at.
    view.value = 'handshake';
  });
}

export function newSeed(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Puts a connection on the page. @param at the stop to begin at, the first one unless given @param before whether it is one of the connection before */
export function show(what: Shown, at = 0, before = false): void {
  batch(() => {
    shown.value = what;
    inBefore.value = before && what.before !== undefined;
    goTo(at);
  });
}

/** Runs what is chosen, now and whenever something else is; keeps the address of the page. */
export function begin(): void {
  let wanted = 0;
  let { stop: at = 0, before: isBefore } = start;
  effect(() => {
    const [chosen, how] = [settings.value, tampering.value];
    const mine = ++wanted;
    busy.value = true;
    void runLab(chosen, how).then(
      ({ connection, before }) => {
        if (mine !== wanted) return;
        batch(() => {
          busy.value = false;
          trouble.value = undefined;
          show({ connection, before, live: false, chosen: { settings: chosen, tampering: how } }, at, isBefore);
        });
        [at, isBefore] = [0, false];
      },
      (error: unknown) => {
        if (mine !== wanted) return;
        busy.value = false;
        trouble.value = error instanceof Error ? error.message : String(error);
      },
    );
  });
  effect(() => {
    if (shown.value !== undefined && !shown.value.live) history.replaceState(null, '', `#${link.value}`);
  });
  addEventListener('hashchange', () => {
    const said = fromLink(location.hash.slice(1));
    if (said === undefined) {
      // The way to the content goes by a fragment too.
      history.replaceState(null, '', `#${link.value}`);
      return;
    }
    [at, isBefore] = [said.stop ?? 0, said.before];
    batch(() => {
      settings.value = said.settings;
      tampering.value = said.tampering;
      view.value = said.view;
      tour.value = said.tour;
    });
  });
}

async function runLab(chosen: Settings, how: Tampering | undefined) {
  const { run } = await import('../lab/run.ts');
  return run(chosen, how);
}
