/**
 * The connection in time: a line of life for each end, records as arrows between them, and what each end does on its line. It is a grid: one
 * stop of the Tab key, walked with the arrow keys; where one is, the rest of the page is too.
 */
import { useComputed, useSignalEffect } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { goTo, position, stops } from '../state/show.ts';
import { diagramTexts as words } from '../texts/player.ts';
import { Row } from './diagram-row.tsx';
import { type Flight, flightsOf } from './flights.ts';
import { Heads } from './heads.tsx';
import { proseOf } from './prose.ts';

/** Rows that a page is. */
const PAGE = 10;

export function Diagram() {
  const box = useRef<HTMLDivElement>(null);
  const all = stops.value;
  const flights = useMemo(() => flightsOf(all), [all]);
  useSignalEffect(() => {
    const number = position.value;
    const before = rowOf(box.current, number)?.getBoundingClientRect().top;
    // Not before the rows have been drawn.
    const frame = requestAnimationFrame(() => follow(box.current, number, before));
    return () => cancelAnimationFrame(frame);
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: its rows are not those of a table, which cannot be laid out like this
    <div class="diagram" role="grid" aria-label={words.title} ref={box} onKeyDown={onKey}>
      <Heads />
      {flights.map(flight => (
        <FlightRows key={flight.number} flight={flight} />
      ))}
    </div>
  );
}

function FlightRows({ flight }: { readonly flight: Flight }) {
  const { number, sender, stops: inIt, entries, bytes, start, end } = flight;
  const isHere = useComputed(() => inIt.some(stop => stop.number === position.value)).value;
  return (
    <div class={`flight ${sender ?? ''}`} role="rowgroup">
      <div class="track heading" role="row">
        <span class="time" role="gridcell" />
        <div class="lanes" role="rowheader" aria-colspan={2}>
          <h3>{words.flight(number + 1, sender)}</h3>
          <p class="took">{words.took(entries.length, end - start)}</p>
          {isHere && (
            <ul>
              {proseOf(flight).map(({ name, rest }) => (
                <li key={name + rest}>
                  <b>{name}</b>
                  {rest}
                </li>
              ))}
            </ul>
          )}
        </div>
        <span class="size" role="gridcell">
          {words.number(bytes)}
        </span>
      </div>
      {inIt.map(stop => (
        <Row key={stop.number} stop={stop} />
      ))}
    </div>
  );
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const ways: Readonly<Record<string, number>> = {
    ArrowUp: position.value - 1,
    ArrowDown: position.value + 1,
    PageUp: position.value - PAGE,
    PageDown: position.value + PAGE,
    Home: 0,
    End: stops.value.length - 1,
  };
  const to = ways[event.key];
  if (to === undefined) return;
  event.preventDefault();
  goTo(to);
}

function rowOf(box: HTMLElement | null, number: number): HTMLElement | undefined {
  return box?.querySelector<HTMLElement>(`[data-stop="${number}"]`) ?? undefined;
}

/**
 * Keeps the current row in view, and the focus on it where the focus is on a row; the page itself stays where it is.
 * @param before where the row was before what is above it opened or closed
 */
function follow(box: HTMLElement | null, number: number, before: number | undefined): void {
  const row = rowOf(box, number);
  if (box === null || row === undefined) return;
  const active = document.activeElement;
  if (active !== row && active instanceof HTMLElement && active.dataset.stop !== undefined && box.contains(active)) {
    row.focus({ preventScroll: true });
  }
  const outer = box.getBoundingClientRect();
  const place = row.getBoundingClientRect().top;
  if (before !== undefined && before > outer.top && before < outer.bottom) box.scrollTop += place - before;
  const { top, bottom, height } = row.getBoundingClientRect();
  const above = top - outer.top - (box.firstElementChild?.clientHeight ?? 0) - height;
  const below = bottom - outer.bottom + height;
  const by = above < 0 ? above : Math.max(0, below);
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (by !== 0) box.scrollBy({ top: by, behavior: isStill ? 'auto' : 'smooth' });
}
