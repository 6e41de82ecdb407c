/** Forwards and back through the stops of a connection. */
import { useEffect, useState } from 'preact/hooks';
import { goTo, position, stop, stops } from '../state/show.ts';
import { texts } from '../texts.ts';
import { wordsOf } from './words.ts';

const { player: words } = texts;

/** Milliseconds a stop when it plays. */
const PACE = 900;

export function PlayerBar() {
  const [playing, setPlaying] = useState(false);
  const last = stops.value.length - 1;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      if (position.value >= stops.value.length - 1) setPlaying(false);
      else goTo(position.value + 1);
    }, PACE);
    return () => clearInterval(timer);
  }, [playing]);
  const here = stop.value;
  return (
    <fieldset class="player" aria-label={words.title}>
      <button type="button" disabled={position.value <= 0} onClick={() => goTo(0)}>
        {words.first}
      </button>
      <button type="button" disabled={position.value <= 0} onClick={() => goTo(position.value - 1)}>
        {words.back}
      </button>
      <button type="button" aria-pressed={playing} onClick={() => setPlaying(!playing)}>
        {playing ? words.pause : words.play}
      </button>
      <button type="button" disabled={position.value >= last} onClick={() => goTo(position.value + 1)}>
        {words.forward}
      </button>
      <button type="button" disabled={position.value >= last} onClick={() => goTo(last)}>
        {words.last}
      </button>
      <input
        type="range"
        aria-label={words.where}
        min={0}
        max={Math.max(0, last)}
        value={position.value}
        onInput={({ currentTarget }) => goTo(Number(currentTarget.value))}
      />
      <p role="status">{here === undefined ? '' : words.at(here.number + 1, stops.value.length, wordsOf(here.step))}</p>
    </fieldset>
  );
}
