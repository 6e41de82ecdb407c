/**
 * Bytes in hexadecimal with their offsets, as a listbox of the fields that they are. The bytes of one leaf are one element, which wraps with
 * the line, so that a record is as many elements as it has fields. Of long ones the middle is left out until somebody asks for it.
 */
import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { useEffectAtOnce } from '../parts/at-once.ts';
import { hex } from '../parts/digits.ts';
import { reader as words } from '../texts/reader.ts';
import { type Gap, gapsOf, offsetLines } from './hex-lines.ts';
import type { FieldNode, Leaf, SectionNodes } from './nodes.ts';

interface HexPaneProps {
  readonly nodes: SectionNodes;
  /** The field of bytes that were clicked, or Enter pressed on. */
  readonly onFollow: (node: FieldNode) => void;
}

export function HexPane({ nodes, onFollow }: HexPaneProps) {
  const { section, leaves } = nodes;
  const list = useRef<HTMLDivElement>(null);
  const whole = useSignal(false);
  const gaps = useMemo(() => gapsOf(leaves.map(({ node }) => node.field)), [leaves]);
  const shownGaps = whole.value ? none : gaps;
  const options = useMemo(
    () =>
      leaves.map((leaf, number) => (
        <Option
          key={number}
          leaf={leaf}
          number={number}
          nodes={nodes}
          gap={shownGaps.find(gap => gap.leaf === number)}
        />
      )),
    [nodes, shownGaps],
  );
  // The first bytes of what is chosen are those that Tab comes to: two elements change, and the others are let be.
  useEffectAtOnce(() => {
    const chosen = nodes.chosen.value;
    if (chosen === undefined || chosen.first === chosen.last) return;
    for (const before of list.current?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? []) select(before, false);
    const option = list.current?.querySelector<HTMLElement>(`[data-leaf="${chosen.first}"]`);
    if (option != null) select(option, true);
  }, [nodes]);
  const numberAt = (target: EventTarget | null): number =>
    Number((target instanceof Element ? target.closest<HTMLElement>('[role=option]') : null)?.dataset.leaf ?? -1);
  const nodeAt = (target: EventTarget | null) => leaves[numberAt(target)]?.node;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = numberAt(event.target);
    const next = nextOf(event.key, at, leaves.length);
    const node = leaves[at]?.node;
    if (next !== undefined) list.current?.querySelector<HTMLElement>(`[data-leaf="${next}"]`)?.focus();
    else if ((event.key === 'Enter' || event.key === ' ') && node !== undefined) onFollow(node);
    else return;
    event.preventDefault();
  };
  return (
    <div class="dump-box">
      <div class="dump">
        {[16, 8].map(width => (
          // One column of offsets for wide lines, one for narrow: the style sheet shows the one that fits.
          <div key={width} class={`offsets by-${width}`} aria-hidden="true">
            {offsetLines(section.bytes.length, width, shownGaps).join('\n')}
          </div>
        ))}
        <div
          ref={list}
          class="hex"
          role="listbox"
          aria-label={words.hex(section.name)}
          tabIndex={leaves.length === 0 ? 0 : undefined}
          onPointerOver={({ target }) => nodes.point(nodeAt(target))}
          onPointerLeave={() => nodes.point(undefined)}
          onClick={({ target }) => {
            const node = nodeAt(target);
            if (node !== undefined) onFollow(node);
          }}
          onFocusIn={({ target }) => {
            const node = nodeAt(target);
            if (node !== undefined) nodes.choose(node);
          }}
          onKeyDown={onKeyDown}
        >
          {options}
        </div>
      </div>
      {gaps.length > 0 && (
        <button
          type="button"
          class="small"
          aria-pressed={whole.value}
          onClick={() => {
            whole.value = !whole.value;
          }}
        >
          {whole.value ? words.fewerBytes : words.allBytes(section.bytes.length)}
        </button>
      )}
    </div>
  );
}

const none: readonly Gap[] = [];

interface OptionProps {
  readonly leaf: Leaf;
  readonly number: number;
  readonly nodes: SectionNodes;
  readonly gap: Gap | undefined;
}

function Option({ leaf, number, nodes, gap }: OptionProps) {
  const { node } = leaf;
  const { start, end, unread } = node.field;
  const { bytes } = nodes.section;
  return (
    <span
      role="option"
      data-leaf={number}
      data-marked={leaf.marked}
      tabIndex={number === 0 ? 0 : -1}
      aria-selected="false"
      // Neighbours differ a little in shade, so that one sees where a field ends.
      class={`${number % 2 === 0 ? 'even' : 'odd'}${unread === true ? ' unread' : ''}`}
    >
      <span class="unseen">{node.text === '' ? node.path : `${node.path}: ${node.text}`}</span>
      <span class="digits" aria-hidden="true">
        {gap === undefined ? (
          // The space belongs to the element, so that its mark has no gaps.
          `${hex(bytes.subarray(start, end))} `
        ) : (
          <>
            {`${hex(bytes.subarray(start, gap.start))} `}
            <span class="gap">{words.gap(gap.end - gap.start)}</span>
            {`${hex(bytes.subarray(gap.end, end))} `}
          </>
        )}
      </span>
    </span>
  );
}

function select(option: HTMLElement, on: boolean): void {
  option.tabIndex = on ? 0 : -1;
  option.setAttribute('aria-selected', String(on));
}

function nextOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
