/** The connection as its two ends have it, the record that is read beside it, and what came of it all. */
import { lazily } from './lazy.tsx';
import { shown } from './state/show.ts';
import { texts } from './texts.ts';

const { loading } = texts.app;

const Diagram = lazily(async () => (await import('./player/diagram.tsx')).Diagram, loading);
const Reader = lazily(async () => (await import('./reader/reader.tsx')).Reader, loading);
const Negotiated = lazily(async () => (await import('./player/facts.tsx')).Negotiated, loading);

export function HandshakeView() {
  return (
    <>
      <div class="beside">
        <Diagram />
        {/* What reads records is loaded when there are some: the first handshake does not wait for it. */}
        {shown.value !== undefined && <Reader />}
      </div>
      <Negotiated />
    </>
  );
}
