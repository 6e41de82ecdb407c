/**
 * The key schedule: a tree in terms of WAI-ARIA, whose items stand in a graph where there is room for one, and in an indented list
 * where there is not.
 */
import type { CSSProperties } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { KeyNode } from '../lab/key-nodes.ts';
import { grouped } from '../parts/hex.tsx';
import { pointedNode } from '../state/show.ts';
import { keyTexts } from '../texts/keys.ts';
import { contextOf } from './formula.ts';
import { type Box, type Branch, cardKind, type Layout, LINE } from './layout.ts';
import type { End } from './model.ts';
import { choose, chosen, end, layout, stageAt } from './state.ts';

const { schedule: words } = keyTexts;

export function Schedule() {
  const tree = useRef<HTMLDivElement>(null);
  const { width, height, roots } = layout.value;
  const size = { '--width': `${width / 16}rem`, '--height': `${height / 16}rem` };
  const pointed = pointedNode.value;
  useEffect(() => {
    if (pointed !== undefined)
      tree.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [pointed, chosen.value?.number]);
  return (
    <div class="schedule" style={size}>
      <Edges layout={layout.value} />
      <div role="tree" aria-label={words.tree} ref={tree} onKeyDown={event => walk(event, tree.current)}>
        {placesIn(roots, 1).map(place => (
          <Item key={place.node.number} place={place} />
        ))}
      </div>
    </div>
  );
}

/** A node where it stands in the tree, whose items are siblings: what a graph is drawn of has no depth. */
interface Place {
  readonly node: KeyNode;
  readonly level: number;
  /** Among those of one parent, from 1. */
  readonly index: number;
  readonly count: number;
}

function placesIn(branches: readonly Branch[], level: number): readonly Place[] {
  return branches.flatMap(({ node, children }, index) => [
    { node, level, index: index + 1, count: branches.length },
    ...placesIn(children, level + 1),
  ]);
}

/** The line to a node that is to come is as faint as the node. */
function Edges({ layout: { width, height, edges } }: { readonly layout: Layout }) {
  const nodes = end.value?.nodes ?? [];
  return (
    <svg class="edges" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {edges.map(({ from, to, path }) => (
        <path key={`${from} ${to}`} d={path} class={className(stageAt(nodes[to]?.step ?? Number.POSITIVE_INFINITY))} />
      ))}
    </svg>
  );
}

function Item({ place: { node, level, index, count } }: { readonly place: Place }) {
  const { number, whose, step } = node;
  const stage = stageAt(step);
  const isChosen = chosen.value?.number === number;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={index}
      aria-setsize={count}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      class={`key-card ${cardKind(node)} ${whose ?? 'both'} ${className(stage)}`}
      style={{ ...placed(layout.value.boxes.get(number)), '--level': level }}
      onFocus={() => choose(number)}
      onClick={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
    >
      <Card node={node} isThere={stage !== 'to come'} />
      {stage === 'new' && <span class="fresh">{words.fresh}</span>}
      {stage === 'to come' && <span class="unseen">{words.toCome}</span>}
    </div>
  );
}

/** What is known of a node before it is computed is how it will be, and not its value. Nobody wants digits read out: the pane has them. */
function Card({ node, isThere }: { readonly node: KeyNode; readonly isThere: boolean }) {
  const kind = cardKind(node);
  const { name, whose, context, how, value } = node;
  const full = keyTexts.node(name, whose);
  const lines = linesOf(value, kind);
  const about = aboutOf(node);
  return (
    <>
      <span class="key-name">
        {name}
        <span class="unseen">{full.slice(name.length)}</span>
      </span>
      <span class="key-about">{about}</span>
      {kind === 'secret' && end.value !== undefined && (
        <>
          <span class="key-over">{how === 'input' ? '' : overOf(node, end.value)}</span>
          <code class="key-context" aria-hidden="true">
            {isThere ? shortOf(context) : ''}
          </code>
        </>
      )}
      {lines.map(line => (
        <code key={line} class="key-value" aria-hidden="true">
          {isThere ? line : '\u00a0'}
        </code>
      ))}
    </>
  );
}

function aboutOf({ label, value, how, name }: KeyNode): string {
  const size = keyTexts.bytes(value.length);
  // "derived" has its label for a name.
  if (label !== undefined && label !== name) return `"${label}" · ${size}`;
  return how === 'extract' ? `HKDF-Extract · ${size}` : how === 'hmac' ? `HMAC · ${size}` : size;
}

function overOf(node: KeyNode, of: End): string {
  const over = contextOf(node, of);
  if (over !== '""') return over;
  return node.context.length === 0 ? words.noContext : words.noMessages;
}

function shortOf(context: Uint8Array): string {
  return context.length === 0 ? '' : `${grouped(context.subarray(0, 12))}${context.length > 12 ? ' …' : ''}`;
}

/** The whole value where it has room: in the pane beside it is always. */
function linesOf(value: Uint8Array, kind: ReturnType<typeof cardKind>): readonly string[] {
  const digits = Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('');
  if (kind === 'input') return [digits.length > 12 ? `${digits.slice(0, 12)}…` : digits];
  const lines = digits.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  const most = kind === 'leaf' ? 1 : 3;
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${(lines[most - 1] ?? '').slice(0, -1)}…`];
}

function placed(box: Box | undefined): CSSProperties {
  const rem = (value = 0) => `${value / 16}rem`;
  return {
    '--x': rem(box?.x),
    '--y': rem(box?.y),
    '--w': rem(box?.width),
    '--h': rem(box?.height),
  };
}

function className(stage: ReturnType<typeof stageAt>): string {
  return stage.replace(' ', '-');
}

/** WAI-ARIA's keys of a tree, all of whose branches are open. */
function walk(event: KeyboardEvent, tree: HTMLElement | null): void {
  if (tree === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const here = items.indexOf(event.target as HTMLElement);
  const levelOf = (item: HTMLElement | undefined) => Number(item?.ariaLevel ?? 0);
  const level = levelOf(items[here]);
  const next: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[here + 1],
    ArrowUp: items[here - 1],
    ArrowRight: levelOf(items[here + 1]) > level ? items[here + 1] : undefined,
    ArrowLeft: items.findLast((item, index) => index < here && levelOf(item) < level),
    Home: items[0],
    End: items.at(-1),
  };
  if (!(event.key in next)) return;
  event.preventDefault();
  // The keys that go through the connection elsewhere go through the tree here.
  event.stopPropagation();
  next[event.key]?.focus({ preventScroll: true });
  next[event.key]?.scrollIntoView({ block: 'nearest' });
}
