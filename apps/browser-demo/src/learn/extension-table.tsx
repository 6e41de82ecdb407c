/** Every extension: what it is for, and which messages may carry it. */
import type { ExtensionMessage } from '@tlskit/tls-messages';
import { breakable } from '../parts/breakable.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { texts } from '../texts/extension-table.ts';
import { texts as learn } from '../texts/learn.ts';
import { type ExtensionInfo, extensionInfos, places } from './extensions.ts';

const { column, extension } = texts;

const columns: readonly Column<ExtensionInfo>[] = [
  { key: 'number', name: column.number, cell: row => row.number, by: row => row.number, class: 'number' },
  { key: 'name', name: column.name, cell: row => breakable(row.name), by: row => row.name, class: 'code', names: true },
  ...places.map(
    (place): Column<ExtensionInfo> => ({
      key: place,
      name: texts.place[place].short,
      hint: texts.place[place].long,
      cell: row => <Mark row={row} place={place} />,
      by: row => (row.messages === undefined ? 2 : row.messages.includes(place) ? 0 : 1),
      class: 'place',
    }),
  ),
  { key: 'purpose', name: column.purpose, cell: row => extension[row.name].purpose, class: 'prose' },
  {
    key: 'section',
    name: column.section,
    cell: row => extension[row.name].section.replaceAll('RFC ', 'RFC\u00a0'),
    class: 'section',
  },
  { key: 'used', name: column.used, cell: usedBy, by: usedBy },
];

export function ExtensionTable() {
  return (
    <>
      <p class="lead">{texts.lead}</p>
      <DataTable
        class="extensions"
        caption={texts.caption}
        words={learn.table}
        columns={columns}
        rows={extensionInfos}
        keyOf={row => row.number}
        text={row => {
          const { purpose, section } = extension[row.name];
          const messages = (row.messages ?? []).map(place => `${texts.place[place].short} ${texts.place[place].long}`);
          return [row.number, row.name, purpose, section, usedBy(row), ...messages].join(' ');
        }}
      />
    </>
  );
}

function usedBy({ usedBy }: ExtensionInfo): string {
  return usedBy.join(texts.and);
}

function Mark({ row: { messages }, place }: { readonly row: ExtensionInfo; readonly place: ExtensionMessage }) {
  if (messages === undefined) return <span class="quiet">{texts.unsaid}</span>;
  return messages.includes(place) ? <span class="mark">{texts.may}</span> : null;
}
