/** What is said over a connection that stands, and what came back. */
import { useSignal } from '@preact/signals';
import { texts } from '../texts/live.ts';
import { answer, chosen, close, phase, say } from './session.ts';

const { talk: words } = texts;

export function Talk() {
  const text = useSignal(words.usual(chosen.value?.name ?? ''));
  const isOpen = phase.value === 'open';
  return (
    <form
      class="talk"
      aria-label={words.name}
      onSubmit={event => {
        event.preventDefault();
        if (!isOpen) return;
        // What somebody typed has the line ends of the page; protocols of text have others (RFC 9112 §2.2).
        say(text.value.replace(/\r?\n/g, '\r\n'));
      }}
    >
      <div class="ask">
        <label>
          <span>{words.what}</span>
          <textarea
            rows={4}
            spellcheck={false}
            readOnly={!isOpen}
            value={text.value}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value;
            }}
          />
        </label>
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={!isOpen}>
            {words.send}
          </button>
          <button type="button" aria-disabled={!isOpen} onClick={isOpen ? close : undefined}>
            {words.close}
          </button>
        </div>
      </div>
      <div>
        <h3 class="quiet">{words.answer}</h3>
        {answer.value === '' ? (
          <p class="quiet">{words.nothing}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and by keys too
          <pre class="wide answer" tabIndex={0}>
            {answer.value}
          </pre>
        )}
      </div>
    </form>
  );
}
