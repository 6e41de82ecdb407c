/** A record, what is done to it, and the byte that is another. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import { CellGrid } from '../parts/cell-grid.tsx';
import { texts } from '../texts/tamper.ts';
import {
  type Action,
  action,
  chooseAction,
  chooseOffset,
  chooseRecord,
  chooseValue,
  offset,
  original,
  record,
  records,
  value,
} from './draft.ts';
import { FieldPath } from './field-path.tsx';

const { byHand: words } = texts;

const actions = ['change', 'drop', 'repeat', 'swap'] as const satisfies readonly Action[];

export function ByHand() {
  const entry = records.value[record.value];
  if (entry === undefined) return <p class="quiet">{texts.loading}</p>;
  return (
    <section class="by-hand" aria-labelledby="by-hand-title">
      <h3 id="by-hand-title">{words.title}</h3>
      <div class="by-hand-panes">
        <Records />
        <div class="meddling">
          <Actions entry={entry} />
          {action.value === 'change' && <Byte entry={entry} />}
        </div>
      </div>
    </section>
  );
}

function Records() {
  return (
    <fieldset class="pick-record">
      <legend>{words.records}</legend>
      {records.value.map(({ number, sender, messages, contentType, record: { bytes } }) => (
        <label key={number} class={sender}>
          <input
            type="radio"
            name="tampered-record"
            checked={number === record.value}
            onChange={() => chooseRecord(number)}
          />
          <span class="number">{words.record(number)}</span>
          <span class="sender">{words.sender[sender]}</span>
          <span class="names">{messages.map(({ name }) => name).join(', ') || contentType}</span>
          <span class="size">{words.size(bytes.length)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Actions({ entry }: { readonly entry: RecordEntry }) {
  const next = records.value[entry.number + 1];
  return (
    <fieldset class="pick-action">
      <legend>{words.action}</legend>
      {actions.map(each => (
        <label key={each}>
          <input
            type="radio"
            name="tampering-action"
            value={each}
            checked={each === action.value}
            disabled={each === 'swap' && next?.sender !== entry.sender}
            onChange={() => chooseAction(each)}
          />
          {words.actions[each]}
        </label>
      ))}
    </fieldset>
  );
}

function Byte({ entry }: { readonly entry: RecordEntry }) {
  const { bytes } = entry.record;
  const changed = value.value !== original.value;
  return (
    <>
      <CellGrid
        id="tampered-byte"
        label={words.bytes(entry.number)}
        groups={[{ label: '', count: bytes.length }]}
        cell={index => {
          const isChanged = changed && index === offset.value;
          const byte = isChanged ? value.value : (bytes[index] as number);
          return {
            text: byte.toString(16).padStart(2, '0'),
            kind: isChanged ? 'changed' : '',
            label: words.byte(index, byte),
          };
        }}
        active={offset.value}
        onActive={chooseOffset}
        width={24}
        height={24}
        heading={() => 40}
        columns={[24, 16, 8]}
        most={240}
      />
      <div class="value">
        <p>
          <strong>{words.at(offset.value)}</strong> <FieldPath record={entry.number} offset={offset.value} />
        </p>
        <label>
          {words.value}
          <input
            type="text"
            name="tampered-value"
            size={2}
            maxLength={2}
            spellcheck={false}
            autocomplete="off"
            value={value.value.toString(16).padStart(2, '0')}
            onChange={({ currentTarget }) => {
              const text = currentTarget.value.trim();
              if (/^[0-9a-f]{1,2}$/i.test(text)) chooseValue(Number.parseInt(text, 16));
              currentTarget.value = value.value.toString(16).padStart(2, '0');
            }}
          />
        </label>
        <fieldset class="bits" aria-label={words.bits}>
          {[7, 6, 5, 4, 3, 2, 1, 0].map(bit => {
            const on = ((value.value >> bit) & 1) === 1;
            return (
              <button
                key={bit}
                type="button"
                aria-pressed={on}
                aria-label={words.bit(bit, on)}
                onClick={() => chooseValue(value.value ^ (1 << bit))}
              >
                {on ? '1' : '0'}
              </button>
            );
          })}
        </fieldset>
        {changed && <span class="quiet">{words.was(original.value)}</span>}
      </div>
    </>
  );
}
