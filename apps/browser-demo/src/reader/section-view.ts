/**
 * Bytes and what they are, side by side and linked: whoever points at a byte sees its field, whoever goes to a field sees
 * its bytes. Both are one stop of the Tab key and are walked with the arrow keys.
 */
import type { Section } from '@tlskit/tls-inspect';
import { element } from '../dom.ts';
import { texts } from '../texts.ts';
import { type FieldNode, FieldTree } from './field-tree.ts';
import { HexPane } from './hex-pane.ts';

export class SectionView extends HTMLElement {
  readonly #section: Section;
  readonly #title: string;
  readonly #caption = element('p', { class: 'caption' }, texts.hint);
  #tree: FieldTree | undefined;
  #hex: HexPane | undefined;
  /** What was chosen by keyboard or click: it stays marked while nothing is pointed at. */
  #chosen: FieldNode | undefined;

  constructor(section: Section, title: string) {
    super();
    this.#section = section;
    this.#title = title;
  }

  connectedCallback(): void {
    if (this.firstChild !== null) return;
    const { bytes, fields, name } = this.#section;
    // The outermost field is the section itself, whose name is the title.
    const [root, ...others] = fields;
    const shown = root !== undefined && others.length === 0 && root.children.length > 0 ? root.children : fields;
    const tree = new FieldTree(shown, bytes, texts.fields(name), {
      point: node => this.#mark(node ?? this.#chosen),
      choose: node => this.#choose(node),
    });
    const hex = new HexPane(tree.leaves, bytes, texts.hex(name), {
      point: node => this.#mark(node ?? this.#chosen),
      choose: node => this.#choose(node),
      follow: node => tree.focus(node),
    });
    this.#tree = tree;
    this.#hex = hex;
    const size = element('span', { class: 'size' }, texts.bytes(bytes.length));
    this.append(
      element('h4', {}, this.#title, ' ', size),
      this.#caption,
      element('div', { class: 'panes' }, hex.root, tree.root),
    );
  }

  #choose(node: FieldNode): void {
    this.#chosen = node;
    this.#tree?.choose(node);
    this.#hex?.choose(node);
    this.#mark(node);
  }

  #mark(node: FieldNode | undefined): void {
    this.#tree?.mark(node);
    this.#hex?.mark(node);
    this.#caption.textContent = node === undefined ? texts.hint : captionOf(node);
  }
}

/** What it is before where it is: on a narrow page the end is cut off. */
function captionOf({ name, path, field }: FieldNode): string {
  const { text, start, end } = field;
  const what = text === '' ? name : `${name}: ${text}`;
  return [what, texts.range(start, end), ...(path === name ? [] : [path])].join(' · ');
}

customElements.define('tls-section', SectionView);
