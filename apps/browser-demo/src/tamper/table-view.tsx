/** The table of a whole connection: a map with a cell a byte, what became of them all, and what was forgiven. */
import { CellGrid } from '../parts/cell-grid.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { tamper } from '../state/show.ts';
import { texts } from '../texts/tamper.ts';
import { FieldPath } from './field-path.tsx';
import { forgivenAt } from './forgiven.ts';
import { alertLabel } from './outcome-view.tsx';
import { active, begin, cancel, chosenGroup, groups, kindAt, mode, positionsOf, type Table, table } from './table.ts';
import { type Kind, type Mode, modes, type Position } from './trials.ts';

const { table: words } = texts;

/** Pixels from which on the names of messages have room beside their bytes. */
const NARROW = 720;

export function TableView() {
  const now = table.value;
  return (
    <section class="table" aria-labelledby="table-title">
      <h3 id="table-title">{words.title}</h3>
      <p>{words.lead}</p>
      <div class="table-controls">
        <label>
          {words.mode}{' '}
          <select
            name="table-mode"
            value={mode.value}
            onChange={({ currentTarget }) => {
              mode.value = currentTarget.value as Mode;
            }}
          >
            {modes.map(each => (
              <option key={each} value={each}>
                {words.modes[each]}
              </option>
            ))}
          </select>
        </label>
        {now?.isRunning === true ? (
          <button type="button" class="table-stop" onClick={cancel}>
            {words.cancel}
          </button>
        ) : (
          <button type="button" class="table-start" onClick={begin}>
            {words.start}
          </button>
        )}
        {now !== undefined && <Progress now={now} />}
      </div>
      {now !== undefined && (
        <>
          <ByteMap now={now} />
          <Here now={now} />
          <div class="table-results">
            <Summary />
            <Forgiven now={now} />
          </div>
        </>
      )}
    </section>
  );
}

/** Told when it is over: batches come faster than they are read out. */
function Progress({ now: { done, plan, took, isRunning } }: { readonly now: Table }) {
  const said = words.done(done, plan.trials.length, took / 1000);
  return (
    <>
      <progress aria-label={words.progress} max={plan.trials.length} value={done} />
      {isRunning && <span class="quiet">{said}</span>}
      <span role="status" class="quiet">
        {isRunning ? '' : said}
      </span>
    </>
  );
}

function ByteMap({ now }: { readonly now: Table }) {
  const { plan, records } = now;
  return (
    <div class="map">
      <CellGrid
        id="table-cell"
        label={words.map}
        groups={plan.records.map(number => {
          const { messages, contentType, record } = records[number] as (typeof records)[number];
          const names = messages.map(({ name }) => name).join(', ') || contentType;
          return { label: words.line(number, names), count: record.bytes.length };
        })}
        cell={index => {
          const { record, offset } = plan.positions[index] as Position;
          const { kind, isFaint } = kindAt(now, index);
          return {
            text: '',
            kind: `${kind ?? ''}${isFaint ? ' faint' : ''}`,
            label: words.cell(record, offset, words.kind[kind ?? 'none']),
          };
        }}
        active={active.value}
        onActive={index => {
          active.value = index;
        }}
        onPick={index => meddle(now, index)}
        width={16}
        height={16}
        heading={room => (room > NARROW ? 184 : 44)}
        columns={[64, 48, 32, 16]}
        most={560}
      />
    </div>
  );
}

