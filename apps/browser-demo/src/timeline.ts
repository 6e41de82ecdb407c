/** Records by flights, in the order in which the client saw them, each with the prose of what it does. */
import { describeFlight, type RecordEntry, type Sender } from '@tlskit/tls-inspect';
import { element } from './dom.ts';
import { RecordView } from './record-view.ts';
import { texts } from './texts.ts';

interface Flight {
  readonly sender: Sender;
  readonly entries: RecordEntry[];
  readonly prose: HTMLElement;
  readonly list: HTMLElement;
}

export class Timeline {
  readonly #root: HTMLElement;
  #last: Flight | undefined;
  #records = 0;
  #messages = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.replaceChildren();
  }

  get records(): number {
    return this.#records;
  }

  get messages(): number {
    return this.#messages;
  }

  add(entry: RecordEntry): void {
    const flight = this.#last?.sender === entry.sender ? this.#last : this.#begin(entry.sender);
    flight.entries.push(entry);
    // The direction stands in the heading.
    flight.prose.textContent = describeFlight(entry.sender, flight.entries).replace(/^[^:]*: /, '');
    flight.list.append(element('li', {}, new RecordView(entry)));
    this.#records++;
    this.#messages += entry.messages.length;
  }

  /** Shows the bytes of the first record, so that there is something to point at. */
  openFirst(): void {
    const [first] = this.#root.getElementsByTagName('details');
    if (first !== undefined) first.open = true;
  }

  #begin(sender: Sender): Flight {
    const prose = element('p');
    const list = element('ol');
    const heading = element('h3', {}, texts.direction(sender));
    this.#root.append(element('section', { class: `flight ${sender}` }, heading, prose, list));
    this.#last = { sender, entries: [], prose, list };
    return this.#last;
  }
}
