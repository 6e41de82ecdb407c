/**
 * Bytes and what they are, side by side and linked: whoever points at a byte sees its field, whoever goes to a field sees its bytes. Both are
 * one stop of the Tab key and are walked with the arrow keys.
 */
import { useSignalEffect } from '@preact/signals';
import type { Section } from '@tlskit/tls-inspect';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { trailOf } from '../lab/fields.ts';
import { pointed } from '../state/show.ts';
import { FieldNotes } from './field-notes.tsx';
import { FieldTree } from './field-tree.tsx';
import { HexPane } from './hex-pane.tsx';
import { type FieldNode, SectionNodes } from './nodes.ts';
import type { Prose } from './prose.ts';

const isWide = matchMedia('(min-width: 60rem)');

interface SectionViewProps {
  readonly section: Section;
  readonly prose: Prose;
  /** What the section is, in a sentence. */
  readonly lead: string;
}

export function SectionView({ section, prose, lead }: SectionViewProps) {
  const nodes = useMemo(() => new SectionNodes(section), [section]);
  const focus = useRef<((node: FieldNode) => void) | undefined>(undefined);
  const panes = useRef<HTMLDivElement>(null);
  const path = pointed.value;
  useLayoutEffect(() => {
    const field = path === undefined ? undefined : trailOf(section, path)?.at(-1);
    const node = field && nodes.nodeOf(field);
    if (node === undefined) return;
    nodes.choose(node);
    node.open.value = true;
    // On a narrow page, whoever speaks of it stands above, and would go out of sight.
    if (isWide.matches) panes.current?.scrollIntoView({ block: 'nearest' });
  }, [nodes, path]);
  // What is marked comes into sight in the pane in which one is not.
  useSignalEffect(() => {
    if (nodes.seen.value === undefined) return;
    for (const box of panes.current?.children ?? []) {
      if (box.matches(':hover') || box.contains(document.activeElement)) continue;
      reveal(box, box.querySelector('[data-marked="true"]'));
    }
  });
  return (
    <>
      <p class="quiet">{lead}</p>
      <FieldNotes nodes={nodes} prose={prose} />
      <div class="panes" ref={panes}>
        <HexPane nodes={nodes} onFollow={node => focus.current?.(node)} />
        <div class="tree-box">
          <FieldTree nodes={nodes} focus={focus} />
        </div>
      </div>
    </>
  );
}

/** Scrolls the box, and the box alone: the page stays where it is. */
function reveal(box: Element, marked: Element | null): void {
  if (marked === null) return;
  const [outer, inner] = [box.getBoundingClientRect(), marked.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop += inner.top - outer.top;
  else if (inner.top + LINE > outer.bottom) box.scrollTop += inner.top + LINE - outer.bottom;
}

/** As much of what is marked is to be seen, in pixels. */
const LINE = 32;
