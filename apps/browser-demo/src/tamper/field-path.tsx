/** The field that a byte belongs to, from the message inwards. */
import { texts } from '../texts/tamper.ts';
import { records } from './draft.ts';
import { placeOf } from './place.ts';

export function FieldPath({ record, offset }: { readonly record: number; readonly offset: number }) {
  const { names, text, isSealed } = placeOf(records.value, record, offset);
  return (
    <span class="field-path">
      <code>{names.join(' › ')}</code>
      {text !== '' && ` ${text}`}
      {isSealed && <span class="quiet"> {texts.outcome.sealed}</span>}
    </span>
  );
}
