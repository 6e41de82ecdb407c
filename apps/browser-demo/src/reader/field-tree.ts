/** Fields as a tree (WAI-ARIA tree view): arrow keys walk, open and close it; each leaf shows its bytes. */
import type { Field } from '@tlskit/tls-inspect';
import { element, hex } from '../dom.ts';
import { texts } from '../texts.ts';

/** A field on the page. */
export interface FieldNode {
  readonly field: Field;
  /** Its label; the elements of a vector have theirs in brackets. */
  readonly name: string;
  /** Labels from the outermost field to this one. */
  readonly path: string;
  readonly item: HTMLElement;
  readonly parent: FieldNode | undefined;
  /** The leaves below it, by number: from `first` to before `last`. */
  readonly first: number;
  readonly last: number;
}

export interface TreeListener {
  /** The pointer is over a field, or over none. */
  point(node: FieldNode | undefined): void;
  /** A field was chosen, by click or keyboard. */
  choose(node: FieldNode): void;
}

/** Most bytes that stand beside the name of a leaf. */
const MAX_BYTES = 8;

export class FieldTree {
  readonly root: HTMLElement;
  /** The fields that have bytes of their own, in order. */
  readonly leaves: FieldNode[] = [];
  readonly #nodes: FieldNode[] = [];
  readonly #byItem = new Map<Element, FieldNode>();
  readonly #bytes: Uint8Array;
  readonly #listener: TreeListener;
  #tabStop: FieldNode | undefined;
  #marked: FieldNode | undefined;

