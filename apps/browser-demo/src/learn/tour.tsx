/** The panel of a guided tour: it says what is seen, and takes the page there. */
import '../style/learn.css';
import { batch, untracked, useComputed, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { focusOn } from '../parts/focus.ts';
import { busy, goTo, guide, inBefore, pointed, pointedNode, type Shown, shown, tour, view } from '../state/show.ts';
import type { TourPlace } from '../state/tour.ts';
import { texts } from '../texts/tours.ts';
import { stopOf, type TourStep, tours } from './tours.ts';

const { panel: words } = texts;

interface StepWords {
  readonly title: string;
  readonly text: string;
  readonly section: string;
}

export function Tour() {
  const panel = useRef<HTMLElement>(null);
  // Going there has effects on the page; what else changes on it has none on the tour.
  useSignalEffect(() => {
    const [place, what, waiting] = [tour.value, shown.value, busy.value];
    if (place === undefined || what === undefined || what.live || waiting) return;
    untracked(() => goThere(stepOf(place), what));
  });
  useEffect(() => {
    // Whoever began it from another view has lost the button that did it.
    if (document.activeElement === null || document.activeElement === document.body) panel.current?.focus();
    return forget;
  }, []);
  const isFound = useComputed(() => {
    const [place, what] = [tour.value, shown.value];
    return place === undefined || what === undefined || stopOf(stepOf(place), what) !== undefined;
  });

  const place = tour.value;
  if (place === undefined) return null;
  const { name, steps } = texts.tours[place.name];
  const { key, before } = stepOf(place);
  const { title, text, section } = (steps as Readonly<Record<string, StepWords>>)[key] as StepWords;
  const last = tours[place.name].length - 1;
  const at = Math.min(place.step, last);
  return (
    <section
      class="tour"
      ref={panel}
      tabIndex={-1}
      aria-label={words.label(name)}
      onKeyDown={event => {
        if (keys(event.key, at, last)) event.preventDefault();
      }}
    >
      <div class="says" aria-live="polite">
        <h2>{title}</h2>
        {before && <p class="quiet">{words.before}</p>}
        {isFound.value ? (
          <p>
            {text} <small>{section}</small>
          </p>
        ) : (
          <p>{words.elsewhere}</p>
        )}
      </div>
      <div class="steps">
        <p class="count">
          <span>{name}</span> <span>{words.of(at + 1, last + 1)}</span>
        </p>
        {!isFound.value && (
          <button type="button" onClick={() => guide(place.name, at)}>
            {words.own}
          </button>
        )}
        <button type="button" aria-disabled={at === 0} onClick={() => go(at - 1, last)}>
          {words.back}
        </button>
        <button type="button" class="next" aria-disabled={at === last} onClick={() => go(at + 1, last)}>
          {words.next}
        </button>
        <button type="button" onClick={end}>
          {words.end}
        </button>
      </div>
    </section>
  );
}

function stepOf({ name, step }: TourPlace): TourStep {
  const steps: readonly TourStep[] = tours[name];
  return (steps[step] ?? steps.at(-1)) as TourStep;
}

/** Makes the page show what a step speaks of. */
function goThere(step: TourStep, what: Shown): void {
  const stop = stopOf(step, what);
  batch(() => {
    pointed.value = stop && step.field;
    pointedNode.value = stop && step.node;
    if (stop === undefined) return;
    inBefore.value = step.before === true;
    view.value = step.node === undefined ? 'handshake' : 'keys';
    goTo(stop.number);
  });
}

function go(step: number, last: number): void {
  const place = tour.value;
  if (place !== undefined && step >= 0 && step <= last) tour.value = { ...place, step };
}

/** Whether the key means something here. */
function keys(key: string, at: number, last: number): boolean {
  if (key === 'ArrowLeft') go(at - 1, last);
  else if (key === 'ArrowRight') go(at + 1, last);
  else if (key === 'Escape') end();
  else return false;
  return true;
}

function end(): void {
  tour.value = undefined;
  focusOn('content');
}

function forget(): void {
  pointed.value = undefined;
  pointedNode.value = undefined;
}
