/** Where a CPU profile's time was spent. */
import type { Profiler } from 'node:inspector/promises';
import { sourceOf } from './source-map.ts';

export interface Share {
  readonly name: string;
  /** Milliseconds in it, those in what it called left out. */
  readonly self: number;
}

export interface Spent {
  /** Milliseconds in all, idle ones left out. */
  readonly busy: number;
  readonly functions: readonly Share[];
  readonly files: readonly Share[];
}

/** `(program)` is native code that no JavaScript function is charged for, such as OpenSSL's below `node:tls`. */
const idle = new Set(['(idle)', '(root)']);

export function spent({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Spent {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  let busy = 0;
  for (const [i, id] of samples.entries()) {
    const frame = byId.get(id)?.callFrame;
    // A sample stands for the time until the next one.
    const time = (timeDeltas[i + 1] ?? 0) / 1000;
    if (frame === undefined || idle.has(frame.functionName)) continue;
    busy += time;
    const source = sourceOf(frame.url, frame.lineNumber, frame.columnNumber);
    const file = fileName(source.file);
    add(functions, `${frame.functionName || '(anonymous)'} ${file}${file === '' ? '' : `:${source.line}`}`, time);
    add(files, file === '' ? `${frame.functionName} (native)` : file, time);
  }
  return { busy, functions: sorted(functions), files: sorted(files) };
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function sorted(times: ReadonlyMap<string, number>): Share[] {
  return [...times].map(([name, self]) => ({ name, self })).sort((a, b) => b.self - a.self);
}

/** From the package on. */
function fileName(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(/^.*\/node_modules\/(?!.*\/node_modules\/)/, '')
    .replace(/^.*\/(packages|tooling)\//, '')
    .replace(/\/(dist|src)\//, '/');
}

export function profileLines(title: string, profile: Profiler.Profile, count: number): string[] {
  const { busy, functions, files } = spent(profile);
  const list = (shares: readonly Share[]) =>
    shares.slice(0, count).map(({ name, self }) => `  ${((100 * self) / busy).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `${title}: ${busy.toFixed(0)} ms busy`,
    ' by function, its own time',
    ...list(functions),
    ' by file',
    ...list(files),
    '',
  ];
}
