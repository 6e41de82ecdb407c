/** Keys: how they are made, of what, and what proves that both ends have seen the same. */
import '../style/keys.css';
import { done } from '../state/show.ts';
import { keyTexts } from '../texts/keys.ts';
import { Details } from './details.tsx';
import { KeyBlock } from './key-block.tsx';
import { Schedule } from './schedule.tsx';
import { Signatures } from './signatures.tsx';
import { at, end, keying, lookAt } from './state.ts';
import { Transcript } from './transcript.tsx';

const { schedule: words } = keyTexts;

export function KeysView() {
  if (keying.value === undefined || end.value === undefined) return <p class="quiet">{keyTexts.waiting}</p>;
  const { nodes } = end.value;
  const isTls12 = keying.value.suite?.version === 0x0303;
  const there = nodes.filter(({ step }) => step < done.value).length;
  return (
    <div class="keys-view">
      <section aria-labelledby="keys-title">
        <div class="keys-head">
          <h2 id="keys-title">{words.title}</h2>
          <p class="quiet">{words.lead[isTls12 ? '1.2' : '1.3']}</p>
          <EndChoice />
          <p class="quiet key-count">{nodes.length === 0 ? words.nothing : words.count(there, nodes.length)}</p>
        </div>
        {nodes.length > 0 && (
          <div class="keys-body">
            <Schedule />
            <Details />
          </div>
        )}
      </section>
      {isTls12 && <KeyBlock />}
      <Transcript />
      <Signatures />
    </div>
  );
}

/** Both ends compute the same, unless somebody is in between; each in its own order. */
function EndChoice() {
  return (
    <fieldset class="end-choice">
      <legend>{keyTexts.end}</legend>
      {(['client', 'server'] as const).map(sender => (
        <label key={sender}>
          <input
            type="radio"
            name="end"
            checked={at.value === sender}
            disabled={keying.value?.ends[sender].points.length === 0}
            onChange={() => lookAt(sender)}
          />
          {keyTexts.ends[sender]}
        </label>
      ))}
    </fieldset>
  );
}
