/** Above each line of life: whose it is, what state it is in, and what it waits for. */
import type { Sender } from '@tlskit/tls-inspect';
import { ends, shown } from '../state/show.ts';
import { sides, diagramTexts as words } from '../texts/player.ts';

export function Heads() {
  return (
    <thead>
      <tr class="track heads">
        <th class="step-time" scope="col">
          {words.columns.time}
        </th>
        <Head at="client" />
        <Head at="server" />
        <th class="step-size" scope="col">
          {words.columns.size}
        </th>
      </tr>
    </thead>
  );
}

function Head({ at }: { readonly at: Sender }) {
  const end = ends.value?.[at];
  // Of a server that is somewhere else nobody knows what it is waiting for.
  const isSeen = at === 'client' || shown.value?.live !== true;
  return (
    <th class={`head ${at}`} scope="col">
      <strong>{sides[at]}</strong>
      {isSeen && end !== undefined ? (
        <>
          <code class="state">{end.state}</code>
          <small>{words.waitsFor(end.state, end.waitingFor)}</small>
        </>
      ) : (
        <small>{words.unseen}</small>
      )}
    </th>
  );
}
