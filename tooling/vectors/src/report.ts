/** What a check of a file of vectors found: how many items were held against a computation, and each that differs. */
import { fromHex, toHex } from '@tlskit/tls-wire';

export class Report {
  /** Items that agree. */
  agreeing = 0;
  /** Items that computations start from, such as private keys: nothing to hold them against. */
  inputs = 0;
  /** One line for every item that differs. */
  readonly differences: string[] = [];
  /** What was not checked, and why. */
  readonly notes: string[] = [];

  /** Items that were checked. */
  get checked(): number {
    return this.agreeing + this.differences.length;
  }

  /**
   * One item of the file against what was computed.
   * @param stated hexadecimal as it stands in the file
   * @param computed undefined when nothing could be computed
   */
  hex(what: string, stated: unknown, computed: Uint8Array | undefined): void {
    if (typeof stated !== 'string') this.differ(what, `the file has ${JSON.stringify(stated)} for hexadecimal`);
    else if (computed === undefined) this.differ(what, 'could not be computed');
    else this.#compare(what, stated.toLowerCase(), toHex(computed));
  }

  /** One item that is a number, a word or a truth. */
  same(what: string, stated: unknown, computed: unknown): void {
    this.#compare(what, JSON.stringify(stated) ?? 'nothing', JSON.stringify(computed) ?? 'nothing');
  }

  /** One item that is right or wrong by itself. */
  holds(what: string, right: boolean, why: string): void {
    if (right) this.agreeing++;
    else this.differ(what, why);
  }

  differ(what: string, why: string): void {
    this.differences.push(`${what}: ${why}`);
  }

  input(): void {
    this.inputs++;
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** The bytes of an item; undefined, and a difference, when it is not hexadecimal. */
  bytes(what: string, stated: unknown): Uint8Array | undefined {
    try {
      return fromHex(stated as string);
    } catch {
      this.differ(what, `not hexadecimal: ${JSON.stringify(stated)}`);
      return undefined;
    }
  }

  /** Runs a check of one part; that it throws is a difference too, since a part that cannot be read was not reproduced. */
  async part(what: string, check: () => void | Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      this.differ(what, `could not be checked: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** For people, the verdict last. */
  lines(): string[] {
    return [
      ...this.notes.map(note => `note: ${note}`),
      ...this.differences.map(difference => `difference: ${difference}`),
      `${this.agreeing} of ${this.checked} items agree; ${this.inputs} more are inputs`,
    ];
  }

  #compare(what: string, stated: string, computed: string): void {
    if (stated === computed) {
      this.agreeing++;
      return;
    }
    let at = 0;
    while (at < stated.length && stated[at] === computed[at]) at++;
    // A few bytes before the first difference tell where it is in long values.
    const from = Math.max(0, at - 8);
    this.differ(what, `file ${excerpt(stated, from)}, computed ${excerpt(computed, from)} (from character ${from})`);
  }
}

/** What a caller's tool prints, and its exit code: 0 when everything agrees and something was checked, otherwise 1. */
export function verdict(report: Report): { readonly lines: readonly string[]; readonly exitCode: number } {
  const right = report.differences.length === 0 && report.checked > 0;
  return { lines: report.lines(), exitCode: right ? 0 : 1 };
}

function excerpt(text: string, from: number): string {
  const end = from + 40;
  return `${from > 0 ? '…' : ''}${text.slice(from, end)}${text.length > end ? '…' : ''}${text === '' ? '(nothing)' : ''}`;
}
