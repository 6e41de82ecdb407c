/** Forwards and back through the stops of a connection. */
import { useEffect } from 'preact/hooks';
import { Icon, type IconName } from '../parts/icon.tsx';
import { goTo, inBefore, look, position, shown, stop, stops } from '../state/show.ts';
import { texts } from '../texts.ts';
import { onKey } from './keys.ts';
import { playing, toggle } from './play.ts';
import { wordsOf } from './words.ts';

const { player: words } = texts;

export function PlayerBar() {
  const last = stops.value.length - 1;
  const at = position.value;
  const here = stop.value;
  const said = here === undefined ? '' : words.at(here.number + 1, stops.value.length, wordsOf(here.step));
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <fieldset class="player" aria-label={words.title}>
      <div class="moves">
        <Move icon="first" disabled={at <= 0} onClick={() => goTo(0)} />
        <Move icon="back" disabled={at <= 0} onClick={() => goTo(at - 1)} />
        <Move icon={playing.value ? 'pause' : 'play'} onClick={toggle} />
        <Move icon="forward" disabled={at >= last} onClick={() => goTo(at + 1)} />
        <Move icon="last" disabled={at >= last} onClick={() => goTo(last)} />
      </div>
      <input
        type="range"
        aria-label={words.where}
        aria-valuetext={said}
        min={0}
        max={Math.max(0, last)}
        value={at}
        onInput={({ currentTarget }) => goTo(Number(currentTarget.value))}
      />
      {/* Playing, it changes faster than it is read out. */}
      <p role="status" aria-live={playing.value ? 'off' : 'polite'}>
        {said}
      </p>
      {shown.value?.before === undefined ? <Keys /> : <Which />}
    </fieldset>
  );
}

interface MoveProps {
  readonly icon: Exclude<IconName, 'again' | 'closed'>;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** One that is disabled keeps the focus: pressing it is what disabled it. */
function Move({ icon, disabled = false, onClick }: MoveProps) {
  return (
    <button
      type="button"
      class={icon}
      aria-label={words[icon]}
      title={words[icon]}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Where a session is resumed there are two connections to look at. */
function Which() {
  return (
    <fieldset class="which" aria-label={words.which}>
      {[true, false].map(before => (
        <label key={before}>
          <input type="radio" name="which" checked={inBefore.value === before} onChange={() => look(before)} />
          {before ? words.before : words.this}
        </label>
      ))}
    </fieldset>
  );
}

function Keys() {
  return (
    <p class="keys">
      {words.keys.map(([key, what]) => (
        <span key={key}>
          <kbd>{key}</kbd> {what}
        </span>
      ))}
    </p>
  );
}
