/** A record: its bytes on the wire, how they are protected, what is in them, and what became of them on their way. */
import '../style/reader.css';
import { useComputed, useSignal } from '@preact/signals';
import type { MessageEntry, RecordEntry, Section } from '@tlskit/tls-inspect';
import type { ComponentType } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { trailOf } from '../lab/fields.ts';
import { derivedBy } from '../lab/key-nodes.ts';
import { Tabs } from '../parts/tabs.tsx';
import { connection, pointed, record, records, stops } from '../state/show.ts';
import { reader as words } from '../texts/reader.ts';
import { type Arrival, arrivalOf } from './arrival.ts';
import { ArrivalView } from './arrival-view.tsx';
import { contextOf, type ReadingContext } from './context.ts';
import { proseFor } from './prose.ts';
import { type ProtectionFacts, protectionFacts } from './protection.ts';
import { ProtectionView } from './protection-view.tsx';
import { RecordHead } from './record-head.tsx';
import { refined, refinedRecord } from './refine.ts';
import { SectionView } from './section-view.tsx';

interface Tab {
  readonly key: string;
  readonly name: string;
  readonly Content: ComponentType;
  /** Whose fields it shows, where it does. */
  readonly section?: Section;
}

export function Reader() {
  const entry = record.value;
  const context = useComputed(() => contextOf(records.value)).value;
  // The part that one looks at stays the same from one record to the next, as far as there is such a part.
  const wanted = useSignal('wire');
  const tabs = useMemo(() => (entry === undefined ? [] : tabsOf(entry, context)), [entry, context]);
  // What is spoken of comes into sight: a message of several records, or what is under protection, before the record itself.
  const path = pointed.value;
  useLayoutEffect(() => {
    if (path === undefined) return;
    const tab = tabs.findLast(({ section }) => section !== undefined && trailOf(section, path) !== undefined);
    if (tab !== undefined) wanted.value = tab.key;
  }, [tabs, path]);
  if (entry === undefined)
    return (
      <section class="reader" aria-label={words.title}>
        <p class="quiet">{words.none}</p>
      </section>
    );
  return (
    <section class={`reader ${entry.sender}`} aria-label={words.title}>
      <RecordHead entry={entry} />
      <Tabs label={words.sections} id="reader" tabs={tabs} chosen={wanted} />
    </section>
  );
}

function tabsOf(entry: RecordEntry, context: ReadingContext): readonly Tab[] {
  const { protection, inner, messages, sender } = entry;
  const prose = proseFor(context.version);
  const wire = refinedRecord(entry, context);
  const tabs: Tab[] = [];
  const add = (key: string, name: string, Content: ComponentType) => tabs.push({ key, name, Content });
  const addSection = (key: string, name: string, section: Section, lead: string) =>
    tabs.push({ key, name, section, Content: () => <SectionView section={section} prose={prose} lead={lead} /> });
  addSection('wire', words.tab.wire, wire, words.wire);
  const facts = protection && factsOf(entry, context);
  if (protection !== undefined)
    add('protection', words.tab.protection, () => <ProtectionView facts={facts} sender={sender} />);
  if (inner !== undefined) addSection('inside', words.tab.inside, refined(inner, context), words.inside);
  for (const [index, message] of messages.filter(isSpread).entries()) {
    const lead = words.assembled(message.name, [...new Set(message.parts.map(part => part.record))]);
    addSection(`message-${index}`, words.tab.message(message.name), refined(message.section, context), lead);
  }
  const arrival = arrivalAt(entry);
  if (arrival !== undefined) add('between', words.tab.between, () => <ArrivalView arrival={arrival} />);
  return tabs;
}

/** Whether a message came in several records, so that none of them shows it whole. */
function isSpread({ parts }: MessageEntry): boolean {
  return parts.length > 1;
}

/** The sender has the keys, whatever became of the connection. */
function factsOf(entry: RecordEntry, context: ReadingContext): ProtectionFacts | undefined {
  const whole = connection.peek();
  return whole && protectionFacts(entry, context, derivedBy(whole, entry.sender));
}

function arrivalAt(entry: RecordEntry): Arrival | undefined {
  const ofSender = stops
    .peek()
    .flatMap(({ step }) => (step.type === 'record' && step.entry.sender === entry.sender ? [step] : []));
  const at = ofSender.findIndex(step => step.entry === entry);
  const step = ofSender[at];
  return step && arrivalOf(entry.record.bytes, step.arrived, ofSender[at + 1]?.arrived ?? []);
}
