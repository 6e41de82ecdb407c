/** Every alert: its number, its level, when it is sent, and which errors of the library it tells of. */
import { breakable } from '../parts/breakable.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { texts } from '../texts/alerts.ts';
import { texts as learn } from '../texts/learn.ts';
import { type AlertRow, alertRows } from './alerts.ts';

const { column, alert } = texts;

const columns: readonly Column<AlertRow>[] = [
  { key: 'number', name: column.number, cell: row => row.number, by: row => row.number, class: 'number' },
  { key: 'name', name: column.name, cell: row => breakable(row.name), by: row => row.name, class: 'code', names: true },
  { key: 'level', name: column.level, cell: row => levelOf(row), by: row => levelOf(row) },
  { key: 'when', name: column.when, cell: row => alert[row.name].when, class: 'prose' },
  {
    key: 'section',
    name: column.section,
    cell: row => alert[row.name].section.replaceAll('RFC ', 'RFC\u00a0'),
    class: 'section',
  },
  { key: 'codes', name: column.codes, cell: row => <Codes row={row} />, by: row => -row.codes.length, class: 'code' },
];

export function AlertTable() {
  return (
    <DataTable
      class="alerts"
      caption={texts.caption}
      words={learn.table}
      columns={columns}
      rows={alertRows}
      keyOf={row => row.number}
      text={row =>
        [
          row.number,
          row.name,
          levelOf(row),
          alert[row.name].when,
          alert[row.name].section,
          ...row.codes,
          ...row.codes12,
        ].join(' ')
      }
    />
  );
}

function levelOf({ levels }: AlertRow): string {
  return levels.map(level => texts.level[level]).join(texts.or);
}

/** Of many, how many there are. */
function Codes({ row: { codes, codes12, reserved } }: { readonly row: AlertRow }) {
  if (codes.length + codes12.length === 0) return <span class="quiet">{reserved ? texts.reserved : texts.unsent}</span>;
  const list = (
    <ul>
      {codes.map(code => (
        <li key={code}>{code}</li>
      ))}
      {codes12.map(code => (
        <li key={code}>
          {code} <small>{texts.in12}</small>
        </li>
      ))}
    </ul>
  );
  if (codes.length <= 3) return list;
  return (
    <details>
      <summary>{texts.errors(codes.length)}</summary>
      {list}
    </details>
  );
}
