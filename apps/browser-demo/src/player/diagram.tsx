/** The connection in time: what each end does on its side, and the records between them. */
import { goTo, position, stops } from '../state/show.ts';
import { diagramTexts as words } from '../texts/player.ts';
import { wordsOf } from './words.ts';

export function Diagram() {
  return (
    <section class="diagram" aria-label={words.title}>
      <ol>
        {stops.value.map(({ number, step }) => (
          <li key={number}>
            <button
              type="button"
              aria-current={number === position.value ? 'step' : undefined}
              onClick={() => goTo(number)}
            >
              {wordsOf(step)}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