/** What became of the byte that is looked at, trial by trial. */
function Here({ now }: { readonly now: Table }) {
  const position = now.plan.positions[active.value];
  const entry = position && now.records[position.record];
  if (position === undefined || entry === undefined) return null;
  const from = entry.record.bytes[position.offset] as number;
  return (
    <section class="here" aria-label={words.here}>
      <p>
        <FieldPath record={position.record} offset={position.offset} />
      </p>
      <ul>
        {position.trials.map(trial => {
          const result = now.results[trial];
          const to = now.plan.trials[trial]?.value ?? from;
          return (
            <li key={trial}>
              <code>{words.became(from, to)}</code> {words.kind[result?.kind ?? 'none']}
              {result?.outcome.type === 'noticed' && (
                <>
                  {': '}
                  <code>{result.outcome.alert === undefined ? words.noAlert : alertLabel(result.outcome.alert)}</code>
                  {', '}
                  {result.outcome.message}
                </>
              )}
            </li>
          );
        })}
      </ul>
      <button type="button" onClick={() => meddle(now, active.value)}>
        {words.tryIt}
      </button>
    </section>
  );
}

function Summary() {
  return (
    <Scrolls label={words.summary}>
      <table class="summary">
        <caption>{words.summary}</caption>
        <thead>
          <tr>
            <th scope="col">{words.head.outcome}</th>
            <th scope="col">{words.head.alert}</th>
            <th scope="col">{words.head.check}</th>
            <th scope="col">{words.head.count}</th>
          </tr>
        </thead>
        <tbody>
          {[...groups.value].map(([key, { kind, alert, code, count }]) => (
            <tr key={key} data-group={key}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={chosenGroup.value === key}
                  title={words.select(words.kind[kind])}
                  onClick={() => {
                    chosenGroup.value = chosenGroup.value === key ? undefined : key;
                  }}
                >
                  <Swatch kind={kind} />
                  {words.kind[kind]}
                </button>
              </th>
              <td>{alert === undefined ? code && words.noAlert : <code>{alertLabel(alert)}</code>}</td>
              <td>
                <code>{code ?? ''}</code>
              </td>
              <td class="count">{count.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function Swatch({ kind }: { readonly kind: Kind }) {
  return <span class="swatch" data-kind={kind} aria-hidden="true" />;
}

function Forgiven({ now }: { readonly now: Table }) {
  const [forgiven, faults, waiting] = [
    positionsOf(now, 'forgiven'),
    positionsOf(now, 'fault'),
    now.results.filter(result => result?.kind === 'waiting').length,
  ];
  return (
    <div class="forgiven">
      <h4>{words.forgiven}</h4>
      <p>{forgiven.length === 0 ? words.forgivenNone : words.forgivenAll(forgiven.length)}</p>
      {forgiven.length > 0 && <Positions now={now} positions={forgiven} />}
      {waiting > 0 && <p>{words.waiting(waiting)}</p>}
      {faults.length > 0 && (
        <>
          <p class="fault">{words.faults(faults.length)}</p>
          <Positions now={now} positions={faults} />
        </>
      )}
    </div>
  );
}

function Positions({ now, positions }: { readonly now: Table; readonly positions: readonly Position[] }) {
  const { forgivenHead: head } = words;
  return (
    <Scrolls label={words.forgiven}>
      <table>
        <thead>
          <tr>
            <th scope="col">{head.record}</th>
            <th scope="col">{head.byte}</th>
            <th scope="col">{head.field}</th>
            <th scope="col">{head.section}</th>
            <th scope="col">{head.why}</th>
          </tr>
        </thead>
        <tbody>
          {positions.map(({ record, offset }) => {
            const entry = now.records[record];
            const known = entry && forgivenAt(entry, offset, now.settings.version);
            return (
              <tr key={`${record}.${offset}`} data-position={`${record}.${offset}`}>
                <td>{words.line(record, entry?.messages.map(({ name }) => name).join(', ') ?? '')}</td>
                <td>{offset}</td>
                <td>
                  {known === undefined ? <FieldPath record={record} offset={offset} /> : <code>{known.field}</code>}
                </td>
                <td class="section">{known?.section}</td>
                <td>{known && words.why[known.why]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolls>
  );
}

/** Does to the connection on the page what was tried: the first of the trials. */
function meddle({ plan }: Table, index: number): void {
  const trial = plan.trials[plan.positions[index]?.trials[0] ?? -1];
  if (trial !== undefined) tamper(trial);
}
