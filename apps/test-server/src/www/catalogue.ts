/** What can go wrong here, a page for each: what it is, how to ask for it, and what a right client does. */
import { badCertificateNames, badCertificates } from '../bad/certificates.ts';
import { DOMAIN } from '../bad/credentials.ts';
import { faultNames, faultOf, isForAnswers, spelled } from '../faults/catalogue.ts';
import { type Expectation, expectationOf } from '../faults/expectation.ts';
import type { Facts } from '../observe/facts.ts';
import { escapeHtml, htmlPage, type Page, table, textTable } from './page.ts';

interface Entry {
  readonly name: string;
  /** With its argument's form. */
  readonly spelled: string;
  readonly about: string;
  readonly expectation: Expectation;
  /** How to ask for it. */
  readonly asking: Facts;
}

const entries: readonly Entry[] = [...badCertificateNames.map(certificateEntry), ...faultNames.map(faultEntry)];

export function cataloguePage(): Page {
  const rows = (line: (entry: Entry) => string) => entries.map(line).join('');
  return {
    html: () =>
      htmlPage(
        'What can go wrong here',
        `<table>\n${rows(
          ({ name, about }) =>
            `<tr><th scope="row"><a href="/faults/${name}">${name}</a></th><td>${escapeHtml(about)}</td></tr>\n`,
        )}</table>\n`,
      ),
    text: () => textTable(entries.map(({ name, about }) => [name, about])),
  };
}

/** Undefined where nothing is called that. */
export function entryPage(name: string): Page | undefined {
  const found = entries.find(entry => entry.name === name);
  if (found === undefined) return undefined;
  const facts: Facts = [
    ['what goes wrong', found.about],
    ['a right client', rightClient(found.expectation)],
    ...found.asking,
  ];
  return { html: () => htmlPage(found.spelled, table(facts)), text: () => textTable(facts) };
}

/** What it does, in words. */
export function rightClient({ verdict, alerts }: Expectation): string {
  const told = alerts.length === 0 ? 'no alert is to be seen' : `its alert is ${alerts.join(' or ')}`;
  if (verdict === 'accept') return 'goes on';
  return verdict === 'refuse' ? `ends the connection; ${told}` : `goes on, or ends the connection; then ${told}`;
}

function certificateEntry(name: (typeof badCertificateNames)[number]): Entry {
  const certificate = badCertificates[name];
  return {
    name,
    spelled: name,
    about: certificate.about,
    expectation: expectationOf([], certificate),
    asking: [
      ['for everybody', `--bad-cert ${name}`],
      ['by name, with --bad', `${name}.${DOMAIN}`],
    ],
  };
}

function faultEntry(name: string): Entry {
  const chosen = faultOf(name);
  const { about, argument } = chosen.fault;
  const [, byDefault = ''] = argument ?? [];
  return {
    name,
    spelled: spelled(name),
    about: argument === undefined ? about : `${about} By default it is ${byDefault}.`,
    expectation: expectationOf([chosen.fault], undefined),
    asking: [
      ['for everybody', `--fault ${spelled(name)}`],
      ['by name, with --bad', `${name}.${DOMAIN}${argument === undefined ? '' : `, or with an argument ${name}-…`}`],
      ...(isForAnswers(chosen) ? ([['by path, with --bad', `/do/${spelled(name)}`]] as const) : []),
    ],
  };
}
