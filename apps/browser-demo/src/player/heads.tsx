/** Above each line of life: whose it is, what state it is in, and what it waits for. */
import type { Sender } from '@tlskit/tls-inspect';
import { ends, shown } from '../state/show.ts';
import { sides, diagramTexts as words } from '../texts/player.ts';

export function Heads() {
  return (
    <div class="track heads" role="row">
      <span class="time" role="columnheader">
        {words.columns.time}
      </span>
      <div class="lanes">
        <Head at="client" />
        <Head at="server" />
      </div>
      <span class="size" role="columnheader">
        {words.columns.size}
      </span>
    </div>
  );
}

function Head({ at }: { readonly at: Sender }) {
  const end = ends.value?.[at];
  // Of a server that is somewhere else nobody knows what it is waiting for.
  const isSeen = at === 'client' || shown.value?.live !== true;
  return (
    <div class={`head ${at}`} role="columnheader">
      <strong>{sides[at]}</strong>
      {isSeen && end !== undefined ? (
        <>
          <code class="state">{end.state}</code>
          <small>{words.waitsFor(end.state, end.waitingFor)}</small>
        </>
      ) : (
        <small>{words.unseen}</small>
      )}
    </div>
  );
}
