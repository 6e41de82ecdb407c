import { cpus } from 'node:os';
import { type Figures, median } from './measure.ts';

/** The table of docs/performance.md: ratios against the first client of the same run, medians with their spread. */
export function report(figures: readonly Figures[], command: string): string {
  const base = figures[0] as Figures;
  const rows = figures.map(entry => {
    const { name, crypto } = entry.client;
    if (entry.failures.length > 0) return `| ${name} | ${crypto} | ${entry.failures[0]} | | |`;
    const cell = (key: 'handshakes' | 'up' | 'down', digits: number) => {
      const value = median(entry[key]);
      const spread = `${Math.min(...entry[key]).toFixed(digits)}–${Math.max(...entry[key]).toFixed(digits)}`;
      return `**${(value / median(base[key])).toFixed(2)}** · ${value.toFixed(digits)} (${spread})`;
    };
    return `| ${name} | ${crypto} | ${cell('handshakes', 0)} | ${cell('up', 1)} | ${cell('down', 1)} |`;
  });
  const cpu = cpus();
  return [
    `Measured with \`${command}\` on Node ${process.versions.node}, ${cpu.length} × ${cpu[0]?.model ?? 'unknown'}, ${new Date().toISOString().slice(0, 10)}.`,
    'Each cell: ratio to node:tls in the same run, then the median (minimum–maximum) of the rounds.',
    '',
    '| client | cryptography | full handshakes/s | MB/s up | MB/s down |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
