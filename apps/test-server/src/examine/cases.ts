/** What a client is examined in: everything in order first, then one thing that is wrong, or odd, at a time. */
import { badCertificateNames, badCertificates } from '../bad/certificates.ts';
import { stapleNames } from '../bad/staples.ts';
import { faultNames, faultOf } from '../faults/catalogue.ts';
import { type Expectation, expectationOf } from '../faults/expectation.ts';

export interface Case {
  /** Unique, such as `certificate expired`. */
  readonly name: string;
  readonly about: string;
  /** The options of the server. */
  readonly args: readonly string[];
  readonly expectation: Expectation;
}

export const cases: readonly Case[] = [
  {
    name: 'all in order',
    about: 'Nothing is wrong: a client that fails here was not told how to reach the server, or whom to trust.',
    args: [],
    expectation: { verdict: 'accept', alerts: [] },
  },
  ...badCertificateNames.map(name => ({
    name: `certificate ${name}`,
    about: badCertificates[name].about,
    args: ['--bad-cert', name],
    expectation: expectationOf([], badCertificates[name]),
  })),
  ...faultNames.flatMap(name => (name === 'ocsp' ? stapleNames.map(kind => `ocsp=${kind}`) : [name])).map(faultCase),
];

/** @param text with its argument, where it is not to be the default */
function faultCase(text: string): Case {
  const { fault } = faultOf(text);
  return {
    name: `fault ${text}`,
    about: fault.about,
    args: ['--fault', text],
    expectation: expectationOf([fault], undefined),
  };
}
