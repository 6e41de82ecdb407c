/** One stop of a connection, as a row of the diagram: an arrow, or something that one end does. */
import { useComputed } from '@preact/signals';
import type { MessageEntry, RecordEntry } from '@tlskit/tls-inspect';
import type { ComponentChildren } from 'preact';
import { messageName } from '../lab/messages.ts';
import { Icon } from '../parts/icon.tsx';
import { goTo, inBefore, position, tampering } from '../state/show.ts';
import type { Stop } from '../state/stops.ts';
import { sides, diagramTexts as words } from '../texts/player.ts';
import { meddlingWith } from './meddling.ts';

type Step = Stop['step'];
type RecordStep = Extract<Step, { type: 'record' }>;
type EventStep = Exclude<Step, RecordStep>;

export function Row({ stop }: { readonly stop: Stop }) {
  const { number, step } = stop;
  // Hundreds of rows: a step draws those two again that it is about.
  const when = useComputed(() =>
    position.value === number ? 'now' : position.value < number ? 'later' : 'past',
  ).value;
  const side = step.type === 'record' ? step.entry.sender : step.at;
  return (
    <tr
      class={`track step ${step.type === 'record' ? 'arrow' : 'event'} ${side} ${when}`}
      tabIndex={when === 'now' ? 0 : -1}
      aria-selected={when === 'now'}
      data-stop={number}
      onClick={() => goTo(number)}
    >
      <td class="step-time">{words.time(step.time)}</td>
      <td class="lanes" colSpan={2}>
        {step.type === 'record' ? <Arrow step={step} /> : <Event step={step} />}
      </td>
      <td class="step-size">{sizeOf(step)}</td>
    </tr>
  );
}

function Arrow({ step }: { readonly step: RecordStep }) {
  const { entry } = step;
  const meddling = meddlingWith(step, !inBefore.value && tampering.value?.action === 'swap');
  return (
    <>
      <span class="unseen">{words.way[entry.sender]}: </span>
      <span class="step-what">{contentsOf(entry)}</span>
      <span class="step-under">
        {entry.protection !== undefined && <Icon name="closed" />}
        {words.keys(entry)}
      </span>
      <span class={`step-line ${meddling?.type ?? ''}`} />
      {meddling !== undefined && <span class="step-meddling">{words.meddling(meddling)}</span>}
    </>
  );
}

function Event({ step }: { readonly step: EventStep }) {
  return (
    <>
      <span class={`step-dot ${step.type} ${step.type === 'message' ? step.direction : ''}`} />
      <span class={isBad(step) ? 'step-what bad' : 'step-what'}>
        <span class="unseen">{sides[step.at]} </span>
        {eventOf(step)}
      </span>
    </>
  );
}

function eventOf(step: EventStep): ComponentChildren {
  const { event } = words;
  switch (step.type) {
    case 'message':
      return (
        <>
          <span class="quiet">{step.direction === 'out' ? event.writes : event.reads}</span> {messageName(step.bytes)}
        </>
      );
    case 'alert':
      return (
        <>
          <span class="quiet">{event.sends}</span> {step.name}
        </>
      );
    case 'data':
      return event.data(step.bytes.length, step.early);
    case 'connected':
      return <strong>{event.connected}</strong>;
    case 'closed':
      return step.error === undefined ? event.closed : event.failed(step.error.message);
  }
}

/** Whether it is the end of something that should have gone on. */
function isBad(step: EventStep): boolean {
  return (
    (step.type === 'alert' && step.name !== 'close_notify') || (step.type === 'closed' && step.error !== undefined)
  );
}

function contentsOf({ messages, contentType }: RecordEntry): string {
  return messages.length === 0 ? words.part(contentType) : messages.map(nameOf).join(', ');
}

function nameOf({ protocol, name, section }: MessageEntry): string {
  if (protocol === 'application_data') return words.data(section.bytes.length);
  if (protocol === 'alert') return words.alert(name);
  return protocol === 'change_cipher_spec' ? 'ChangeCipherSpec' : name;
}

function sizeOf(step: Step): string {
  if (step.type === 'record') return words.number(step.entry.record.bytes.length);
  return step.type === 'message' || step.type === 'data' ? words.number(step.bytes.length) : '';
}
