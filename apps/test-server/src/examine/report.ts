/** The results of an examination, for people and for programs that read JUnit's XML. */
import { printable } from '@tlskit/cli-kit';
import type { Case } from './cases.ts';
import type { ClientExit, Judgement } from './judge.ts';

export interface Result {
  readonly case: Case;
  readonly judgement: Judgement;
  readonly exit: ClientExit;
  /** Milliseconds. */
  readonly took: number;
}

const marks = { right: 'ok', other: 'ok, other alert', wrong: 'WRONG' } as const;

/** A line for one result, as it comes. */
export function lineOf({ case: { name, expectation }, judgement }: Result, width: number): string {
  const wanted =
    expectation.verdict === 'accept'
      ? 'accept'
      : expectation.verdict === 'either'
        ? 'either'
        : expectation.alerts.length === 0
          ? 'refuse'
          : `refuse: ${expectation.alerts[0]}`;
  return `${name.padEnd(width)}  ${wanted.padEnd(31)}  ${marks[judgement.grade].padEnd(15)}  ${printable(judgement.words)}\n`;
}

export function summaryOf(results: readonly Result[]): string {
  const count = (grade: Judgement['grade']) => results.filter(({ judgement }) => judgement.grade === grade).length;
  return `${results.length} cases: ${count('right')} right, ${count('other')} right by another alert or none, ${count('wrong')} wrong\n`;
}

/** A case that is wrong is a failure; one that is right by another alert passes, and says so. */
export function junit(results: readonly Result[], command: readonly string[]): string {
  const wrong = results.filter(({ judgement }) => judgement.grade === 'wrong').length;
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
  const total = results.reduce((sum, { took }) => sum + took, 0);
  const each = results.map(({ case: { name, about }, judgement, exit, took }) => {
    const head = `  <testcase classname="tlskit-server examine" name="${escaped(name)}" time="${seconds(took)}">`;
    const words = escaped(`${about} The client: ${judgement.words}.`);
    const body =
      judgement.grade === 'wrong'
        ? `\n    <failure message="${words}">${escaped(exit.said)}</failure>\n  `
        : `\n    <system-out>${words}</system-out>\n  `;
    return `${head}${body}</testcase>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="${escaped(command.join(' '))}" tests="${results.length}" failures="${wrong}" errors="0" time="${seconds(total)}">
${each.join('')}</testsuite>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return printable(text, 2000).replace(/[&<>"]/g, character => entities[character] as string);
}
