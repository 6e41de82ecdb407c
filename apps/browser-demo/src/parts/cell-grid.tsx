// biome-ignore-all lint/a11y/useSemanticElements: a table cannot leave out the lines that are out of sight
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which cell is active
/**
 * Bytes as cells, one line below another (WAI-ARIA grid): one stop of the Tab key, walked with the arrow keys, and only the lines in sight are
 * on the page. What a cell is called and how it looks, its owner says.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface CellGroup {
  readonly label: string;
  /** How many cells it has. */
  readonly count: number;
}

export interface Cell {
  readonly text: string;
  /** For the style sheet. */
  readonly kind: string;
  readonly label: string;
}

interface Props {
  /** Begins the ids of the cells. */
  readonly id: string;
  readonly label: string;
  readonly groups: readonly CellGroup[];
  readonly cell: (index: number) => Cell;
  /** The cell where the keyboard is, counted through all groups. */
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onPick?: (index: number) => void;
  /** Pixels of a cell. */
  readonly width: number;
  readonly height: number;
  /** Pixels of what stands before a line, by the pixels that there are for all. */
  readonly heading: (room: number) => number;
  /** How many cells may be in a line, the most first. */
  readonly columns: readonly number[];
  /** Most pixels of all: the rest is scrolled. */
  readonly most: number;
}

interface Line {
  /** Of the group in its first line, then how far in it one is. */
  readonly label: string;
  readonly first: number;
  readonly count: number;
}

/** How many lines a page is. */
const PAGE = 8;

export function CellGrid(props: Props) {
  const { id, label, groups, cell, active, onActive, onPick, width, height } = props;
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    setRoom(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  const heading = props.heading(room);
  const columns = props.columns.find(each => heading + each * width <= room) ?? (props.columns.at(-1) as number);
  const lines = linesOf(groups, columns);
  const at = lines.findIndex(({ first, count }) => first <= active && active < first + count);
  const tall = Math.min(lines.length * height, props.most);
  // The one that the keyboard is at has to be on the page, and in sight.
  useEffect(() => {
    const element = box.current;
    if (element === null || at < 0) return;
    if (at * height < element.scrollTop) element.scrollTop = at * height;
    else if ((at + 1) * height > element.scrollTop + tall) element.scrollTop = (at + 1) * height - tall;
  }, [active, columns]);
  const from = Math.max(0, Math.floor(top / height) - 1);
  const shown = lines.slice(from, Math.ceil((top + tall) / height) + 1);
  const held = at >= 0 && (at < from || at >= from + shown.length) ? [at] : [];
  const numbers = [...held, ...shown.map((_, index) => from + index)];

  const key = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    const to = event.key === 'Enter' || event.key === ' ' ? active : walk(lines, at, active, event);
    if (to === undefined) return;
    event.preventDefault();
    if (to === active) onPick?.(active);
    else onActive(to);
  };
  const click = (event: MouseEvent): void => {
    const found = event.target instanceof Element ? event.target.closest('[role=gridcell]') : null;
    if (found instanceof HTMLElement) onActive(Number(found.dataset.index));
  };

  return (
    <div
      ref={box}
      class="cells"
      role="grid"
      aria-label={label}
      aria-rowcount={lines.length}
      aria-activedescendant={at < 0 ? undefined : `${id}-${active}`}
      tabIndex={0}
      style={{ height: `${tall}px` }}
      onKeyDown={key}
      onClick={click}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <div class="cells-all" style={{ height: `${lines.length * height}px` }}>
        {numbers.map(number => {
          const line = lines[number] as Line;
          return (
            <div
              key={number}
              role="row"
              aria-rowindex={number + 1}
              style={{ top: `${number * height}px`, height: `${height}px`, lineHeight: `${height}px` }}
            >
              <span role="rowheader" style={{ width: `${heading}px` }}>
                {line.label}
              </span>
              {Array.from({ length: line.count }, (_, column) => {
                const index = line.first + column;
                const { text, kind, label } = cell(index);
                return (
                  <span
                    key={index}
                    id={`${id}-${index}`}
                    role="gridcell"
                    data-index={index}
                    data-kind={kind}
                    aria-label={label}
                    aria-selected={index === active}
                    style={{ width: `${width}px` }}
                  >
                    {text}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function linesOf(groups: readonly CellGroup[], columns: number): readonly Line[] {
  const lines: Line[] = [];
  let first = 0;
  for (const { label, count } of groups) {
    for (let at = 0; at < count; at += columns) {
      lines.push({
        label: at === 0 && label !== '' ? label : String(at),
        first: first + at,
        count: Math.min(columns, count - at),
      });
    }
    first += count;
  }
  return lines;
}

/** Where a key leads; undefined for one that leads nowhere. */
function walk(lines: readonly Line[], at: number, active: number, event: KeyboardEvent): number | undefined {
  const line = lines[at];
  const last = lines.at(-1);
  if (line === undefined || last === undefined) return undefined;
  const end = last.first + last.count - 1;
  const column = active - line.first;
  const inLine = (number: number) => {
    const { first, count } = lines[Math.max(0, Math.min(number, lines.length - 1))] as Line;
    return first + Math.min(column, count - 1);
  };
  switch (event.key) {
    case 'ArrowLeft':
      return Math.max(0, active - 1);
    case 'ArrowRight':
      return Math.min(end, active + 1);
    case 'ArrowUp':
      return inLine(at - 1);
    case 'ArrowDown':
      return inLine(at + 1);
    case 'PageUp':
      return inLine(at - PAGE);
    case 'PageDown':
      return inLine(at + PAGE);
    case 'Home':
      return event.ctrlKey ? 0 : line.first;
    case 'End':
      return event.ctrlKey ? end : line.first + line.count - 1;
    default:
      return undefined;
  }
}
