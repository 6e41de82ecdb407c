/** What is told of clients in JavaScript, in Node and in a browser. */
import type { Outcome } from '../contest.ts';
import { rateOf, rateTable, type Unit } from '../report/table.ts';
import { median } from '../stats.ts';
import { bulkUnit } from './data.ts';
import { handshakeUnit } from './handshakes.ts';
import type { Figures } from './scenario.ts';

/** What a client does its public-key work with decides whom it is compared with. */
export type ClientKind = 'native' | 'web' | 'pure';

export interface Contender {
  readonly kind: ClientKind;
  readonly ours: boolean;
  /** With an AEAD that does not come with the provider: it is plugged in for data. */
  readonly isPlugged?: boolean | undefined;
}

type Metric = 'handshakes' | 'up' | 'down';

export const metrics: readonly (readonly [Metric, Unit])[] = [
  ['handshakes', handshakeUnit],
  ['up', { ...bulkUnit, digits: 1 }],
  ['down', { ...bulkUnit, digits: 1 }],
];

/** By metric, in the order of the clients. */
export type ClientOutcomes = Readonly<Record<Metric, readonly Outcome[]>>;

/** The three rates side by side, and each client's own CPU time: the server is the same for all. */
export function clientTable(outcomes: ClientOutcomes): string[] {
  const parts = metrics.map(([metric, unit]) => {
    const of = outcomes[metric];
    const rows = rateTable(of, of[0] as Outcome, unit, 'client').slice(2);
    return rows.map(row => row.split('|').slice(2, 4));
  });
  const head = metrics.map(
    ([metric, { rate, one }]) => `${metric === 'handshakes' ? rate : `${rate} ${metric}`} | CPU ms/${one}`,
  );
  return [
    `| client | ${head.join(' | ')} |`,
    `|---|${metrics.map(() => '---:|---:|').join('')}`,
    ...outcomes.handshakes.map(({ name }, i) => `| ${name} |${parts.map(part => part[i]?.join('|')).join('|')}|`),
  ];
}

/**
 * Ours against the best of the others, of those that do their public-key work as we do or by less: the web provider against all but
 * those on `node:crypto`, the portable one against those in pure JavaScript.
 */
export function clientFigures(name: string, taking: readonly Contender[], outcomes: ClientOutcomes): Figures {
  const figures: Record<string, number | string> = {};
  for (const [metric, unit] of metrics) {
    const samples = (i: number) => outcomes[metric][i]?.samples ?? [];
    /** More is better of both: units a second, and units for a millisecond of the client's CPU time. */
    const scales = {
      '': (i: number) => median(samples(i).map(sample => rateOf(sample, unit))),
      '/cpu': (i: number) => median(samples(i).map(({ units, clientCpu }) => units / clientCpu)),
    };
    for (const [scale, of] of Object.entries(scales)) {
      const counts = ({ isPlugged }: Contender) => !(isPlugged && metric === 'handshakes');
      const best = (ours: boolean, ...kinds: ClientKind[]) => {
        const those = taking.map(one => one.ours === ours && kinds.includes(one.kind) && counts(one));
        return Math.max(0, ...those.map((is, i) => (is ? of(i) : 0)).filter(Number.isFinite));
      };
      const against = (ours: number, than: number) =>
        than > 0 ? (ours > 0 ? ours / than : 'not measured') : 'no peer does it';
      figures[`${name}/${metric}/web${scale}`] = against(best(true, 'web'), best(false, 'web', 'pure'));
      figures[`${name}/${metric}/noble${scale}`] = against(best(true, 'pure'), best(false, 'pure'));
      figures[`${name}/${metric}/portable${scale}`] = against(best(true, 'web', 'pure'), best(false, 'web', 'pure'));
    }
  }
  return figures;
}
