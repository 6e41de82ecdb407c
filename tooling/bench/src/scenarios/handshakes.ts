/** Full handshakes, with the certificates and groups that are most common now. */
import { execFileSync } from 'node:child_process';
import type { Outcome } from '../contest.ts';
import type { ProcessOptions } from '../process/peer-process.ts';
import { programs } from '../programs.ts';
import { figuresOf, rateTable } from '../report/table.ts';
import { type CertificateKind, type Group, Lacking, type Suite } from '../stacks/stack.ts';
import { ahead, base, type Course, cached, mixed, ours, raw, runCourses } from './pairings.ts';
import type { Context, Scenario } from './scenario.ts';

export const handshakeUnit = { rate: 'handshakes/s', one: 'handshake', digits: 0, cpuDigits: 2 };

type Kind = readonly [CertificateKind, Group];

const kinds: readonly Kind[] = [
  ['ecdsa-p256', 'x25519'],
  ['rsa-2048', 'x25519'],
  ['ecdsa-p256', 'X25519MLKEM768'],
  ['rsa-2048', 'X25519MLKEM768'],
];

const suite: Suite = 'TLS_AES_128_GCM_SHA256';

const titles: Readonly<Record<CertificateKind, string>> = { 'ecdsa-p256': 'ECDSA P-256', 'rsa-2048': 'RSA-2048' };

export const handshakes: Scenario = {
  name: 'handshakes',
  title: 'full handshakes, P-256 and RSA certificates, x25519 and X25519MLKEM768',
  async run(context) {
    const outcomes = await measure(kinds, context);
    const named = (name: string) => outcomes[0]?.find(outcome => outcome.name === name);
    return {
      sections: [{ marker: 'handshakes', lines: tables(kinds, outcomes) }],
      figures: {
        ...figuresOf('handshakes', named(ours.name), named(base.name), handshakeUnit),
        ...figuresOf('handshakes/cached', named(cached.name), named(base.name), handshakeUnit),
        ...figuresOf('handshakes/net', named(raw.name), named(base.name), handshakeUnit),
      },
    };
  },
};

/** With Node 24, whose OpenSSL has ML-KEM: so has its `node:tls`. */
export const handshakes24: Scenario = {
  name: 'handshakes-24',
  title: 'the same by Node 24, where node:tls has X25519MLKEM768 too',
  async run(context) {
    const node = programs.node24;
    if (node === undefined) throw new Lacking('there is no Node 24 for this machine');
    const { plan } = context;
    const shorter = { ...plan, rounds: Math.ceil(plan.rounds / 2) };
    const [first, , ...others] = kinds as [Kind, Kind, ...Kind[]];
    const outcomes = await measure([first, ...others], { ...context, plan: shorter }, { node });
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const lines = [`Both processes run by Node ${version}.`, '', ...tables([first, ...others], outcomes)];
    return {
      sections: [{ marker: 'handshakes-24', lines }],
      figures: figuresOf('handshakes-24', outcomes[0]?.[1], outcomes[0]?.[0], handshakeUnit),
    };
  },
};

function measure(of: readonly Kind[], context: Context, options?: ProcessOptions): Promise<Outcome[][]> {
  const pairings = [base, ours, cached, ahead, ...mixed, raw];
  const courses = of.map(([kind, group], i): Course => {
    const identity = context.identities[kind];
    return {
      name: titleOf([kind, group]),
      server: { identity, group, suite },
      client: { group, suite },
      // TCP is the same under all of them; what keys that lie ready bring, one shows.
      // What the first course has warmed is warm; other keys and groups are other code.
      warmUp: i === 0 ? context.plan.handshakes : context.plan.handshakes / 8,
      ...(i === 0 ? {} : { pairings: pairings.filter(pairing => pairing !== raw && pairing !== ahead) }),
      turn: (pair, asked, milliseconds) =>
        pair.client.ask('connections', {
          ...asked,
          beginning: 'full',
          length: { milliseconds, atLeast: context.plan.atLeast },
        }),
    };
  });
  return runCourses(courses, pairings, context, options);
}

function titleOf([kind, group]: Kind): string {
  return `${titles[kind]}, ${group}`;
}

function tables(of: readonly Kind[], outcomes: readonly (readonly Outcome[])[]): string[] {
  return of.flatMap((kind, i) => {
    const rows = outcomes[i] ?? [];
    // Where node:tls has no such group, against its x25519 with the same kind of certificate.
    const plain = outcomes[of.findIndex(([certificate]) => certificate === kind[0])];
    const first = rows[0]?.samples.length ? rows[0] : plain?.[0];
    return first === undefined ? [] : [`**${titleOf(kind)}**`, '', ...rateTable(rows, first, handshakeUnit), ''];
  });
}
