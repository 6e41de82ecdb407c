/** The suite explorer: IANA's whole table, searched and filtered by what the names say. */
import { type Signal, useSignal } from '@preact/signals';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { change, tour, view } from '../state/show.ts';
import { texts as learn } from '../texts/learn.ts';
import { texts } from '../texts/suites.ts';
import type { SuiteRow } from './suites.ts';

const { column } = texts;

const columns: readonly Column<SuiteRow>[] = [
  { key: 'code', name: column.code, cell: hexOf, by: row => row.code, class: 'code' },
  { key: 'name', name: column.name, cell: row => row.name, by: row => row.name, class: 'code', names: true },
  { key: 'use', name: column.use, cell: row => <Use row={row} />, by: row => Object.keys(texts.use).indexOf(row.use) },
  ...(['version', 'keyExchange', 'authentication', 'cipher', 'keyBits', 'mode', 'mac', 'hash'] as const).map(
    textColumn,
  ),
  textColumn('forwardSecrecy'),
  {
    key: 'iv',
    name: column.iv,
    hint: texts.ivHint,
    cell: row => texts.iv(row.iv),
    by: row => texts.iv(row.iv),
    class: 'number',
  },
  { key: 'tag', name: column.tag, cell: row => texts.bytes(row.tag), by: row => row.tag ?? -1, class: 'number' },
];

const filters = ['use', 'version', 'keyExchange', 'authentication', 'cipher', 'mode', 'forwardSecrecy'] as const;

type Filter = (typeof filters)[number];
type Chosen = Readonly<Partial<Record<Filter, string>>>;

export function SuiteTable({ rows }: { readonly rows: readonly SuiteRow[] }) {
  const chosen = useSignal<Chosen>({});
  return (
    <>
      <p class="lead">{texts.lead}</p>
      <DataTable
        class="suites"
        long
        caption={texts.caption}
        words={learn.table}
        columns={columns}
        rows={rows}
        keyOf={row => row.code}
        text={row => `${hexOf(row)} ${row.name}`}
        passes={row => filters.every(name => (chosen.value[name] ?? wordOf(row, name)) === wordOf(row, name))}
        filters={filters.map(name => <Choice key={name} name={name} rows={rows} chosen={chosen} />)}
      />
    </>
  );
}

interface ChoiceProps {
  readonly name: Filter;
  readonly rows: readonly SuiteRow[];
  readonly chosen: Signal<Chosen>;
}

function Choice({ name, rows, chosen }: ChoiceProps) {
  const words = [...new Set(rows.map(row => wordOf(row, name)))].sort();
  return (
    <label>
      <span>{column[name]}</span>
      <select
        value={chosen.value[name] ?? ''}
        onChange={({ currentTarget: { value } }) => {
          const { [name]: _, ...others } = chosen.value;
          chosen.value = value === '' ? others : { ...others, [name]: value };
        }}
      >
        <option value="">{texts.any}</option>
        {words.map(word => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

function textColumn(name: Exclude<Filter, 'use'> | 'keyBits' | 'mac' | 'hash'): Column<SuiteRow> {
  return {
    key: name,
    name: column[name],
    cell: row => wordOf(row, name),
    by: row => (name === 'keyBits' ? (row.keyBits ?? -1) : wordOf(row, name)),
    ...(name === 'keyBits' ? { class: 'number' } : {}),
    ...(name === 'hash' ? { hint: texts.hashHint } : {}),
  };
}

function wordOf(row: SuiteRow, name: Filter | 'keyBits' | 'mac' | 'hash'): string {
  const value = row[name];
  if (value === undefined) return texts.none;
  if (name === 'use') return texts.use[row.use];
  return texts.word[value] ?? String(value);
}

function Use({ row }: { readonly row: SuiteRow }) {
  const { settings } = row;
  return (
    <span class="use">
      <span class={row.use}>{texts.use[row.use]}</span>
      {settings !== undefined && (
        <button type="button" class="plain" aria-label={texts.tryItWith(row.name)} onClick={() => tryIt(settings)}>
          {texts.tryIt}
        </button>
      )}
    </span>
  );
}

function tryIt(settings: NonNullable<SuiteRow['settings']>): void {
  tour.value = undefined;
  change(settings);
  view.value = 'handshake';
}

function hexOf({ code }: SuiteRow): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
