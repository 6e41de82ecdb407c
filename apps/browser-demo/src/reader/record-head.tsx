/** Which record it is: its number and the messages in it, from whom it is, under which keys, and how large. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import { picked, records } from '../state/show.ts';
import { reader } from '../texts/reader.ts';

const { head: words } = reader;

export function RecordHead({ entry }: { readonly entry: RecordEntry }) {
  const { number, sender, epoch, contentType, protection, record, inner, messages, error } = entry;
  const at = records.value.indexOf(entry);
  const pick = (to: number) => () => {
    picked.value = to;
  };
  const facts = [
    [words.direction, words.from(sender)],
    [words.content, contentType],
    [words.keys, protection === undefined ? words.plaintext : words.epoch(epoch, protection.sequence)],
    [
      words.sizes,
      inner === undefined
        ? words.wire(record.bytes.length)
        : words.inside(record.bytes.length, inner.fields[0]?.children.find(isContent)?.end ?? inner.bytes.length),
    ],
  ] as const;
  return (
    <div class="record-head">
      <div class="record-title">
        <h2>
          {reader.record(number)} <small>{reader.of(records.value.length)}</small>
        </h2>
        <button type="button" aria-label={reader.previous} disabled={at <= 0} onClick={pick(at - 1)}>
          ‹
        </button>
        <button type="button" aria-label={reader.next} disabled={at + 1 >= records.value.length} onClick={pick(at + 1)}>
          ›
        </button>
      </div>
      <p class="names">{messages.map(({ name }) => name).join(', ')}</p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {error !== undefined && <p class="wrong">{words.wrong(error)}</p>}
    </div>
  );
}

/** Of TLSInnerPlaintext; before TLS 1.3 all that is encrypted is content. */
function isContent({ label }: { readonly label: string }): boolean {
  return label === 'content';
}
