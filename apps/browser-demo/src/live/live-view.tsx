/** A connection to a real server: whom to speak to, what is said, and the same view of it as of the page's own. */
import '../style/live.css';
import { HandshakeView } from '../handshake-view.tsx';
import { PlayerBar } from '../player/player-bar.tsx';
import { shown } from '../state/show.ts';
import { texts } from '../texts/live.ts';
import { LiveForm } from './live-form.tsx';
import { relays } from './relays.ts';
import { answer, chosen, isChoosing, phase, problem } from './session.ts';
import { Talk } from './talk.tsx';
import { wordsFor } from './words.ts';

export function LiveView() {
  return (
    <>
      <section class="card live" aria-labelledby="live">
        <h2 id="live" tabIndex={-1}>
          {texts.title}
        </h2>
        <p class="quiet">{texts.lead}</p>
        {relays.length === 0 ? <NoRelay /> : <Choices />}
        <Status />
        {(phase.value === 'open' || answer.value !== '') && <Talk />}
      </section>
      {shown.value?.live && (
        <>
          <PlayerBar />
          <HandshakeView />
        </>
      )}
    </>
  );
}

function Choices() {
  return (
    <details
      open={isChoosing.value}
      onToggle={({ currentTarget }) => {
        isChoosing.value = currentTarget.open;
      }}
    >
      <summary>
        {chosen.value === undefined ? texts.choices : texts.chosen(chosen.value.host, chosen.value.port)}
      </summary>
      <LiveForm relays={relays} />
    </details>
  );
}

function NoRelay() {
  return (
    <>
      <p>{texts.none.why}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and by keys too */}
      <pre class="wide" tabIndex={0}>
        {texts.none.commands}
      </pre>
    </>
  );
}

function Status() {
  const isUnverified = chosen.value?.roots === undefined && (phase.value === 'open' || phase.value === 'closing');
  return (
    <>
      <p role="status" class="quiet">
        {[texts.phase[phase.value], ...(isUnverified ? [texts.unverified] : [])].join(' ')}
      </p>
      <div role="alert">{problem.value !== undefined && <p class="trouble">{wordsFor(problem.value)}</p>}</div>
    </>
  );
}
