/** What became of a connection with which somebody meddled, in words. */
import { AlertDescription } from '@tlskit/tls-alerts';
import type { Sender } from '@tlskit/tls-inspect';
import type { ComponentChildren } from 'preact';
import { type Outcome, outcomeOf } from '../lab/outcome.ts';
import type { Connection } from '../lab/run.ts';
import type { Tampering } from '../lab/tampering.ts';
import { focusOn } from '../parts/focus.ts';
import { busy, goTo, shown, stops, tamper, tampering, view } from '../state/show.ts';
import { texts } from '../texts/tamper.ts';
import { records, undisturbed } from './draft.ts';
import { FieldPath } from './field-path.tsx';

const { outcome: words } = texts;

const other: Readonly<Record<Sender, Sender>> = { client: 'server', server: 'client' };

export function OutcomeView() {
  return (
    <section class="outcome" aria-labelledby="outcome-title">
      <h3 id="outcome-title" tabIndex={-1}>
        {words.title}
      </h3>
      <div role="status" aria-busy={busy.value}>
        <Said />
      </div>
      {tampering.value !== undefined && (
        <p class="buttons">
          <button type="button" onClick={undo}>
            {words.undo}
          </button>
          <button type="button" onClick={follow}>
            {words.follow}
          </button>
        </p>
      )}
    </section>
  );
}

function Said() {
  const how = tampering.value;
  if (how === undefined) return <p>{words.none}</p>;
  const [run, without] = [shown.value, undisturbed.value];
  if (busy.value || run === undefined || run.live || without === undefined) return <p>{texts.loading}</p>;
  const entry = records.value[how.record];
  if (entry === undefined) return <p>{words.nowhere}</p>;
  const { connection } = run;
  const outcome = outcomeOf(connection, without.connection);
  const untouched = !isTouched(connection, how);
  return (
    <>
      <p class="verdict" data-outcome={untouched ? 'untouched' : outcome.type}>
        {untouched ? words.untouched : verdict(outcome)}
      </p>
      <dl>
        <Row name={words.done}>{doneTo(how, entry.sender, entry.record.bytes)}</Row>
        {how.action === 'change' && (
          <Row name={words.field}>
            <FieldPath record={how.record} offset={how.offset} />
          </Row>
        )}
        {outcome.type === 'noticed' && <Noticed outcome={outcome} connection={connection} />}
        {outcome.type === 'waiting' &&
          (['client', 'server'] as const).map(at => <Other key={at} at={at} connection={connection} />)}
      </dl>
    </>
  );
}

function Noticed({
  outcome,
  connection,
}: {
  readonly outcome: Extract<Outcome, { type: 'noticed' }>;
  readonly connection: Connection;
}) {
  const { by, state, code, message, alert } = outcome;
  const closed = connection.steps.find(step => step.type === 'closed' && step.at === by);
  const rfc = closed?.type === 'closed' ? closed.error?.rfc : undefined;
  return (
    <>
      <Row name={words.noticedBy}>{words.state(by, state ?? '')}</Row>
      <Row name={words.check}>
        <code>{code}</code> {message}
        {rfc !== undefined && <span class="quiet"> {rfc}</span>}
      </Row>
      <Row name={words.alert}>{alert === undefined ? words.noAlert : <code>{alertLabel(alert)}</code>}</Row>
      <Other at={other[by]} connection={connection} />
    </>
  );
}

/** How an end stands that has noticed nothing itself. */
function Other({ at, connection: { steps } }: { readonly at: Sender; readonly connection: Connection }) {
  const closed = steps.find(step => step.type === 'closed' && step.at === at);
  const last = steps.findLast(step => step.type === 'state' && step.at === at);
  const said = (): string => {
    if (closed?.type === 'closed') {
      return closed.error?.alert === undefined ? words.ended : words.told(alertLabel(closed.error.alert));
    }
    return last?.type === 'state' ? words.waitsFor(last.state, last.waitingFor) : '';
  };
  return <Row name={words.otherEnd(at)}>{said()}</Row>;
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function verdict(outcome: Outcome): string {
  return outcome.type === 'noticed' ? words.noticed(outcome.by) : words[outcome.type];
}

function doneTo(how: Tampering, sender: Sender, bytes: Uint8Array): string {
  if (how.action !== 'change') return words[how.action](how.record, sender);
  return words.change(how.record, sender, how.offset, bytes[how.offset] ?? 0, how.value);
}

/** Its name and its number. */
export function alertLabel(name: string): string {
  return `${name} (${AlertDescription.values[name as keyof typeof AlertDescription.values]})`;
}

/** Whether anything was different on the wire: a link may name what is not there, and the last record of a flight has none to change places with. */
function isTouched({ steps }: Connection, { action, record }: Tampering): boolean {
  const sent = steps.flatMap(step => (step.type === 'record' ? [step] : []));
  const [at, next] = [sent[record], sent[record + 1]];
  if (at === undefined) return false;
  if (action === 'swap') return next?.arrived.length === 2;
  if (action !== 'change') return true;
  return at.arrived.some(bytes => bytes.some((byte, index) => byte !== at.entry.record.bytes[index]));
}

function undo(): void {
  focusOn('outcome-title');
  tamper(undefined);
}

/** To where the alert goes out, or to the end. */
function follow(): void {
  focusOn('content');
  view.value = 'handshake';
  const at = stops.value.findIndex(({ step }) => step.type === 'alert');
  goTo(at < 0 ? stops.value.length : at);
}
