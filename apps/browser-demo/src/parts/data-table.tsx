/**
 * A table that is searched and sorted, in a box of its own that scrolls. Of long ones only the rows in sight are there: each of their rows
 * is one line.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Column<R> {
  readonly key: string;
  readonly name: string;
  /** What the name is short for. */
  readonly hint?: string;
  readonly cell: (row: R) => ComponentChildren;
  /** What rows are sorted by; without it they are not. */
  readonly by?: (row: R) => string | number;
  readonly class?: string;
  /** The column that says what a row is of. */
  readonly names?: true;
}

export interface TableWords {
  readonly search: string;
  readonly found: (count: number, all: number) => string;
}

interface DataTableProps<R> {
  readonly caption: string;
  readonly words: TableWords;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string | number;
  /** All that a row is found by. */
  readonly text: (row: R) => string;
  /** Of rows that pass whatever else is chosen. */
  readonly passes?: (row: R) => boolean;
  /** What else is chosen by, beside the search. */
  readonly filters?: ComponentChildren;
  readonly class?: string;
  /** Whether each row is one line, and there are many. */
  readonly long?: boolean;
}

/** Rows beyond the edges of the box that are there as well. */
const BEYOND = 12;

export function DataTable<R>(props: DataTableProps<R>) {
  const { caption, words, columns, rows, keyOf, text, passes, filters, long = false } = props;
  const search = useSignal('');
  const order = useSignal<{ readonly key: string; readonly down: boolean } | undefined>(undefined);
  const box = useRef<HTMLElement>(null);
  const view = useSignal({ top: 0, height: 0, row: 0 });

  const wanted = search.value.toLowerCase().split(/\s+/);
  const found = rows.filter(
    row => (passes?.(row) ?? true) && wanted.every(word => text(row).toLowerCase().includes(word)),
  );
  const sorted = sortedBy(
    found,
    columns.find(({ key }) => key === order.value?.key),
    order.value?.down ?? false,
  );

  const look = (): void => {
    const row = box.current?.querySelector('tbody tr:not(.gap)')?.getBoundingClientRect().height ?? 0;
    const { scrollTop: top = 0, clientHeight: height = 0 } = box.current ?? {};
    const { value: was } = view;
    if (was.top !== top || was.height !== height || was.row !== row) view.value = { top, height, row };
  };
  useLayoutEffect(look, [long, sorted.length]);
  // Whoever searches wants the first that is found.
  useLayoutEffect(() => {
    box.current?.scrollTo({ top: 0 });
  }, [search.value, order.value, sorted.length]);

  const { top, height, row } = view.value;
  const first = long && row > 0 ? Math.max(0, Math.floor(top / row) - BEYOND) : 0;
  const end = long ? first + (row > 0 ? Math.ceil(height / row) : 0) + 2 * BEYOND : sorted.length;
  const seen = sorted.slice(first, end);

  return (
    <div class={`data-table ${props.class ?? ''}`}>
      <form class="search" onSubmit={event => event.preventDefault()}>
        <label>
          <span>{words.search}</span>
          <input
            type="search"
            value={search.value}
            onInput={({ currentTarget }) => {
              search.value = currentTarget.value;
            }}
          />
        </label>
        {filters}
        <p role="status">{words.found(sorted.length, rows.length)}</p>
      </form>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section class="box" ref={box} tabIndex={0} aria-label={caption} onScroll={long ? look : undefined}>
        <table aria-rowcount={long ? sorted.length + 1 : undefined}>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr aria-rowindex={long ? 1 : undefined}>
              {columns.map(column => (
                <Head
                  key={column.key}
                  column={column as Column<never>}
                  direction={
                    order.value?.key === column.key ? (order.value.down ? 'descending' : 'ascending') : undefined
                  }
                  onSort={() => {
                    const down = order.value?.key === column.key && !order.value.down;
                    order.value = { key: column.key, down };
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={first * row} columns={columns.length} />
            {seen.map((each, index) => (
              <tr key={keyOf(each)} aria-rowindex={long ? first + index + 2 : undefined}>
                {columns.map(({ key, cell, names, class: name }) =>
                  names ? (
                    <th key={key} scope="row" class={name}>
                      {cell(each)}
                    </th>
                  ) : (
                    <td key={key} class={name}>
                      {cell(each)}
                    </td>
                  ),
                )}
              </tr>
            ))}
            <Gap height={(sorted.length - first - seen.length) * row} columns={columns.length} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

interface HeadProps {
  readonly column: Pick<Column<never>, 'name' | 'hint' | 'class' | 'by'>;
  readonly direction: 'ascending' | 'descending' | undefined;
  readonly onSort: () => void;
}

function Head({ column: { name, hint, by, class: kind }, direction, onSort }: HeadProps) {
  const words = hint === undefined ? name : <abbr title={hint}>{name}</abbr>;
  return (
    <th scope="col" class={kind} aria-sort={by && (direction ?? 'none')}>
      {by === undefined ? (
        words
      ) : (
        <button type="button" onClick={onSort}>
          {words}
          <span class={`arrow ${direction ?? ''}`} aria-hidden="true" />
        </button>
      )}
    </th>
  );
}

/** As high as the rows that are not there. */
function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  const place = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => {
    if (place.current !== null) place.current.style.height = `${height}px`;
  });
  if (height <= 0) return null;
  return (
    <tr class="gap" ref={place}>
      <td colSpan={columns} />
    </tr>
  );
}

function sortedBy<R>(rows: readonly R[], column: Column<R> | undefined, down: boolean): readonly R[] {
  const by = column?.by;
  if (by === undefined) return rows;
  const sign = down ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [by(a), by(b)];
    return sign * (one < other ? -1 : one > other ? 1 : 0);
  });
}
