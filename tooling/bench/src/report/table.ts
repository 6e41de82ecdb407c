/** Tables of rates: each row a contestant, each compared with the first row, or with a row that is named. */
import type { Outcome, Sample } from '../contest.ts';
import { pairedRatio, type Summary, summary } from '../stats.ts';

export interface Unit {
  /** What the rate is called, such as `handshakes/s`. */
  readonly rate: string;
  /** What CPU time is told of, such as `handshake`. */
  readonly one: string;
  /** How many units of a sample make one of these; 1 where it is not said. */
  readonly size?: number;
  /** Decimals of the rate, and of milliseconds of CPU time. */
  readonly digits: number;
  readonly cpuDigits: number;
}

export const rateOf = ({ units, milliseconds }: Sample, { size = 1 }: Unit) => (units / size / milliseconds) * 1000;
const cpuOf = ({ units, clientCpu, serverCpu }: Sample, { size = 1 }: Unit) => ({
  client: clientCpu / (units / size),
  server: serverCpu / (units / size),
  both: (clientCpu + serverCpu) / (units / size),
});

export interface Compared {
  readonly rate: Summary;
  /** Rate by that of the base. */
  readonly ratio: number;
  readonly clientCpu: number;
  readonly serverCpu: number;
  /** The base's CPU time of both processes by ours: as with rates, more is better. */
  readonly cpuRatio: number;
}

/** @returns undefined where one of them was not measured */
export function compare(outcome: Outcome, base: Outcome, unit: Unit): Compared | undefined {
  if (outcome.samples.length === 0) return undefined;
  const rates = ({ samples }: Outcome) => samples.map(sample => rateOf(sample, unit));
  const cpu = ({ samples }: Outcome) => samples.map(sample => cpuOf(sample, unit));
  return {
    rate: summary(rates(outcome)),
    ratio: pairedRatio(rates(outcome), rates(base)),
    clientCpu: summary(cpu(outcome).map(({ client }) => client)).median,
    serverCpu: summary(cpu(outcome).map(({ server }) => server)).median,
    cpuRatio: pairedRatio(
      cpu(base).map(({ both }) => both),
      cpu(outcome).map(({ both }) => both),
    ),
  };
}

/** @param labels say in the second column what a contestant is; empty for none */
export function rateTable(outcomes: readonly Outcome[], base: Outcome, unit: Unit, what = 'client → server'): string[] {
  return [
    `| ${what} | ${unit.rate} | CPU ms/${unit.one}: client | server | both, ratio |`,
    '|---|---:|---:|---:|---:|',
    ...outcomes.map(outcome => `| ${outcome.name} | ${rateCells(outcome, base, unit).join(' | ')} |`),
  ];
}

function rateCells(outcome: Outcome, base: Outcome, unit: Unit): string[] {
  const compared = compare(outcome, base, unit);
  if (compared === undefined) return [outcome.failure ?? 'not measured', '', '', ''];
  const { ratio, rate, clientCpu, serverCpu, cpuRatio } = compared;
  return [
    `${bold(ratio)} · ${spread(rate, unit.digits)}${outcome.failure === undefined ? '' : ` then ${outcome.failure}`}`,
    plain(clientCpu, unit.cpuDigits),
    plain(serverCpu, unit.cpuDigits),
    bold(cpuRatio),
  ];
}

/** `median (low–high)`. */
export function spread({ median, low, high }: Summary, digits: number): string {
  return `${plain(median, digits)} (${plain(low, digits)}–${plain(high, digits)})`;
}

export function bold(ratio: number): string {
  return Number.isFinite(ratio) ? `**${ratio.toFixed(2)}**` : '–';
}

export function plain(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

/** The figures of one contestant, by rate and by CPU time, under a name. */
export function figuresOf(name: string, outcome: Outcome | undefined, base: Outcome | undefined, unit: Unit) {
  const compared = outcome && base && compare(outcome, base, unit);
  const lost = outcome?.failure ?? base?.failure ?? 'not measured';
  return {
    [`${name}/ratio`]: compared?.ratio ?? lost,
    [`${name}/cpu-ratio`]: compared?.cpuRatio ?? lost,
    [`${name}/rate`]: compared?.rate.median ?? lost,
    [`${name}/cpu`]: compared === undefined ? lost : compared.clientCpu + compared.serverCpu,
  };
}
