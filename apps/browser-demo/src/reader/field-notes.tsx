/** What the field is for that is pointed at or chosen: in one place, and of one height, so that nothing moves while one goes through them. */
import { RfcLink } from '../parts/rfc-link.tsx';
import { reader } from '../texts/reader.ts';
import type { SectionNodes } from './nodes.ts';
import type { Prose } from './prose.ts';

const { notes: words } = reader;

interface FieldNotesProps {
  readonly nodes: SectionNodes;
  readonly prose: Prose;
}

export function FieldNotes({ nodes, prose }: FieldNotesProps) {
  const node = nodes.seen.value;
  const note = node && prose(node.chain);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its place is scrolled by keyboard too
    <section class="notes" aria-label={words.title} tabIndex={0}>
      {node === undefined ? (
        <p class="quiet">{words.hint}</p>
      ) : (
        <>
          <p class="what">
            <b>{node.name}</b>
            {node.text !== '' && <span class="text">{node.text}</span>}
          </p>
          <p class="where">
            {[
              node.field.type,
              words.range(node.field.start, node.field.end),
              ...(node.path === node.name ? [] : [node.path]),
            ].join(' · ')}
          </p>
          <p>
            {note?.text ?? words.none}{' '}
            {note?.source !== undefined && <RfcLink number={note.source[0]} section={note.source[1]} />}
          </p>
        </>
      )}
    </section>
  );
}
