/** Somebody in between the two ends: what is done, who notices, and what is forgiven. */
import '../style/tamper.css';
import { shown } from '../state/show.ts';
import { texts } from '../texts/tamper.ts';
import { ByHand } from './by-hand.tsx';
import { Examples } from './examples-list.tsx';
import { OutcomeView } from './outcome-view.tsx';
import { TableView } from './table-view.tsx';

export function TamperView() {
  // What would be listed are records of the page's own connection, which is not the one that is shown.
  const isLive = shown.value?.live === true;
  return (
    <section class="tamper" aria-labelledby="tamper-title">
      <header>
        <h2 id="tamper-title">{texts.title}</h2>
        <p>{isLive ? texts.notLive : texts.lead}</p>
      </header>
      {!isLive && (
        <>
          <OutcomeView />
          <Examples />
          <ByHand />
          <TableView />
        </>
      )}
    </section>
  );
}
