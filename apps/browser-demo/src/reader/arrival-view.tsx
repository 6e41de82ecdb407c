/** What was sent beside what arrived, and what came of it. */
import { type Outcome, outcomeOf } from '../lab/outcome.ts';
import { connection } from '../state/show.ts';
import { reader } from '../texts/reader.ts';
import type { Arrival, Difference } from './arrival.ts';

const { between: words } = reader;

export function ArrivalView({ arrival }: { readonly arrival: Arrival }) {
  const whole = connection.value;
  return (
    <div class="between">
      <p>{words.lead}</p>
      <p>{describe(arrival)}</p>
      {arrival.type === 'changed' && <Differences differences={arrival.differences} />}
      {whole !== undefined && (
        <section>
          <h3>{words.outcome}</h3>
          {/* By itself: whether anything was forged is for whoever has the undisturbed one. */}
          {outcomeWords(outcomeOf(whole, whole)).map(text => (
            <p key={text}>{text}</p>
          ))}
        </section>
      )}
    </div>
  );
}

function describe(arrival: Arrival): string {
  switch (arrival.type) {
    case 'changed':
      return words.changed(arrival.bytes);
    case 'repeated':
      return words.times(arrival.times);
    default:
      return words[arrival.type];
  }
}

function outcomeWords(outcome: Outcome): readonly string[] {
  switch (outcome.type) {
    case 'noticed':
      return [words.noticed(outcome.by, outcome.state, outcome.message), words.alert(outcome.by, outcome.alert)];
    case 'waiting':
      return [words.waiting(outcome.client, outcome.server)];
    default:
      return [words.accepted];
  }
}

function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  const { offset, sent, arrived } = words.columns;
  return (
    <table class="differences">
      <thead>
        <tr>
          <th scope="col">{offset}</th>
          <th scope="col">{sent}</th>
          <th scope="col">{arrived}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(line => (
          <tr key={line.offset}>
            <th scope="row">{line.offset.toString(16).padStart(4, '0')}</th>
            <td>
              <span class="sent-or-arrived">{sent}</span> <Line bytes={line.sent} other={line.arrived} />
            </td>
            <td>
              <span class="sent-or-arrived">{arrived}</span> <Line bytes={line.arrived} other={line.sent} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The bytes that the other has not are marked. */
function Line({ bytes, other }: { readonly bytes: Uint8Array; readonly other: Uint8Array }) {
  return (
    <code>
      {Array.from(bytes, (byte, i) => {
        const text = byte.toString(16).padStart(2, '0');
        return byte === other[i] ? `${text} ` : [<mark key={i}>{text}</mark>, ' '];
      })}
    </code>
  );
}
