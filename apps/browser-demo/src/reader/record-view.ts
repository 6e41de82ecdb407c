/** One record: a line, and when it is opened its bytes on the wire, how they are protected, and what is in them. */
import type { MessageEntry, Protection, RecordEntry } from '@tlskit/tls-inspect';
import { element, hex } from '../dom.ts';
import { texts } from '../texts.ts';
import { SectionView } from './section-view.ts';

export class RecordView extends HTMLElement {
  readonly #entry: RecordEntry;

  constructor(entry: RecordEntry) {
    super();
    this.#entry = entry;
  }

  connectedCallback(): void {
    if (this.firstChild !== null) return;
    const details = element('details', {}, this.#summary());
    // Most records are never looked into: what is inside is made when it is wanted.
    details.addEventListener('toggle', () => {
      if (details.open && details.childElementCount === 1) details.append(...this.#contents());
    });
    this.append(details);
  }

  #summary(): HTMLElement {
    const { number, epoch, protection, record, messages, error } = this.#entry;
    const keys = protection === undefined ? texts.plaintext : texts.keys(epoch, protection.sequence);
    return element(
      'summary',
      {},
      element('span', { class: 'number' }, texts.record(number)),
      element(
        'span',
        { class: 'messages' },
        ...messages.map(({ name }) => element('span', { class: 'message' }, name)),
      ),
      element('span', { class: 'keys' }, keys),
      element('span', { class: 'size' }, texts.bytes(record.bytes.length)),
      ...(error === undefined ? [] : [element('span', { class: 'error' }, `${texts.error}: ${error}`)]),
    );
  }

  #contents(): Node[] {
    const { record, protection, inner, messages } = this.#entry;
    return [
      new SectionView(record, `${texts.onTheWire}: ${record.name}`),
      ...(protection === undefined ? [] : [protectionList(protection)]),
      ...(inner === undefined ? [] : [new SectionView(inner, `${texts.inside}: ${inner.name}`)]),
      ...messages.filter(isSpread).map(message => new SectionView(message.section, titleOf(message))),
    ];
  }
}

/** Whether a message came in several records, so that none of them shows it whole. */
function isSpread({ parts }: MessageEntry): boolean {
  return parts.length > 1;
}

function titleOf({ name, parts }: MessageEntry): string {
  return texts.assembled(name, [...new Set(parts.map(({ record }) => record))]);
}

function protectionList({ sequence, nonce, additionalData }: Protection): HTMLElement {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [texts.protection.sequence, sequence === undefined ? undefined : String(sequence)],
    [texts.protection.nonce, nonce && hex(nonce)],
    [texts.protection.additionalData, additionalData && hex(additionalData)],
  ];
  return element(
    'dl',
    { class: 'protection' },
    ...rows.flatMap(([name, value]) =>
      value === undefined ? [] : [element('div', {}, element('dt', {}, name), element('dd', {}, value))],
    ),
  );
}

customElements.define('tls-record', RecordView);
