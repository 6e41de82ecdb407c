/** The fields of a section as the two panes have them: with numbers for the leaves, and with what is marked, chosen and open. */
import { batch, type Signal, signal } from '@preact/signals';
import type { Field, Section } from '@tlskit/tls-inspect';

/** A field on the page. */
export interface FieldNode {
  /** Place among the fields of the section, each before what is in it. */
  readonly number: number;
  readonly field: Field;
  /** From the outermost field of the section to this one. */
  readonly chain: readonly Field[];
  /** Its label; the elements of a vector have theirs in brackets. */
  readonly name: string;
  /** Labels from the outermost field that is shown to this one. */
  readonly path: string;
  /** What it says, for people; empty where the bytes say it best. */
  readonly text: string;
  /** Whose bytes stand beside its name: its own, or those of an opaque vector without the length. */
  readonly value: Field | undefined;
  readonly parent: FieldNode | undefined;
  readonly children: readonly FieldNode[];
  /** The leaves below it, by number: from `first` to before `last`. */
  readonly first: number;
  readonly last: number;
  readonly open: Signal<boolean>;
  readonly marked: Signal<boolean>;
  readonly chosen: Signal<boolean>;
}

/** A field that has bytes of its own. */
export interface Leaf {
  readonly node: FieldNode;
  readonly marked: Signal<boolean>;
}

/** The fields of one section, and which of them are looked at. */
export class SectionNodes {
  readonly section: Section;
  readonly roots: readonly FieldNode[];
  readonly leaves: Leaf[] = [];
  /** What is pointed at, or else chosen. */
  readonly seen: Signal<FieldNode | undefined> = signal(undefined);
  /** What was chosen by keyboard or click: it stays marked while nothing is pointed at. */
  readonly chosen: Signal<FieldNode | undefined> = signal(undefined);
  readonly #all: FieldNode[] = [];
  #row: FieldNode | undefined;

  constructor(section: Section) {
    this.section = section;
    // The outermost field is the section itself, whose name is the title.
    const [root, ...others] = section.fields;
    this.roots =
      root !== undefined && others.length === 0 && root.children.length > 0
        ? root.children.map(field => this.#node(field, undefined, '', [root]))
        : section.fields.map(field => this.#node(field, undefined, '', []));
  }

  /** The fields that are not within closed ones, in order. */
  get visible(): readonly FieldNode[] {
    return this.#all.filter(isVisible);
  }

  nodeOf(field: Field): FieldNode | undefined {
    return this.#all.find(node => node.field === field);
  }

  /** @param node under the pointer, or undefined when it has left */
  point(node: FieldNode | undefined): void {
    this.#mark(node ?? this.chosen.value);
  }

  /** Opens what is around it. */
  choose(node: FieldNode): void {
    batch(() => {
      if (this.chosen.value !== undefined) this.chosen.value.chosen.value = false;
      node.chosen.value = true;
      this.chosen.value = node;
      for (let outer = node.parent; outer !== undefined; outer = outer.parent) outer.open.value = true;
      this.#mark(node);
    });
  }

  /** Bytes are marked leaf by leaf, and the field, or the closed one that it is in. */
  #mark(node: FieldNode | undefined): void {
    batch(() => {
      this.#light(this.seen.value, false);
      this.#light(node, true);
      this.seen.value = node;
      if (this.#row !== undefined) this.#row.marked.value = false;
      this.#row = node && outermostClosed(node);
      if (this.#row !== undefined) this.#row.marked.value = true;
    });
  }

  #light(node: FieldNode | undefined, on: boolean): void {
    if (node === undefined) return;
    for (const leaf of this.leaves.slice(node.first, node.last)) leaf.marked.value = on;
  }

  #node(field: Field, parent: FieldNode | undefined, path: string, outer: readonly Field[]): FieldNode {
    const { label, children, start, end } = field;
    const name = /^\d+$/.test(label) ? `[${label}]` : label;
    const isLeaf = children.length === 0;
    // A vector of bytes is shown as those bytes: its length is there for who opens it.
    const value = isLeaf ? field : opaqueValue(field);
    const first = this.leaves.length;
    const within: FieldNode[] = [];
    const node = {
      number: this.#all.length,
      field,
      chain: [...outer, field],
      name,
      path: path + name,
      text: field.text === '' ? (value?.text ?? '') : field.text,
      value,
      parent,
      children: within,
      first,
      last: first,
      open: signal(!isLeaf && !startsClosed(field)),
      marked: signal(false),
      chosen: signal(false),
    };
    this.#all.push(node);
    if (isLeaf && end > start) this.leaves.push({ node, marked: signal(false) });
    for (const child of children) within.push(this.#node(child, node, `${node.path} › `, node.chain));
    node.last = this.leaves.length;
    return node;
  }
}

/** A vector that is a length alone, or a value of no bytes. */
export function isEmpty({ children, start, end }: Field): boolean {
  return start === end || (children.length === 1 && children[0]?.label === 'length');
}

/** What an opaque vector holds; undefined for anything else. */
function opaqueValue({ label, children: [length, value] }: Field): Field | undefined {
  return length?.label === 'length' && value?.label === label && value.children.length === 0 ? value : undefined;
}

/** Extensions begin closed, for their names say enough; so do vectors that are a length and bytes, long vectors, and certificates. */
function startsClosed(field: Field): boolean {
  const { type, children } = field;
  if (type === 'Extension' || isEmpty(field) || opaqueValue(field) !== undefined) return true;
  return children.length > MANY || children[0]?.label === 'header';
}

/** Most elements of a vector that are shown before somebody opens it. */
const MANY = 40;

function isVisible({ parent }: FieldNode): boolean {
  return parent === undefined || (parent.open.value && isVisible(parent));
}

function outermostClosed(node: FieldNode): FieldNode {
  let seen = node;
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) if (!outer.open.value) seen = outer;
  return seen;
}
