/**
 * Bytes in hexadecimal with their offsets. The bytes of one leaf are one element, which wraps with the line, so that a
 * record is as many elements as it has fields.
 */
import { element, hex } from '../dom.ts';
import type { FieldNode } from './field-tree.ts';

export interface HexListener {
  /** The pointer is over the bytes of a field, or over none. */
  point(node: FieldNode | undefined): void;
  /** Bytes were chosen with the keyboard. */
  choose(node: FieldNode): void;
  /** Bytes were clicked, or Enter pressed on them: their field is wanted. */
  follow(node: FieldNode): void;
}

export class HexPane {
  readonly root: HTMLElement;
  readonly #leaves: readonly FieldNode[];
  readonly #options: readonly HTMLElement[];
  readonly #listener: HexListener;
  #tabStop: HTMLElement | undefined;
  #selected: HTMLElement | undefined;
  #marked: readonly HTMLElement[] = [];

  constructor(leaves: readonly FieldNode[], bytes: Uint8Array, label: string, listener: HexListener) {
    this.#leaves = leaves;
    this.#listener = listener;
    this.#options = leaves.map(({ field, path }, i) => {
      const { start, end, text, unread } = field;
      const attributes = {
        role: 'option',
        tabindex: '-1',
        'aria-selected': 'false',
        'aria-label': text === '' ? path : `${path}: ${text}`,
        // Neighbours differ a little in shade, so that one sees where a field ends.
        class: `${i % 2 === 0 ? 'even' : 'odd'}${unread === true ? ' unread' : ''}`,
      };
      // The space belongs to the element, so that its mark has no gaps.
      return element('span', attributes, `${hex(bytes.subarray(start, end))} `);
    });
    const list = element('div', { class: 'hex', role: 'listbox', 'aria-label': label }, ...this.#options);
    // One column of offsets for wide lines, one for narrow: the style sheet shows the one that fits.
    const columns = [16, 8].map(width =>
      element('div', { class: `offsets by-${width}`, 'aria-hidden': 'true' }, offsets(bytes.length, width)),
    );
    this.root = element('div', { class: 'dump' }, ...columns, list);
    list.addEventListener('pointerover', event => listener.point(this.#at(event.target)));
    list.addEventListener('pointerleave', () => listener.point(undefined));
    list.addEventListener('click', event => {
      const node = this.#at(event.target);
      if (node !== undefined) listener.follow(node);
    });
    list.addEventListener('focusin', event => {
      const node = this.#at(event.target);
      if (node !== undefined) listener.choose(node);
    });
    list.addEventListener('keydown', event => {
      if (event.altKey || event.ctrlKey || event.metaKey || !this.#key(event)) return;
      event.preventDefault();
    });
    this.#stopAt(this.#options[0]);
  }

  /** Makes the first bytes of a field those that Tab comes to. */
  choose(node: FieldNode): void {
    this.#selected?.setAttribute('aria-selected', 'false');
    this.#selected = node.first === node.last ? undefined : this.#options[node.first];
    this.#selected?.setAttribute('aria-selected', 'true');
    if (this.#selected !== undefined) this.#stopAt(this.#selected);
  }

  /** Marks the bytes of a field. */
  mark(node: FieldNode | undefined): void {
    for (const option of this.#marked) option.classList.remove('marked');
    this.#marked = node === undefined ? [] : this.#options.slice(node.first, node.last);
    for (const option of this.#marked) option.classList.add('marked');
  }

  #at(target: EventTarget | null): FieldNode | undefined {
    return this.#leaves[this.#options.indexOf(target as HTMLElement)];
  }

  /** Whether the key means something here. */
  #key({ key, target }: KeyboardEvent): boolean {
    const at = this.#options.indexOf(target as HTMLElement);
    if (at < 0) return false;
    let next: HTMLElement | undefined;
    switch (key) {
      case 'ArrowRight':
      case 'ArrowDown':
        next = this.#options[at + 1];
        break;
      case 'ArrowLeft':
      case 'ArrowUp':
        next = this.#options[at - 1];
        break;
      case 'Home':
        next = this.#options[0];
        break;
      case 'End':
        next = this.#options.at(-1);
        break;
      case 'Enter':
      case ' ': {
        const node = this.#leaves[at];
        if (node !== undefined) this.#listener.follow(node);
        break;
      }
      default:
        return false;
    }
    next?.focus();
    return true;
  }

  #stopAt(option: HTMLElement | undefined): void {
    if (this.#tabStop !== undefined) this.#tabStop.tabIndex = -1;
    if (option !== undefined) option.tabIndex = 0;
    this.#tabStop = option;
  }
}

function offsets(length: number, width: number): string {
  const lines = Array.from({ length: Math.ceil(length / width) }, (_, i) => (i * width).toString(16).padStart(4, '0'));
  return lines.join('\n');
}
