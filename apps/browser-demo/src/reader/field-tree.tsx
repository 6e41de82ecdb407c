/** Fields as a tree (WAI-ARIA tree view): arrow keys walk, open and close it; each leaf shows its bytes. What is closed is not in the page. */
import { useRef } from 'preact/hooks';
import { useEffectAtOnce } from '../parts/at-once.ts';
import { hex } from '../parts/digits.ts';
import { reader as words } from '../texts/reader.ts';
import { type FieldNode, isEmpty, type SectionNodes } from './nodes.ts';

interface FieldTreeProps {
  readonly nodes: SectionNodes;
  /** Called with what brings the focus to a field. */
  readonly focus: { current: ((node: FieldNode) => void) | undefined };
}

/** Most bytes that stand beside the name of a leaf. */
const MAX_BYTES = 8;

export function FieldTree({ nodes, focus }: FieldTreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const itemOf = (node: FieldNode) => tree.current?.querySelector<HTMLElement>(`[data-field="${node.number}"]`);
  const nodeAt = (target: EventTarget | null): FieldNode | undefined => {
    const item = target instanceof Element ? target.closest<HTMLElement>('[role=treeitem]') : null;
    const number = item?.dataset.field;
    return number === undefined ? undefined : nodes.visible.find(node => String(node.number) === number);
  };
  const go = (node: FieldNode | undefined): void => {
    if (node === undefined) return;
    nodes.choose(node);
    // What was within a closed field is there with the next turn.
    const item = itemOf(node);
    if (item != null) item.focus();
    else setTimeout(() => itemOf(node)?.focus());
  };
  focus.current = go;
  const toggle = (node: FieldNode): void => {
    if (node.children.length === 0) return;
    node.open.value = !node.open.value;
    nodes.point(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const node = nodeAt(event.target);
    if (node === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const action = actionOf(event.key, node, nodes.visible);
    if (action === undefined) return;
    event.preventDefault();
    if (action === 'toggle') toggle(node);
    else go(action);
  };
  return (
    <div
      ref={tree}
      class="tree"
      role="tree"
      aria-label={words.fields(nodes.section.name)}
      onPointerOver={({ target }) => nodes.point(nodeAt(target))}
      onPointerLeave={() => nodes.point(undefined)}
      onFocusIn={({ target }) => {
        const node = nodeAt(target);
        if (node !== undefined) nodes.choose(node);
      }}
      onClick={({ target }) => {
        const node = nodeAt(target);
        if (node === undefined) return;
        toggle(node);
        go(node);
      }}
      onKeyDown={onKeyDown}
    >
      {nodes.roots.map((node, index) => (
        <Item key={node.number} node={node} bytes={nodes.section.bytes} level={1} isFirst={index === 0} nodes={nodes} />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly node: FieldNode;
  readonly nodes: SectionNodes;
  readonly bytes: Uint8Array;
  readonly level: number;
  /** Where Tab comes to as long as nothing is chosen. */
  readonly isFirst: boolean;
}

function Item({ node, nodes, bytes, level, isFirst }: ItemProps) {
  const { field, name, value, children } = node;
  const item = useRef<HTMLDivElement>(null);
  const isParent = children.length > 0;
  const isOpen = isParent && node.open.value;
  const text = isEmpty(field) ? words.empty : node.text;
  useEffectAtOnce(() => {
    const isStop = nodes.chosen.value === undefined ? isFirst : node.chosen.value;
    if (item.current !== null) item.current.tabIndex = isStop ? 0 : -1;
  }, [node, nodes, isFirst]);
  return (
    // The item is the row alone: what is in the field is a group behind it, so that the name of the item has none of it.
    <div role="none">
      <div
        ref={item}
        role="treeitem"
        tabIndex={-1}
        data-field={node.number}
        data-marked={node.marked}
        aria-level={level}
        aria-selected={node.chosen}
        aria-expanded={isParent ? isOpen : undefined}
        class={`row${field.unread === true ? ' unread' : ''}`}
      >
        {value !== undefined && value.end > value.start && (
          <span class="bytes" aria-hidden="true">
            {beginning(bytes, value.start, value.end)}
          </span>
        )}
        <span class="twisty" aria-hidden="true" />
        <span class="name">{name}</span> {text !== '' && <span class="text">{text}</span>}
      </div>
      {isOpen && (
        // biome-ignore lint/a11y/useSemanticElements: a group of a tree (WAI-ARIA), which no fieldset is
        <div class="group" role="group">
          {children.map(child => (
            <Item key={child.number} node={child} bytes={bytes} level={level + 1} isFirst={false} nodes={nodes} />
          ))}
        </div>
      )}
    </div>
  );
}

function beginning(bytes: Uint8Array, start: number, end: number): string {
  return `${hex(bytes.subarray(start, Math.min(end, start + MAX_BYTES)))}${end - start > MAX_BYTES ? ' …' : ''}`;
}

/** What a key means: to open or close the field, or to go to another; undefined where it means nothing. */
function actionOf(key: string, node: FieldNode, visible: readonly FieldNode[]): FieldNode | 'toggle' | undefined {
  const at = visible.indexOf(node);
  const isParent = node.children.length > 0;
  switch (key) {
    case 'ArrowDown':
      return visible[at + 1] ?? node;
    case 'ArrowUp':
      return visible[at - 1] ?? node;
    case 'ArrowRight':
      if (!isParent) return node;
      return node.open.value ? visible[at + 1] : 'toggle';
    case 'ArrowLeft':
      return isParent && node.open.value ? 'toggle' : (node.parent ?? node);
    case 'Home':
      return visible[0];
    case 'End':
      return visible.at(-1);
    case 'Enter':
    case ' ':
      return isParent ? 'toggle' : node;
    default:
      return undefined;
  }
}
