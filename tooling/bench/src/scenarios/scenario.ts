/** What every scenario is given, and what it gives. */
import type { Plan } from '../plan.ts';
import type { CertificateKind, Identity } from '../stacks/stack.ts';

export interface Context {
  readonly plan: Plan;
  /** Made once for all. */
  readonly identities: Readonly<Record<CertificateKind, Identity>>;
  /** Of the scenarios that ran before. */
  readonly figures: Figures;
  progress(text: string): void;
  /** Told of the share of the processors' time that others took of each round that counts. */
  onRounds(stolen: readonly number[]): void;
}

/** A part of docs/performance.md, between markers of its name. */
export interface Section {
  readonly marker: string;
  readonly lines: readonly string[];
}

/** Figures by name, for the table of what must be reached; what could not be measured is a sentence that says why. */
export type Figures = Readonly<Record<string, number | string>>;

export interface Result {
  readonly sections: readonly Section[];
  readonly figures: Figures;
}

export interface Scenario {
  readonly name: string;
  /** What it measures, for `--help`. */
  readonly title: string;
  run(context: Context): Promise<Result>;
}
