/**
 * The connection in time: a line of life for each end, records as arrows between them, and what each end does on its line. It is a grid: one
 * stop of the Tab key, walked with the arrow keys; where one is, the rest of the page is too.
 */
import '../style/diagram.css';
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
  const box = useRef<HTMLElement>(null);
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
    <section class="diagram" ref={box} aria-labelledby="diagram">
      <h2 id="diagram" class="unseen">
        {words.title}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows one walks through is a grid */}
      <table role="grid" aria-labelledby="diagram" onKeyDown={onKey}>
        <Heads />
        {flights.map(flight => (
          <FlightRows key={flight.number} flight={flight} />
        ))}
      </table>
    </section>
  );
}

function FlightRows({ flight }: { readonly flight: Flight }) {
  const { number, sender, stops: inIt, entries, bytes, start, end } = flight;
  const isHere = useComputed(() => inIt.some(stop => stop.number === position.value)).value;
  const isLater = useComputed(() => (inIt[0]?.number ?? 0) > position.value).value;
  return (
    <tbody class="flight">
      <tr class={`track heading ${sender ?? ''} ${isLater ? 'later' : ''}`}>
        <td class="step-time" />
        <th class="lanes" scope="rowgroup" colSpan={2}>
          <h3>{words.flight(number + 1, sender)}</h3>
          <small>{words.took(entries.length, end - start)}</small>
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
        </th>
        <td class="step-size">{words.number(bytes)}</td>
      </tr>
      {inIt.map(stop => (
        <Row key={stop.number} stop={stop} />
      ))}
    </tbody>
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
  const above = top - outer.top - (box.querySelector('thead')?.clientHeight ?? 0) - height;
  const below = bottom - outer.bottom + height;
  const by = above < 0 ? above : Math.max(0, below);
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (by !== 0) box.scrollBy({ top: by, behavior: isStill ? 'auto' : 'smooth' });
}
