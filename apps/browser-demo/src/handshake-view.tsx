/** The connection as its two ends have it, and the record that is read beside it. */
import { lazily } from './lazy.tsx';
import { Diagram } from './player/diagram.tsx';
import { texts } from './texts.ts';

const Reader = lazily(async () => (await import('./reader/reader.tsx')).Reader, texts.app.loading);

export function HandshakeView() {
  return (
    <div class="beside">
      <Diagram />
      <Reader />
    </div>
  );
}
