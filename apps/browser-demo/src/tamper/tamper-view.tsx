/** Somebody in between the two ends: what is done, who notices, and what is forgiven. */
import '../style/tamper.css';
import { texts } from '../texts/tamper.ts';
import { ByHand } from './by-hand.tsx';
import { Examples } from './examples-list.tsx';
import { OutcomeView } from './outcome-view.tsx';
import { TableView } from './table-view.tsx';

export function TamperView() {
  return (
    <section class="tamper" aria-labelledby="tamper-title">
      <header>
        <h2 id="tamper-title">{texts.title}</h2>
        <p>{texts.lead}</p>
      </header>
      <OutcomeView />
      <Examples />
      <ByHand />
      <TableView />
    </section>
  );
}
