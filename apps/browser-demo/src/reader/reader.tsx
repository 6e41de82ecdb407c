/** A record: its bytes on the wire, how they are protected, and what is in them. */
import { useEffect, useRef } from 'preact/hooks';
import { record } from '../state/show.ts';
import { texts } from '../texts.ts';
import { RecordView } from './record-view.ts';

export function Reader() {
  const place = useRef<HTMLDivElement>(null);
  const entry = record.value;
  useEffect(() => {
    if (entry !== undefined) place.current?.replaceChildren(new RecordView(entry));
  }, [entry]);
  return (
    <section class="reader" aria-label={texts.reader.title}>
      <div ref={place} />
    </section>
  );
}
