/** The connection to a real server that the page has, whatever view is looked at. */
import { batch, signal } from '@preact/signals';
import type { LiveConnection, LiveSettings, Problem } from '../lab/live.ts';
import { picked, position, show, shown, stops, trouble } from '../state/show.ts';

export type Phase = 'none' | 'opening' | 'open' | 'closing' | 'over';

export const phase = signal<Phase>('none');
/** Of the last one. */
export const problem = signal<Problem | undefined>(undefined);
/** What was chosen for it. */
export const chosen = signal<LiveSettings | undefined>(undefined);
/** Whether the choices are in sight: they make room for what comes of them. */
export const isChoosing = signal(true);
/** What the server has said, as text. */
export const answer = signal('');

/** Milliseconds between two looks at what has come. */
const PACE = 120;

let abort = new AbortController();
let current: LiveConnection | undefined;

/** Instead of any that there is. */
export async function connect(settings: LiveSettings): Promise<void> {
  abort.abort();
  const mine = new AbortController();
  abort = mine;
  batch(() => {
    phase.value = 'opening';
    problem.value = undefined;
    answer.value = '';
    chosen.value = settings;
  });
  const lab = await load();
  if (lab === undefined) {
    if (mine === abort) over(undefined);
    return;
  }
  const { LiveConnection, problemOf } = lab;
  if (mine.signal.aborted) {
    if (mine === abort) over({ type: 'cancelled' });
    return;
  }
  const decoder = new TextDecoder();
  let isShown = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const put = (): void => {
    clearTimeout(timer);
    timer = undefined;
    // Nothing has come back: there is nothing to look at yet.
    if (current === undefined || mine !== abort || !current.hasHeard) return;
    if (!isShown) isChoosing.value = false;
    if (isShown) grow(current);
    // At its end, where something new is seen as it comes.
    else
      show(
        { connection: current.connection, before: undefined, live: true, chosen: undefined },
        Number.MAX_SAFE_INTEGER,
      );
    isShown = true;
  };
  const isMine = (): boolean => mine === abort;
  try {
    current = new LiveConnection(
      settings,
      {
        changed: () => {
          timer ??= setTimeout(put, PACE);
        },
        connected: () => {
          if (isMine()) phase.value = 'open';
        },
        data: bytes => {
          if (isMine()) answer.value += decoder.decode(bytes, { stream: true });
        },
        ended: why => {
          if (!isMine()) return;
          put();
          over(why);
        },
      },
      mine.signal,
    );
  } catch (error) {
    over(problemOf(error));
  }
}

/** Undefined where it cannot be loaded, which the page then tells. */
async function load(): Promise<typeof import('../lab/live.ts') | undefined> {
  try {
    return await import('../lab/live.ts');
  } catch (error) {
    trouble.value = String(error);
    return undefined;
  }
}

export function say(text: string): void {
  current?.say(new TextEncoder().encode(text));
}

export function close(): void {
  phase.value = 'closing';
  current?.close();
}

export function cancel(): void {
  abort.abort();
}

function over(why: Problem | undefined): void {
  batch(() => {
    phase.value = 'over';
    problem.value = why;
  });
}

/** Who looks at the end goes on looking at it; everybody else stays where they are. */
function grow(live: LiveConnection): void {
  if (shown.value?.live !== true) return;
  const { connection } = live;
  if (connection === shown.value.connection) return;
  batch(() => {
    const isAtEnd = position.value === stops.value.length - 1 && picked.value === undefined;
    shown.value = { connection, before: undefined, live: true, chosen: undefined };
    if (isAtEnd) position.value = stops.value.length - 1;
  });
}