  constructor(fields: readonly Field[], bytes: Uint8Array, label: string, listener: TreeListener) {
    this.#bytes = bytes;
    this.#listener = listener;
    const items = fields.map(field => this.#add(field, undefined, ''));
    this.root = element('ul', { class: 'tree', role: 'tree', 'aria-label': label }, ...items);
    this.root.addEventListener('pointerover', event => listener.point(this.#at(event.target)));
    this.root.addEventListener('pointerleave', () => listener.point(undefined));
    this.root.addEventListener('focusin', event => {
      const node = this.#at(event.target);
      if (node !== undefined) listener.choose(node);
    });
    this.root.addEventListener('click', event => this.#click(event.target));
    this.root.addEventListener('keydown', event => {
      const node = this.#at(event.target);
      if (node === undefined || event.altKey || event.ctrlKey || event.metaKey || !this.#key(event.key, node)) return;
      event.preventDefault();
    });
    this.#stopAt(this.#nodes[0]);
  }

  /** Makes a field the one that Tab comes to. */
  choose(node: FieldNode): void {
    this.#stopAt(node);
  }

  /** Opens what is around a field and goes there. */
  focus(node: FieldNode): void {
    for (let outer = node.parent; outer !== undefined; outer = outer.parent) this.#open(outer, true);
    node.item.focus();
  }

  /** Marks a field, or the closed one that it is in. */
  mark(node: FieldNode | undefined): void {
    this.#marked?.item.classList.remove('marked');
    let seen = node;
    for (let outer = node?.parent; outer !== undefined; outer = outer.parent) if (!isOpen(outer)) seen = outer;
    seen?.item.classList.add('marked');
    this.#marked = seen;
  }

  #add(field: Field, parent: FieldNode | undefined, path: string): HTMLElement {
    const { label, children, start, end, unread } = field;
    const name = /^\d+$/.test(label) ? `[${label}]` : label;
    const isLeaf = children.length === 0;
    // A vector of bytes is shown as those bytes: its length is there for who opens it.
    const value = isLeaf ? field : opaqueValue(field);
    const text = isEmpty(field) ? texts.empty : field.text === '' ? (value?.text ?? '') : field.text;
    const item = element('li', {
      role: 'treeitem',
      tabindex: '-1',
      'aria-label': text === '' ? name : `${name}: ${text}`,
      'aria-selected': 'false',
      ...(unread === true && { class: 'unread' }),
    });
    const row = element('span', { class: 'row' });
    if (value !== undefined && value.end > value.start)
      row.append(element('span', { class: 'bytes' }, this.#beginning(value)));
    row.append(element('span', { class: 'twisty', 'aria-hidden': 'true' }), element('span', { class: 'name' }, name));
    if (text !== '') row.append(element('span', { class: 'text' }, text));
    item.append(row);

    // The numbers of the leaves are known when those before, and those within, are there.
    const first = this.leaves.length;
    const node = { field, name, path: `${path}${name}`, item, parent, first, last: first };
    this.#nodes.push(node);
    this.#byItem.set(item, node);
    if (isLeaf && end > start) this.leaves.push(node);
    if (!isLeaf) {
      const items = children.map(child => this.#add(child, node, `${node.path} › `));
      item.append(element('ul', { role: 'group' }, ...items));
      item.setAttribute('aria-expanded', String(!startsClosed(field)));
    }
    node.last = this.leaves.length;
    return item;
  }

  #beginning({ start, end }: Field): string {
    const shown = this.#bytes.subarray(start, Math.min(end, start + MAX_BYTES));
    return `${hex(shown)}${end - start > MAX_BYTES ? ' …' : ''}`;
  }

  #at(target: EventTarget | null): FieldNode | undefined {
    const item = target instanceof Element ? target.closest('[role=treeitem]') : null;
    return item === null ? undefined : this.#byItem.get(item);
  }

  #click(target: EventTarget | null): void {
    const node = this.#at(target);
    if (node === undefined) return;
    this.#open(node, !isOpen(node));
    node.item.focus();
  }

  /** Whether the key means something here. */
  #key(key: string, node: FieldNode): boolean {
    const visible = this.#nodes.filter(isVisible);
    const at = visible.indexOf(node);
    const hasChildren = node.field.children.length > 0;
    let next: FieldNode | undefined;
    switch (key) {
      case 'ArrowDown':
        next = visible[at + 1];
        break;
      case 'ArrowUp':
        next = visible[at - 1];
        break;
      case 'ArrowRight':
        if (hasChildren && !isOpen(node)) this.#open(node, true);
        else if (hasChildren) next = visible[at + 1];
        break;
      case 'ArrowLeft':
        if (hasChildren && isOpen(node)) this.#open(node, false);
        else next = node.parent;
        break;
      case 'Home':
        next = visible[0];
        break;
      case 'End':
        next = visible.at(-1);
        break;
      case 'Enter':
      case ' ':
        if (hasChildren) this.#open(node, !isOpen(node));
        break;
      default:
        return false;
    }
    next?.item.focus();
    return true;
  }

  #open(node: FieldNode, open: boolean): void {
    if (node.field.children.length > 0) node.item.setAttribute('aria-expanded', String(open));
    this.#listener.point(undefined);
  }

  #stopAt(node: FieldNode | undefined): void {
    if (this.#tabStop !== undefined) {
      this.#tabStop.item.tabIndex = -1;
      this.#tabStop.item.setAttribute('aria-selected', 'false');
    }
    if (node !== undefined) {
      node.item.tabIndex = 0;
      if (this.#tabStop !== undefined) node.item.setAttribute('aria-selected', 'true');
    }
    this.#tabStop = node;
  }
}

/** What an opaque vector holds; undefined for anything else. */
function opaqueValue({ label, children: [length, value] }: Field): Field | undefined {
  return length?.label === 'length' && value?.label === label && value.children.length === 0 ? value : undefined;
}

/** Extensions begin closed, for their names say enough; so does a vector that is a length and bytes, or a length alone. */
function startsClosed(field: Field): boolean {
  return field.type === 'Extension' || isEmpty(field) || opaqueValue(field) !== undefined;
}

/** A vector that is a length alone, or a value of no bytes. */
function isEmpty({ children, start, end }: Field): boolean {
  return start === end || (children.length === 1 && children[0]?.label === 'length');
}

function isOpen({ item }: FieldNode): boolean {
  return item.getAttribute('aria-expanded') === 'true';
}

function isVisible({ parent }: FieldNode): boolean {
  return parent === undefined || (isOpen(parent) && isVisible(parent));
}
