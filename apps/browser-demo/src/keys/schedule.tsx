/**
 * The key schedule: a tree in terms of WAI-ARIA, whose items stand in a graph where there is room for one, and in an indented list
 * where there is not.
 */
import type { CSSProperties } from 'preact';
import { useRef } from 'preact/hooks';
import type { KeyNode } from '../lab/key-nodes.ts';
import { grouped } from '../parts/hex.tsx';
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
  return (
    <div class="schedule" style={size}>
      <Edges layout={layout.value} />
      <div role="tree" aria-label={words.tree} ref={tree} onKeyDown={event => walk(event, tree.current)}>
        {roots.map(branch => (
          <Item key={branch.node.number} branch={branch} />
        ))}
      </div>
    </div>
  );
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

function Item({ branch: { node, children } }: { readonly branch: Branch }) {
  const { number, name, value, whose, step } = node;
  const stage = stageAt(step);
  const isChosen = chosen.value?.number === number;
  const state = stage === 'new' ? `, ${words.fresh}` : stage === 'to come' ? `, ${words.toCome}` : '';
  const kind = cardKind(node);
  return (
    <div
      role="treeitem"
      aria-label={words.name(name, value.length) + state}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      data-node={number}
      onFocus={event => {
        event.stopPropagation();
        choose(number);
      }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is the face of its tree item */}
      <div
        class={`key-card ${kind} ${whose ?? 'both'} ${className(stage)}`}
        style={placed(layout.value.boxes.get(number))}
        onClick={({ currentTarget }) => currentTarget.parentElement?.focus({ preventScroll: true })}
      >
        <Card node={node} isThere={stage !== 'to come'} />
        {stage === 'new' && <span class="fresh">{words.fresh}</span>}
      </div>
      {children.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: the group of a tree is no fieldset
        <div role="group">
          {children.map(child => (
            <Item key={child.node.number} branch={child} />
          ))}
        </div>
      )}
    </div>
  );
}

/** What is known of a node before it is computed is how it will be, and not its value. */
function Card({ node, isThere }: { readonly node: KeyNode; readonly isThere: boolean }) {
  const kind = cardKind(node);
  const { name, context, how, value } = node;
  const lines = linesOf(value, kind);
  const about = aboutOf(node);
  return (
    <>
      <span class="key-name">{name}</span>
      <span class="key-about">{about}</span>
      {kind === 'secret' && end.value !== undefined && (
        <>
          <span class="key-over">{how === 'input' ? '' : overOf(node, end.value)}</span>
          <code class="key-context">{isThere ? shortOf(context) : ''}</code>
        </>
      )}
      {lines.map(line => (
        <code key={line} class="key-value">
          {isThere ? line : '\u00a0'}
        </code>
      ))}
    </>
  );
}

function aboutOf({ label, value, how, context }: KeyNode): string {
  const size = keyTexts.bytes(value.length);
  // Tickets are told apart by their nonces.
  if (label === 'resumption') return `"${label}", ${grouped(context)} · ${size}`;
  if (label !== undefined) return `"${label}" · ${size}`;
  return how === 'extract' ? `HKDF-Extract · ${size}` : how === 'hmac' ? `HMAC · ${size}` : size;
}

function overOf(node: KeyNode, of: End): string {
  return contextOf(node, of);
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
  const item = (event.target as HTMLElement).closest<HTMLElement>('[role=treeitem]');
  const here = item === null ? -1 : items.indexOf(item);
  const next: Record<string, HTMLElement | null | undefined> = {
    ArrowDown: items[here + 1],
    ArrowUp: items[here - 1],
    ArrowRight: item?.querySelector<HTMLElement>('[role=treeitem]'),
    ArrowLeft: item?.parentElement?.closest<HTMLElement>('[role=treeitem]'),
    Home: items[0],
    End: items.at(-1),
  };
  if (!(event.key in next)) return;
  event.preventDefault();
  const to = next[event.key];
  to?.focus({ preventScroll: true });
  to?.querySelector('.key-card')?.scrollIntoView({ block: 'nearest' });
}
